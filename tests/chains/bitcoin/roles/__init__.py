"""Tests of the desk's jobs with a PSBT."""

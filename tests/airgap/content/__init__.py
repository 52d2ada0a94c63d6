"""Tests of what the window knows of texts and bytes."""

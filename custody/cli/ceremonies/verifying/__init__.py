"""Transcripts judged: `verify` replays them, `account_screen` and `together_screen` tell it, `records` writes files."""

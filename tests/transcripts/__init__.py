"""Readable records of what the commands say, kept true by tests."""

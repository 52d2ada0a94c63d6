"""The readers: what a transaction means. No secrets, no files."""

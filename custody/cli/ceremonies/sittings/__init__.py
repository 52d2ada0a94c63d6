"""A sitting at a terminal: `lead` goes through it, `host` asks, `screen` is a page, `kept` its transcript's file."""

"""Who may decide what: the book of record, its officers, and what they agreed. Public values only; no key, no file."""

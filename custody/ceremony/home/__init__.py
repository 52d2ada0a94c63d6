"""A treasury's directory: opened, told from a rolled-back one, and changed one whole step at a time."""

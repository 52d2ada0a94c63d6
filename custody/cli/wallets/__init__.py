"""`custody wallet`: public wallet files, their addresses, and other programs' files."""

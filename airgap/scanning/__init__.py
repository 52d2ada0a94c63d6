"""Pictures, pages, films and cameras become text, in a process that may be lost without harm."""

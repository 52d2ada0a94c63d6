"""The only room that opens files: `files` for what a command line names, `folder` for a treasury's own directory.

It moves bytes, whole or not at all, and knows no meanings. Secrets are never given to it in the clear.
"""

from custody.store.files import STANDARD, read, refuse_taken, write_new

__all__ = ["STANDARD", "read", "refuse_taken", "write_new"]

"""Reads a wallet from other programs' files, recognised by their content, and writes a registered wallet as such files.

`formats` is the table of them, `programs` has a module for each, and `imported` is what a file says before any of it is
trusted. A file with a private key in it is refused.
"""

"""One program's file format each: a document to what it says of a wallet, and where it can be, a wallet to a document.

Each module has `read`, most have `write` and `is_one`; `exchange.formats` lists them.
"""

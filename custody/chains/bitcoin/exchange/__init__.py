"""Other wallets' files, recognised by their content, to a wallet to register; and a registered wallet to such files.

`formats` is the table of them, `programs` has a module for each, and `imported` is what a file says before any of it is
trusted. A file with a private key in it is refused.
"""

"""Signed messages (BIP-322, and the legacy form): made as virtual transactions, read, verified and put together.

It knows messages, scripts and public keys. It signs nothing, and what it makes can spend nothing.
"""

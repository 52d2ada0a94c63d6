"""Secrets: entropy, phrases, cards and vaults to keys, and an approved signing task to its signature.

The only room where secrets are used; what a transaction is, it does not understand. `entropy` begins a key, `phrases`
and `cards` carry it on paper, `vaults` in files; `kinds` and `hd` make keys of it, `signer` signs, `known` finds
secrets that the whole world has.
"""

"""Secrets in files: officers' identities under passphrases, and vaults that no officer opens alone.

The formats are docs/spec/vault.md's. Identities: `officer` (the keys), `passphrase`, `strength`, `parameters`
(Argon2id), `sealed` (the file). Vaults: `vault_file` (the bytes), `payload` and `archive` (what is inside), `vault`
(sealing and opening). `primitives` is the only door to the ciphers.
"""

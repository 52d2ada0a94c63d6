"""Secrets asleep: officers' identities under passphrases, and vaults that no officer opens alone."""

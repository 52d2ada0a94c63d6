"""`custody message`: statements signed by an address, verified, and proofs of coins (BIP-322)."""

"""The registered wallet: what was agreed on before any transaction came, and the digest that cosigners compare."""

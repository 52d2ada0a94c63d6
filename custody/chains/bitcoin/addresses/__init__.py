"""Scripts as text that people pass on: base58, bech32, and addresses to and from scripts."""

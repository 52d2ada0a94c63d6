"""Words that carry bits: word lists, BIP-39 phrases, and phrases drawn as codes."""

"""Bitcoin: transactions, scripts, PSBTs, descriptors, the registered wallet and the review."""

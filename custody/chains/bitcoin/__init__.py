"""Bitcoin: a PSBT or a message, judged against registered wallets, to a review, signing tasks and a signed document.

From the ground up: `consensus` (transactions, scripts, sighashes), `addresses`, `miniscript` and `descriptor` (which
scripts keys make), `wallet` (what is ours), `psbt`, `findings` (the rules) and `review`. `roles` finishes PSBTs,
`message` is BIP-322 with the `interpreter` that verifies it, `exchange` reads other wallets' files.
"""

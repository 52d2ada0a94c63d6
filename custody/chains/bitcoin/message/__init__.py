"""Signed messages (BIP-322, and the legacy form): a message to a PSBT to sign, and signatures to a text, verified.

Nothing is signed here, and what is made can spend nothing. In the order of the job: `virtual` (the two transactions),
`request` and `funds` (what is asked), `conditions`, `text_rules` and `review` (what is judged), `finish` (what comes
out), `encoding`, `verification` and `legacy` (what is verified).
"""

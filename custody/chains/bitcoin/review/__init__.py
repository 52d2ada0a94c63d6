"""A PSBT and registered wallets to a review; an approved review to signing tasks; signatures to the signed file.

`review` is the order of the steps. Each step returns facts and findings: `coins`, `ownership`, `outputs`, `fee`,
`timing`, `signed`, `lookalike`, `past`. `labels` are shown beside, `batch` sums several reviews up, `spend`
says how a coin is signed, and `tasks` hands that to the signer and back.
"""

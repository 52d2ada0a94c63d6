"""`custody review`, `sign`, `psbt`, `compare`: what a transaction does, its signatures, and what another machine read.

Read `commands` and `options` (what may be said); `review`, or `review_home` in a treasury, with `beside` and `screens`;
`sign` or `sign_home` with `signing_operators` (who answers), `vault_key` (whence the key) and `signed_result`; `psbt`
with `raw_transactions`; `compare` with `comparison`. It imports `front`, `people`, `treasury` and `wallets`.
"""

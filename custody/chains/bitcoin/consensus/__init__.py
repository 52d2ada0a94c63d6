"""What every node agrees on: transactions, scripts, hashes, signature hashes, and the networks' numbers.

Bytes to values and back, without any wallet: `stream`, `transaction`, `script`, `taproot`, `sighash`, then `hashes`,
`network` and `block_dates`.
"""

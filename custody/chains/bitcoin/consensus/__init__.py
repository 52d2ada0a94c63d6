"""What every node agrees on: transactions, scripts, hashes, signature digests, and the networks' numbers."""

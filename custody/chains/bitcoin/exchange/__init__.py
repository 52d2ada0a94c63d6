"""What other wallets write down and read: a wallet in their file formats, and in ours."""

"""The jobs of a treasury: genesis, rosters, wallets, vaults, halts, signing, exchange and backup."""

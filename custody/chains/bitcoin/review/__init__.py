"""What a PSBT means for registered wallets: coins, outputs, fee, locks, findings, and the tasks of a signer."""

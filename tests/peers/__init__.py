"""Other wallets' libraries judge the window: what we show they read, and what they show we read."""

"""`custody review`, `sign`, `psbt` and `compare`: what a transaction does, and signing it."""

"""`custody key` and `custody share`: keys made and named, secrets cut into cards and brought together."""

"""The safe: the only room where secrets are used. It does not know what a transaction is."""

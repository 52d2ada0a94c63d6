"""Long searches for what must never happen. `make hunt` runs them; docs/hunts.md keeps what they found."""

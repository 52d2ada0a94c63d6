"""SLIP-39: a secret cut into cards, cards collected untrusted, and what the world may know of a set."""

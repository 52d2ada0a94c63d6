"""Changes of the roster: who joins, leaves, moves, stands in or gets other keys; each as a quorum agrees."""

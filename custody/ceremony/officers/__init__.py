"""Changes of the roster: who joins, leaves, moves, stands in or gets other keys, as a quorum of officers agrees."""

"""Changes of the roster: who joins, leaves, moves, stands in or gets other keys; a quorum of officers agrees to each."""

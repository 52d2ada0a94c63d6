"""The report of a sitting on paper, drawn from what its transcript comes to (docs/spec/transcript.md, "The report").

Read `report` (what it is of, and the order of its parts), `verdict` (what is said first, and on every page), `said` (a
line of each kind, in two languages), `texts`, then the parts: `cover`, `people`, `keys`, `cards`, `wallets`, `lines`,
`evidence`. It draws, and writes no file. It has no clock.
"""

"""The jobs of a treasury: each asks the officers whom it needs, and changes the home by one whole step or not at all.

`attendance` is how officers prove to be there and sign, `enrolment` how one is made. In the order of a treasury's life:
`genesis`, `registration` (wallets), `vaults`, `signing`, `rosters`, `halting`, `exchange`, `backup`,
`succession`. `roster_text` writes a roster for people.
"""

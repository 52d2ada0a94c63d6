"""The jobs of a treasury: each asks the officers whom it needs, and changes the home by one whole step or not at all.

`table` is how officers prove to be there and sign, `enrolment` how one is made. In the order of a treasury's life:
`genesis`, `registration` (wallets), `vaults`, `recorded` (signing), `rosters`, `halting`, `exchange`, `backup`,
`succession`. `telling` writes a roster for people.
"""

"""The jobs of a treasury: each asks the officers whom it needs, and changes the home by one whole step or not at all.

In the order of a treasury's life: `genesis`, `registration` (wallets), `vaults`, `signing`, `halting`, `succession`.
Changes of the roster are `officers`' room, copies and other machines those of `machines`.
"""

"""The jobs in their order: create, split, recover and sign a key; `treasury` has those of several officers together.

Each asks people through `Operator` (one person) or `Meeting` (several officers), prints nothing, and hands over nothing
before it was checked. `home` is a treasury's directory, as the jobs read and change it.
"""

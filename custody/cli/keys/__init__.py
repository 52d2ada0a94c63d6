"""`custody key` and `custody share`: keys made, named and put into vaults; secrets cut into cards and brought together.

Read `commands` and `options` (what may be said), `schemes` (how many cards) and `records` (what is public of a set),
then the jobs: `key`, `share`, `restore`. It imports `front`, `people` and `treasury`.
"""

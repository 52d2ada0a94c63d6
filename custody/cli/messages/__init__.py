"""`custody message sign`, `prove` and `verify`: statements signed by an address, with coins or without (BIP-322).

Read `commands` and `options` (what may be said), `inputs` (the message and who signs it), `sign` (to a request) and
`job` (to the signature), `verify`, and `screen` for what people read. It imports `front`, `people`, `treasury`,
`wallets` and `transactions`, with whose screens and prompts a message is reviewed too.
"""

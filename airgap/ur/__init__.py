"""Uniform Resources (BCR-2020-005): a message to parts of text, and enough parts, in any order, back to it.

Read `bytewords`, `fountain` (which fragments a part mixes), `multipart` (parts as text), then `decoder` with its
`elimination`. `schedule` chooses which parts a sender shows.
"""

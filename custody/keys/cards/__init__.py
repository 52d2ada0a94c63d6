"""SLIP-39: a secret to cards, and cards, untrusted until proven to fit, back to the secret.

`shares` is the standard itself, `collection` proves what people bring, `record` is what is public about a set.
"""

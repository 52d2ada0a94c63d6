"""A ceremony's plan: a document that people write, to what it would lead to, what is wrong with it, and its digest.

docs/spec/ceremony.md. `document` reads it, `plan` is what was read, `reach` says who opens what, `rules` and `lint`
what is wrong, `effort` what it takes, `template` writes one to be filled in. No secret, no file, no clock.
"""

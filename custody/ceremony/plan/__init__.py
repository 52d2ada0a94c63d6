"""A ceremony's plan: a document that people write, to what was agreed, and its digest (docs/spec/ceremony.md).

`document` reads it with `table`, `plan` is what was read, `rules` are the rules as data, `template` writes one to be
filled in. Beside it: `ceremony.steps` is what happens by a plan, `ceremony.lint` what is wrong with one. No secret, no
file, no clock.
"""

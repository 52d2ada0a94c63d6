"""A treasury's book of record: journal bytes to a verified chain of entries and the state that they fold to.

The format is docs/spec/journal.md. Public values only: no file is opened here, and Ed25519 is verified and never
signed. Read `entry` (a line), `chain` (lines), `statement`, `contents` and `roster` (what officers sign), `approval`
and `records` (other entries), the room `known` (who must have signed, and what follows), `state` (the answer), then
`book`, which holds all together. `paper` is what a person writes down of it, `export` what crosses to another machine,
`halt` a line that stands alone; `commitment`, `fields` and `ed25519` are tools.
"""

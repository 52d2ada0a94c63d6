"""One card of a ceremony alone: held against its commitment, and what somebody signs of it (docs/spec/receipt.md).

`card` says which one it is, `bags` where it lies, `receipt` is what is signed, and `record` holds receipts against
transcripts. No key is made of a card here; no file, no clock.
"""

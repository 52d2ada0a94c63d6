"""What a treasury's book says of key ceremonies: sittings by the heads of their transcripts, and the cards made there.

It replays no transcript: `ceremony` does (docs/spec/journal.md, "A ceremony in the book").
"""

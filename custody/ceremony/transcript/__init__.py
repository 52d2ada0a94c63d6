"""What happened at a sitting, line by line (docs/spec/transcript.md): written while it happens, replayed by anybody.

`line` and `contents` are what stands there; `transcript` is the chain; `standing` is what follows from it, `replay`
applies one line after the other, and says which cannot follow. No secret, no file, no clock.
"""

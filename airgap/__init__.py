"""A message to QR codes on one machine, and the codes seen by another back to the same message: the window.

It carries bytes of any type and imports nothing of custody. Read `message` first, then the framings (`ur`, `bbqr`,
`pmofn`, `plain`), `receiving.collector`, which joins them, `qr`, which draws, and `scanning`, which reads pictures.
`cli` is the command `airgap`; `files` is the only module that opens files.
"""

"""`custody home`, `officer`, `journal`, `halt`, `resume` and `status`: a treasury's directory and its book of record.

Read `commands` and `options` (what may be said), `opening` (the home and its officers), then the jobs, `home`, `halt`,
`standing`, `journal` and `carrying`, and `screen` and `proof` (what they print). Those about officers are in the room
`officers`. It imports `front` and `people`. docs/treasury.md is the same for officers.
"""

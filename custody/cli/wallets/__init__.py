"""`custody wallet`: registered wallets and their public files, their addresses, and files of other programs.

Read `commands` and `options` (what may be said), `files` (how every room reads wallets), the jobs `register` (with
`import_file`, `own` and `known_keys`), `listing`, `addresses` and `export`, and `screen` for what cosigners compare
(`shown` pages it), and `waiting` for what every one of them says. It imports `front`, `people` and `treasury`.
"""

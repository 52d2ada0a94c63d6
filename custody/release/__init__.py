"""A release on its way to a machine that is offline: who signs it, what it holds, and whether what arrived is that.

Pure: bytes in, values or an error out; docs/spec/bundle.md is the format and the order of the checks. Read `root`
(whose signatures count), `signatures`, `chain` (a root that follows another), `manifest` (which files), `arrival`
(whether these are the files, and whether the release is fresh). `grammar` is what the three documents are written in.
"""

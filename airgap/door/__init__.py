"""The door: shut before anything else is loaded, so that this process and what it starts cannot talk (docs/adr/0020).

`calls` is what the kernel refuses from then on, `programs` the filter that says so, `descriptors` what was inherited.
`landlock` is how files are closed off, `places` which are not, and `confining` the steps in which that is done.
`shutting` does it all, and `standing` says how it stands. Standard library alone: the launchers (`launch/`) call `shut`
before a command line, a catalogue or any other package is imported.
"""

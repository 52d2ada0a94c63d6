"""What a machine knows: a closed set of lines of all writers, each judged by its past alone, and the rules they make.

Read `past` (what a line covers), `lines` (the set), `judging` (what is taken in), then the fold in its steps:
`standing`, `machines`, `fold`. The same set gives the same rules, whatever way it came (docs/spec/journal.md).
"""

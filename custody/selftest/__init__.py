"""Whether this installation computes what it must: known answers, two engines, randomness (docs/spec/selftest.md).

`check` is what a check is and how it is run; `hashing`, `encodings`, `safe` and `signing` hold published answers
against the functions that the toolkit uses; `engines` holds the engine that signs against the referees; `randomness`
looks at the system's source; `battery` is the table of them. Pure, but for what the system's source gives.
"""

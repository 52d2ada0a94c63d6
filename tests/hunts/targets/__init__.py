"""Every function that parses bytes or text from outside, with honest inputs: what `tests.hunts.parsers` hunts in."""

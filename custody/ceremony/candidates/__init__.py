"""Cut and choose: keys that are committed to with all that follows, of which dice open all but one.

`candidate` makes one from its randomness, `follows` is what the world may know of it, `choice` is which one is kept and
what a machine that cheats may hope for, `opening` compares what was committed with what is recomputed and handed over.
"""

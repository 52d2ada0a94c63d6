"""Commands about this machine and no treasury: `commands` has what may be said; the others are jobs.

It imports `front` and, for a question at the keyboard, `people`.
"""

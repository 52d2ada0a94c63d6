"""Commands about this machine and no treasury: `doctor` says whether it is fit, `completion` prints a script.

It imports `front` and, for a question at the keyboard, `people`.
"""

"""Commands about this machine and no treasury: `commands` has what may be said, `completion` is the one job.

It imports `front` alone.
"""

"""Commands about this machine and no treasury: `commands` has what may be said; `completion`, `verify_bundle` are jobs.

It imports `front` alone.
"""

"""What people read of transactions: lines of at most 80 columns, with no address, amount or digest shortened.

Read `review` with its parts `notes` (labels) and `replacement`, then `batch` (several reviews) and `psbt` (the desk's
jobs). They print nothing, and of `cli` they import `front` alone.
"""

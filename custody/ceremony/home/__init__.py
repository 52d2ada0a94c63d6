"""A treasury's directory, its home: read and checked against rollback, and changed one whole step at a time.

Read `home` (what is read), `step` (one change), `writing` (how it becomes durable), then `ledger` (what a review takes
from the book and what is recorded of it).
"""

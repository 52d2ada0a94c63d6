"""An air-gapped command line for treasury officers: generate, split, review, sign and recover, offline."""

__version__ = "0.1.0"

__date__ = "2026-11-29"
"""The day of this release, UTC: a clock that says an earlier one is wrong."""

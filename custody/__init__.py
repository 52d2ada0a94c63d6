"""An air-gapped command line for treasury officers: generate, split, review, sign and recover, offline."""

__version__ = "0.1.0"

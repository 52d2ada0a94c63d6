"""The receiving end: frames of any framing, in any order, become messages."""

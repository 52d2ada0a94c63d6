"""FIDO2 tokens at this machine: which one is connected by USB, and the officer who is asked to touch it."""

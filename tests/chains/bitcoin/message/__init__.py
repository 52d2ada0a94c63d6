"""Signed messages."""

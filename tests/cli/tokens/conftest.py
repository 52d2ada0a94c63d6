"""Lines to tokens are closed after each test."""

from tests.support.authenticator import unplugged

__all__ = ["unplugged"]

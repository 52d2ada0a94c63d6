"""The front door of the window: the `airgap` command. Only this room prints, and it knows no coin."""

from airgap.cli.front import main

__all__ = ["main"]

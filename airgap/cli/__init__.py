"""The command `airgap`: `show`, `scan`, `encode` and `decode`, a module each. Only this room of the window prints.

`front` has the table of commands and turns errors into exit codes; `options`, `output` and `report` are shared.
"""

from airgap.cli.front import main

__all__ = ["main"]

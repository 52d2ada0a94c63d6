"""How the door of this process stands: what the kernel says, and what was noticed when it was shut."""

from dataclasses import dataclass, field

_STATUS = "/proc/self/status"


@dataclass(frozen=True, slots=True)
class Standing:
    """`is_shut`: the kernel filters this process's calls, and it gains no rights. `noticed`: codes of `NOTICED`."""

    is_shut: bool
    noticed: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Say whether it is shut, and nothing was noticed."""
        return self.is_shut and not self.noticed


@dataclass(slots=True)
class _Remembered:
    noticed: tuple[str, ...] = field(default=("unasked",))
    closes_files: bool = False


_REMEMBERED = _Remembered()


def remember(noticed: tuple[str, ...]) -> None:
    """Keep what was noticed while the door was shut."""
    _REMEMBERED.noticed = noticed


def notice(code: str) -> None:
    """Add what was noticed after it was shut."""
    _REMEMBERED.noticed = (*_REMEMBERED.noticed, code)


def remember_closed() -> None:
    """Keep that files are closed off in this process, so that they may be closed off further."""
    _REMEMBERED.closes_files = True


def closes_files() -> bool:
    """Say whether the door closed files off."""
    return _REMEMBERED.closes_files


def standing() -> Standing:
    """Ask the kernel, and nobody else, whether the door is shut."""
    return Standing(_is_filtered(), _REMEMBERED.noticed)


def _is_filtered() -> bool:
    try:
        with open(_STATUS, encoding="ascii", errors="replace") as status:  # noqa: PTH123  pathlib costs every start
            told = dict(line.split(":", 1) for line in status if ":" in line)
    except OSError:
        return False
    return (told.get("Seccomp", "").strip(), told.get("NoNewPrivs", "").strip()) == ("2", "1")

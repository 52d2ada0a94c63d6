"""The rooms that faults are put into, and the tests that judge each: only those, so that a fault costs seconds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.hunts.fault import ROOT

_BITCOIN = "chains/bitcoin"


@dataclass(frozen=True, slots=True)
class Room:
    """Files and folders of code, and the files and folders of tests that should notice a fault in it.

    `left_out` are tests that measure, hold a document against the code, or ask judges that are not ours.
    """

    code: tuple[str, ...]
    tests: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    def modules(self) -> list[Path]:
        """The modules that faults are put into. Those that only name a package hold nothing."""
        return [path for path in _files(self.code, "*.py") if path.name != "__init__.py"]

    def judges(self) -> list[Path]:
        """The files of tests."""
        left_out = {ROOT / "tests" / each for each in self.left_out}
        return [path for path in _files([f"tests/{each}" for each in self.tests], "test_*.py") if path not in left_out]


def _files(places: tuple[str, ...] | list[str], pattern: str) -> Iterator[Path]:
    for place in places:
        path = ROOT / place
        yield from sorted(path.rglob(pattern)) if path.is_dir() else [path]


ROOMS = {
    "governance": Room(
        ("custody/governance",), ("governance",), left_out=("governance/test_speed.py", "governance/test_spec.py")
    ),
    "psbt": Room(("custody/chains/bitcoin/psbt",), (f"{_BITCOIN}/psbt",)),
    "consensus": Room(("custody/chains/bitcoin/consensus",), (f"{_BITCOIN}/consensus",)),
    "addresses": Room(
        ("custody/chains/bitcoin/addresses", "custody/chains/extended_key.py"),
        (f"{_BITCOIN}/addresses", "chains/test_extended_key.py", "chains/test_extended_key_edges.py"),
    ),
    "descriptor": Room(("custody/chains/bitcoin/descriptor",), (f"{_BITCOIN}/descriptor",)),
    "miniscript": Room(
        ("custody/chains/bitcoin/miniscript",),
        (f"{_BITCOIN}/miniscript", f"{_BITCOIN}/descriptor/test_policies.py"),
        left_out=(f"{_BITCOIN}/miniscript/test_judges.py",),
    ),
    "wallet": Room(("custody/chains/bitcoin/wallet",), (f"{_BITCOIN}/wallet",)),
    "exchange": Room(("custody/chains/bitcoin/exchange",), (f"{_BITCOIN}/exchange",)),
    "review": Room(("custody/chains/bitcoin/review",), (f"{_BITCOIN}/review",)),
    "vaults": Room(("custody/keys/vaults",), ("keys/vaults",)),
    "cards": Room(("custody/keys/cards",), ("keys/cards",)),
    "phrases": Room(("custody/keys/phrases",), ("keys/phrases",)),
    "window": Room(
        ("airgap/ur", "airgap/cbor.py", "airgap/bbqr.py", "airgap/pmofn.py", "custody/chains/cbor_values.py"),
        (
            "airgap/ur",
            "airgap/test_cbor.py",
            "airgap/test_bbqr.py",
            "airgap/test_pmofn.py",
            "airgap/receiving/test_assembly.py",
            "airgap/receiving/test_collector.py",
            "airgap/test_attacks.py",
            "chains/test_cbor_values.py",
        ),
    ),
    "release": Room(("custody/release",), ("release",)),
    "plan": Room(("custody/ceremony/plan",), ("ceremony/plan", "ceremony/lint")),
    "transcript": Room(
        ("custody/ceremony/transcript", "custody/ceremony/candidates"),
        ("ceremony/transcript", "ceremony/candidates", "cli/ceremonies/verifying/test_verify.py"),
    ),
}
"""What `make mutation ROOM=...` takes a name of."""

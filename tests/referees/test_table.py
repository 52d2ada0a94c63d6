"""Every kind of script by 1, 5 and 50 inputs by PSBT v0 and v2: reviewed and signed by our command line, finalised by a
named referee that is not ours, verified by an engine that is not ours. docs/referees.md shows the cells.
"""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.referees.judges import FINALISERS, verify
from tests.support import desk
from tests.support.custody_command import call

pytestmark = pytest.mark.referee

STRANGER = b"\x00\x14" + bytes(range(20))
COUNTS = (1, 5, 50)
REFEREES = {0: ("bdk", "libwally"), 2: ("libwally",)}
"""A PSBT version -> those who finalise it. bdk reads version 0 only."""

CELLS = [(kind, count, version) for kind in desk.KINDS for count in COUNTS for version in REFEREES]


def sign(owner: desk.Wallet, psbt: bytes, folder: Path) -> bytes:
    """Register the wallet and let every signer sign in turn, as officers do."""
    wallet, document = folder / "wallet.json", folder / "unsigned.psbt"
    descriptor = ["--descriptor", owner.descriptor, "--network", "regtest"]
    assert call("wallet", "new", "referees", *descriptor, "-o", str(wallet)) == 0
    document.write_bytes(psbt)
    for who in owner.signers:
        signed = folder / f"signed-{who}.psbt"
        arguments = ["sign", str(document), "--wallet", str(wallet), "--yes", "-o", str(signed)]
        assert call(*arguments, secret=desk.PHRASES[who] + "\n") == 0
        document = signed
    return document.read_bytes()


@pytest.mark.parametrize(("kind", "count", "version"), CELLS)
def test_a_cell_is_signed_by_us_and_finalised_and_verified_by_others(
    kind: str, count: int, version: int, tmp_path: Path
) -> None:
    owner = desk.wallet(kind)
    spent = desk.coins(owner, count)
    fee = 600 * count  # between 1 and 10 sat/vB for every kind
    psbt = desk.psbt(owner, spent, [(STRANGER, 40_000 * count)], fee, version)
    signed = sign(owner, psbt, tmp_path)
    finals = {name: FINALISERS[name](signed) for name in REFEREES[version]}
    for final in finals.values():
        verify(final, [coin.utxo for coin in spent])
    assert len(set(finals.values())) == 1, "the referees extract the same transaction"


def table() -> str:
    """The table of docs/referees.md, from the cells that are tested."""
    columns = [(count, version) for version in REFEREES for count in COUNTS]
    heads = [f"{count} in, v{version}" for count, version in columns]
    rows = [["kind", *heads], ["---"] * (len(heads) + 1)]
    for kind in desk.KINDS:
        assert {(kind, *column) for column in columns} <= set(CELLS)
        rows.append([f"`{kind}`", *(" and ".join(REFEREES[version]) for _count, version in columns)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_the_document_shows_the_cells_that_are_tested() -> None:
    assert table() in (ROOT / "docs" / "referees.md").read_text(encoding="utf-8")

"""What a wallet shows a camera, read back from an 80x24 window: an address, and the wallet itself."""

import re
from pathlib import Path

import pytest
import zxingcpp

from airgap.receiving.collector import Collector
from custody import aloud
from tests.airgap.qr.test_qr import rasterise
from tests.chains.bitcoin.review.drafts import registered
from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.cli.test_networks import BANNER
from tests.cli.transactions.test_person_signs import lay
from tests.support import desk
from tests.support.custody_command import run
from tests.support.patience import until

KINDS = {"wpkh": True, "tr": True, "wsh(sortedmulti)": True, "pkh": False, "sh(wpkh)": False}
"""A kind of wallet -> whether its addresses may stand in capitals (BIP-173)."""


def codes_on(screen: Screen) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(rasterise(screen.emulator))]


@pytest.fixture
def wallet(tmp_path: Path):
    """Lay a wallet's file, and name it."""

    def put(kind: str = "wpkh") -> str:
        path = tmp_path / "wallet.json"
        path.write_text(registered(kind).to_json())
        return str(path)

    return put


@pytest.mark.parametrize("kind", KINDS)
def test_a_camera_reads_the_address_alone_from_an_80x24_window(wallet, kind: str) -> None:
    address = desk.wallet(kind).address(0, 5)
    with Screen(PROGRAM, "wallet", "address", wallet(kind), "--index", "5", "--qr") as screen:
        assert screen.finish() == 0, screen.text
        assert codes_on(screen) == [address.upper() if KINDS[kind] else address]
        assert f" {address}" in screen.lines
        assert " receiving address 5 of treasury" in screen.lines


def test_change_has_a_code_too_and_what_is_beyond_reach_is_warned_of(wallet) -> None:
    with Screen(PROGRAM, "wallet", "address", wallet(), "--change", "--index", "5000", "--qr") as screen:
        assert screen.finish() == 0, screen.text
        assert codes_on(screen) == [desk.wallet("wpkh").address(1, 5000).upper()]
        assert " change address 5000 of treasury" in screen.lines
        assert b"index 5000 is beyond" in screen.raw


def test_on_a_main_network_the_window_has_room_for_the_banner(tmp_path: Path) -> None:
    _file, wallet, _out = lay(tmp_path)
    with Screen(PROGRAM, "wallet", "address", wallet, "--qr") as screen:
        assert screen.finish() == 0
        assert screen.lines[0] == BANNER
        assert len(codes_on(screen)) == 1
    with Screen(PROGRAM, "wallet", "export", wallet, "--to", "ur") as screen:
        screen.until(f"{BANNER} | ")
        screen.type("q")
        assert screen.finish() == 0
        assert b"There, the first address must be" in screen.raw


@pytest.mark.parametrize("option", [("--range", "0:1"), ("--range", "0:2"), ("--json",)])
def test_a_code_is_of_one_address_and_for_no_program(wallet, option: tuple[str, ...]) -> None:
    with Screen(PROGRAM, "wallet", "address", wallet(), "--qr", *option) as screen:
        assert screen.finish() == 2


def test_a_code_is_drawn_in_a_window_with_room_for_it_alone(custody, wallet) -> None:
    answer = custody("wallet", "address", wallet(), "--qr")
    assert (answer.code, answer.stdout) == (2, "")
    assert "--qr" in answer.stderr
    with Screen(PROGRAM, "wallet", "address", wallet(), "--qr", size=(80, 15)) as screen:
        assert screen.finish() == 2
        assert "too small" in screen.text


def test_a_ur_is_played_in_the_window_and_is_the_one_that_is_written(custody, wallet, tmp_path: Path) -> None:
    path = wallet("wsh(sortedmulti)")
    written = custody("wallet", "export", path, "--to", "ur").stdout.strip()
    assert written.startswith("ur:crypto-output/")
    wanted = Collector()
    wanted.receive(written)
    collector = Collector()
    with Screen(PROGRAM, "wallet", "export", path, "--to", "ur") as screen:

        def whole() -> bool:
            for code in codes_on(screen):
                collector.receive(code)
            screen.read()
            return collector.settled

        until(whole, lambda: screen.text)
        screen.type("q")
        assert screen.finish() == 0
        first = aloud.address(desk.wallet("wsh(sortedmulti)").address(0, 0)).aloud
        assert first in " ".join(re.sub(r"\x1b\[[0-9]*m", "", screen.raw.decode()).split()), (
            "its ends are set apart by weight"
        )
    assert collector.require() == wanted.require()


def test_with_a_file_or_a_pipe_a_ur_is_written(custody, wallet, tmp_path: Path) -> None:
    path, out = wallet(), tmp_path / "t.ur"
    answer = custody("wallet", "export", path, "--to", "ur", "-o", str(out))
    assert answer.code == 0
    assert "airgap show" in answer.stderr
    with Screen(PROGRAM, "wallet", "export", path, "--to", "ur", "-o", "-") as screen:
        assert screen.finish() == 0
        assert b"ur:crypto-output/" in screen.raw
    encoded = run("airgap", "encode", str(out))
    assert encoded.out.strip().lower() == out.read_text().strip()

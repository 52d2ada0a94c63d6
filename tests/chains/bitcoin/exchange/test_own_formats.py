"""The table of formats: what is told from what, and what is nobody's."""

import json

import pytest

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.exchange.formats import WRITTEN, recognise
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Unreadable, Usage
from tests.support import desk

REGTEST = NETWORKS["regtest"]
WALLET = Wallet.register("treasury", [desk.wallet("wsh(sortedmulti)").descriptor], REGTEST)


@pytest.mark.parametrize("target", WRITTEN)
def test_what_is_written_for_a_program_is_recognised_and_makes_the_same_addresses(target: str) -> None:
    again = recognise(WRITTEN[target](WALLET)).register("treasury", REGTEST)
    for branch in (0, 1):
        for index in range(10):
            assert again.address(branch, index) == desk.wallet("wsh(sortedmulti)").address(branch, index)


def test_a_text_of_descriptors_is_read() -> None:
    one, two = (desk.wallet("wpkh").single(branch) for branch in (0, 1))
    both = desk.wallet("wpkh").descriptor
    for text in (both, f"# receive and change\n{both}\n", f"{one}\n{two}\n", f"\n#x\r\n  {one}\r\n{two}"):
        assert recognise(text.encode()).register("t", REGTEST).descriptor.text() == both
    with pytest.raises(Unreadable, match="3 descriptors"):
        recognise(f"{one}\n{two}\n{both}\n".encode())


@pytest.mark.parametrize(
    "document",
    [b"", b"\n", b"hello", b"{}", b"[]", b"7", b"\xff\xfe", b'{"a": 1}', b"cHNidP8B", b"\x00" * 100, b"{" * 99],
)
def test_what_is_of_no_format_is_unreadable(document: bytes) -> None:
    with pytest.raises(Unreadable):
        recognise(document)


def test_an_account_of_a_file_that_has_none_is_a_usage_error() -> None:
    with pytest.raises(Usage, match="--account"):
        recognise(WRITTEN["bsms"](WALLET), "bip84")


def test_json_is_read_strictly() -> None:
    fields = json.loads(WRITTEN["policy"](WALLET))
    twice = json.dumps(fields)[:-1] + ', "name": "x"}'
    for document in (twice.encode(), b"[" * 20 + b"]" * 20, json.dumps(fields).encode("utf-16")):
        with pytest.raises(Unreadable):
            recognise(document)

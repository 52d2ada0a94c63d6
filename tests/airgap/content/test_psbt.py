"""A PSBT is whole when its maps are as many as it says, and nothing follows the last."""

import json
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airgap.content import psbt
from tests.airgap.frames import TRANSACTION, whole

MAGIC = b"psbt\xff"
OLD = MAGIC + b"\1\0" + bytes([len(TRANSACTION)]) + TRANSACTION + b"\0" + b"\0" + b"\0"
NEW = MAGIC + b"\1\xfb\4\2\0\0\0" + b"\1\4\1\1" + b"\1\5\1\2" + b"\0" + b"\0" + b"\1\3\1x\0" + b"\0"


@pytest.mark.parametrize("data", [OLD, NEW, whole(473)])
def test_every_cut_and_every_byte_more_is_noticed(data: bytes) -> None:
    assert psbt.is_whole(data)
    assert not any(psbt.is_whole(data[:end]) for end in range(len(data)))
    assert not psbt.is_whole(data + b"\0")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        MAGIC,
        b"psbt" + OLD[4:].replace(b"\xff", b"\xfe", 1),
        MAGIC + b"\0\0\0",
        MAGIC + b"\1\0\4\2\0\0\0" + b"\0\0\0",
        OLD.replace(TRANSACTION, TRANSACTION[:-1] + b"\0\0").replace(b"\1\0\x3c", b"\1\0\x3d"),
        NEW.replace(b"\1\5\1\2", b"\1\5\1\3"),
        NEW.replace(b"\1\4\1\1", b"\1\4\1\0"),
        MAGIC + b"\1\0\xff" + b"\xff" * 8,
    ],
)
def test_what_is_none_is_not_whole(data: bytes) -> None:
    assert not psbt.is_whole(data)


@given(st.binary(max_size=100))
def test_any_bytes_have_an_answer(data: bytes) -> None:
    assert psbt.is_whole(MAGIC + data) in (True, False)


def test_published_psbts_are_whole(vectors: Path) -> None:
    """Those that Bitcoin Core made, and those that the BIPs call valid."""
    made = [each["psbt"] for each in json.loads((vectors / "core-psbts.json").read_text(encoding="utf-8"))["psbts"]]
    listed = json.loads((vectors / "psbt" / "bip174-370-371.json").read_text(encoding="utf-8"))
    valid = [each["psbt_base64"] for each in listed if each["parse"] == "ok"]
    assert len(made) > 10
    assert len(valid) > 10
    assert [each for each in (*made, *valid) if not psbt.is_whole(b64decode(each))] == []

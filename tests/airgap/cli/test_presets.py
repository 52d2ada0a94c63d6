"""Receivers by name: each gets what it reads, and what a person asks for goes before it."""

import json
from pathlib import Path

import pytest

from airgap import bbqr
from airgap.capacity import version_for
from airgap.presets import PRESETS
from airgap.receiving.collector import Collector
from tests.airgap.conftest import Run

CONTENT = bytes(range(256)) * 12 + b"end of the message that is long enough for a series everywhere"


@pytest.fixture
def document(tmp_path: Path) -> str:
    (tmp_path / "document").write_bytes(CONTENT)
    return "document"


@pytest.mark.parametrize("receiver", PRESETS)
def test_every_receiver_gets_a_series_that_completes(receiver: str, run: Run, document: str) -> None:
    code, out, _err = run("encode", document, "--to", receiver, "--json")
    assert code == 0
    told = json.loads(out)
    assert told["framing"] == PRESETS[receiver].framing
    collector = Collector()
    for frame in told["frames"]:
        collector.receive(frame)
    assert collector.require().payload == CONTENT
    largest = 25 if receiver in ("self", "coldcard-q") else 17 if receiver == "sparrow" else 13
    assert max(map(version_for, told["frames"])) <= largest


def test_what_is_asked_for_goes_before_the_preset(run: Run, document: str) -> None:
    frames = json.loads(run("encode", document, "--to", "coldcard-q", "--framing", "ur", "--json")[1])["frames"]
    assert not frames[0].startswith(bbqr.SCHEME)
    few = json.loads(run("encode", document, "--to", "seedsigner", "--fragment", "800", "--json")[1])["parts"]
    assert few == 4


def test_a_receiver_and_a_kind_of_picture_stand_beside_each_other(run: Run, document: str, tmp_path: Path) -> None:
    assert run("show", document, "--to", "sparrow", "--to", "html", "-o", "out.html")[0] == 0
    assert b'"period": 125' in (tmp_path / "out.html").read_bytes()
    assert run("show", document, "--to", "pdf", "-o", "out.pdf")[0] == 0
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("two", [("sparrow", "krux"), ("png", "gif")])
def test_two_of_one_are_exit_2(two: tuple[str, str], run: Run, document: str) -> None:
    assert run("show", document, "--to", two[0], "--to", two[1], "-o", "out")[0] == 2

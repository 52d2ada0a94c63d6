"""Readers of pictures behind the door: copies that know nothing, end when told, and are so many and no more."""

import sys
from pathlib import Path

import pytest

from airgap import qr
from airgap.scanning.nursery import MOST
from tests.airgap.door.behind import behind
from tests.support.patience import stated, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a door that shuts")

READ = """
import json, os, sys, time
from airgap.errors import Unreadable
from airgap.scanning.nursery import has_nursery, nursery
from airgap.scanning.worker import PictureReader
picture = open(sys.argv[1], "rb").read()
def read(content=picture):
    with PictureReader() as reader:
        return [text for seen in reader.frames(content) for text in seen.texts]
def children():
    own = open(f"/proc/self/task/{os.getpid()}/children").read().split()
    return [each for each in own if " Z " not in open(f"/proc/{each}/stat").read()]
"""


@pytest.fixture
def picture(tmp_path: Path) -> str:
    (tmp_path / "code.png").write_bytes(qr.png(qr.matrix("HELLO")))
    return str(tmp_path / "code.png")


@pytest.mark.parametrize("before", ["", "nursery()\n"], ids=["copies of itself", "of the nursery"])
def test_a_picture_is_read_where_no_program_may_be_started(before: str, picture: str) -> None:
    line = f"{READ}{before}print(json.dumps([read(), read(), has_nursery()]))"
    assert behind(line, picture) == [["HELLO"], ["HELLO"], bool(before)]


@pytest.mark.parametrize("before", ["", "nursery()\n"], ids=["copies of itself", "of the nursery"])
def test_a_picture_that_breaks_its_reader_is_told_and_the_next_is_read(before: str, picture: str) -> None:
    line = f"{READ}{before}" + (
        "told = []\n"
        "with PictureReader(seconds=20) as reader:\n"
        "    try: list(reader.frames(picture[:60] + b'x' * 500))\n"
        "    except Unreadable as refusal: told.append('refused')\n"
        "    told += [text for seen in reader.frames(picture) for text in seen.texts]\n"
        "print(json.dumps(told))"
    )
    assert behind(line, picture) == ["refused", "HELLO"]


def test_what_was_read_after_the_nursery_was_made_is_in_no_reader(picture: str) -> None:
    """A reader is asked for its own memory: the secret is in this process, and not in its."""
    line = READ + (
        "from airgap.scanning import reader as readers\n"
        "def look(*, as_hex):\n"
        "    os.read(0, 8)\n"
        "    found = 0\n"
        "    for line in open('/proc/self/maps'):\n"
        "        ends, rights = line.split()[:2]\n"
        "        if 'w' in rights and 'r' in rights:\n"
        "            begin, end = (int(each, 16) for each in ends.split('-'))\n"
        "            with open('/proc/self/mem', 'rb', 0) as memory:\n"
        "                memory.seek(begin)\n"
        "                try: found += memory.read(end - begin).count(bytes(reversed(b'TERCES YREV')))\n"
        "                except OSError: pass\n"
        "    readers._answer({'texts': [str(found)], 'scale': None}); readers._answer({'end': True})\n"
        "readers.serve = look\n"
        "MADE\n"
        "secret = bytes(reversed(b'TERCES YREV')) * 100_000\n"
        "print(json.dumps([read(), len(secret)]))"
    )
    (found,), _size = behind(line.replace("MADE", "nursery()"), picture)
    assert int(found) < 10, "but what the search itself looks for"
    (found,), _size = behind(line.replace("MADE", ""), picture)
    assert int(found) >= 100_000, "a copy of this process has it"


def test_no_process_is_left_over(picture: str) -> None:
    line = f"{READ}read(); read(); print(json.dumps(children()))"
    assert behind(line, picture) == []


def test_the_nursery_ends_with_whoever_made_it(picture: str) -> None:
    line = f"{READ}nursery(); read(); print(json.dumps(children()))"
    (process,) = behind(line, picture)
    until(lambda: stated(int(process))[:1] in ([], ["Z"]), "the end of the nursery")


def test_one_command_reads_so_many_pictures_and_no_more(picture: str) -> None:
    line = (
        f"{READ}nursery()._pipes = iter([])\ntry: read()\nexcept Unreadable as refusal: print(json.dumps(str(refusal)))"
    )
    assert "too many pictures" in behind(line, picture)
    assert MOST > 16, "as many as a set has cards"

"""A bundle's documents are read to the letter: one changed byte, of ASCII or not, and they are none."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from custody.errors import Unreadable
from custody.release import grammar, signatures
from custody.release.manifest import File, Manifest
from custody.release.root import Root
from tests.release.bundles import ROOT_1, ROOT_2, signed

MANIFEST = Manifest((1, 20, 0), "2026-03-01", "2030-01-01", (File("a/b", 12, "ab" * 32), File("c", 0, "cd" * 32)))
DOCUMENTS: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "a root": (ROOT_1.encode(), lambda document: Root.parse(document, "roots/1").encode()),
    "the next root": (ROOT_2.encode(), lambda document: Root.parse(document, "roots/2").encode()),
    "a manifest": (MANIFEST.encode(), lambda document: Manifest.parse(document).encode()),
    "signatures": (
        signed(b"a document", ("Ann", "Ben")),
        lambda document: signatures.encode(signatures.parse(document, "manifest.sig")),
    ),
}


@pytest.mark.parametrize(("document", "rewritten"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_is_read_and_written_to_the_letter(document: bytes, rewritten: Callable[[bytes], object]) -> None:
    assert rewritten(document) == document
    for place in range(len(document)):
        for byte in (b"", b"\xff", b"\n", b" ", b"\x00", b"\r"):
            changed = document[:place] + byte + document[place + 1 :]
            try:
                assert rewritten(changed) == changed
            except Unreadable:
                continue
            assert byte == b"" or changed == document


def test_a_manifest_names_its_files_in_order_whatever_order_they_were_given_in() -> None:
    assert replace(MANIFEST, files=MANIFEST.files[::-1]).encode() == MANIFEST.encode()


def test_a_document_may_be_as_long_as_its_limit_and_no_longer() -> None:
    found = grammar.match(b"a" * 8, re.compile("a*"), 8, "a document")
    assert found.group() == "a" * 8
    with pytest.raises(Unreadable, match="larger than the 8 bytes"):
        grammar.match(b"a" * 9, re.compile("a*"), 8, "a document")


def test_lines_stand_once_and_in_order() -> None:
    grammar.refuse_disorder(["a", "b", "c"], "a document")
    for lines in (["b", "a"], ["a", "a"], ["a", "c", "b"]):
        with pytest.raises(Unreadable):
            grammar.refuse_disorder(lines, "a document")

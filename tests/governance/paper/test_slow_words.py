"""The ten words: as docs/spec/journal.md says, made again by the library alone, and never of another treasury."""

from hashlib import sha256
from unittest.mock import Mock

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from airgap.ur.bytewords import WORDS
from custody.errors import Unfit
from custody.governance.chain import Head
from custody.governance.paper import slow_words, words_of

TREASURY, LINE = sha256(b"a treasury").digest(), sha256(b"an entry").digest()
DERIVED = bytes.fromhex("eb04479fcb5d8cdaaf2ea7533dcc19bd5b3fcc133ed5d02198d2f1d9eccabf26")
"""By libargon2, the reference implementation, for this treasury and this hash."""
SAID = "warm aqua fuel note stub hill luck twin pose drum"


def test_the_words_are_those_of_the_document() -> None:
    work = Argon2id(salt=TREASURY, length=32, iterations=1, lanes=1, memory_cost=65536)
    assert work.derive(b"custody/head/v1\0" + LINE) == DERIVED
    assert " ".join(WORDS[byte] for byte in DERIVED[:10]) == SAID
    assert " ".join(words_of(TREASURY, Head(7, LINE))) == SAID


def test_the_words_know_the_treasury_and_the_line_and_not_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_words, "MEMORY", 8)
    here, there = (sha256(name).digest() for name in (b"quick treasury", b"another quick treasury"))
    assert words_of(here, Head(0, LINE)) == words_of(here, Head(1, LINE))
    assert len({words_of(here, Head(0, LINE)), words_of(there, Head(0, LINE)), words_of(here, Head(0, bytes(32)))}) == 3


def test_the_words_of_one_entry_are_made_once_in_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Mock(wraps=Argon2id)
    monkeypatch.setattr(slow_words, "Argon2id", made)
    monkeypatch.setattr(slow_words, "MEMORY", 8)
    treasury = sha256(b"a treasury that asks twice").digest()
    assert words_of(treasury, Head(3, LINE)) == words_of(treasury, Head(3, LINE))
    made.assert_called_once()


def test_too_little_memory_is_said_and_nothing_is_kept_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    treasury = sha256(b"a treasury without memory").digest()
    with monkeypatch.context() as short:
        short.setattr(slow_words, "Argon2id", Mock(return_value=Mock(derive=Mock(side_effect=MemoryError))))
        with pytest.raises(Unfit, match="64 MiB"):
            words_of(treasury, Head(0, LINE))
    monkeypatch.setattr(slow_words, "MEMORY", 8)
    assert len(words_of(treasury, Head(0, LINE))) == 10

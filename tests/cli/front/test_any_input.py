"""Whatever comes in by a descriptor, a file or an argument, a command answers with an exit code of the table."""

import io
import json
import os
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.cli.front import main
from custody.keys.phrases.wordlist import BIP39
from tests.cli.conftest import pipe_with
from tests.support.unhardened import unhardened

ANSWERS = {0, 2, 3, 4, 5, 6, 8}
"""Every code but 1, a bug of ours, and those that another part of the house owns."""

CANARY = "zoologist"
XPUB = "xpub6CatWdiZiodmUeTDp8LT5or8nmbKNcuyvz7WyksVFkKB4RHwCD3XyuvPEbvqAQY3rAPshWcMLoP2fMFMKHPJ4ZeZXYVUhLv1VMrjPC7PW6V"
DESCRIPTOR = f"wpkh([73c5da0a/84h/0h/0h]{XPUB}/<0;1>/*)"
WALLET = json.dumps(
    {
        "format": "custody-wallet/1",
        "chain": "bitcoin",
        "name": "treasury",
        "network": "main",
        "descriptor": f"{DESCRIPTOR}#qf45pmyh",
        "used_to": 5,
    }
)
CARD = "duckling enlarge academic academic agency result length solution fridge kidney coal piece deal husband erode duke ajar critical decision keyboard"  # noqa: E501  SLIP-39's first vector
CARD_OPENERS = (("key", "show"), ("share", "check"), ("share", "combine"))


def answer(arguments: Sequence[str], secret: bytes | None = None) -> str:
    """Run a command with --json and return all that it said, once code and shape are those of docs/command-line.md."""
    said, beside = io.StringIO(), io.StringIO()
    line = list(arguments)
    reader = None if secret is None else pipe_with(secret)
    if reader is not None:
        line += ["--secret-fd", str(reader)]
    try:
        with redirect_stdout(said), redirect_stderr(beside), unhardened():
            code = main.run([*line, "--json"])
    finally:
        if reader is not None:
            os.close(reader)
    assert code in ANSWERS, beside.getvalue()
    result = json.loads(said.getvalue())
    assert ("error" in result) == (code != 0)
    shown = said.getvalue() + beside.getvalue()
    assert shown.isascii()
    assert "Traceback" not in shown
    assert not [letter for letter in shown if letter != "\n" and not letter.isprintable()]
    return shown


words = st.one_of(st.sampled_from([*BIP39.words[:50], *CARD.split()]), st.just(CANARY), st.text(max_size=8))
lines = st.one_of(
    st.lists(words, max_size=34).map(" ".join),
    st.just(CARD),
    st.builds("{} {}".format, st.sampled_from(["passphrase:", "Passphrase:", "dice:", "pass"]), st.text(max_size=10)),
)
secrets = st.one_of(st.binary(max_size=300), st.lists(lines, max_size=4).map(lambda many: "\n".join(many).encode()))


@pytest.mark.parametrize("command", CARD_OPENERS)
@settings(max_examples=60, deadline=None)
@given(secret=secrets)
def test_any_secret_is_opened_or_refused_and_never_repeated(command: tuple[str, ...], secret: bytes) -> None:
    assert CANARY not in answer(command, secret)


def mutated(draw: st.DrawFn, text: str) -> bytes:
    """Return a text with a few pieces cut out, put in or written over."""
    content = bytearray(text.encode())
    for _change in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(start + 12, len(content))))
        content[start:end] = draw(
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from(
                    [b"null", b"-1", b"1e999", b"[" * 2000, b"9" * 5000, b"\\ud800", b'"', b"<0;1>", b"//"]
                ),
            )
        )
    return bytes(content)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_wallet_file_is_read_or_refused(data: st.DataObject) -> None:
    content = mutated(data.draw, WALLET)
    with TemporaryDirectory() as folder:
        path = Path(folder, "wallet")
        path.write_bytes(content)
        answer(["wallet", "address", str(path)])
        answer(["wallet", "find", str(path), data.draw(arguments), "--limit", "2"])
        answer(["share", "check", "--set", str(path)], CARD.encode())


arguments = st.text(st.characters(exclude_characters="\0"), max_size=40).filter(lambda text: not text.startswith("-"))
"""What an operating system can hand over: anything but the character that ends an argument."""


@settings(max_examples=100, deadline=None)
@given(data=st.data(), name=arguments)
def test_any_name_and_descriptor_is_registered_or_refused(data: st.DataObject, name: str) -> None:
    descriptor = mutated(data.draw, DESCRIPTOR).replace(b"\0", b"").decode("utf-8", "surrogateescape")
    with TemporaryDirectory() as folder:
        path = Path(folder, "wallet")
        answer(["wallet", "new", name, "--descriptor", DESCRIPTOR, "-o", str(path)])
        answer(["wallet", "new", "x", f"--descriptor={descriptor}", "-o", str(path), "--force"])
        answer(["key", "show", "--path", name, "--network", name], b"")

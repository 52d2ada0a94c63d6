"""Whatever is accepted comes back byte for byte: the desk's kinds, published files, the node's, and made-up fields.

`tests/support/identity.py` holds every other test of the suite to the same.
"""

import json
from base64 import b64decode
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.psbt import Psbt
from custody.errors import Unreadable
from tests.chains.bitcoin.review.drafts import STRANGER, honest
from tests.support import desk, identity

KEYS_OF_NOBODY = st.builds(lambda kind, rest: bytes([kind]) + rest, st.integers(0x40, 0xFA), st.binary(max_size=40))
OWN = st.builds(
    lambda name, subtype, rest: b"\xfc" + desk.sized(name) + desk.compact_size(subtype) + rest,
    st.binary(max_size=20),
    st.integers(0, 70_000),
    st.binary(max_size=40),
)
FIELDS = st.lists(
    st.tuples(st.one_of(KEYS_OF_NOBODY, OWN), st.binary(max_size=300)),
    max_size=8,
    unique_by=lambda pair: pair[0],
)


def comes_back(data: bytes) -> bool:
    return Psbt.parse(data).serialize() == data


@pytest.mark.parametrize("version", [0, 2])
@pytest.mark.parametrize("kind", [*desk.KINDS, *desk.POLICIES])
def test_every_psbt_that_a_desk_writes_comes_back_byte_for_byte(kind: str, version: int) -> None:
    owner = desk.wallet(kind)
    for count in (1, 3):
        assert comes_back(desk.psbt(owner, desk.coins(owner, count), [(STRANGER, 30_000)], 1_000, version))


def test_every_published_file_that_is_accepted_comes_back(vectors: Path) -> None:
    accepted = 0
    for path in sorted(vectors.rglob("*.json")):
        for text in _texts(json.loads(path.read_text(encoding="utf-8"))):
            try:
                data = b64decode(text, validate=True)
            except ValueError:
                continue
            try:
                assert comes_back(data), path.name
            except Unreadable:
                continue
            accepted += 1
    assert accepted > 50


def _texts(value: object) -> list[str]:
    """Every string in a document of JSON that begins as a PSBT does in base64."""
    if isinstance(value, str):
        return [value] if value.startswith("cHNidP") else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _texts(each)]


@given(FIELDS, FIELDS, FIELDS, st.randoms(use_true_random=False))
def test_fields_that_nobody_knows_come_back_byte_for_byte(
    whole: list[desk.Pair], first: list[desk.Pair], last: list[desk.Pair], chance: Random
) -> None:
    """Fields in any order, between those that are known: the order is kept too."""
    draft = honest("wpkh")
    maps = [draft.inputs[0] + first, draft.outputs[0][2] + last, list(draft.outputs[1][2])]
    for pairs in maps:
        chance.shuffle(pairs)
    spent = [(txid, vout, draft.sequence) for txid, vout in draft.outpoints]
    unsigned = desk.transaction(spent, [desk.output(amount, script) for script, amount, _pairs in draft.outputs])
    data = b"psbt\xff"
    for pairs in ([(b"\x00", unsigned), *whole], *maps):
        data += b"".join(desk.sized(key) + desk.sized(value) for key, value in pairs) + b"\x00"
    assert comes_back(data)
    assert Psbt.parse(data).unknown_count == len(whole) + len(first) + len(last)


def test_the_suite_is_held_to_it() -> None:
    assert identity.is_held()

"""The published vectors of miniscript: every field of all 97 entries."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from custody.chains.bitcoin.miniscript import (
    Context,
    Node,
    exec_stack_items,
    has_mixed_timelocks,
    is_non_malleable,
    largest_satisfaction_size,
    needs_signature,
    ops_count,
    parse,
    stack_items,
)
from custody.errors import Unreadable

FIELDS = {
    Context.P2WSH: ("p2wsh_invalid", "p2wsh_script", "witness_size"),
    Context.TAPSCRIPT: ("tapscript_invalid", "tapscript_script", "tapscript_witness_size"),
}
MEASURES = {
    "non_malleable": is_non_malleable,
    "needs_signature": needs_signature,
    "mixed_timelocks": has_mixed_timelocks,
    "ops": ops_count,
    "stack_items": stack_items,
    "exec_stack_items": exec_stack_items,
}


@pytest.fixture(scope="module")
def entries(vectors: Path) -> list[dict[str, Any]]:
    read = json.loads((vectors / "descriptors" / "miniscript_fixed_tests.json").read_text())
    assert isinstance(read, list)
    assert len(read) == 97
    return read


def read_key(text: str) -> bytes:
    assert re.fullmatch("[0-9a-f]{66}", text)
    return bytes.fromhex(text)


def parsed(entry: dict[str, Any], context: Context) -> Node[bytes] | None:
    """The tree, where the entry calls it valid in this context; it must be refused where not."""
    invalid, _script, _size = FIELDS[context]
    if entry["valid"] and not entry[invalid]:
        return parse(entry["miniscript"], context, read_key)
    with pytest.raises(Unreadable):
        parse(entry["miniscript"], context, read_key)
    return None


@pytest.mark.parametrize("context", Context)
def test_every_entry_is_read_or_refused_as_published(entries: list[dict[str, Any]], context: Context) -> None:
    read = [parsed(entry, context) is not None for entry in entries]
    invalid = FIELDS[context][0]
    assert read == [entry["valid"] and not entry[invalid] for entry in entries]
    assert len(set(read)) == 2


@pytest.mark.parametrize("context", Context)
def test_every_script_is_the_published_one(entries: list[dict[str, Any]], context: Context) -> None:
    _invalid, script, _size = FIELDS[context]
    compared = 0
    for entry in entries:
        node = parsed(entry, context)
        if node is not None and entry[script] is not None:
            written = node.script(lambda key: key[-context.key_size :])
            assert written.hex() == entry[script], entry["miniscript"]
            compared += 1
    assert compared == {Context.P2WSH: 35, Context.TAPSCRIPT: 28}[context]  # two more scripts stand at invalid entries


@pytest.mark.parametrize("context", Context)
def test_every_property_and_cost_is_the_published_one(entries: list[dict[str, Any]], context: Context) -> None:
    measures = {**MEASURES, FIELDS[context][2]: largest_satisfaction_size}
    compared = dict.fromkeys(measures, 0)
    for entry in entries:
        node = parsed(entry, context)
        for field, measure in measures.items():
            if node is not None and entry[field] is not None:
                assert measure(node) == entry[field], (field, entry["miniscript"])
                compared[field] += 1
    assert min(compared.values()) >= 22


@pytest.mark.parametrize("context", Context)
def test_what_is_read_is_written_in_one_way(entries: list[dict[str, Any]], context: Context) -> None:
    for entry in entries:
        node = parsed(entry, context)
        if node is not None:
            assert parse(node.text(bytes.hex), context, read_key) == node

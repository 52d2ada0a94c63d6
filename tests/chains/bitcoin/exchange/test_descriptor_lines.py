"""Files of descriptors: each label's branch, written out here, and what a first line may be."""

import pytest

from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.programs import descriptor_lines
from custody.errors import Unreadable
from tests.chains.bitcoin.exchange import wallets
from tests.chains.bitcoin.exchange.wallets import REGTEST
from tests.support import desk

RECEIVE, CHANGE = (wallets.owner("wpkh").single(branch) for branch in (0, 1))
BRANCHES = {"Receive": 0, "Receiving": 0, "External": 0, "Change": 1, "Internal": 1}


@pytest.mark.parametrize("label", BRANCHES)
@pytest.mark.parametrize("other", BRANCHES)
def test_two_labels_are_of_two_branches(label: str, other: str) -> None:
    one, two = ((RECEIVE, CHANGE)[BRANCHES[each]] for each in (label, other))
    document = f"{label}: {one}\n{other.upper()}:\t{two}\n".encode()
    if BRANCHES[label] == BRANCHES[other]:
        with pytest.raises(Unreadable, match=r"line 2 .*two lines have a label of the same branch"):
            recognise(document)
    else:
        assert recognise(document).register("treasury", REGTEST) == wallets.wallet("wpkh")


@pytest.mark.parametrize("label", BRANCHES)
def test_one_label_alone_is_a_wallet_unless_it_is_changes(label: str) -> None:
    document = f"{label}: {RECEIVE}\n".encode()
    if BRANCHES[label] == 1:
        with pytest.raises(Unreadable, match="for change alone"):
            recognise(document)
    else:
        assert recognise(document).descriptors == (RECEIVE,)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_wallet_has_one_descriptor_or_two(count: int) -> None:
    lines = [RECEIVE, CHANGE, RECEIVE.replace("/0/*", "/2/*"), RECEIVE.replace("/0/*", "/3/*")][:count]
    document = "\n".join([*lines, lines[0]]).encode()  # the same line twice is one
    if count > 2:
        with pytest.raises(Unreadable, match=f"holds {count} descriptors, and a wallet has one or two"):
            recognise(document)
    else:
        assert recognise(document).descriptors == tuple(lines)


def test_a_label_of_one_line_beside_one_without_is_read() -> None:
    for lines in ((f"Change: {CHANGE}", RECEIVE), (RECEIVE, f"Change: {CHANGE}"), (f"Receive: {RECEIVE}", CHANGE)):
        assert recognise("\n".join(lines).encode()).descriptors == (RECEIVE, CHANGE)


@pytest.mark.parametrize(
    ("document", "is_one"),
    [
        *((f"{name}(".encode(), True) for name in ("pkh", "wpkh", "sh", "wsh", "tr")),
        *((f"{name}(".encode(), False) for name in ("pk", "multi", "addr", "raw", "combo", "WPKH", "xwpkh", "rawtr")),
        (b" \r\n\twpkh(", True),
        (b"# wpkh(\n  #\ntr(", True),
        (b"# wpkh(", False),
        (b"Receive:wpkh(", True),
        (b"Receive: \twpkh(", True),
        (b"My own savings: wpkh(", True),
        (b"a" * 31 + b":wpkh(", True),
        (b"a" * 32 + b":wpkh(", False),
        (b"1st: wpkh(", False),
        (b"Receive;wpkh(", False),
        (b"wpkh", False),
        (b"", False),
    ],
)
def test_a_file_begins_with_a_script_or_with_a_label_and_one(document: bytes, is_one: bool) -> None:
    assert descriptor_lines.is_one(document) is is_one


def test_a_line_that_is_no_descriptor_is_told_with_its_number() -> None:
    for second, told in (
        ("wpkh(x)", ""),
        ("hello", "not a descriptor"),
        ("Savings: " + CHANGE, "label Savings is not known"),
    ):
        with pytest.raises(Unreadable, match=f"^line 3 of what looks like a file of descriptors: .*{told}"):
            recognise(f"{RECEIVE}\n\n{second}".encode())


def test_the_hint_for_an_unknown_label_lists_the_known_ones() -> None:
    with pytest.raises(Unreadable) as refusal:
        recognise(f"Savings: {desk.wallet('wpkh').descriptor}".encode())
    assert refusal.value.hint == "Known: receive, receiving, external, change, internal."

"""The desk's labels (BIP-329): read strictly, told as nobody's knowledge, without a say in the verdict."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.review.labels import KINDS, NO_LABELS, Labels
from custody.chains.bitcoin.review.review import review
from custody.errors import Unreadable
from custody.signing import Note, Review, Verdict
from tests.chains.bitcoin.review.drafts import STRANGER, Draft, honest, registered
from tests.support import desk

TXID = "f91d0a8a78462bc59398f2c5d7a84fcff491c26ba54c4833478b202796c8aafd"
OF_THE_BIP = [
    {"type": "tx", "ref": TXID, "label": "Transaction", "origin": "wpkh([d34db33f/84'/0'/0'])"},
    {"type": "addr", "ref": "bc1q34aq5drpuwy3wgl9lhup9892qp6svr8ldzyy7c", "label": "Address"},
    {"type": "pubkey", "ref": "0283409659355b6d1cc3c32decd5d561abaac86c37a353b52895a5e6c196d6f448", "label": "Key"},
    {"type": "input", "ref": f"{TXID}:0", "label": "Input"},
    {"type": "output", "ref": f"{TXID}:1", "label": "Output", "spendable": False},
    {"type": "xpub", "ref": "xpub661MyMwAqRbcFtXgS5", "label": "Extended key", "heights": [1, 2]},
]


def lines(*records: dict[str, object]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def noted(draft: Draft, *records: dict[str, object]) -> Review:
    return review(draft.psbt(), (registered(draft.kind),), labels=Labels.parse(lines(*records))).review


@pytest.mark.parametrize("record", OF_THE_BIP, ids=lambda record: record["type"])
def test_each_type_of_the_bip_is_read(record: dict[str, str]) -> None:
    labels = Labels.parse(lines(record))
    assert labels.about(record["type"], record["ref"]) == record["label"]
    assert labels.about(record["type"], record["ref"] + "0") == ""


def test_a_file_as_wallets_write_it_is_read_whatever_ends_its_lines() -> None:
    text = lines(*OF_THE_BIP)
    whole = Labels.parse(text)
    assert len(whole.texts) == 6
    for written in (text.replace(b"\n", b"\r\n"), text.rstrip(b"\n"), text + b"\n\n"):
        assert Labels.parse(written) == whole
    assert Labels.parse(b"") == NO_LABELS


def test_types_that_the_bip_does_not_know_are_counted_and_ignored() -> None:
    labels = Labels.parse(lines({"type": "silent", "amount": 3}, OF_THE_BIP[0], {"type": "ADDR"}))
    assert (labels.ignored, len(labels.texts)) == (2, 1)


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b'"tx"',
        b"null",
        b"{} {}",
        b'{"type":"tx","ref":"a","label":"x"',
        b'{"type":"tx","ref":"a","label":"x","label":"y"}',
        b'{"ref":"a","label":"x"}',
        b'{"type":1,"ref":"a"}',
        b'{"type":"tx","label":"x"}',
        b'{"type":"tx","ref":7,"label":"x"}',
        b'{"type":"tx","ref":"a","label":7}',
        b'{"type":"tx","ref":"a","label":null}',
        b'{"type":"tx","ref":"a","label":true}',
        b'{"type":"tx","ref":"a","rate":NaN}',
        b'{"type":"tx","ref":"a","rate":-Infinity}',
        b'{"type":"tx","ref":"a","label":"\xff"}',
        b'\xef\xbb\xbf{"type":"tx","ref":"a"}',
        b'{"type":"tx","ref":"a","label":"a\x01b"}',
        b'{"type":"tx","ref":"a","label":"\\ud800"}',
        b'{"type":"tx","ref":"a","x":' + b"[" * 16 + b"]" * 16 + b"}",
        b"[" * 100_000,
        b'{"type":"tx","ref":"a","x":' + b"9" * 10_000 + b"}",
    ],
    ids=range(23),
)
def test_a_malformed_line_is_named_by_its_number(line: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^line 3 of the labels is malformed: "):
        Labels.parse(lines(OF_THE_BIP[0]) + b"\n" + line + b"\n" + lines(OF_THE_BIP[1]))


def test_the_deepest_nesting_that_is_allowed_is_read() -> None:
    assert Labels.parse(b'{"type":"tx","ref":"a","x":' + b"[" * 15 + b"]" * 15 + b"}")


def test_a_file_over_4_megabytes_is_refused_before_it_is_read() -> None:
    Labels.parse(b"\n" * 4_000_000)
    with pytest.raises(Unreadable, match="over the limit"):
        Labels.parse(b"\n" * 4_000_001)


def test_a_label_is_found_for_payment_change_coin_key_and_transaction() -> None:
    draft = honest("wpkh")
    owner, coin = desk.wallet("wpkh"), honest("wpkh").coins[0]
    outpoint = f"{desk.txid(coin.previous)[::-1].hex()}:{coin.vout}"
    account = owner.descriptor.split("]")[1].split("/")[0]
    key = next(key[1:] for key, _value in draft.inputs[0] if key[0] == 6)
    stranger = "bcrt1qtfd95kj6tfd95kj6tfd95kj6tfd95kj6v2yyv9"
    payee = noted(draft).payments[0].address
    assert payee is not None
    review_of = noted(
        draft,
        {"type": "addr", "ref": payee, "label": "Bob"},
        {"type": "addr", "ref": owner.address(1, 3), "label": "back"},
        {"type": "addr", "ref": owner.address(0, 0), "label": "from here"},
        {"type": "output", "ref": outpoint, "label": "salary"},
        {"type": "tx", "ref": outpoint[:64], "label": "from whom"},
        {"type": "xpub", "ref": account, "label": "ours"},
        {"type": "pubkey", "ref": key.hex(), "label": "first key"},
        {"type": "addr", "ref": stranger, "label": "not in this transaction"},
    )
    assert {(note.where, note.kind, note.text) for note in review_of.notes} == {
        ("output 0", "addr", "Bob"),
        ("output 1", "addr", "back"),
        ("input 0", "addr", "from here"),
        ("input 0", "output", "salary"),
        ("input 0", "tx", "from whom"),
        ("", "xpub", "ours"),
        ("", "pubkey", "first key"),
    }


def test_a_label_of_the_new_transaction_itself_is_found() -> None:
    draft = honest("wpkh")
    spent = [(txid, vout, draft.sequence) for txid, vout in draft.outpoints]
    paid = [desk.output(amount, script) for script, amount, _pairs in draft.outputs]
    txid = desk.txid(desk.transaction(spent, paid))[::-1].hex()
    records = [("tx", txid, ""), ("output", f"{txid}:0", "output 0"), ("input", f"{txid}:0", "input 0")]
    notes = noted(draft, *({"type": kind, "ref": ref, "label": kind} for kind, ref, _where in records)).notes
    assert notes == tuple(Note(where, kind, ref, kind, 0) for kind, ref, where in records)


def test_a_label_changes_no_verdict_no_name_and_no_amount() -> None:
    for draft in (honest("wpkh"), honest("wpkh").drop(0, b"\x00")):
        plain = noted(draft)
        address = plain.payments[0].address
        labelled = noted(draft, {"type": "addr", "ref": address, "label": "treasury"})
        assert labelled.notes
        assert labelled.payments == plain.payments
        assert labelled.payments[0].label is None
        assert (labelled.verdict, labelled.findings, labelled.fee) == (plain.verdict, plain.findings, plain.fee)
        assert labelled.commitment != plain.commitment  # it was shown
    assert noted(honest("wpkh")).verdict is Verdict.ACCEPT


def test_a_label_is_cut_after_200_characters_and_an_empty_one_is_none() -> None:
    address = noted(honest()).payments[0].address
    (note,) = noted(honest(), {"type": "addr", "ref": address, "label": "x" * 1_000}).notes
    assert (note.text, note.more) == ("x" * 200, 800)
    assert not noted(honest(), {"type": "addr", "ref": address, "label": ""}).notes
    assert not noted(honest(), {"type": "addr", "ref": address}).notes


def test_the_last_label_of_one_thing_counts() -> None:
    records = [{"type": "addr", "ref": "a", "label": label} for label in ("first", "second")]
    assert Labels.parse(lines(*records)).about("addr", "a") == "second"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.dictionaries(st.sampled_from(["type", "ref", "label", "origin", "x"]), JSON | st.sampled_from(KINDS))


@given(st.lists(RECORDS.map(lambda record: json.dumps(record).encode()) | st.binary(max_size=60), max_size=5))
def test_any_lines_are_labels_or_unreadable(written: list[bytes]) -> None:
    try:
        labels = Labels.parse(b"\n".join(written))
    except Unreadable as failure:
        assert failure.message.startswith("line ")
        return
    assert len(labels.texts) + labels.ignored <= len(written)
    assert all(isinstance(text, str) and kind in KINDS for (kind, _ref), text in labels.texts.items())


def test_labels_stand_in_the_answer_only_where_there_are_some() -> None:
    assert "notes" not in noted(honest()).to_json()
    address = noted(honest()).payments[0].address
    found = noted(honest(), {"type": "addr", "ref": address, "label": "Bob"}).to_json()["notes"]
    assert list(found) == [{"where": "output 0", "kind": "addr", "ref": address, "text": "Bob", "more": 0}]
    assert STRANGER.hex() in noted(honest()).payments[0].script


def test_a_label_of_an_address_that_is_none_is_not_told_of_an_output_without_one() -> None:
    draft = honest()
    draft.outputs.append((b"\x6a\x01x", 0, []))
    assert noted(draft, {"type": "addr", "ref": "", "label": "Our own vault"}).notes == ()

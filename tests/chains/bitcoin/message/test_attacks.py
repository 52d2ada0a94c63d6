"""The attack 28 of docs/attacks.md: what passes for a message or a transaction and is none; what nobody can read."""

from base64 import b64decode
from collections.abc import Callable

import pytest

from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.interpreter.verdicts import Invalid
from custody.chains.bitcoin.message.conditions import recognise
from custody.chains.bitcoin.message.encoding import write
from custody.chains.bitcoin.message.funds import coins_of_transactions, place_of
from custody.chains.bitcoin.message.request import request
from custody.chains.bitcoin.message.text_rules import MESSAGE_LIMIT
from custody.chains.bitcoin.message.verification import verify
from custody.chains.bitcoin.message.virtual import to_spend
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.review.review import review
from custody.cli.messages.screen import verified_lines
from custody.errors import Refused, Unreadable
from custody.signing import Verdict
from tests.chains.bitcoin.message.requests import MESSAGE, asked, finished, ids, judged, signed_by_all
from tests.chains.bitcoin.review.drafts import STRANGER, honest, registered
from tests.support import desk

Maps = list[list[desk.Pair]]


def maps(document: bytes) -> Maps:
    psbt = Psbt.parse(document)
    return [list(each.pairs) for each in (psbt.header, *psbt.inputs, *psbt.outputs)]


def joined(parts: Maps) -> bytes:
    return b"psbt\xff" + b"".join(map(desk.psbt_map, parts))


def changed(document: bytes, number: int, key: bytes, value: bytes | None) -> bytes:
    """Set or drop one field of one map."""
    parts = maps(document)
    parts[number] = [pair for pair in parts[number] if pair[0] != key]
    if value is not None:
        parts[number].append((key, value))
    return joined(parts)


def with_transaction(document: bytes, change: Callable[[bytes], bytes]) -> bytes:
    return changed(document, 0, b"\x00", change(dict(maps(document)[0])[b"\x00"]))


REQUEST = asked("wpkh")
SPENT = to_spend(MESSAGE, desk.wallet("wpkh").script(0, 0))


def replaced(parts: Maps, transaction: bytes) -> bytes:
    return joined([[(key, transaction if key == b"\x00" else value) for key, value in parts[0]], *parts[1:]])


def paying() -> bytes:
    """The request with a second output, which pays a stranger."""
    parts = maps(REQUEST)
    tx = dict(parts[0])[b"\x00"]
    return replaced([*parts, []], tx[:-15] + b"\x02" + tx[-14:-4] + desk.output(5_000, STRANGER) + tx[-4:])


def swapped() -> bytes:
    """The request with a stranger's output in the place of its own."""
    tx = dict(maps(REQUEST)[0])[b"\x00"]
    return replaced(maps(REQUEST), tx[:-14] + desk.output(5_000, STRANGER) + tx[-4:])


CONDITIONS = {
    "1: no message": (changed(REQUEST, 0, b"\x09", None), "carries no message"),
    "2: no coin stated": (
        changed(changed(REQUEST, 1, b"\x00", None), 1, b"\x01", None),
        "which address answers",
    ),
    "3: another output": (
        with_transaction(REQUEST, lambda tx: tx.replace(SPENT.txid + bytes(4), SPENT.txid + b"\x01\x00\x00\x00")),
        "not output 0",
    ),
    "4: another message": (changed(REQUEST, 0, b"\x09", b"I owe you nothing"), "does not belong to the message"),
    "4: a real coin": (
        with_transaction(REQUEST, lambda tx: tx.replace(SPENT.txid, bytes(31) + b"\x01")),
        "does not belong to the message",
    ),
    "5: a payment beside": (paying(), "outputs that a message has not"),
    "5: a payment instead": (swapped(), "outputs that a message has not"),
    "5: an output that holds data": (
        with_transaction(REQUEST, lambda tx: tx[:-6] + b"\x02\x6a\x00" + tx[-4:]),
        "outputs that a message has not",
    ),
    "5: an output with money": (
        with_transaction(REQUEST, lambda tx: tx[:-14] + b"\x01" + tx[-13:]),
        "outputs that a message has not",
    ),
}


@pytest.mark.parametrize(("document", "reason"), CONDITIONS.values(), ids=CONDITIONS)
def test_each_of_the_five_conditions_refuses_alone(document: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refusal:
        judged("wpkh", document)
    assert refusal.value.code == "not-a-message"


def test_the_nearest_honest_request_is_accepted() -> None:
    assert recognise(Psbt.parse(REQUEST)).message == MESSAGE
    assert judged("wpkh", REQUEST).review.verdict is Verdict.ACCEPT


@pytest.mark.parametrize("kind", desk.KINDS)
@pytest.mark.parametrize("count", [0, 2])
@pytest.mark.parametrize("named", [True, False])
def test_the_review_of_transactions_never_signs_a_message(kind: str, count: int, named: bool) -> None:
    document = asked(kind, count) if named else changed(asked(kind, count), 0, b"\x09", None)
    judgement = review(document, [registered(kind)]).review
    assert judgement.verdict is Verdict.REFUSE
    assert "BTC-MESSAGE-DISGUISED" in {finding.id for finding in judgement.findings}


def test_a_payment_is_not_signed_as_a_message() -> None:
    for document in (honest().psbt(), changed(honest().psbt(), 0, b"\x09", MESSAGE)):
        with pytest.raises(Refused):
            judged("wpkh", document)


def test_an_honest_payment_is_not_taken_for_a_message() -> None:
    draft = honest()
    draft.outputs.append((b"\x6a", 0, []))
    assert "BTC-MESSAGE-DISGUISED" not in {
        each.id for each in review(draft.psbt(), [registered("wpkh")]).review.findings
    }


# --- the text ---


@pytest.mark.parametrize(
    "character",
    [
        "\x1b",
        "\x9b",
        "\u202e",
        "\u2066",
        "\u200b",
        "\u00ad",
        "\u0430",
        "\r",
        "\t",
        "\x00",
        "\x7f",
        "\u00fc",
        "\U0001f600",
    ],
    ids=lambda character: f"U+{ord(character):04X}",
)
def test_a_character_that_a_screen_may_not_show_as_it_is_refused(character: str) -> None:
    reviewed = judged("wpkh", asked("wpkh", 0, f"I pay {character} nothing".encode()))
    assert reviewed.review.verdict is Verdict.REFUSE
    assert ids(reviewed) == {"BTC-MESSAGE-TEXT"}
    assert all(finding.text.isascii() and finding.text.isprintable() for finding in reviewed.review.findings)


@pytest.mark.parametrize("message", ["", " ", "~", "Line one\nLine two\n", "x" * MESSAGE_LIMIT, "\\u202e"])
def test_printable_ascii_and_line_ends_are_accepted(message: str) -> None:
    assert judged("wpkh", asked("wpkh", 0, message.encode())).review.verdict is Verdict.ACCEPT


@pytest.mark.parametrize("message", ["ab" * 32, "AB" * 32, "0x" + "12" * 32, "\n" + "ab" * 32 + " \n"])
def test_a_bare_digest_is_refused(message: str) -> None:
    assert ids(judged("wpkh", asked("wpkh", 0, message.encode()))) == {"BTC-MESSAGE-DIGEST"}


@pytest.mark.parametrize("message", ["ab" * 31, "ab" * 33, "Block " + "ab" * 32, "ab" * 31 + "xy"])
def test_a_digest_in_a_sentence_is_accepted(message: str) -> None:
    assert not ids(judged("wpkh", asked("wpkh", 0, message.encode())))


def test_what_is_no_text_or_too_much_of_it_is_unreadable() -> None:
    for message in (b"\xff\xfe", b"x" * (MESSAGE_LIMIT + 1)):
        with pytest.raises(Unreadable):
            judged("wpkh", asked("wpkh", 0, message))


# --- what the file says beside the message ---


FIELDS = {
    "a sighash that covers less": (changed(REQUEST, 1, b"\x03", b"\x02\x00\x00\x00"), "BTC-SIGHASH"),
    "another script": (changed(asked("sh(wpkh)"), 1, b"\x04", b"\x00\x14" + bytes(20)), "BTC-SCRIPT-MISMATCH"),
    "a coin with money": (
        changed(REQUEST, 1, b"\x01", desk.output(5, desk.wallet("wpkh").script(0, 0))),
        "BTC-UTXO-CONFLICT",
    ),
    "already final": (changed(REQUEST, 1, b"\x08", b"\x01\x01a"), "BTC-INPUT-FINAL"),
    "a proof of reserves": (changed(REQUEST, 1, b"\x09", b"commitment"), "BTC-FIELD-REFUSED"),
    "a coin without its transaction": (changed(asked("wpkh", 2), 3, b"\x00", None), "BTC-AMOUNT-UNPROVEN"),
    "another transaction for a coin": (
        changed(asked("wpkh", 2), 3, b"\x00", dict(maps(asked("wpkh", 2))[2])[b"\x00"]),
        "BTC-PREVTX-MISMATCH",
    ),
    "version 3": (with_transaction(REQUEST, lambda tx: b"\x03" + tx[1:]), "BTC-MESSAGE-VERSION"),
}


@pytest.mark.parametrize(("document", "rule"), FIELDS.values(), ids=FIELDS)
def test_what_the_review_of_transactions_refuses_is_refused_here(document: bytes, rule: str) -> None:
    reviewed = judged("sh(wpkh)" if rule == "BTC-SCRIPT-MISMATCH" else "wpkh", document)
    assert rule in ids(reviewed)
    assert reviewed.review.verdict is Verdict.REFUSE


def test_a_message_for_a_strangers_address_is_refused() -> None:
    reviewed = judged("tr", REQUEST)
    assert reviewed.review.verdict is Verdict.REFUSE
    assert "BTC-INPUT-FOREIGN" in ids(reviewed)


def test_a_request_without_the_first_coins_transaction_needs_none() -> None:
    for document in (changed(REQUEST, 1, b"\x00", None), changed(REQUEST, 1, b"\x01", None)):
        assert not ids(judged("wpkh", document))
        assert finished("wpkh", signed_by_all("wpkh", document)) == finished("wpkh", signed_by_all("wpkh", REQUEST))


@pytest.mark.parametrize("change", [lambda tx: tx[:-4] + b"\x01\x00\x00\x00", lambda tx: b"\x02" + tx[1:-4] + tx[-4:]])
def test_lock_and_version_are_shown(change: Callable[[bytes], bytes]) -> None:
    document = with_transaction(REQUEST, change)
    reviewed = judged("wpkh", document)
    locked = reviewed.review.time != 0
    assert ids(reviewed) == ({"BTC-MESSAGE-LOCKED"} if locked else set())
    text = finished("wpkh", signed_by_all("wpkh", document))
    assert text is not None
    assert text.startswith("ful")
    assert verify(desk.wallet("wpkh").script(0, 0), MESSAGE, text).locked is locked


# --- proofs as an auditor may receive them ---

PROOF = finished("wpkh", signed_by_all("wpkh", asked("wpkh", 2))) or ""
TAPROOT = finished("tr", signed_by_all("tr", asked("tr", 2))) or ""


def altered(text: str, number: int, key: bytes, value: bytes | None) -> str:
    return write(Psbt.parse(changed(parsed(text), number, key, value)))


def parsed(text: str) -> bytes:
    return b64decode(text[3:], validate=True)


def proves(kind: str, text: str) -> list[tuple[int, bool]]:
    verified = verify(desk.wallet(kind).script(0, 0), MESSAGE, text)
    return [(coin.output.amount, coin.amount_proven) for coin in verified.coins]


def test_an_amount_that_only_the_prover_states_is_called_so() -> None:
    assert proves("wpkh", PROOF) == [(100_000, True), (100_001, True)]
    assert proves("wpkh", altered(PROOF, 2, b"\x00", None)) == [(100_000, False), (100_001, True)]


REWRITTEN = {
    "another amount": altered(altered(PROOF, 2, b"\x00", None), 2, b"\x01", desk.output(10**8, STRANGER)),
    "two statements": altered(PROOF, 2, b"\x01", desk.output(10**8, desk.wallet("wpkh").script(0, 0))),
    "no statement": altered(altered(PROOF, 2, b"\x00", None), 2, b"\x01", None),
    "another coin's transaction": altered(PROOF, 2, b"\x00", dict(maps(parsed(PROOF))[3])[b"\x00"]),
    "not signed": altered(PROOF, 2, b"\x08", None),
    "signed by another coin's witness": altered(PROOF, 2, b"\x08", dict(maps(parsed(PROOF))[3])[b"\x08"]),
    "another message in the file": altered(PROOF, 0, b"\x09", b"Something else"),
    "another first coin": altered(PROOF, 1, b"\x01", desk.output(1, desk.wallet("wpkh").script(0, 0))),
    "another first transaction": altered(PROOF, 1, b"\x00", dict(maps(parsed(PROOF))[3])[b"\x00"]),
}


@pytest.mark.parametrize("text", REWRITTEN.values(), ids=REWRITTEN)
def test_a_proof_that_was_rewritten_is_invalid(text: str) -> None:
    with pytest.raises(Invalid):
        proves("wpkh", text)


def test_a_taproot_amount_that_was_raised_is_invalid() -> None:
    assert proves("tr", TAPROOT) == [(100_000, False), (100_001, False)]
    raised = desk.output(10**8, desk.coins(desk.wallet("tr"), 1)[0].script)
    with pytest.raises(Invalid):
        proves("tr", altered(TAPROOT, 2, b"\x01", raised))


def test_a_later_coin_may_lean_on_an_earlier_ones_transaction_and_no_other_way_round() -> None:
    """BIP-322: a transaction given once serves the inputs behind it that spend it too."""
    previous = desk.transaction(
        [(b"\x07" * 32, 0, desk.FINAL)],
        [desk.output(5_000 + index, desk.wallet("pkh").script(0, index)) for index in (0, 1)],
    )
    wallet = registered("pkh")
    shown = coins_of_transactions([Transaction.parse(previous)], [], wallet, gap=5)
    text = finished("pkh", signed_by_all("pkh", request(MESSAGE, place_of(wallet, 0, 0), shown)))
    assert text is not None
    assert proves("pkh", text) == [(5_000, True), (5_001, True)]
    assert proves("pkh", altered(text, 3, b"\x00", None)) == [(5_000, True), (5_001, True)]
    with pytest.raises(Invalid, match="missing"):
        proves("pkh", altered(text, 2, b"\x00", None))


def test_fields_that_nobody_knows_are_counted_without_the_messages_own() -> None:
    def told(document: bytes) -> list[str]:
        found = judged("wpkh", document).review.findings
        return [each.text[:9] for each in found if each.id == "BTC-FIELDS-UNKNOWN"]

    assert told(REQUEST) == []
    assert told(changed(REQUEST, 0, b"\xf0note", b"x")) == ["1 fields "]
    assert told(changed(changed(REQUEST, 0, b"\xf0note", b"x"), 1, b"\xfc\x01a\x00", b"x")) == ["2 fields "]


def test_an_age_of_a_coin_that_is_shown_is_said_to_signer_and_verifier() -> None:
    at = 4 + 1 + 41 + 37  # the second input's sequence number
    document = with_transaction(asked("wpkh", 1), lambda tx: tx[:at] + b"\x90\x00\x00\x00" + tx[at + 4 :])
    reviewed = judged("wpkh", document)
    assert "age 144" in next(each.text for each in reviewed.review.findings if each.id == "BTC-MESSAGE-LOCKED")
    text = finished("wpkh", signed_by_all("wpkh", document))
    assert text is not None
    verified = verify(desk.wallet("wpkh").script(0, 0), MESSAGE, text)
    assert [coin.sequence for coin in verified.coins] == [144]
    told = "\n".join(verified_lines(verified, desk.wallet("wpkh").address(0, 0), MESSAGE.decode()))
    assert "opened only at age 144" in told

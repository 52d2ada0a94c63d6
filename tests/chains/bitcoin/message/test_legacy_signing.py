"""Legacy signatures of our own: judged by btclib, refused where the form was never defined, said to be the weaker."""

import base64
from dataclasses import replace

import pytest
from btclib.ecc import bms

from custody import referee
from custody.chains.bitcoin.addresses.address import address
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.message.funds import place_of
from custody.chains.bitcoin.message.legacy_signing import LegacyMessage, as_legacy
from custody.chains.bitcoin.message.request import request
from custody.chains.bitcoin.message.verification import verify
from custody.cli.messages.screen import lines
from custody.errors import Alarm, Refused
from custody.keys import signer
from custody.signing import Approval, Severity, Signature, SignatureScheme, Verdict
from tests.chains.bitcoin.message.requests import MESSAGE, asked, judged
from tests.chains.bitcoin.review.drafts import registered
from tests.chains.bitcoin.review.test_tasks import master
from tests.support import desk

HEADERS = {"pkh": range(31, 35), "sh(wpkh)": range(35, 39), "wpkh": range(39, 43)}


def made(kind: str, document: bytes) -> tuple[LegacyMessage, Signature]:
    legacy = as_legacy(judged(kind, document)).signable
    assert isinstance(legacy, LegacyMessage)
    approval = Approval(legacy.review.commitment, by="a test")
    [task] = legacy.tasks(approval, master().fingerprint)
    return legacy, signer.sign(master(), task, approval)


@pytest.mark.parametrize("kind", HEADERS)
def test_a_signature_has_the_header_of_its_address_and_another_judge_says_yes(kind: str) -> None:
    seen = set()
    for number in range(6):
        message = MESSAGE + b" %d" % number
        legacy, signature = made(kind, asked(kind, message=message))
        text = legacy.attach([signature]).decode()
        script = desk.wallet(kind).script(0, 0)
        verify(script, message, text)
        assert bms.verify(message, address(script, NETWORKS["main"]), text)
        assert base64.b64decode(text)[0] in HEADERS[kind]
        seen.add(base64.b64decode(text)[0])
        assert signature.task.scheme is SignatureScheme.ECDSA_RECOVERABLE
    assert len(seen) > 1, "the number of the key was always the same"


@pytest.mark.parametrize("kind", [kind for kind in desk.KINDS if kind not in HEADERS])
def test_an_address_of_another_kind_has_no_legacy_form(kind: str) -> None:
    with pytest.raises(Refused, match="one key alone"):
        as_legacy(judged(kind, asked(kind)))


def test_coins_and_time_locks_have_no_legacy_form() -> None:
    wallet = registered("wpkh")
    locked = [request(MESSAGE, place_of(wallet, 0, 0), time=1), request(MESSAGE, place_of(wallet, 0, 0), age=1)]
    for document in (asked("wpkh", 1), *locked):
        with pytest.raises(Refused, match="no coins"):
            as_legacy(judged("wpkh", document))


def test_the_weaker_form_is_said_to_be_the_weaker() -> None:
    plain = judged("wpkh", asked("wpkh")).review
    legacy = as_legacy(judged("wpkh", asked("wpkh")))
    [warning] = [each for each in legacy.review.findings if each.id == "BTC-MESSAGE-LEGACY"]
    assert warning.severity is Severity.WARN
    assert legacy.review == legacy.signable.review
    assert (plain.verdict, legacy.review.verdict) == (Verdict.ACCEPT, Verdict.WARN)
    assert legacy.review.commitment != plain.commitment, "an approval of one form is none of the other"
    assert "weaker" in " ".join(lines(legacy.review))


def test_an_approval_of_another_form_is_an_alarm_and_a_strangers_key_signs_nothing() -> None:
    reviewed = judged("wpkh", asked("wpkh"))
    legacy = as_legacy(reviewed).signable
    with pytest.raises(Alarm):
        legacy.tasks(Approval(reviewed.review.commitment, by="a test"), master().fingerprint)
    with pytest.raises(Refused):
        legacy.tasks(Approval(legacy.review.commitment, by="a test"), b"none")
    bare = as_legacy(judged("wpkh", asked("wpkh", message=b"ab" * 32))).signable
    with pytest.raises(Refused, match="refuses"):
        bare.tasks(Approval(bare.review.commitment, by="a test"), master().fingerprint)


def test_a_legacy_signature_is_no_mark_that_a_later_transaction_is_compared_with() -> None:
    assert judged("wpkh", asked("wpkh")).signable.marks
    assert as_legacy(judged("wpkh", asked("wpkh"))).signable.marks == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda encoded: encoded[:-1] + bytes([encoded[-1] ^ 1]),
        lambda encoded: bytes([encoded[0] ^ 1]) + encoded[1:],
        lambda encoded: encoded[:40] + bytes([encoded[40] ^ 1]) + encoded[41:],
        lambda encoded: bytes(64) + encoded[64:],
    ],
    ids=["the key's number", "r", "s", "nothing"],
)
def test_a_signature_that_does_not_hold_is_not_released(change) -> None:  # type: ignore[no-untyped-def]
    legacy, signature = made("wpkh", asked("wpkh"))
    with pytest.raises(Alarm) as caught:
        legacy.attach([replace(signature, encoded=change(signature.encoded))])
    assert caught.value.code == "signature-invalid"


def test_the_second_engine_has_a_say(monkeypatch: pytest.MonkeyPatch) -> None:
    legacy, signature = made("wpkh", asked("wpkh"))

    def no(*_of: bytes) -> None:
        raise ValueError("no")

    monkeypatch.setattr(referee, "verify_ecdsa", no)
    with pytest.raises(Alarm):
        legacy.attach([signature])

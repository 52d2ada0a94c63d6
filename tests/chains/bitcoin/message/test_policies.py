"""Wallets whose owners change with time: each way signs when its lock is in the signature, and not before."""

import pytest

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.message.finish import finish
from custody.chains.bitcoin.message.funds import place_of
from custody.chains.bitcoin.message.request import request
from custody.chains.bitcoin.message.review import review_message
from custody.chains.bitcoin.message.verification import Verified, verify
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Refused
from custody.keys import signer
from custody.signing import Approval, Verdict
from tests.chains.bitcoin.review.test_tasks import master
from tests.support import desk

MESSAGE = b"The way back works."
PATH = "48h/1h/0h/2h"
FORMS = {
    "wsh": "wsh(or_d(multi(2,{A},{B}),and_v(v:pkh({C}),older(144))))",
    "sh(wsh)": "sh(wsh(or_d(multi(2,{A},{B}),and_v(v:pkh({C}),older(144)))))",
    "tr": "tr({A},{{pk({B}),and_v(v:pk({C}),older(144))}})",
    "after": "wsh(or_d(pk({A}),and_v(v:pk({C}),after(800000))))",
}
NOW = {"wsh": "AB", "sh(wsh)": "AB", "tr": "B", "after": "A"}
LATER = {"wsh": {"age": 144}, "sh(wsh)": {"age": 144}, "tr": {"age": 144}, "after": {"time": 800_000}}


def wallet(form: str) -> Wallet:
    keys = {}
    for who in "ABC":
        account = desk.root(who).derive(f"m/{PATH}").to_public()
        keys[who] = f"[{desk.root(who).my_fingerprint.hex()}/{PATH}]{account.to_base58()}/<0;1>/*"
    return Wallet.register("policy", [FORMS[form].format(**keys)], network("regtest"))


def proven(form: str, signers: str, **locks: int) -> Verified:
    owner = wallet(form)
    document = request(MESSAGE, place_of(owner, 0, 5), **locks)
    for who in signers:
        reviewed = review_message(document, [owner])
        assert reviewed.review.verdict is (Verdict.WARN if locks else Verdict.ACCEPT)
        approval = Approval(reviewed.review.commitment, by="a test")
        owed = reviewed.signable.tasks(approval, master(who).fingerprint)
        document = reviewed.signable.attach([signer.sign(master(who), task, approval) for task in owed])
    reviewed = review_message(document, [owner])
    text = finish(reviewed.draft, reviewed.signable.spends)
    assert text is not None
    return verify(owner.derive(0, 5).script, MESSAGE, text)


@pytest.mark.parametrize("form", FORMS)
def test_those_who_can_spend_now_sign_now(form: str) -> None:
    assert not proven(form, NOW[form]).locked


@pytest.mark.parametrize("form", FORMS)
def test_who_can_spend_later_signs_for_later(form: str) -> None:
    verified = proven(form, "C", **LATER[form])
    assert verified.locked
    assert {"age": verified.age, "time": verified.time} == {"age": 0, "time": 0} | LATER[form]


@pytest.mark.parametrize("form", FORMS)
def test_who_can_spend_later_does_not_sign_for_now(form: str) -> None:
    with pytest.raises(Refused) as refusal:
        proven(form, "C")
    assert refusal.value.code == "locked"


def test_the_key_path_of_a_tree_is_enough() -> None:
    assert not proven("tr", "A").locked

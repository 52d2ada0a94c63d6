"""Whose is a script? What the registered wallets derive decides, whatever a file says, leaves out or mistakes."""

from dataclasses import replace
from hashlib import sha256

import pytest

from custody.chains.bitcoin.consensus.hashes import hash160
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.psbt.effort import OPCODE, Effort
from custody.chains.bitcoin.review import ownership
from custody.chains.bitcoin.review.ownership import Registry
from custody.chains.bitcoin.review.past import Earlier
from custody.chains.bitcoin.review.review import review
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Unreadable
from custody.signing import Severity, Verdict
from tests.chains.bitcoin.review.drafts import CHANGE, PAYMENT, STRANGER, Draft, honest, ids, judge, registered
from tests.support import desk

HARDENED = 1 << 31
DERIVATIONS = {6: 0, 0x16: 33, 2: 0, 7: 33}
"""Key types of derivation fields; in taproot's the origin follows a count of leaves (none here) of one byte."""


def without(pairs: list[desk.Pair]) -> list[desk.Pair]:
    """Leave the derivation fields out."""
    return [pair for pair in pairs if not is_derivation(pair)]


def is_derivation(pair: desk.Pair) -> bool:
    return len(pair[0]) in (33, 34) and pair[0][0] in DERIVATIONS


def altered(pairs: list[desk.Pair], fingerprint: bytes | None, cut: slice = slice(None), mask: int = -1) -> list:
    """Write another fingerprint, a part of the path, or a path without its hardening, in every derivation field."""

    def one(pair: desk.Pair) -> desk.Pair:
        if not is_derivation(pair):
            return pair
        key, value = pair
        head, origin = (value[:1], value[1:]) if key[0] in (0x16, 7) else (b"", value)
        steps = [int.from_bytes(origin[at : at + 4], "little") & mask for at in range(4, len(origin), 4)][cut]
        return key, head + (fingerprint or origin[:4]) + b"".join(step.to_bytes(4, "little") for step in steps)

    return [one(pair) for pair in pairs]


FAULTS = {
    "the file does not say so": without,
    "the file names no fingerprint, but 00000000": lambda pairs: altered(pairs, bytes(4)),
    "the file names another fingerprint, 12345678": lambda pairs: altered(pairs, b"\x12\x34\x56\x78"),
    "the file has lost the hardening marks of its path": lambda pairs: altered(pairs, None, mask=HARDENED - 1),
    "the path in the file does not begin at the master key": lambda pairs: altered(pairs, None, slice(-2, None)),
}


def everywhere(draft: Draft, fault: str) -> Draft:
    alter = FAULTS[fault]
    draft.inputs = [alter(pairs) for pairs in draft.inputs]
    draft.outputs = [(script, amount, alter(pairs)) for script, amount, pairs in draft.outputs]
    return draft


@pytest.mark.parametrize("kind", desk.KINDS)
@pytest.mark.parametrize("fault", FAULTS)
def test_our_coin_and_our_change_are_ours_however_badly_the_file_says_so(kind: str, fault: str) -> None:
    told, silent = judge(honest(kind)).review, judge(everywhere(honest(kind), fault)).review
    assert silent.verdict is told.verdict is Verdict.ACCEPT
    assert (silent.payments, silent.change, silent.fee) == (told.payments, told.change, told.fee)
    assert all(coin.ours for coin in silent.inputs)
    said = [found for found in silent.findings if found.id == "BTC-OURS-UNSAID"]
    assert [found.where for found in said] == ["input 0", "output 1"]
    assert all(fault in found.text for found in said)
    assert "BTC-OURS-UNSAID" not in {found.id for found in told.findings}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fee_is_measured_without_change_that_the_file_hides(fault: str) -> None:
    draft = honest("wpkh")
    script, amount, pairs = draft.outputs[1]
    draft.outputs = [(STRANGER, 10_000, []), (script, amount + PAYMENT - 10_000 - 30_000, FAULTS[fault](pairs))]
    reviewed = judge(draft)
    assert "BTC-FEE-EXCESSIVE" in ids(reviewed)
    assert reviewed.review.verdict is Verdict.REFUSE


@pytest.mark.parametrize(("index", "ours"), [(1_000, True), (1_001, False)])
def test_what_nobody_claims_is_looked_for_within_reach(index: int, ours: bool) -> None:
    draft = honest("wpkh")
    draft.outputs[1] = (desk.wallet("wpkh").script(1, index), CHANGE, [])
    assert [change.index for change in judge(draft).review.change] == [1] * ours
    wider = judge(draft, registered("wpkh", used_to=900)).review
    assert [change.index for change in wider.change] == [1]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_strangers_script_stays_a_payment_whatever_is_claimed_of_it(fault: str) -> None:
    draft = honest("wpkh")
    _script, amount, pairs = draft.outputs[1]
    draft.outputs[1] = (STRANGER, amount, FAULTS[fault](pairs))
    reviewed = judge(draft).review
    assert [payment.index for payment in reviewed.payments] == [0, 1]
    assert (reviewed.verdict is Verdict.REFUSE) is (fault != "the file does not say so")


def test_the_name_of_another_address_of_ours_is_a_false_declaration() -> None:
    draft, owner = honest("wpkh"), desk.wallet("wpkh")
    draft.outputs[1] = (owner.script(1, 4), CHANGE, desk.change_pairs(owner, 1, 3))
    reviewed = judge(draft)
    assert "BTC-CLAIM-ELSEWHERE" in ids(reviewed)
    assert reviewed.review.verdict is Verdict.REFUSE
    assert [change.index for change in reviewed.review.change] == [1]


def test_an_internal_key_or_a_script_that_names_our_key_is_a_name_too() -> None:
    """Without any derivation field: a stranger's taproot output over our key, a quorum with our key in its script."""
    draft, owner = honest("tr"), desk.wallet("tr")
    ours = next(pair for pair in desk.change_pairs(owner, 1, 3) if pair[0] == b"\x05")
    draft.outputs[1] = (b"\x51\x20" + bytes(desk.root("C").derive("m/7").to_public().xonly()), CHANGE, [ours])
    assert judge(draft).review.verdict is Verdict.REFUSE
    quorum, draft = desk.wallet("wsh(sortedmulti)"), honest("wsh(sortedmulti)")
    script = next(value for key, value in desk.change_pairs(quorum, 1, 3) if key == b"\x01")
    lowered = b"\x51" + script[1:]
    draft.outputs[1] = (b"\x00\x20" + sha256(lowered).digest(), CHANGE, [(b"\x01", lowered)])
    reviewed = judge(draft)
    assert "BTC-OUTPUT-OWN-KEY" in ids(reviewed)
    assert reviewed.review.verdict is Verdict.REFUSE


OURS = desk.wallet("wpkh").derive(1, 3).keys[0].sec()
"""Our key at the address to which the change of an honest draft goes."""
IMAGE = sha256(b"a preimage").digest()
LEAF = b"\x20" + OURS[1:] + b"\xac"
LEAF_OUTPUT = b"\x51\x20" + bytes(desk.root("C").derive("m/7").to_public().xonly())
HASHED = hash160(OURS)


def in_witness(script: bytes) -> tuple[bytes, list[desk.Pair]]:
    return b"\x00\x20" + sha256(script).digest(), [(b"\x01", script)]


NAMES: dict[str, tuple[bytes, list[desk.Pair]]] = {
    "a key in a condition": in_witness(b"\x21" + OURS + b"\xad\xa8\x20" + IMAGE + b"\x87"),
    "a key in a script that breaks off": in_witness(b"\x21" + OURS + b"\xad\x4b"),
    "the hash of a key in a condition": in_witness(b"\x76\xa9\x14" + HASHED + b"\x88\xad\xa8\x20" + IMAGE + b"\x87"),
    "a key in a leaf": (LEAF_OUTPUT, [(b"\x06", bytes([0, 0xC0]) + desk.sized(LEAF))]),
    "the hash of a key in P2SH's script": (
        b"\xa9\x14" + hash160(b"\x00\x14" + HASHED) + b"\x87",
        [(b"\x00", b"\x00\x14" + HASHED)],
    ),
    "the output's own script, a hash": (b"\x76\xa9\x14" + HASHED + b"\x88\xac", []),
    "the output's own script, an output key": (b"\x51\x20" + OURS[1:], []),
    "the output's own script, a key": (b"\x21" + OURS + b"\xac", []),
}
"""A stranger's output, and all that the file says of it: no derivation field."""


@pytest.mark.parametrize("name", NAMES)
def test_a_key_of_ours_is_named_wherever_it_stands(name: str) -> None:
    draft = honest("wpkh")
    script, said = NAMES[name]
    draft.outputs[1] = (script, CHANGE, said)
    reviewed = judge(draft)
    assert [found.where for found in reviewed.review.findings if found.id == "BTC-CHANGE-SPOOF"] == ["output 1"]
    assert reviewed.review.verdict is Verdict.REFUSE
    key = desk.wallet("wpkh").descriptor.removeprefix("wpkh")
    for form in (f"pkh{key}", f"sh(wpkh{key})"):
        other = Wallet.register("other", [form], network("regtest"))
        cleared = "BTC-CHANGE-SPOOF" not in ids(judge(draft, registered("wpkh"), other))
        assert cleared is (other.derive(1, 3).script == script)


def test_a_key_of_another_wallet_of_ours_is_named_in_a_script_of_any_form() -> None:
    """By a script alone, in an output whose form no wallet of ours has."""
    other, draft = desk.wallet("wsh(sortedmulti)"), honest("wpkh")
    lowered = b"\x51" + next(value for key, value in desk.change_pairs(other, 1, 3) if key == b"\x01")[1:]
    draft.outputs[1] = (b"\xa9\x14" + hash160(lowered) + b"\x87", CHANGE, [(b"\x00", lowered)])
    assert judge(draft).review.verdict is Verdict.ACCEPT
    assert "BTC-OUTPUT-OWN-KEY" in ids(judge(draft, registered("wpkh"), registered("wsh(sortedmulti)", name="savings")))


def test_scripts_beside_strangers_outputs_are_read_for_our_keys_on_the_files_account() -> None:
    draft = honest("wpkh")
    leaf = bytes([0, 0xC0]) + desk.sized(b"\x51" * 200)
    draft.outputs += [(LEAF_OUTPUT, 1_000, [(b"\x06", leaf)])] * 2
    psbt = Psbt.parse(draft.psbt())
    asked = Registry([registered("wpkh")], Effort.of_size(100_000))
    asked.own("output", LEAF_OUTPUT, psbt.outputs[-1])
    needed = asked.effort.points
    asked.own("output", LEAF_OUTPUT, psbt.outputs[-2])
    assert asked.effort.counts[OPCODE] == 400
    Registry([registered("wpkh")], Effort(needed)).own("output", LEAF_OUTPUT, psbt.outputs[-1])
    with pytest.raises(Unreadable) as told:
        Registry([registered("wpkh")], Effort(needed - 1)).own("output", LEAF_OUTPUT, psbt.outputs[-1])
    assert told.value.code == "too-much-work"


def quorum_of_unknown_origins() -> tuple[Draft, Wallet]:
    """A quorum in which two cosigners' master keys are not known, and its honest file."""
    descriptor = desk.wallet("wsh(sortedmulti)").descriptor
    for who in "BC":
        descriptor = descriptor.replace(desk.root(who).my_fingerprint.hex(), "00000000")
    owner = desk.Wallet("wsh(sortedmulti)", descriptor, ("A",))
    return honest("wsh(sortedmulti)", owner=owner), Wallet.register("treasury", [descriptor], network("regtest"))


def test_a_lost_fingerprint_is_no_false_claim_where_other_cosigners_have_none_either() -> None:
    draft, wallet = quorum_of_unknown_origins()
    reviewed = judge(everywhere(draft, "the file names no fingerprint, but 00000000"), wallet).review
    assert reviewed.verdict is Verdict.ACCEPT
    assert [change.index for change in reviewed.change] == [1]


def test_what_is_left_of_a_path_is_no_false_claim_of_another_wallets_key() -> None:
    """A wallet below the master key itself, as Electrum's are, has a key at 1/3 too; and at 1/4."""
    root = desk.root("A")
    descriptor = f"pkh([{root.my_fingerprint.hex()}]{root.to_public().to_base58()}/<0;1>/*)"
    old = Wallet.register("old", [descriptor], network("regtest"))
    draft = everywhere(honest("wpkh"), "the path in the file does not begin at the master key")
    reviewed = judge(draft, registered("wpkh"), old).review
    assert reviewed.verdict is Verdict.ACCEPT
    assert [change.index for change in reviewed.change] == [1]
    script, amount, pairs = draft.outputs[1]
    draft.outputs[1] = (script, amount, [(key, value[:-4] + b"\x04\0\0\0") for key, value in pairs])
    assert "BTC-KEY-FALSE-CLAIM" in ids(judge(draft, registered("wpkh"), old))


def test_a_part_of_a_path_under_another_cosigners_name_is_a_false_claim() -> None:
    other = desk.root("B")
    descriptor = f"pkh([{other.my_fingerprint.hex()}]{other.to_public().to_base58()}/<0;1>/*)"
    draft = everywhere(honest("wpkh"), "the path in the file does not begin at the master key")
    script, amount, pairs = draft.outputs[1]
    draft.outputs[1] = (script, amount, altered(pairs, other.my_fingerprint))
    known = (registered("wpkh"), Wallet.register("old", [descriptor], network("regtest")))
    assert "BTC-KEY-FALSE-CLAIM" in ids(judge(draft, *known))


def test_a_spender_of_too_many_addresses_pays_a_form_that_it_does_not_have() -> None:
    draft, wallet = honest("wpkh"), registered("wpkh", used_to=10**6)
    draft.outputs[0] = (LEAF_OUTPUT, PAYMENT, [])
    assert judge(draft, wallet).review.verdict is Verdict.ACCEPT
    draft.outputs[0] = (STRANGER, PAYMENT, [])
    with pytest.raises(Unreadable, match="more than are looked through"):
        judge(draft, wallet)


def test_a_wallet_that_is_registered_clears_the_name_of_our_key() -> None:
    draft, other = honest("wpkh"), desk.wallet("wsh(sortedmulti)")
    draft.outputs[0] = (other.script(0, 3), PAYMENT, desk.change_pairs(other, 0, 3))
    own, savings = registered("wpkh"), registered("wsh(sortedmulti)", name="savings")
    assert judge(draft, own, savings).review.verdict is Verdict.ACCEPT
    assert judge(draft, own, savings).review.payments[0].label == "savings"


def test_another_wallet_is_looked_into_only_where_the_form_of_the_script_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    window = ownership.window
    monkeypatch.setattr(ownership, "window", lambda *asked: looked.append(asked[0].form) or window(*asked))
    others = [registered(kind, name=kind) for kind in desk.KINDS if kind != "wpkh"]
    judge(honest("wpkh"), registered("wpkh"), *others)
    assert {str(form) for form in looked} == {"wpkh"}


def test_a_wallet_of_too_many_addresses_is_told_apart_from_a_stranger() -> None:
    draft, other = honest("wpkh"), desk.wallet("wpkh")
    savings = replace(registered("wpkh", name="savings", used_to=10**6), name="savings")
    spender = registered("wsh(sortedmulti)")
    payment = honest("wsh(sortedmulti)")
    payment.outputs[0] = (STRANGER, PAYMENT, [])
    reviewed = judge(payment, spender, savings)
    assert [found.where for found in reviewed.review.findings if found.id == "BTC-OWN-UNSEARCHED"] == ["output 0"]
    assert reviewed.review.verdict is Verdict.WARN
    payment.outputs[0] = (other.script(0, 10**6 - 3), PAYMENT, [])
    assert judge(payment, spender, savings).review.payments[0].label == "savings"
    draft.inputs = [without(pairs) for pairs in draft.inputs]
    draft.outpoints = draft.outpoints[:]
    hidden = desk.Coin(0, 500_000, 100_000, other.script(0, 500_000), b"", 0)
    previous = desk.transaction([(b"\x01" * 32, 0, desk.FINAL)], [hidden.utxo])
    draft.inputs, draft.outpoints = [[(b"\x00", previous), (b"\x01", hidden.utxo)]], [(desk.txid(previous), 0)]
    with pytest.raises(Unreadable, match="too many addresses"):
        judge(draft, savings)


def test_one_screen_has_one_owner_for_a_script() -> None:
    """An earlier file that proves a far address of ours does not make this one's undeclared output change."""
    owner, far = desk.wallet("wpkh"), 2_147_483_000
    earlier, now = honest("wpkh"), honest("wpkh")
    earlier.outputs[1] = (owner.script(1, far), CHANGE, desk.change_pairs(owner, 1, far))
    now.outputs[1] = (owner.script(1, far), CHANGE - 500, [])
    found = review(now.psbt(), (registered("wpkh"),), (Earlier.read(earlier.psbt()),)).review
    assert [payment.index for payment in found.payments] == [0, 1]
    assert not found.replaces[0].change
    assert not found.replaces[0].only_fee


def test_many_false_claims_are_followed_to_a_few_places_only() -> None:
    draft, owner = honest("wpkh"), desk.wallet("wpkh")
    claims = [pair for index in range(50) for pair in desk.change_pairs(owner, 1, index)]
    draft.outputs[0] = (STRANGER, PAYMENT, claims)
    found = judge(draft).review.findings
    assert [each.where for each in found if each.id == "BTC-CLAIMS-MANY"] == ["output 0"]
    assert all(each.severity is Severity.REFUSE for each in found if each.id == "BTC-CHANGE-SPOOF")


def test_the_wrong_wallet_is_said_first_and_no_rate_is_shown() -> None:
    reviewed = judge(honest("wpkh"), registered("tr")).review
    assert reviewed.findings[0].id == "BTC-WALLET-WRONG"
    assert desk.root("A").my_fingerprint.hex() in reviewed.findings[0].text
    assert (reviewed.fee.atoms, reviewed.fee.rate, reviewed.verdict) == (1_000, None, Verdict.REFUSE)
    assert "BTC-WALLET-WRONG" not in ids(judge(honest("wpkh"), registered("tr"), registered("wpkh")))


def test_findings_of_one_rule_are_counted_after_ten() -> None:
    draft = honest("wpkh")
    draft.outputs += [(STRANGER, 1, []) for _each in range(25)]
    dust = [found for found in judge(draft).review.findings if found.id == "BTC-DUST"]
    assert [found.where for found in dust] == [f"output {number}" for number in range(2, 12)] + [""]
    assert dust[-1].text == "15 more like this, of 25 in all."
    draft.outputs = draft.outputs[:12]
    assert len([found for found in judge(draft).review.findings if found.id == "BTC-DUST"]) == 10


def test_a_tree_of_another_size_is_refused_without_hashing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = []
    monkeypatch.setattr(ownership.taproot, "tree", hashed.append)
    draft = honest("tr")
    script, amount, pairs = draft.outputs[1]
    draft.outputs[1] = (script, amount, [*pairs, (b"\x06", bytes([7, 0xC0, 1, 0x51]) * 128)])
    assert "BTC-TAPROOT-HIDDEN" in ids(judge(draft))
    assert not hashed

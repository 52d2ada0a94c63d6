"""Attacks on the review, each named, each beside the honest transaction it imitates (which test_review.py accepts)."""

import pytest

from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Alarm, Unreadable
from custody.signing import Verdict
from tests.chains.bitcoin.review.drafts import CHANGE, FEE, PAYMENT, STRANGER, Draft, honest, ids, judge, registered
from tests.chains.bitcoin.review.nonces import forged, signed
from tests.support import desk

HARDENED = 1 << 31


def refused(draft: Draft, rule: str) -> None:
    reviewed = judge(draft)
    assert rule in ids(reviewed)
    assert reviewed.review.verdict is Verdict.REFUSE


# --- amounts and the fee ---


@pytest.mark.parametrize("kind", ["pkh", "sh(wpkh)", "wpkh", "wsh(sortedmulti)"])
def test_an_amount_without_its_previous_transaction_is_unproven(kind: str) -> None:
    draft = honest(kind).drop(0, b"\x00")
    draft.put(0, b"\x01", draft.coins[0].utxo)
    refused(draft, "BTC-AMOUNT-UNPROVEN")
    assert judge(draft).review.fee.atoms is None
    assert not judge(draft).review.fee.proven


def test_an_input_without_any_amount_is_refused() -> None:
    refused(honest("wpkh").drop(0, b"\x00").drop(0, b"\x01"), "BTC-AMOUNT-MISSING")


def test_another_previous_transaction_is_refused() -> None:
    draft = honest("wpkh", 2)
    refused(draft.put(0, b"\x00", draft.coins[1].previous).drop(0, b"\x01"), "BTC-PREVTX-MISMATCH")


def test_an_output_number_that_the_previous_transaction_lacks_is_refused() -> None:
    draft = honest("wpkh").drop(0, b"\x01")
    draft.outpoints[0] = (draft.outpoints[0][0], 2)
    refused(draft, "BTC-PREVTX-NO-OUTPUT")


def test_two_amounts_for_one_coin_are_refused() -> None:
    draft = honest("wpkh")
    coin = draft.coins[0]
    refused(draft.put(0, b"\x01", desk.output(coin.amount + 1, coin.script)), "BTC-UTXO-CONFLICT")


def test_a_taproot_amount_beside_a_segwit_input_is_not_trusted() -> None:
    draft = honest("tr")
    other = honest("wpkh")
    draft.inputs += other.inputs
    draft.outpoints += other.outpoints
    refused(draft, "BTC-AMOUNT-UNPROVEN")


def test_a_taproot_amount_among_taproot_inputs_is_trusted() -> None:
    assert judge(honest("tr", 3)).review.fee.proven


def test_the_same_coin_twice_is_refused() -> None:
    draft = honest("wpkh")
    draft.inputs *= 2
    draft.outpoints *= 2
    refused(draft, "BTC-INPUT-DUPLICATE")


def test_a_coin_out_of_nothing_is_refused() -> None:
    draft = honest("wpkh")
    draft.outpoints[0] = (bytes(32), 0xFFFFFFFF)
    refused(draft, "BTC-INPUT-NULL")


def test_an_amount_over_21_million_is_refused() -> None:
    draft = honest("wpkh")
    draft.outputs[0] = (STRANGER, 2_100_000_000_000_001, [])
    refused(draft, "BTC-AMOUNT-RANGE")


def test_an_amount_that_wraps_is_refused() -> None:
    draft = honest("wpkh")
    draft.outputs[0] = (STRANGER, 2**64 - 1, [])
    refused(draft, "BTC-AMOUNT-RANGE")


def test_outputs_over_the_inputs_are_refused() -> None:
    draft = honest("wpkh")
    draft.outputs[0] = (STRANGER, 100_000, [])
    refused(draft, "BTC-FEE-NEGATIVE")


def with_fee(fee: int, payment: int = PAYMENT) -> Draft:
    draft = honest("wpkh")
    script, _amount, pairs = draft.outputs[1]
    draft.outputs = [(STRANGER, payment, []), (script, PAYMENT + CHANGE + FEE - payment - fee, pairs)]
    return draft


def test_a_tenth_of_what_leaves_as_fee_is_refused() -> None:
    refused(with_fee(27_500, payment=30_000), "BTC-FEE-EXCESSIVE")
    assert "BTC-FEE-EXCESSIVE" not in ids(judge(with_fee(24_999, payment=30_000)))


def test_a_twentieth_of_what_leaves_as_fee_is_warned_of() -> None:
    reviewed = judge(with_fee(1_500))
    assert "BTC-FEE-HIGH" in ids(reviewed)
    assert reviewed.review.verdict is Verdict.WARN
    assert judge(with_fee(1_499)).review.verdict is Verdict.ACCEPT


def test_the_fee_of_a_consolidation_is_judged_against_all_of_it() -> None:
    draft = honest("wpkh")
    script, _amount, pairs = draft.outputs[1]
    draft.outputs = [(script, 75_000, pairs)]
    refused(draft, "BTC-FEE-EXCESSIVE")


# --- change and keys ---


def test_change_to_a_strangers_script_with_our_true_key_is_refused_for_a_single_key() -> None:
    draft = honest("wpkh")
    _script, amount, pairs = draft.outputs[1]
    draft.outputs[1] = (STRANGER, amount, pairs)
    refused(draft, "BTC-CHANGE-SPOOF")
    assert not judge(draft).review.change


def test_change_to_a_quorum_with_strangers_is_a_payment_and_refused() -> None:
    draft = honest("wsh(sortedmulti)")
    _script, amount, pairs = draft.outputs[1]
    foreign = b"\x00\x20" + b"\x77" * 32
    draft.outputs[1] = (foreign, amount, [pair for pair in pairs if pair[0][0] == 2][:1])
    reviewed = judge(draft)
    assert [payment.index for payment in reviewed.review.payments] == [0, 1]
    assert not reviewed.review.change
    assert "BTC-OUTPUT-OWN-KEY" in ids(reviewed)
    assert reviewed.review.verdict is Verdict.REFUSE


def test_a_strangers_key_under_our_fingerprint_is_an_attack() -> None:
    draft = honest("wpkh")
    script, amount, pairs = draft.outputs[1]
    (_key, origin), *rest = pairs
    stranger = desk.root("B").derive("m/84h/1h/0h/1/3").to_public().sec()
    draft.outputs[1] = (script, amount, [(b"\x02" + stranger, origin), *rest])
    refused(draft, "BTC-KEY-FALSE-CLAIM")


def test_a_strangers_key_under_our_fingerprint_is_an_attack_on_an_input_too() -> None:
    draft = honest("wpkh")
    origin = next(value for key, value in draft.inputs[0] if key[0] == 6)
    stranger = desk.root("B").derive("m/84h/1h/0h/0/0").to_public().sec()
    draft.inputs[0].append((b"\x06" + stranger, origin))
    refused(draft, "BTC-KEY-FALSE-CLAIM")


@pytest.mark.parametrize(
    "steps",
    [(2, 3), (1 + HARDENED, 3), (1, 3 + HARDENED), (1,), (1, 3, 0), (7, 3)],
    ids=["odd branch", "hardened branch", "hardened index", "short path", "long path", "far branch"],
)
def test_change_on_a_path_that_the_wallet_does_not_have_is_refused(steps: tuple[int, ...]) -> None:
    draft = honest("wpkh")
    _script, amount, _pairs = draft.outputs[1]
    account = (84 + HARDENED, 1 + HARDENED, HARDENED)
    key = desk.root("A").derive(list(account + steps)).to_public()
    origin = desk.root("A").my_fingerprint + b"".join(step.to_bytes(4, "little") for step in account + steps)
    hash160 = desk.root("A").derive(list(account + steps)).to_public().my_fingerprint  # any script: never change
    draft.outputs[1] = (b"\x00\x14" + hash160.ljust(20, b"\x00"), amount, [(b"\x02" + key.sec(), origin)])
    refused(draft, "BTC-PATH-STRANGE")


@pytest.mark.parametrize("account", ["84h/0h/0h", "84h/1h/1h", "49h/1h/0h"], ids=["coin", "account", "purpose"])
def test_change_under_another_coin_account_or_purpose_is_refused(account: str) -> None:
    draft = honest("wpkh")
    _script, amount, _pairs = draft.outputs[1]
    key = desk.root("A").derive(f"m/{account}/1/3").to_public()
    steps = [int(step.rstrip("h")) + (HARDENED if "h" in step else 0) for step in f"{account}/1/3".split("/")]
    origin = desk.root("A").my_fingerprint + b"".join(step.to_bytes(4, "little") for step in steps)
    draft.outputs[1] = (STRANGER, amount, [(b"\x02" + key.sec(), origin)])
    refused(draft, "BTC-PATH-STRANGE")


def far_change(index: int) -> Draft:
    draft = honest("wpkh")
    owner = desk.wallet("wpkh")
    draft.outputs[1] = (owner.script(1, index), CHANGE, desk.change_pairs(owner, 1, index))
    return draft


def test_change_at_a_ransom_index_is_refused() -> None:
    refused(far_change(1_001), "BTC-PATH-RANSOM")
    refused(far_change(2**31 - 1), "BTC-PATH-RANSOM")
    assert judge(far_change(1_000)).review.verdict is Verdict.ACCEPT


def test_used_to_moves_the_bound_of_change() -> None:
    wallet = registered("wpkh", used_to=1_000)
    assert judge(far_change(1_200), wallet).review.verdict is Verdict.ACCEPT
    assert judge(far_change(1_201), wallet).review.verdict is Verdict.REFUSE


SCRIPTED = [
    *((kind, "redeem") for kind in ("sh(wpkh)", "sh(multi)", "sh(wsh(sortedmulti))")),
    *((kind, "witness") for kind in ("wsh(sortedmulti)", "sh(wsh(sortedmulti))")),
]
"""The kinds with scripts behind their addresses, and which."""


def swapped(pairs: list[desk.Pair], key: bytes) -> list[desk.Pair]:
    """A script that is not the coin's in the place of its own."""
    assert key in dict(pairs)
    return [(name, b"\x51" + value[1:] if name == key else value) for name, value in pairs]


@pytest.mark.parametrize(("kind", "script"), SCRIPTED)
def test_a_swapped_script_behind_a_coin_is_refused(kind: str, script: str) -> None:
    draft = honest(kind)
    draft.inputs[0] = swapped(draft.inputs[0], {"redeem": b"\x04", "witness": b"\x05"}[script])
    refused(draft, "BTC-SCRIPT-MISMATCH")


@pytest.mark.parametrize(("kind", "script"), SCRIPTED)
def test_a_swapped_script_behind_change_is_refused(kind: str, script: str) -> None:
    draft = honest(kind)
    own, amount, pairs = draft.outputs[1]
    draft.outputs[1] = (own, amount, swapped(pairs, {"redeem": b"\x00", "witness": b"\x01"}[script]))
    refused(draft, "BTC-SCRIPT-MISMATCH")


@pytest.mark.parametrize(("kind", "field"), [("wpkh", 0), ("wpkh", 1), ("tr", 0), ("wsh(sortedmulti)", 0)])
def test_a_script_beside_an_address_that_has_none_is_refused(kind: str, field: int) -> None:
    draft = honest(kind)
    draft.put(0, bytes([4 + field]), b"\x51")
    refused(draft, "BTC-SCRIPT-MISMATCH")


def test_a_hidden_taproot_leaf_is_refused() -> None:
    refused(honest("tr").put(0, b"\x18", b"\x11" * 32), "BTC-TAPROOT-HIDDEN")


def test_another_taproot_internal_key_is_refused() -> None:
    stranger = desk.root("B").derive("m/86h/1h/0h/0/0").to_public().xonly()
    refused(honest("tr").put(0, b"\x17", stranger), "BTC-TAPROOT-HIDDEN")


def test_an_input_of_nobody_is_refused() -> None:
    draft, other = honest("wpkh"), honest("tr")
    draft.inputs, draft.outpoints = other.inputs, other.outpoints
    refused(draft, "BTC-INPUT-FOREIGN")


def test_an_input_of_another_wallet_beside_ours_is_refused() -> None:
    draft, other = honest("wpkh"), honest("pkh")
    draft.inputs += other.inputs
    draft.outpoints += other.outpoints
    refused(draft, "BTC-INPUT-FOREIGN")


def test_an_account_key_that_bears_our_origin_and_is_another_is_an_attack() -> None:
    draft = honest("wpkh")
    stranger = desk.root("B").derive("m/84h/1h/0h").to_public().serialize()
    steps = (84 + HARDENED, 1 + HARDENED, HARDENED)
    origin = desk.root("A").my_fingerprint + b"".join(step.to_bytes(4, "little") for step in steps)
    draft.globals.append((b"\x01" + stranger, origin))
    refused(draft, "BTC-XPUB-FALSE")


@pytest.mark.parametrize(("at", "is_ours"), [(5, True), (8, True), (4, False), (12, False), (13, False), (50, False)])
def test_our_account_key_is_known_without_its_parents_fingerprint_and_by_nothing_less(at: int, is_ours: bool) -> None:
    """Depth, child number, chain code and point must be ours; some programs leave the parent out."""
    draft = honest("wpkh")
    account = bytearray(desk.root("A").derive("m/84h/1h/0h").to_public().serialize())
    account[at] ^= 1
    steps = (84 + HARDENED, 1 + HARDENED, HARDENED)
    origin = desk.root("A").my_fingerprint + b"".join(step.to_bytes(4, "little") for step in steps)
    draft.globals.append((b"\x01" + bytes(account), origin))
    try:
        found = ids(judge(draft))
    except Unreadable:
        assert not is_ours
        return
    assert ("BTC-XPUB-FALSE" not in found) is is_ours


# --- what is signed ---


@pytest.mark.parametrize("sighash", [0, 2, 3, 0x81, 0x82, 0x83, 4, 0x101])
def test_a_sighash_that_leaves_something_open_is_refused(sighash: int) -> None:
    refused(honest("wpkh").put(0, b"\x03", sighash.to_bytes(4, "little")), "BTC-SIGHASH")


@pytest.mark.parametrize("sighash", [2, 3, 0x81, 4])
def test_a_taproot_sighash_that_leaves_something_open_is_refused(sighash: int) -> None:
    refused(honest("tr").put(0, b"\x03", sighash.to_bytes(4, "little")), "BTC-SIGHASH")


@pytest.mark.parametrize(("kind", "sighash"), [("wpkh", 1), ("tr", 0), ("tr", 1)])
def test_a_sighash_that_covers_everything_may_be_declared(kind: str, sighash: int) -> None:
    assert judge(honest(kind).put(0, b"\x03", sighash.to_bytes(4, "little"))).review.verdict is Verdict.ACCEPT


def own_key(draft: Draft) -> bytes:
    return next(key[1:] for key, _value in draft.inputs[0] if key[0] == 6)


DER = bytes.fromhex(
    "304402201111111111111111111111111111111111111111111111111111111111111111"
    "02202222222222222222222222222222222222222222222222222222222222222222"
)


def test_a_signature_that_does_not_hold_is_refused() -> None:
    draft = honest("wpkh")
    refused(draft.put(0, b"\x02" + own_key(draft), DER + b"\x01"), "BTC-SIG-INVALID")


def test_a_signature_of_a_stranger_is_refused() -> None:
    draft = honest("wpkh")
    stranger = desk.root("B").derive("m/84h/1h/0h/0/0").to_public().sec()
    refused(draft.put(0, b"\x02" + stranger, DER + b"\x01"), "BTC-SIG-STRANGER")


def test_a_signature_that_leaves_something_open_is_refused() -> None:
    draft = honest("wpkh")
    refused(draft.put(0, b"\x02" + own_key(draft), DER + b"\x83"), "BTC-SIGHASH")


@pytest.mark.parametrize("kind", ["wpkh", "pkh", "sh(multi)", "wsh(sortedmulti)", "tr(nobody,multi_a)"])
def test_two_signatures_with_one_nonce_are_an_alarm(kind: str) -> None:
    with pytest.raises(Alarm, match="inputs 0 and 1") as alarm:
        judge(signed(signed(honest(kind, 2), 0, "A", 1_000), 1, "A", 1_000))
    assert (alarm.value.code, alarm.value.exit_code) == ("equal-nonces", 9)
    judge(signed(signed(honest(kind, 2), 0, "A", 1_000), 1, "A", 1_001))


@pytest.mark.parametrize("kind", ["wpkh", "sh(multi)", "wsh(sortedmulti)", "tr(nobody,multi_a)"])
def test_a_nonce_copied_into_a_signature_that_does_not_hold_is_refused_and_no_alarm(kind: str) -> None:
    """Whoever writes the file can do that; officers who believe it would move money to wherever they are told."""
    for first, second in ((signed, forged), (forged, signed), (forged, forged)):
        draft = honest(kind, 2)
        refused(second(first(draft, 0, "A", 1_000), 1, "A", 1_000), "BTC-SIG-INVALID")
    if "multi" in kind:
        refused(forged(signed(honest(kind), 0, "A", 1_000), 0, "B", 1_000), "BTC-SIG-INVALID")


def test_an_input_that_is_already_final_is_refused() -> None:
    refused(honest("wpkh").put(0, b"\x08", b"\x01\x01\x00"), "BTC-INPUT-FINAL")


# --- outputs ---


@pytest.mark.parametrize(
    "script",
    [b"", b"\x51", b"\x52\x20" + b"\x11" * 32, b"\x21\x02" + b"\x01" * 32 + b"\xac", b"\x76\xa9\x14" + b"\x11" * 20],
    ids=["empty", "anyone", "future witness version", "bare key", "cut short"],
)
def test_a_script_that_is_not_understood_is_refused(script: bytes) -> None:
    draft = honest("wpkh")
    draft.outputs[0] = (script, PAYMENT, [])
    refused(draft, "BTC-OUTPUT-UNKNOWN")


def test_money_in_a_data_output_is_refused_and_counted() -> None:
    draft = honest("wpkh")
    draft.outputs[0] = (b"\x6a\x03abc", PAYMENT, [])
    refused(draft, "BTC-BURN-VALUE")
    assert judge(draft).review.burned[0].atoms == PAYMENT
    assert judge(draft).review.fee.atoms == FEE


def test_data_beyond_80_bytes_is_warned_of() -> None:
    draft = honest("wpkh")
    draft.outputs.append((b"\x6a\x4c\x51" + b"\x00" * 81, 0, []))
    reviewed = judge(draft)
    assert "BTC-BURN-LARGE" in ids(reviewed)
    assert reviewed.review.verdict is Verdict.WARN


def test_dust_is_warned_of() -> None:
    draft = honest("wpkh")
    draft.outputs.append((STRANGER, 293, []))
    assert "BTC-DUST" in ids(judge(draft))
    draft.outputs[-1] = (STRANGER, 294, [])
    assert "BTC-DUST" not in ids(judge(draft))


def test_a_transaction_that_pays_nobody_is_refused() -> None:
    draft = honest("wpkh")
    draft.outputs = []
    refused(draft, "BTC-NO-OUTPUTS")


# --- the file ---


def test_a_transaction_that_spends_nothing_is_refused() -> None:
    draft = honest("wpkh")
    draft.inputs, draft.outpoints = [], []
    refused(draft, "BTC-NO-INPUTS")


def test_fields_of_a_protocol_that_is_not_signed_are_refused() -> None:
    participants = desk.root("A").derive("m/86h/1h/0h/0/0").to_public().sec()
    refused(honest("tr").put(0, b"\x1a" + participants, participants * 2), "BTC-FIELD-REFUSED")


def test_unknown_fields_are_counted_and_shown() -> None:
    draft = honest("wpkh").put(0, b"\xf0hello", b"world")
    draft.globals.append((b"\xfc\x05cider\x01", b"drink"))
    reviewed = judge(draft)
    assert [finding.text for finding in reviewed.review.findings if finding.id == "BTC-FIELDS-UNKNOWN"] == [
        "2 fields that this program does not know are kept as they are."
    ]
    assert reviewed.review.verdict is Verdict.ACCEPT


def test_change_in_many_pieces_is_warned_of() -> None:
    draft = honest("wpkh")
    owner = desk.wallet("wpkh")
    pieces = [(owner.script(1, number), CHANGE // 11, desk.change_pairs(owner, 1, number)) for number in range(11)]
    draft.outputs = [draft.outputs[0], *pieces]
    assert "BTC-CHANGE-MANY" in ids(judge(draft))
    draft.outputs[1:] = [pieces[0]] * 10
    assert "BTC-CHANGE-MANY" not in ids(judge(draft))


def test_a_flood_of_true_claims_costs_a_few_derivations_and_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever knows our public keys can claim any number of them in one map."""
    draft = honest("wsh(sortedmulti)")
    owner = desk.wallet("wsh(sortedmulti)")
    claims = [pair for index in range(300) for pair in desk.change_pairs(owner, 1, index) if pair[0][0] == 2][::3]
    draft.outputs[0] = (STRANGER, PAYMENT, claims)
    derived = []
    derive = Wallet.derive
    monkeypatch.setattr(Wallet, "derive", lambda self, *place: derived.append(place) or derive(self, *place))
    reviewed = judge(draft)
    assert len(set(derived)) <= 4 + 2
    assert [payment.index for payment in reviewed.review.payments] == [0]
    assert "BTC-OUTPUT-OWN-KEY" in ids(reviewed)

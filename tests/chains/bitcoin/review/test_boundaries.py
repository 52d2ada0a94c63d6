"""Each clause of what the review promises, at its exact boundary: the last honest value and the first refused one."""

from collections.abc import Callable

import pytest

from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.script import SCRIPT_LIMIT
from custody.chains.bitcoin.review import fee
from custody.chains.bitcoin.review.batch import together
from custody.chains.bitcoin.review.past import Earlier
from custody.chains.bitcoin.review.review import ReviewedPsbt, review
from custody.errors import Alarm, Unreadable
from custody.signing import Verdict
from tests.chains.bitcoin.consensus.test_unspendable import DEAD
from tests.chains.bitcoin.review.drafts import CHANGE, FEE, PAYMENT, STRANGER, Draft, honest, ids, judge, registered
from tests.chains.bitcoin.review.nonces import forged, signed
from tests.chains.bitcoin.review.test_attacks import DER, HARDENED, far_change, own_key, refused, with_fee
from tests.chains.bitcoin.review.test_past import with_change, with_other_coins
from tests.support import desk

# --- the fee: what it is measured by, and its three gates ---


def verdict_of_fee(fee_atoms: int, leaving: int, spent: int, size: int) -> str:
    _fee, findings = fee.assess(fee_atoms, leaving, spent, size)
    return findings[0].id if findings else ""


@pytest.mark.parametrize(
    ("leaving", "spent", "atoms", "expected"),
    [
        (100_000, 10**9, 4_999, ""),
        (100_000, 10**9, 5_000, "BTC-FEE-HIGH"),
        (100_000, 10**9, 9_999, "BTC-FEE-HIGH"),
        (100_000, 10**9, 24_999, "BTC-FEE-HIGH"),
        (100_000, 10**9, 25_000, "BTC-FEE-EXCESSIVE"),
        (250_000, 10**9, 25_000, "BTC-FEE-EXCESSIVE"),
        (250_001, 10**9, 25_000, "BTC-FEE-HIGH"),
        (0, 100_000, 4_999, ""),
        (0, 100_000, 5_000, "BTC-FEE-HIGH"),
        (0, 100_000, 9_999, "BTC-FEE-HIGH"),
        (0, 100_000, 24_999, "BTC-FEE-HIGH"),
        (0, 250_000, 25_000, "BTC-FEE-EXCESSIVE"),
        (10**12, 10**12, 499_999, ""),
        (10**12, 10**12, 500_000, "BTC-FEE-HIGH"),
        (10**12, 10**12, 1_999_999, "BTC-FEE-HIGH"),
        (10**12, 10**12, 2_000_000, "BTC-FEE-EXCESSIVE"),
        (0, 0, 0, "BTC-FEE-HIGH"),
        (0, 0, 25_000, "BTC-FEE-EXCESSIVE"),
    ],
)
def test_the_fee_is_gated_by_share_and_by_rate(leaving: int, spent: int, atoms: int, expected: str) -> None:
    assert verdict_of_fee(atoms, leaving, spent, 1_000) == expected


@pytest.mark.parametrize(("atoms", "expected"), [(9_999_999, ""), (10_000_000, "BTC-FEE-EXCESSIVE")])
def test_the_fee_is_gated_at_a_tenth_of_a_bitcoin(atoms: int, expected: str) -> None:
    assert verdict_of_fee(atoms, 10**12, 10**12, 1_000_000) == expected


def test_the_fee_of_a_consolidation_is_warned_of_from_a_twentieth_of_the_total() -> None:
    def returning(amount: int) -> Draft:
        draft = honest("wpkh")
        script, _amount, pairs = draft.outputs[1]
        draft.outputs = [(script, amount, pairs)]
        return draft

    assert judge(returning(95_001)).review.verdict is Verdict.ACCEPT
    assert "BTC-FEE-HIGH" in ids(judge(returning(95_000)))
    assert "BTC-FEE-HIGH" in ids(judge(returning(90_001)))
    assert "BTC-FEE-HIGH" in ids(judge(returning(75_001)))
    refused(returning(75_000), "BTC-FEE-EXCESSIVE")


def test_burned_value_counts_as_leaving_when_the_fee_is_judged() -> None:
    draft = with_fee(1_500)
    draft.outputs[0] = (b"\x6a\x03abc", PAYMENT, [])
    assert "BTC-FEE-HIGH" in ids(judge(draft))


def test_change_in_disguise_does_not_make_the_fee_look_small() -> None:
    """What leaves is the measure: a large change beside a small payment excuses no fee."""
    refused(with_fee(25_000, payment=10_000), "BTC-FEE-EXCESSIVE")


# --- ransom: the bound of change ---


def spent_at(branch: int, index: int, change_branch: int, change_index: int) -> Draft:
    owner, draft = desk.wallet("wpkh"), honest("wpkh")
    script = owner.script(branch, index)
    previous = desk.transaction([(b"\x07" * 32, 0, desk.FINAL)], [desk.output(100_000, script)])
    coin = desk.Coin(branch, index, 100_000, script, previous, 0)
    draft.coins, draft.inputs = [coin], [desk.input_pairs(owner, coin)]
    draft.outpoints = [(desk.txid(previous), 0)]
    pairs = desk.change_pairs(owner, change_branch, change_index)
    draft.outputs[1] = (owner.script(change_branch, change_index), CHANGE, pairs)
    return draft


@pytest.mark.parametrize("branch", [0, 1])
@pytest.mark.parametrize("change_branch", [0, 1])
def test_the_bound_of_change_is_what_is_in_use_and_200_and_at_least_1000(branch: int, change_branch: int) -> None:
    for used_to, bound in ((None, 1_000), (10, 1_000), (801, 1_001)):
        wallet = registered("wpkh", used_to=used_to)
        assert judge(spent_at(branch, 50, change_branch, bound), wallet).review.verdict is Verdict.ACCEPT
        assert "BTC-PATH-RANSOM" in ids(judge(spent_at(branch, 50, change_branch, bound + 1), wallet))


@pytest.mark.parametrize("index", [1_001, 2_000, HARDENED - 1])
def test_a_coin_far_away_is_warned_of_and_moves_no_bound(index: int) -> None:
    reviewed = judge(spent_at(0, index, 1, 1_000))
    assert reviewed.review.verdict is Verdict.WARN
    assert "BTC-INPUT-FAR" in ids(reviewed)
    refused(spent_at(0, index, 1, 1_001), "BTC-PATH-RANSOM")
    refused(spent_at(0, index, 1, index), "BTC-PATH-RANSOM")


def test_a_wallet_of_more_addresses_than_are_looked_through_is_not_reviewed_by_halves() -> None:
    wallet = registered("wpkh", used_to=HARDENED - 1 - 200)
    with pytest.raises(Unreadable, match="more than are looked through"):
        judge(far_change(HARDENED - 1), wallet)
    declared = far_change(HARDENED - 1)
    declared.outputs = declared.outputs[1:]
    declared.outputs[0] = (declared.outputs[0][0], 99_000, declared.outputs[0][2])
    assert judge(declared, wallet).review.verdict is Verdict.ACCEPT


# --- sighash: all 32 bits, declared or on a signature ---


@pytest.mark.parametrize("kind", ["pkh", "wpkh", "wsh(sortedmulti)", "tr"])
@pytest.mark.parametrize("sighash", [0x101, 0x10001, 0x1000001, 0x80000001, 0x81, 0xFFFFFF01])
def test_a_sighash_is_read_in_32_bits(kind: str, sighash: int) -> None:
    refused(honest(kind).put(0, b"\x03", sighash.to_bytes(4, "little")), "BTC-SIGHASH")


@pytest.mark.parametrize("kind", ["pkh", "sh(wpkh)", "wpkh", "wsh(sortedmulti)"])
def test_the_default_of_taproot_is_refused_elsewhere_even_beside_a_planted_taproot_field(kind: str) -> None:
    stranger = desk.root("B").derive("m/86h/1h/0h/0/0").to_public().xonly()
    draft = honest(kind).put(0, b"\x03", bytes(4))
    refused(draft, "BTC-SIGHASH")
    refused(draft.put(0, b"\x17", stranger), "BTC-SIGHASH")
    assert judge(honest(kind).put(0, b"\x03", b"\x01\x00\x00\x00")).review.verdict is Verdict.ACCEPT


@pytest.mark.parametrize("last", [0x00, 0x02, 0x03, 0x81, 0x82, 0x83, 0xFF])
def test_a_signature_of_another_kind_is_refused_by_its_last_byte(last: int) -> None:
    draft = honest("wsh(sortedmulti)")
    refused(draft.put(0, b"\x02" + own_key(draft), DER + bytes([last])), "BTC-SIGHASH")


@pytest.mark.parametrize("last", [0x02, 0x03, 0x81, 0x83])
def test_a_taproot_signature_of_another_kind_is_refused_by_its_last_byte(last: int) -> None:
    refused(honest("tr").put(0, b"\x13", b"\x11" * 64 + bytes([last])), "BTC-SIGHASH")


# --- outpoints and amounts ---


def test_the_same_coin_is_noticed_however_many_lie_between() -> None:
    draft = honest("wpkh", 150)
    draft.inputs.append(draft.inputs[0])
    draft.outpoints.append(draft.outpoints[0])
    found = [each for each in judge(draft).review.findings if each.id == "BTC-INPUT-DUPLICATE"]
    assert [each.where for each in found] == ["input 150"]
    assert "BTC-INPUT-DUPLICATE" not in ids(judge(honest("wpkh", 150)))


@pytest.mark.parametrize("index", [0, 1, 0xFFFFFFFF])
def test_a_null_prevout_is_refused_whatever_its_number(index: int) -> None:
    draft = honest("wpkh")
    draft.outpoints[0] = (bytes(32), index)
    refused(draft, "BTC-INPUT-NULL")


def test_every_bitcoin_is_an_amount_and_one_satoshi_more_is_not() -> None:
    for amount, expected in ((2_100_000_000_000_000, False), (2_100_000_000_000_001, True)):
        draft = honest("wpkh")
        draft.outputs = [(STRANGER, amount, [])]
        assert ("BTC-AMOUNT-RANGE" in ids(judge(draft))) is expected


@pytest.mark.parametrize("version", range(2, 17))
def test_every_future_witness_version_is_refused(version: int) -> None:
    draft = honest("wpkh")
    draft.outputs[0] = (bytes([0x50 + version, 0x20]) + b"\x11" * 32, PAYMENT, [])
    refused(draft, "BTC-OUTPUT-UNKNOWN")


@pytest.mark.parametrize("size", [2, 20, 31, 33, 40])
def test_a_taproot_program_of_another_size_is_refused(size: int) -> None:
    draft = honest("wpkh")
    draft.outputs[0] = (bytes([0x51, size]) + b"\x11" * size, PAYMENT, [])
    refused(draft, "BTC-OUTPUT-UNKNOWN")
    draft.outputs[0] = (b"\x51\x20" + desk.root("B").derive("m/0").to_public().xonly(), PAYMENT, [])
    assert judge(draft).review.verdict is Verdict.ACCEPT


@pytest.mark.parametrize(
    ("script", "limit"),
    [
        (b"\x76\xa9\x14" + b"\x11" * 20 + b"\x88\xac", 546),
        (b"\xa9\x14" + b"\x11" * 20 + b"\x87", 540),
        (b"\x00\x14" + b"\x11" * 20, 294),
        (b"\x00\x20" + b"\x11" * 32, 330),
        (b"\x51\x20" + desk.root("B").derive("m/0").to_public().xonly(), 330),
    ],
    ids=["p2pkh", "p2sh", "p2wpkh", "p2wsh", "p2tr"],
)
def test_dust_is_told_by_the_type_of_the_script(script: bytes, limit: int) -> None:
    draft = honest("wpkh")
    for amount, dust in ((limit - 1, True), (limit, False)):
        draft.outputs[2:] = [(script, amount, [])]
        assert ("BTC-DUST" in ids(judge(draft))) is dust


H = "50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0"
"""BIP-341's point of nobody."""

TWEAKED_H = taproot.output_key(bytes.fromhex(H), None)[0].hex()
"""The same with the tweak that promises to have no scripts, as BIP-341 tells wallets to make a key path nobody's."""


@pytest.mark.parametrize("program", ["00" * 32, "11" * 32, "5a" * 32, "ff" * 32, H, TWEAKED_H])
def test_an_address_without_a_taproot_key_is_nobodys_and_its_money_destroyed(program: str) -> None:
    draft = honest("wpkh")
    draft.outputs[0] = (b"\x51\x20" + bytes.fromhex(program), PAYMENT, [])
    refused(draft, "BTC-TAPROOT-NOBODY")
    refused(draft, "BTC-BURN-VALUE")
    review = judge(draft).review
    assert not review.payments
    assert [(burn.index, burn.atoms, burn.data) for burn in review.burned] == [(0, PAYMENT, f"5120{program}")]
    draft.outputs[0] = (b"\x51\x20" + b"\x01" * 32, PAYMENT, [])  # the x coordinate of a point
    assert judge(draft).review.verdict is Verdict.ACCEPT


@pytest.mark.parametrize("amount", [0, PAYMENT])
@pytest.mark.parametrize("what", [what for what, (script, _alive) in DEAD.items() if len(script) <= SCRIPT_LIMIT])
def test_an_output_that_nobody_can_ever_open_is_refused_as_a_burn(what: str, amount: int) -> None:
    """By the letter of consensus: a witness program of a wrong length, a script that always fails."""
    draft = with_change(CHANGE - amount)
    script = DEAD[what][0]
    draft.outputs.append((script, amount, []))
    refused(draft, "BTC-OUTPUT-DEAD")
    reviewed = judge(draft)
    assert ("BTC-BURN-VALUE" in ids(reviewed)) is bool(amount)
    assert "BTC-OUTPUT-UNKNOWN" not in ids(reviewed)
    assert [(burn.index, burn.atoms, burn.data) for burn in reviewed.review.burned] == [(2, amount, script.hex())]
    assert reviewed.review.fee.atoms == FEE


@pytest.mark.parametrize("what", DEAD)
def test_the_neighbour_of_a_dead_output_is_judged_as_before(what: str) -> None:
    draft = honest()
    draft.outputs[0] = (DEAD[what][1], PAYMENT, [])
    found = judge(draft)
    assert not found.review.burned
    assert "BTC-OUTPUT-DEAD" not in ids(found)


@pytest.mark.parametrize("amount", [0, 240, PAYMENT])
def test_an_anchor_is_refused_and_named_as_what_it_is(amount: int) -> None:
    draft = with_change(CHANGE - amount)
    draft.outputs.append((b"\x51\x02\x4e\x73", amount, []))
    refused(draft, "BTC-OUTPUT-ANCHOR")
    reviewed = judge(draft)
    assert "BTC-OUTPUT-UNKNOWN" not in ids(reviewed)
    (said,) = [each.text for each in reviewed.review.findings if each.id == "BTC-OUTPUT-ANCHOR"]
    assert "an anchor that anybody can spend" in said
    draft.outputs[2] = (b"\x51\x02\x4e\x74", amount, [])
    refused(draft, "BTC-OUTPUT-UNKNOWN")


@pytest.mark.parametrize(("size", "large"), [(80, False), (81, True)])
def test_data_is_large_from_81_bytes(size: int, large: bool) -> None:
    draft = honest("wpkh")
    draft.outputs.append((b"\x6a\x4c" + bytes([size]) + b"\x01" * size, 0, []))
    assert ("BTC-BURN-LARGE" in ids(judge(draft))) is large


def test_one_satoshi_in_a_data_output_is_refused() -> None:
    draft = with_change(CHANGE - 1)
    draft.outputs.append((b"\x6a\x03abc", 1, []))
    refused(draft, "BTC-BURN-VALUE")


# --- quorums: cosigners in full, thresholds, order ---

QUORUMS: dict[str, Callable[[str], str]] = {
    "a lower threshold": lambda form: form.replace("(2,", "(1,", 1),
    "a higher threshold": lambda form: form.replace("(2,", "(3,", 1),
    "a cosigner swapped": lambda form: form.replace(desk.expressions("48h/1h/0h/2h")["C"], thief()),
    "a cosigner more": lambda form: form.replace("))", f",{thief()}))", 1),
    "a cosigner less": lambda form: form.replace("," + desk.expressions("48h/1h/0h/2h")["C"], "", 1),
    "another order": lambda form: form.replace("sortedmulti(", "multi(", 1),
}


def thief() -> str:
    key = desk.root("C").derive("m/48h/1h/9h/2h").to_public().to_base58()
    return f"[{desk.root('C').my_fingerprint.hex()}/48h/1h/9h/2h]{key}/<0;1>/*"


def strangers_quorum(name: str, *, named: bool = True) -> Draft:
    """Change to a quorum that differs from ours in one place, with true claims of the keys that are ours."""
    kind = "wsh(sortedmulti)"
    other = desk.Wallet(kind, QUORUMS[name](desk.wallet(kind).descriptor), ())
    index = next(i for i in range(20) if other.script(1, i) != desk.wallet(kind).script(1, i))
    own = [pair for pair in desk.change_pairs(desk.wallet(kind), 1, index) if pair[0][0] == 2]
    draft = honest(kind)
    draft.outputs[1] = (other.script(1, index), CHANGE, own if named else [])
    return draft


@pytest.mark.parametrize("name", QUORUMS)
@pytest.mark.parametrize("named", [True, False], ids=["our keys named", "nothing named"])
def test_change_to_another_quorum_with_our_keys_is_a_payment(name: str, named: bool) -> None:
    reviewed = judge(strangers_quorum(name, named=named))
    assert not reviewed.review.change
    assert [payment.index for payment in reviewed.review.payments] == [0, 1]
    assert ("BTC-OUTPUT-OWN-KEY" in ids(reviewed)) is named
    assert (reviewed.review.verdict is Verdict.REFUSE) is named


def test_change_to_our_own_quorum_is_change() -> None:
    reviewed = judge(honest("wsh(sortedmulti)"))
    assert [change.index for change in reviewed.review.change] == [1]


def test_change_with_another_witness_script_of_our_keys_is_refused() -> None:
    draft = honest("wsh(sortedmulti)")
    script, amount, pairs = draft.outputs[1]
    swapped = [(key, b"\x51" + value[1:]) if key == b"\x01" else (key, value) for key, value in pairs]
    assert swapped != pairs
    draft.outputs[1] = (script, amount, swapped)
    refused(draft, "BTC-SCRIPT-MISMATCH")


# --- nonces ---


def test_one_nonce_in_two_files_is_an_alarm() -> None:
    for other in (with_change(CHANGE - 400), with_other_coins()):
        now, before = signed(other, 0, "A", 1_000), signed(honest(), 0, "A", 1_000)
        with pytest.raises(Alarm) as alarm:
            review(now.psbt(), (registered("wpkh"),), [Earlier.read(before.psbt())])
        assert alarm.value.exit_code == 9
        with pytest.raises(Alarm):
            review(honest().psbt(), (registered("wpkh"),), [Earlier.read(each.psbt()) for each in (now, before)])
        with pytest.raises(Alarm):
            together([judge(before), judge(now)])


def test_a_nonce_copied_into_another_file_is_no_alarm_unless_both_signatures_hold() -> None:
    for first, second in ((signed, forged), (forged, signed), (forged, forged)):
        before, now = first(honest(), 0, "A", 1_000), second(with_other_coins(), 0, "A", 1_000)
        review(now.psbt(), (registered("wpkh"),), [Earlier.read(before.psbt())])
        review(honest().psbt(), (registered("wpkh"),), [Earlier.read(each.psbt()) for each in (now, before)])
        together([judge(before), judge(now)])


def test_the_same_signature_in_two_copies_of_one_transaction_is_no_alarm() -> None:
    draft = signed(honest(), 0, "A", 1_000)
    reviewed = judge(draft)
    assert "BTC-SEEN-BEFORE" in ids(review(draft.psbt(), (registered("wpkh"),), [Earlier.read(draft.psbt())]))
    assert len(together([reviewed, reviewed]).reviews) == 2


def test_other_nonces_in_two_files_are_no_alarm() -> None:
    past = [Earlier.read(signed(honest(), 0, "A", 1_000).psbt())]
    reviewed = review(signed(with_other_coins(), 0, "A", 1_001).psbt(), (registered("wpkh"),), past)
    assert "BTC-SIG-INVALID" not in ids(reviewed)


def test_an_earlier_file_that_states_no_coin_or_another_type_proves_nothing() -> None:
    now = signed(with_other_coins(), 0, "A", 1_000)
    silent = signed(honest(), 0, "A", 1_000).drop(0, b"\x00").drop(0, b"\x01")
    single = signed(honest(), 0, "A", 1_000).put(0, b"\x03", b"\x03\x00\x00\x00")
    for before in (silent, single):
        review(now.psbt(), (registered("wpkh"),), [Earlier.read(before.psbt())])


def test_one_nonce_of_two_keys_of_one_coin_is_an_alarm() -> None:
    for kind in ("wsh(sortedmulti)", "sh(multi)", "tr(nobody,multi_a)"):
        with pytest.raises(Alarm):
            judge(signed(signed(honest(kind), 0, "B", 1_000), 0, "C", 1_000))


# --- sums ---


@pytest.mark.parametrize("kind", desk.KINDS)
def test_inputs_are_payments_change_burned_and_fee(kind: str) -> None:
    def balances(reviewed: ReviewedPsbt) -> bool:
        found = reviewed.review
        parts = [*found.payments, *found.change, *found.burned]
        return sum(coin.atoms or 0 for coin in found.inputs) == sum(part.atoms for part in parts) + (
            found.fee.atoms or 0
        )

    for count in (1, 3):
        draft = honest(kind, count)
        draft.outputs.append((b"\x6a\x01a", 0, []))
        assert balances(judge(draft))
        assert judge(draft).review.fee.atoms == FEE * count

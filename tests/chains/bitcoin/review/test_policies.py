"""Wallets of a policy under review: honest transactions, and each attack on a tree or a witness script beside them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Alarm
from custody.keys import signer
from custody.signing import Verdict
from tests.chains.bitcoin.review.drafts import FEE, PAYMENT, STRANGER, Draft, honest, ids, judge, registered
from tests.chains.bitcoin.review.test_tasks import approved, master, signatures
from tests.support import desk

TREES = [kind for kind in desk.POLICIES if kind.startswith("tr")]
REGTEST = network("regtest")


def refused(draft: Draft, rule: str) -> None:
    reviewed = judge(draft)
    assert rule in ids(reviewed)
    assert reviewed.review.verdict is Verdict.REFUSE


@pytest.mark.parametrize("kind", desk.POLICIES)
def test_an_honest_transaction_is_accepted_and_its_change_is_proven(kind: str) -> None:
    reviewed = judge(honest(kind, 3))
    assert reviewed.review.verdict is Verdict.ACCEPT
    assert ids(reviewed) <= {"BTC-RBF"}
    assert [change.index for change in reviewed.review.change] == [1]
    assert reviewed.review.change[0].path.endswith("/1/3")
    assert reviewed.review.fee.atoms is not None
    assert reviewed.review.fee.proven


@pytest.mark.parametrize("kind", TREES)
def test_a_desk_that_says_nothing_of_the_tree_is_accepted(kind: str) -> None:
    """What the wallet knows need not be told; what is told must be true."""
    draft = honest(kind)
    draft.inputs[0] = [(key, value) for key, value in draft.inputs[0] if key[0] not in (0x15, 0x18, 0x17)]
    script, amount, pairs = draft.outputs[1]
    draft.outputs[1] = (script, amount, [(key, value) for key, value in pairs if key[0] != 0x06])
    assert judge(draft).review.verdict is Verdict.ACCEPT


def test_siblings_in_another_order_are_the_same_tree() -> None:
    draft = honest("tr(tree)")
    script, amount, pairs = draft.outputs[1]
    first, second = desk.leaves(desk.wallet("tr(tree)").derive(1, 3))
    swapped = b"".join(b"\x01\xc0" + desk.sized(leaf.script) for leaf in (second, first))
    draft.outputs[1] = (script, amount, [pair for pair in pairs if pair[0] != b"\x06"] + [(b"\x06", swapped)])
    assert judge(draft).review.verdict is Verdict.ACCEPT


def change_of(draft: Draft, owner: desk.Wallet, script: bytes | None = None) -> Draft:
    """Send the change to another wallet's script, or say of ours what the other wallet would."""
    _script, amount, _pairs = draft.outputs[1]
    derived = owner.script(1, 3) if script is None else script
    draft.outputs[1] = (derived, amount, desk.change_pairs(owner, 1, 3))
    return draft


SWAPS = {
    "a lock that runs out sooner": ("wsh(decaying)", "older(52560)", "older(1)"),
    "a smaller quorum": ("wsh(decaying)", "multi(2,", "multi(1,"),
    "a smaller quorum in a leaf": ("tr(nobody,multi_a)", "multi_a(2,", "multi_a(1,"),
    "a shorter lock in a leaf": ("tr(tree)", "older(144)", "older(1)"),
    "a leaf more": ("tr(tree)", "{pk(", "{{pk(KEY),pk("),
    "a key path for nobody's": ("tr(nobody,multi_a)", desk.NUMS, "KEY"),
}


def swapped(name: str) -> tuple[str, desk.Wallet]:
    kind, old, new = SWAPS[name]
    thief = desk.root("C").derive("m/86h/1h/7h").to_public().to_base58() + "/<0;1>/*"
    owner = desk.wallet(kind)
    changed = owner.descriptor.replace(old, new.replace("KEY", thief), 1)
    if name == "a leaf more":
        changed = changed.replace("/<0;1>/*),and_v", "/<0;1>/*)},and_v", 1)
    return kind, desk.Wallet(kind, changed, owner.signers)


@pytest.mark.parametrize("name", SWAPS)
def test_change_to_a_policy_that_differs_in_one_place_is_a_payment_with_a_warning(name: str) -> None:
    kind, thief = swapped(name)
    reviewed = judge(change_of(honest(kind), thief))
    assert not reviewed.review.change
    assert [payment.index for payment in reviewed.review.payments] == [0, 1]
    assert "BTC-OUTPUT-OWN-KEY" in ids(reviewed)
    assert reviewed.review.verdict is not Verdict.ACCEPT


@pytest.mark.parametrize("name", SWAPS)
def test_a_coin_of_a_policy_that_differs_in_one_place_is_not_ours(name: str) -> None:
    kind, thief = swapped(name)
    draft = honest(kind, owner=thief)
    reviewed = judge(draft)
    assert "BTC-INPUT-FOREIGN" in ids(reviewed)
    assert not reviewed.spends


@pytest.mark.parametrize("name", SWAPS)
def test_our_coin_with_what_another_policy_says_of_it_is_refused(name: str) -> None:
    """The scripts, the root and the leaves of the false policy stand beside the true coin."""
    kind, thief = swapped(name)
    draft = honest(kind)
    told = {0x05, 0x15, 0x18}
    draft.inputs[0] = [(key, value) for key, value in draft.inputs[0] if key[0] not in told]
    draft.inputs[0] += [(k, v) for k, v in desk.input_pairs(thief, draft.coins[0]) if k[0] in told]
    refused(draft, "BTC-TAPROOT-HIDDEN" if kind.startswith("tr") else "BTC-SCRIPT-MISMATCH")


@pytest.mark.parametrize("name", SWAPS)
def test_our_change_with_what_another_policy_says_of_it_is_refused(name: str) -> None:
    kind, thief = swapped(name)
    draft = change_of(honest(kind), thief, desk.wallet(kind).script(1, 3))
    refused(draft, "BTC-TAPROOT-HIDDEN" if kind.startswith("tr") else "BTC-SCRIPT-MISMATCH")


# --- one false field beside a true tree ---

False_ = Callable[[bytes, bytes], tuple[bytes, bytes]]


def altered(kind_of_field: int, change: False_, kind: str = "tr(tree)") -> Draft:
    draft = honest(kind)
    place = next(at for at, (key, _value) in enumerate(draft.inputs[0]) if key[0] == kind_of_field)
    draft.inputs[0][place] = change(*draft.inputs[0][place])
    return draft


FALSE_FIELDS: dict[str, tuple[int, False_]] = {
    "another merkle root": (0x18, lambda key, _value: (key, bytes(32))),
    "another leaf script": (0x15, lambda key, value: (key, b"\x51" + value)),
    "another leaf version": (0x15, lambda key, value: (key, value[:-1] + b"\xc2")),
    "another parity": (0x15, lambda key, value: (key[:1] + bytes([key[1] ^ 1]) + key[2:], value)),
    "another control block": (0x15, lambda key, value: (key[:-1] + bytes([key[-1] ^ 1]), value)),
    "a longer control block": (0x15, lambda key, value: (key + bytes(32), value)),
    "a shorter control block": (0x15, lambda key, value: (key[:-32], value)),
    "another internal key": (0x17, lambda key, _value: (key, bytes.fromhex(desk.NUMS))),
}


@pytest.mark.parametrize("name", FALSE_FIELDS)
def test_one_false_field_beside_a_true_tree_is_refused(name: str) -> None:
    refused(altered(*FALSE_FIELDS[name]), "BTC-TAPROOT-HIDDEN")


def with_leaf_hashes(hashes: Callable[[bytes, list[bytes]], list[bytes]]) -> Draft:
    """The leaves that each key is said to sign in, changed."""
    draft = honest("tr(nobody,tree)")
    pairs = []
    for key, value in draft.inputs[0]:
        if key[0] == 0x16:
            told = [value[1 + 32 * at :][:32] for at in range(value[0])]
            changed = hashes(key[1:], told)
            pairs.append((key, bytes([len(changed)]) + b"".join(changed) + value[1 + 32 * value[0] :]))
        else:
            pairs.append((key, value))
    draft.inputs[0] = pairs
    return draft


def test_keys_declared_in_the_leaves_where_they_stand_are_accepted() -> None:
    assert judge(with_leaf_hashes(lambda _key, told: told[::-1])).review.verdict is Verdict.ACCEPT


@pytest.mark.parametrize(
    "hashes",
    [
        lambda _key, _told: [],
        lambda _key, _told: [bytes(32)],
        lambda _key, told: [*told, taproot.leaf_hash(b"\x51")],
        lambda _key, _told: [leaf.hash for leaf in desk.leaves(desk.wallet("tr(nobody,tree)").derive(0, 0))],
    ],
    ids=["no leaf", "another leaf", "one leaf more", "every leaf"],
)
def test_keys_declared_in_other_leaves_are_refused(hashes: Callable[[bytes, list[bytes]], list[bytes]]) -> None:
    refused(with_leaf_hashes(hashes), "BTC-LEAF-FALSE-CLAIM")


def test_false_leaves_are_refused_of_change_too() -> None:
    draft = honest("tr(tree)")
    script, amount, pairs = draft.outputs[1]
    false = [(key, b"\x00" + value[33:] if key[0] == 0x07 and value[0] else value) for key, value in pairs]
    assert false != pairs
    draft.outputs[1] = (script, amount, false)
    refused(draft, "BTC-LEAF-FALSE-CLAIM")


def test_a_strangers_key_under_our_fingerprint_in_a_leaf_is_an_attack() -> None:
    draft = honest("tr(nobody,multi_a)")
    at = next(at for at, (key, _value) in enumerate(draft.inputs[0]) if key[0] == 0x16)
    stranger = desk.root("C").derive("m/86h/1h/7h/0/0").to_public().xonly()
    draft.inputs[0][at] = (b"\x16" + stranger, draft.inputs[0][at][1])
    refused(draft, "BTC-KEY-FALSE-CLAIM")


def test_a_strangers_key_of_no_fingerprint_of_ours_is_hidden_in_the_tree() -> None:
    draft = honest("tr(tree)")
    stranger = desk.root("C").derive("m/86h/1h/7h/0/0").to_public().xonly()
    draft.inputs[0].append((b"\x16" + stranger, b"\x00" + b"\xde\xad\xbe\xef"))
    refused(draft, "BTC-TAPROOT-HIDDEN")


def test_a_tree_told_of_a_key_without_one_is_refused() -> None:
    draft = honest("tr")
    draft.inputs[0].append((b"\x18", bytes(32)))
    refused(draft, "BTC-TAPROOT-HIDDEN")
    draft = honest("tr")
    script, amount, pairs = draft.outputs[1]
    draft.outputs[1] = (script, amount, [*pairs, (b"\x06", b"\x00\xc0\x01\x51")])
    refused(draft, "BTC-TAPROOT-HIDDEN")


def test_a_tree_told_of_a_script_that_has_none_is_refused() -> None:
    draft = honest("wsh(decaying)")
    draft.inputs[0].append((b"\x18", bytes(32)))
    refused(draft, "BTC-TAPROOT-HIDDEN")


def test_another_sighash_for_a_leaf_is_refused() -> None:
    refused(honest("tr(nobody,multi_a)").put(0, b"\x03", b"\x83\x00\x00\x00"), "BTC-SIGHASH")


# --- signatures that are there already ---


def leaf_fields(draft: Draft, who: str) -> list[desk.Pair]:
    """PSBT_IN_TAP_SCRIPT_SIG of everything that somebody signs."""
    made = signatures(judge(draft), who)
    fields = []
    for signature in made:
        spend = judge(draft).spends[signature.task.input_index]
        leaf = next(
            slot.leaf_hash
            for slot in spend.slots
            if slot.key.public_key == signature.task.public_key and slot.leaf_hash
        )
        fields.append((b"\x14" + signature.task.public_key[1:] + leaf, signature.encoded))
    return fields


def test_signatures_in_leaves_are_verified_and_named_by_who_made_them() -> None:
    draft = honest("tr(nobody,multi_a)")
    draft.inputs[0] += leaf_fields(draft, "B")
    reviewed = judge(draft)
    assert reviewed.review.verdict is Verdict.ACCEPT
    assert reviewed.review.inputs[0].signed
    (said,) = [finding.text for finding in reviewed.review.findings if finding.id == "BTC-SIGNED-POLICY"]
    assert master("B").fingerprint.hex() in said
    assert master("A").fingerprint.hex() not in said


@pytest.mark.parametrize("kind", [kind for kind in desk.POLICIES if not kind.startswith("tr")])
def test_of_a_witness_script_with_several_ways_no_number_is_said_to_be_enough(kind: str) -> None:
    draft = honest(kind)
    who = desk.POLICIES[kind][2][desk.RBF][0]
    made = signatures(judge(draft), who)
    draft.inputs[0] += [(b"\x02" + each.task.public_key, each.encoded + b"\x01") for each in made]
    found = judge(draft).review.findings
    assert "BTC-SIGNED-BY" not in {finding.id for finding in found}
    (said,) = [finding.text for finding in found if finding.id == "BTC-SIGNED-POLICY"]
    assert master(who).fingerprint.hex() in said


def test_a_policy_that_somebody_signed_in_part_is_signed_by_nobody() -> None:
    draft = honest("tr(nobody,multi_a)", 2)
    draft.inputs[0] += leaf_fields(honest("tr(nobody,multi_a)", 2), "B")[:1]
    (said,) = [finding.text for finding in judge(draft).review.findings if finding.id == "BTC-SIGNED-POLICY"]
    assert "nobody" in said


def test_a_false_signature_in_a_leaf_is_refused() -> None:
    draft = honest("tr(nobody,multi_a)")
    ((key, value),) = leaf_fields(draft, "B")
    draft.inputs[0].append((key, value[:-1] + bytes([value[-1] ^ 1])))
    refused(draft, "BTC-SIG-INVALID")


def test_a_signature_of_one_leaf_under_another_is_refused() -> None:
    draft = honest("tr(nobody,tree)")
    first, second, _third = desk.leaves(desk.wallet("tr(nobody,tree)").derive(0, 0))
    ((key, value),) = leaf_fields(draft, "B")
    assert key.endswith(first.hash)
    draft.inputs[0].append((key[:33] + second.hash, value))
    refused(draft, "BTC-SIG-STRANGER")


def test_a_signature_for_a_leaf_that_is_not_there_is_refused() -> None:
    draft = honest("tr(nobody,multi_a)")
    ((key, value),) = leaf_fields(draft, "B")
    draft.inputs[0].append((key[:33] + bytes(32), value))
    refused(draft, "BTC-TAPROOT-HIDDEN")


def test_a_signature_in_a_leaf_that_does_not_cover_everything_is_refused() -> None:
    draft = honest("tr(nobody,multi_a)")
    ((key, value),) = leaf_fields(draft, "B")
    draft.inputs[0].append((key, value + b"\x81"))
    refused(draft, "BTC-SIGHASH")


def test_a_signature_in_a_leaf_may_write_out_that_it_covers_everything() -> None:
    asked = honest("tr(nobody,multi_a)").put(0, b"\x03", b"\x01\x00\x00\x00")
    reviewed = judge(asked)
    fields = leaf_fields(asked, "B")
    asked.inputs[0] += [(key, value + b"\x01") for key, value in fields]
    assert judge(asked).review.verdict is reviewed.review.verdict is Verdict.ACCEPT


@pytest.mark.parametrize("asked", [None, b"\x00\x00\x00\x00"])
def test_a_cosigner_who_wrote_out_that_all_is_covered_is_verified_where_nobody_asked_for_it(
    asked: bytes | None,
) -> None:
    """A signature is verified under its own type: DEFAULT and ALL cover the same and have different digests."""
    fields = leaf_fields(honest("tr(nobody,multi_a)").put(0, b"\x03", b"\x01\x00\x00\x00"), "B")
    draft = honest("tr(nobody,multi_a)")
    if asked is not None:
        draft.put(0, b"\x03", asked)
    draft.inputs[0] += [(key, value + b"\x01") for key, value in fields]
    assert judge(draft).review.verdict is Verdict.ACCEPT
    draft.inputs[0][-1] = fields[0]
    refused(draft, "BTC-SIG-INVALID")


def test_a_signature_copied_to_another_coin_is_an_alarm_that_names_it_rightly() -> None:
    """It gives no key away, so nobody need move money because a desk copied some bytes."""
    draft = honest("tr(nobody,multi_a)", 2)
    first, second = leaf_fields(honest("tr(nobody,multi_a)", 2), "B")
    draft.inputs[0].append(first)
    draft.inputs[1].append((second[0], first[1]))
    with pytest.raises(Alarm) as alarm:
        judge(draft)
    assert alarm.value.code == "signature-mismatch"


@pytest.mark.parametrize("kind", ["tr(nobody,multi_a)", "wsh(decaying)"])
def test_a_signature_copied_under_another_key_of_the_same_digest_is_refused(kind: str) -> None:
    draft = honest(kind)
    signed = Psbt.parse(judge(draft).attach(signatures(judge(draft), "B"))).inputs[0].pairs
    (own,) = [pair for pair in signed if pair[0][0] in (0x02, 0x14)]
    key = next(
        slot.key.public_key for slot in judge(draft).spends[0].slots if slot.key.fingerprint == master("C").fingerprint
    )
    copied = b"\x02" + key if own[0][0] == 0x02 else b"\x14" + key[1:] + own[0][33:]
    draft.inputs[0] += [own, (copied, own[1])]
    refused(draft, "BTC-SIG-INVALID")


def test_a_signature_on_the_key_path_is_verified_with_the_trees_tweak() -> None:
    draft = honest("tr(tree)")
    made = signatures(judge(draft), "A")[0]
    assert made.task.tweak == taproot.tap_tweak(
        made.task.public_key[1:], desk.merkle_root(desk.wallet("tr(tree)").derive(0, 0))
    )
    assert judge(draft.put(0, b"\x13", made.encoded)).review.verdict is Verdict.ACCEPT
    untold = replace(made.task, tweak=taproot.tap_tweak(made.task.public_key[1:], None))
    plain = signer.sign(master("A"), untold, approved(judge(honest("tr(tree)"))))
    refused(draft.put(0, b"\x13", plain.encoded), "BTC-SIG-INVALID")


def test_an_output_to_another_policy_of_the_same_keys_is_a_transfer_between_our_wallets() -> None:
    ours = registered("tr(nobody,tree)")
    other = Wallet.register("vault", [desk.wallet("tr(nobody,multi_a)").descriptor], REGTEST)
    draft = honest("tr(nobody,tree)")
    draft.outputs[0] = (other.derive(0, 2).script, PAYMENT, [])
    reviewed = judge(draft, ours, other)
    assert reviewed.review.payments[0].label == "vault"
    assert "BTC-OWN-TRANSFER" in ids(reviewed)


def test_the_same_amounts_balance_for_every_policy() -> None:
    for kind in desk.POLICIES:
        review = judge(honest(kind)).review
        assert (review.payments[0].atoms, review.fee.atoms) == (PAYMENT, FEE)
        assert review.payments[0].script == STRANGER.hex()


@pytest.mark.parametrize(
    ("kind", "sequence", "ways"),
    [
        ("wsh(decaying)", 52_560, [("A", "52,560 blocks")]),
        ("tr(nobody,tree)", 144, [("A", "144 blocks")]),
        ("tr(nobody,tree)", 145, [("A", "144 blocks"), ("B", "145 blocks")]),
    ],
)
def test_a_signer_is_told_who_is_enough_once_the_desk_asks_for_a_time_lock(
    kind: str, sequence: int, ways: list[tuple[str, str]]
) -> None:
    """A signs for two of three, and its second signature alone would do: the desk chose that by a number."""
    draft = honest(kind, 2)
    draft.sequence = sequence
    (said,) = [finding.text for finding in judge(draft).review.findings if finding.id == "BTC-POLICY-LATE"]
    assert said.count(" alone after ") == len(ways)
    for who, age in ways:
        assert f"{master(who).fingerprint.hex()} alone after {age}" in said


@pytest.mark.parametrize("kind", desk.POLICIES)
def test_nothing_is_said_of_ways_that_no_time_lock_opens(kind: str) -> None:
    assert "BTC-POLICY-LATE" not in ids(judge(honest(kind, 2)))


def test_a_lock_time_that_opens_a_way_is_told() -> None:
    draft = honest("sh(wsh(andor))")
    draft.locktime = 499
    assert "BTC-POLICY-LATE" not in ids(judge(draft))
    draft.locktime = 500
    assert "BTC-POLICY-LATE" in ids(judge(draft))
    assert judge(draft).review.verdict is Verdict.ACCEPT

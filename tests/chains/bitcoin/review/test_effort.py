"""What a review may cost, in operations: hostile files are read within what their size allows or not at all, and large
honest ones whole.
"""

from collections.abc import Callable

import pytest

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.descriptor import Derived, Descriptor
from custody.chains.bitcoin.psbt import Psbt, effort
from custody.chains.bitcoin.psbt.effort import BASE, MOST, Effort, Operation
from custody.chains.bitcoin.review.ownership import Registry
from custody.chains.bitcoin.review.past import Earlier
from custody.chains.bitcoin.review.review import review
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.chains.bitcoin.wallet.window import window
from custody.errors import Unreadable
from custody.signing import Verdict
from tests.chains.bitcoin.review.bombs import (
    BOMBS,
    at_wpkh,
    claims_of_a_quorum,
    large_quorum,
    legacy_signatures_over_large_outputs,
    of_one_address,
    operations_of_coins,
    operations_of_outputs,
    operations_of_outputs_in_version_2,
    registered_quorum,
    signed_by_nobody,
    strangers,
    trees_of_ours,
    trees_of_strangers,
    unsigned_legacy_over_large_outputs,
)
from tests.chains.bitcoin.review.drafts import PAYMENT, STRANGER, Draft, honest, ids, judge, registered
from tests.conftest import ROOT
from tests.support import desk
from tests.support.effort import operations

POINTS_AN_OPERATION = 12
"""A line of Python, or a call of C, takes a bit longer on the machine of docs/limits.md: prices may not be below it."""


def too_much(document: bytes, *wallets: Wallet) -> str:
    """Review a file that asks for too much, and return what is said."""
    with pytest.raises(Unreadable) as refused:
        review(document, wallets)
    assert refused.value.code == "too-much-work"
    return refused.value.message


@pytest.mark.parametrize("name", BOMBS)
def test_what_a_bomb_costs_is_in_the_prices(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that its bytes bring about is paid for by its own points, and those grow with its bytes at most."""
    monkeypatch.setattr(effort, "BASE", MOST)
    bomb, wallets = BOMBS[name]
    known = wallets()
    small, large = bomb(20_000), bomb(60_000)
    review(small, known)  # the wallet's window is derived once, and is not the file's doing
    done = operations(lambda: review(large, known)) - operations(lambda: review(small, known))
    points = asked(large, known) - asked(small, known)
    assert done * POINTS_AN_OPERATION < points + 1_000_000


def asked(document: bytes, wallets: tuple[Wallet, ...]) -> int:
    """The points of a file and of what it says about these wallets."""
    psbt = Psbt.parse(document)
    registry = Registry(wallets, psbt.effort, wallets[0])
    for output, declared in zip(psbt.transaction.outputs, psbt.outputs, strict=True):
        registry.own("", output.script, declared)
    return registry.effort.points


@pytest.mark.parametrize(
    ("bomb", "kind", "what"),
    [
        (trees_of_ours, "tr", "leaves of taproot trees"),
        (trees_of_strangers, "tr", "leaves of taproot trees"),
        (legacy_signatures_over_large_outputs, "pkh", "bytes hashed"),
        (unsigned_legacy_over_large_outputs, "pkh", "bytes hashed"),
        (operations_of_outputs, "wpkh", "operations of scripts"),
        (operations_of_outputs_in_version_2, "wpkh", "operations of scripts"),
        (operations_of_coins, "wpkh", "operations of scripts"),
    ],
)
def test_the_dearest_files_are_refused_and_say_why(bomb: Callable[[int], bytes], kind: str, what: str) -> None:
    assert what in too_much(bomb(4_500_000), registered(kind))


def test_claims_of_a_quorum_are_followed_as_far_as_the_file_may_ask() -> None:
    said = too_much(claims_of_a_quorum(400_000), registered_quorum())
    assert "keys derived where the file says" in said


def registry(limit: int, *wallets: Wallet) -> Registry:
    return Registry(wallets, Effort(limit))


def claiming(*places: int) -> Draft:
    """A payment that is said to be ours, at places of ours where it is not."""
    draft = honest("wpkh")
    pairs = [(b"\x02" + key, at_wpkh(1, index)) for key, index in zip(strangers(), places, strict=False)]
    draft.outputs[0] = (STRANGER, PAYMENT, pairs)
    return draft


def counts_of(draft: Draft, *wallets: Wallet, limit: int = MOST) -> dict[Operation, int]:
    psbt = Psbt.parse(draft.psbt())
    asking = registry(limit, *wallets)
    asking.own("output 0", psbt.transaction.outputs[0].script, psbt.outputs[0])
    return dict(asking.effort.counts)


def test_every_place_that_a_file_names_is_counted_by_its_keys() -> None:
    single, quorum = registered("wpkh"), registered_quorum()
    none, one, three = (counts_of(claiming(*places), single) for places in ((), (5,), (5, 6, 7)))
    of_itself = none[effort.DERIVATION]  # what kind of scripts the wallet has
    assert one[effort.DERIVATION] - of_itself == 1
    assert three[effort.DERIVATION] - of_itself == 3
    assert (effort.LOOKUP not in none, one[effort.LOOKUP], three[effort.LOOKUP]) == (True, 1, 3)
    assert counts_of(claiming(), quorum)[effort.DERIVATION] == 15


def test_places_are_followed_up_to_the_limit_and_not_one_farther() -> None:
    wallet, draft = registered("wpkh"), claiming(5, 6, 7)
    points = sum(each.price * count for each, count in counts_of(draft, wallet).items())
    assert counts_of(draft, wallet, limit=points)
    with pytest.raises(Unreadable, match="lie"):
        counts_of(draft, wallet, limit=points - 1)


def test_both_halves_of_a_review_draw_on_one_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry of the outputs begins where that of the inputs has ended."""
    document = honest("wpkh", 3).psbt()
    begun: list[int] = []

    class Noted(Registry):
        def __init__(self, wallets: tuple[Wallet, ...], effort: Effort, first: Wallet | None = None) -> None:
            begun.append(effort.points)
            super().__init__(wallets, effort, first)

    monkeypatch.setattr("custody.chains.bitcoin.review.review.Registry", Noted)
    review(document, (registered("wpkh"),))
    assert begun[0] == Psbt.parse(document).effort.points
    assert begun[1] - begun[0] >= 3 * (effort.DERIVATION.price + effort.LOOKUP.price)


def test_an_earlier_file_is_read_on_its_own_account() -> None:
    draft = honest("wpkh")
    earlier = Earlier.read(draft.psbt())
    main = registry(MOST, registered("wpkh"))
    asking = main.reading(earlier.effort)
    assert asking.effort == earlier.effort
    asking.own("output 1", earlier.transaction.outputs[1].script, earlier.declared[1])
    assert asking.effort.points > earlier.effort.points
    assert main.effort.points == 0


def test_what_a_file_has_asked_for_is_not_spent_on_other_wallets_again() -> None:
    """The more a file costs, the less of the others is looked through: then a payment is said to be unsearched."""
    other = registered_quorum("other")
    script = large_quorum().script(0, 999)
    declared = Psbt.parse(honest("wpkh").psbt()).outputs[0]
    light = Registry((registered("wpkh"), other), Effort(MOST), registered("wpkh"))
    assert light.own("", script, declared).place is not None
    spent = MOST - 29_000 * effort.DERIVATION.price
    heavy = Registry((registered("wpkh"), other), Effort(MOST, spent), registered("wpkh"))
    answer = heavy.own("", script, declared)
    assert (answer.place, answer.unsearched) == (None, (other,))


def signed(kind: str, number: int, owner: desk.Wallet | None = None, *, signatures: int = 1) -> Psbt:
    """A payment from so many coins, signed by so many keys each, as far as the file says."""
    draft = of_one_address(kind, number, owner)
    signature = bytes.fromhex("30440220") + b"\x11" * 32 + bytes.fromhex("0220") + b"\x11" * 32 + b"\x01"
    for pairs in draft.inputs:
        named = [key[1:] for key, _value in pairs if key[:1] == b"\x06"][:signatures]
        pairs += [(b"\x02" + key, signature) for key in named]
        if kind == "tr":
            pairs.append((b"\x13", b"\x11" * 64))
    return Psbt.parse(draft.psbt())


@pytest.mark.parametrize("kind", ["pkh", "sh(wpkh)", "wpkh", "tr"])
def test_ten_thousand_signed_inputs_of_a_single_key_are_read(kind: str) -> None:
    """With as many derivations as the wallet has addresses within reach."""
    psbt = signed(kind, 9_998)
    derived = 2 * 1_001 * effort.DERIVATION.price
    assert psbt.effort.points + 9_998 * effort.LOOKUP.price + derived < MOST


@pytest.mark.parametrize(("kind", "owner"), [("sh(multi)", None), ("wsh(sortedmulti)", large_quorum())])
def test_two_thousand_inputs_signed_by_a_quorum_are_read(kind: str, owner: desk.Wallet | None) -> None:
    keys = 3 if owner is None else 15
    psbt = signed(kind, 2_000, owner, signatures=2 if owner is None else 8)
    derived = 2_000 * keys * (effort.DERIVATION.price + effort.LOOKUP.price)
    assert psbt.effort.points + derived < MOST


def test_a_payment_to_ten_thousand_is_accepted() -> None:
    draft = honest("wpkh")
    draft.outputs[0] = (STRANGER, 1_000, [])
    coin = draft.outputs[1]
    others = [(b"\x00\x14" + number.to_bytes(20, "big"), 1_000, []) for number in range(9_997)]
    rich = desk.coins(desk.wallet("wpkh"), 1, 12_000_000)[0]
    draft.coins, draft.inputs = [rich], [desk.input_pairs(desk.wallet("wpkh"), rich)]
    draft.outpoints = [(desk.txid(rich.previous), rich.vout)]
    draft.outputs += others
    draft.outputs[1] = (coin[0], 12_000_000 - 9_998 * 1_000 - 300_000, coin[2])
    reviewed = judge(draft)
    assert reviewed.review.verdict is Verdict.ACCEPT, ids(reviewed)


def test_a_payment_beside_three_large_quorums_is_searched_whole() -> None:
    others = tuple(registered_quorum(f"other {number}") for number in range(3))
    draft = honest("wpkh")
    draft.outputs[0] = (large_quorum().script(1, 1_000), PAYMENT, [])
    reviewed = judge(draft, registered("wpkh"), *others)
    assert reviewed.review.payments[0].label == "other 0"
    assert BASE < reviewed.psbt.effort.limit < MOST


def derived_for(monkeypatch: pytest.MonkeyPatch, *others: Wallet) -> dict[str, int]:
    """Review a payment to strangers beside other wallets, and count the places that each has derived."""
    window.cache_clear()
    known = {wallet.descriptor.keys: wallet.descriptor.text() for wallet in others}
    counts = {wallet.descriptor.text(): 0 for wallet in others}
    derive = Descriptor.derive

    def counting(self: Descriptor, branch: int, index: int) -> Derived:
        if self.keys in known:
            counts[known[self.keys]] += 1
        return derive(self, branch, index)

    monkeypatch.setattr(Descriptor, "derive", counting)
    judge(honest("wpkh"), registered("wpkh"), *others)
    judge(honest("wpkh"), registered("wpkh"), *others)
    return counts


def test_other_wallets_are_derived_within_their_reach_once_and_not_at_all_where_no_script_can_be_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    same, another = registered_account("wpkh({})", 7), registered_account("pkh({})", 8)
    counts = derived_for(monkeypatch, same, another)
    asked_for_its_kind = 2 * 2  # once in each half of a review
    assert counts[another.descriptor.text()] <= asked_for_its_kind
    assert 2 * (same.reach + 1) <= counts[same.descriptor.text()] <= 2 * (same.reach + 1) + asked_for_its_kind


def registered_account(form: str, number: int) -> Wallet:
    """Another account of the desk's, as a wallet of a form."""
    root = desk.root("A")
    account = root.derive(f"m/84h/1h/{number}h").to_public().to_base58()
    key = f"[{root.my_fingerprint.hex()}/84h/1h/{number}h]{account}/<0;1>/*"
    return Wallet.register("other", [form.format(key)], network("regtest"))


def test_no_more_signatures_are_verified_than_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[bytes] = []
    monkeypatch.setattr(
        "custody.chains.bitcoin.review.signed.verify_ecdsa", lambda key, _digest, _signature: verified.append(key)
    )
    document = signed_by_nobody(of_one_address("wpkh", 5)).psbt()
    review(document, (registered("wpkh"),))
    assert len(verified) == 5 == Psbt.parse(document).effort.counts[effort.SIGNATURE]


def test_the_page_of_limits_has_the_prices() -> None:
    page = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    for name, operation in vars(effort).items():
        if isinstance(operation, Operation):
            assert f"| {operation.told} | {operation.price:,} |" in page, name

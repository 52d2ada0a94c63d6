"""The bounds of the review: what is proven by what, how far our addresses reach, which network, what a sum may be.

Each attack stands beside the nearest honest transaction.
"""

from dataclasses import replace
from functools import partial

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.signing import Review, Verdict
from tests.chains.bitcoin.review.drafts import FEE, PAYMENT, STRANGER, Draft, honest, ids, judge, registered
from tests.chains.bitcoin.review.test_attacks import DER, HARDENED, own_key, refused
from tests.support import desk
from tests.support.effort import operations


def test_a_taproot_coin_proven_by_its_previous_transaction_leaves_the_others_trusted() -> None:
    draft = honest("tr", 2).drop(0, b"\x01")
    assert "BTC-AMOUNT-UNPROVEN" not in ids(judge(draft.put(0, b"\x00", draft.coins[0].previous)))
    assert judge(draft).review.fee.atoms == 2 * FEE


def test_a_segwit_coin_that_poses_as_taproot_proves_nothing() -> None:
    draft, other = honest("tr"), honest("wpkh")
    draft.inputs += [[(b"\x00", other.coins[0].previous), (b"\x01", draft.coins[0].utxo)]]
    draft.outpoints += other.outpoints
    refused(draft, "BTC-UTXO-CONFLICT")
    assert not judge(draft).review.fee.proven


def test_a_sum_over_21_million_is_refused_though_no_amount_is() -> None:
    every_bitcoin = 2_100_000_000_000_000
    owner, draft = desk.wallet("wpkh"), honest("wpkh", 2)
    draft.coins = list(desk.coins(owner, 2, every_bitcoin - 10))
    draft.inputs = [desk.input_pairs(owner, coin) for coin in draft.coins]
    draft.outpoints = [(desk.txid(coin.previous), coin.vout) for coin in draft.coins]
    script, _amount, pairs = draft.outputs[1]
    draft.outputs = [(STRANGER, every_bitcoin, []), (script, every_bitcoin - 1_019, pairs)]
    refused(draft, "BTC-AMOUNT-RANGE")


def test_a_transfer_to_a_ransom_index_of_another_wallet_of_ours_is_refused() -> None:
    def paid(index: int, used_to: int | None = None) -> Review:
        draft, other = honest("wpkh"), desk.wallet("tr")
        draft.outputs[0] = (other.script(0, index), PAYMENT, desk.change_pairs(other, 0, index))
        return judge(draft, registered("wpkh"), registered("tr", name="savings", used_to=used_to)).review

    assert paid(1_000).verdict is Verdict.ACCEPT
    assert paid(1_001).verdict is Verdict.REFUSE
    assert paid(2**31 - 1).verdict is Verdict.REFUSE
    assert paid(1_200, used_to=1_000).payments[0].label == "savings"


def with_a_far_coin(index: int) -> Draft:
    draft, owner = honest("wpkh"), desk.wallet("wpkh")
    script, amount, pairs = draft.outputs[1]
    coin = desk.Coin(0, index, 600, owner.script(0, index), b"", 1)
    coin = replace(coin, previous=desk.transaction([(b"\x01" * 32, 0, desk.FINAL)], [coin.utxo, coin.utxo]))
    draft.inputs.append(desk.input_pairs(owner, coin))
    draft.outpoints.append((desk.txid(coin.previous), 1))
    draft.outputs[1] = (script, amount + 600, pairs)
    return draft


def test_every_coin_beyond_reach_is_warned_of() -> None:
    for used_to, reach in ((None, 1_000), (10, 1_000), (2_000, 2_200)):
        wallet = registered("wpkh", used_to=used_to)
        assert judge(with_a_far_coin(reach), wallet).review.verdict is Verdict.ACCEPT
        for index in (reach + 1, HARDENED - 1):
            reviewed = judge(with_a_far_coin(index), wallet)
            assert reviewed.review.verdict is Verdict.WARN
            assert [(found.id, found.where) for found in reviewed.review.findings if found.where] == [
                ("BTC-INPUT-FAR", "input 1")
            ]


def account_field(
    version: str, fingerprint: bytes | None = None, who: str = "A", path: str = "m/48h/1h/0h/2h"
) -> desk.Pair:
    account = desk.root(who).derive(path).to_public().serialize()
    steps = b"".join((step + HARDENED).to_bytes(4, "little") for step in (48, 1, 0, 2))
    return b"\x01" + bytes.fromhex(version) + account[4:], (fingerprint or desk.root(who).my_fingerprint) + steps


def test_our_account_key_written_for_another_network_is_refused() -> None:
    draft = honest("wsh(sortedmulti)")
    draft.globals = [account_field("0488b21e")]
    refused(draft, "BTC-XPUB-NETWORK")
    draft.globals = [account_field("043587cf")]
    assert judge(draft).review.verdict is Verdict.ACCEPT


def test_cosigners_whose_origins_are_not_known_may_be_named_by_the_file() -> None:
    unknown = bytes(4)
    descriptor = desk.wallet("wsh(sortedmulti)").descriptor
    for who in "BC":
        descriptor = descriptor.replace(desk.root(who).my_fingerprint.hex(), unknown.hex())
    owner = desk.Wallet("wsh(sortedmulti)", descriptor, ("A",))
    draft = honest("wsh(sortedmulti)", owner=owner)
    draft.globals = [account_field("043587cf", unknown, who) for who in "BC"]
    wallet = Wallet.register("treasury", [descriptor], network("regtest"))
    assert judge(draft, wallet).review.verdict is Verdict.ACCEPT
    draft.globals = [account_field("043587cf", unknown, "A")]  # who writes that for every master key means no other
    assert judge(draft, wallet).review.verdict is Verdict.ACCEPT
    draft.globals = [account_field("043587cf", unknown, "A", "m/48h/1h/9h/2h")]
    assert "BTC-XPUB-FALSE" in ids(judge(draft, wallet))


def main_network_twin(kind: str) -> tuple[desk.Wallet, Wallet]:
    """The same keys as the main network writes them, where no coin type tells the networks apart."""
    descriptor = desk.wallet(kind).descriptor
    for who in desk.PHRASES:
        account = desk.root(who).derive(f"m/{desk.KINDS[kind][1]}").to_public()
        descriptor = descriptor.replace(account.to_base58(), account.to_base58(version=bytes.fromhex("0488b21e")))
    return desk.Wallet(kind, descriptor, ()), Wallet.register("real", [descriptor], network("main"))


def test_money_for_a_wallet_of_another_network_is_not_called_our_own() -> None:
    owner, real = main_network_twin("sh(multi)")
    draft = honest("wsh(sortedmulti)")
    draft.outputs[0] = (owner.script(0, 3), PAYMENT, [])
    wallet = registered("wsh(sortedmulti)")
    assert judge(draft, wallet, real).review.payments[0].label is None
    draft.outputs[0] = (owner.script(0, 3), PAYMENT, desk.change_pairs(owner, 0, 3))
    assert "BTC-PATH-STRANGE" in ids(judge(draft, wallet, real))
    test_twin = registered("sh(multi)", name="spare")
    assert judge(draft, wallet, test_twin).review.payments[0].label == "spare"


def test_a_coin_that_may_lie_on_the_main_network_is_real_money() -> None:
    _owner, real = main_network_twin("sh(multi)")
    for wallets in ((real, registered("sh(multi)")), (registered("sh(multi)"), real)):
        assert judge(honest("sh(multi)"), *wallets).review.network == "main"


def test_wallets_that_share_their_keys_are_told_apart_by_their_scripts() -> None:
    """Five forms around one account key; the desk's claim fits them all, the script only the last."""
    account = desk.wallet("wpkh").descriptor.removeprefix("wpkh(").removesuffix(")")
    forms = ("pkh({})", "sh(wpkh({}))", "tr({})", "wsh(multi(1,{}))", "wpkh({})")
    wallets = [
        Wallet.register(f"w{number}", [form.format(account)], network("regtest")) for number, form in enumerate(forms)
    ]
    reviewed = judge(honest("wpkh"), *wallets)
    assert (reviewed.review.wallet, reviewed.review.verdict) == ("w4", Verdict.ACCEPT)


def label_of_a_payment(used_to: int, index: int) -> str | None:
    """Judge a payment to another wallet's address, where that wallet has used so many."""
    others = registered("tr", name="old", used_to=used_to)
    draft, owner = honest("wpkh"), desk.wallet("tr")
    draft.outputs[0] = (owner.script(0, index), PAYMENT, [])
    return judge(draft, registered("wpkh"), others).review.payments[0].label


def test_a_wallet_with_millions_of_addresses_does_not_hold_up_the_review() -> None:
    few = operations(lambda: label_of_a_payment(199, 199))
    for index in (0, 199, 2**31 - 1):
        assert label_of_a_payment(2**31 - 1, index) == "old"
        assert operations(partial(label_of_a_payment, 2**31 - 1, index)) < 3 * few


def test_a_signature_that_does_not_hold_is_not_counted_as_present_and_valid() -> None:
    draft = honest("wsh(sortedmulti)")
    reviewed = judge(draft.put(0, b"\x02" + own_key(draft), DER + b"\x01"))
    assert "0 of 2 signatures are present and valid." in {found.text for found in reviewed.review.findings}


def test_a_signature_of_the_other_kind_is_refused() -> None:
    draft = honest("tr")
    key = next(key[1:] for key, _value in draft.inputs[0] if key[0] == 0x16)
    refused(draft.put(0, b"\x02\x02" + key, DER + b"\x01"), "BTC-SIG-INVALID")
    assert judge(honest("wpkh").put(0, b"\x13", b"\x11" * 64)).review.verdict is Verdict.REFUSE


def test_several_data_outputs_are_warned_of() -> None:
    draft = honest("wpkh")
    draft.outputs.append((b"\x6a\x03abc", 0, []))
    assert "BTC-BURN-MANY" not in ids(judge(draft))
    draft.outputs.append((b"\x6a\x03abd", 0, []))
    reviewed = judge(draft)
    assert "BTC-BURN-MANY" in ids(reviewed)
    assert reviewed.review.verdict is Verdict.WARN


def test_change_that_is_dust_is_warned_of() -> None:
    draft = honest("wpkh")
    script, _amount, pairs = draft.outputs[1]
    draft.outputs = [(STRANGER, 98_706, []), (script, 293, pairs)]
    assert "BTC-DUST" in ids(judge(draft))
    draft.outputs = [(STRANGER, 98_706, []), (script, 294, pairs)]
    assert "BTC-DUST" not in ids(judge(draft))

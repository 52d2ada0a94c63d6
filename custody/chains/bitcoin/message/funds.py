"""The coins that a proof of funds shows: those that a PSBT spends, or outputs of whole transactions, all the wallet's.

A coin that is not the wallet's raises Mismatch. That their amounts are proven is for the review of the request to say.
"""

from collections.abc import Iterator, Sequence

from custody.catalogue import _
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction
from custody.chains.bitcoin.findings import RULES, at_input
from custody.chains.bitcoin.message.request import OwnCoin
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.psbt.effort import Effort
from custody.chains.bitcoin.psbt.envelope import PAYLOAD_LIMIT
from custody.chains.bitcoin.psbt.envelope import open as open_envelope
from custody.chains.bitcoin.review.coins import prove_coins
from custody.chains.bitcoin.review.ownership import Place, Registry
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.chains.bitcoin.wallet.window import window
from custody.errors import Mismatch, Refused, Unreadable, Usage
from custody.signing import Finding, Severity
from custody.text import safe

_JUDGED_AGAIN = frozenset({"BTC-AMOUNT-MISSING", "BTC-AMOUNT-UNPROVEN"})
"""What is not stated is said below, and what is only claimed by the review of the request."""


def owners_of_psbt(document: bytes, wallets: Sequence[Wallet]) -> tuple[Wallet, ...]:
    """Return those wallets whose coins a PSBT spends, as the review judges it. Raises Unreadable."""
    psbt = Psbt.parse(open_envelope(document).payload)
    registry = Registry(wallets, psbt.effort)
    coins, _objections = prove_coins(psbt)
    places = [
        registry.own(at_input(index), coin.output.script, declared).place
        for index, (coin, declared) in enumerate(zip(coins, psbt.inputs, strict=True))
        if coin.output is not None
    ]
    return _owners(places)


def owners_of_outputs(
    transactions: Sequence[Transaction], wanted: Sequence[OutPoint], wallets: Sequence[Wallet]
) -> tuple[Wallet, ...]:
    """Return those wallets that have an output named in `wanted`; where none is named, any output."""
    registry = Registry(wallets, Effort.of_size(PAYLOAD_LIMIT))
    outputs = dict(_outputs(transactions))
    chosen = [outpoint for outpoint in wanted or outputs if outpoint in outputs]
    return _owners([registry.find(outputs[each].outputs[each.index].script) for each in chosen])


def _owners(places: Sequence[Place | None]) -> tuple[Wallet, ...]:
    return tuple(dict.fromkeys(place.wallet for place in places if place is not None))


def coins_of_psbt(document: bytes, wallet: Wallet, gap: int) -> tuple[OwnCoin, ...]:
    """Return the coins that a PSBT spends, all of them the wallet's. What it pays does not matter.

    `gap` bounds the search for those whose keys the file does not name. What the review of a payment would refuse in a
    coin, an amount that is stated in two ways above all, raises Refused. Raises Unreadable and Mismatch too.
    """
    psbt = Psbt.parse(open_envelope(document).payload)
    registry = Registry([wallet], psbt.effort)
    coins, objections = prove_coins(psbt)
    _refuse(objections)
    found = []
    for index, (coin, declared) in enumerate(zip(coins, psbt.inputs, strict=True)):
        if coin.output is None:
            raise Unreadable(
                _("the file does not say what coin {outpoint} holds").format(outpoint=coin.outpoint),
                hint=_("Export it with the previous transactions."),
            )
        script = coin.output.script
        ownership = registry.own(at_input(index), script, declared)
        place = ownership.place or _farther(wallet, script, gap)
        if place is None:
            raise _foreign(coin.outpoint, wallet)
        _refuse(ownership.findings)
        found.append(OwnCoin(coin.outpoint, coin.output, place, declared.non_witness_utxo))
    return tuple(found)


def coins_of_transactions(
    transactions: Sequence[Transaction], wanted: Sequence[OutPoint], wallet: Wallet, gap: int
) -> tuple[OwnCoin, ...]:
    """Return the outputs named in `wanted`; where none is named, every output that is the wallet's.

    Raises Mismatch for one that is not the wallet's or not in the transactions, and where there is none at all.
    """
    registry = Registry([wallet], Effort.of_size(PAYLOAD_LIMIT))
    outputs = dict(_outputs(transactions))
    missing = next((outpoint for outpoint in wanted if outpoint not in outputs), None)
    if missing is not None:
        raise Mismatch(
            _("coin {outpoint} is in none of the transactions given").format(outpoint=missing),
            hint=_("Give the transaction that made it with --tx."),
        )
    if len(set(wanted)) != len(wanted):
        raise Usage(_("a coin is named twice"))
    found = []
    for outpoint in wanted or outputs:
        transaction = outputs[outpoint]
        output = transaction.outputs[outpoint.index]
        place = registry.find(output.script) or _farther(wallet, output.script, gap)
        if place is not None:
            found.append(OwnCoin(outpoint, output, place, transaction))
        elif wanted:
            raise _foreign(outpoint, wallet)
    if not found:
        raise Mismatch(
            _("none of the outputs given belongs to {wallet}").format(wallet=safe(wallet.name)),
            hint=_("Look further with --limit, or check that it is the right wallet."),
        )
    return tuple(found)


def place_of(wallet: Wallet, branch: int, index: int) -> Place:
    """Return a place of the wallet."""
    return Place(wallet, branch, index, wallet.derive(branch, index))


def _farther(wallet: Wallet, script: bytes, gap: int) -> Place | None:
    """Look for a script among so many addresses beyond those in use, where somebody has asked to look so far."""
    last = (wallet.used_to or 0) + gap
    if last <= wallet.reach:
        return None
    at = window(wallet.descriptor, (range(wallet.reach + 1, last),)).places.get(script)
    return None if at is None else place_of(wallet, *at)


def _refuse(objections: Sequence[Finding]) -> None:
    """Raise Refused for the first objection of the review, but for those that the request is judged by again."""
    for objection in objections:
        if objection.severity is Severity.REFUSE and objection.id not in _JUDGED_AGAIN:
            raise Refused(
                _("{where}: {finding} [{id}]").format(
                    where=objection.where or _("the file"), finding=objection.text, id=objection.id
                ),
                hint=RULES[objection.id].clear,
                code=objection.id.lower(),
            )


def _outputs(transactions: Sequence[Transaction]) -> Iterator[tuple[OutPoint, Transaction]]:
    for transaction in transactions:
        txid = transaction.txid
        for index in range(len(transaction.outputs)):
            yield OutPoint(txid, index), transaction


def _foreign(outpoint: OutPoint, wallet: Wallet) -> Mismatch:
    return Mismatch(
        _("coin {outpoint} is not proven to belong to {wallet}").format(outpoint=outpoint, wallet=safe(wallet.name)),
        hint=_("Look further with --limit, or export with derivation paths; show coins of one wallet at a time."),
    )

"""Sorts a transaction's outputs into payments, change and burns, each into exactly one; objections are findings."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from custody import aloud, text
from custody.chains.bitcoin.addresses.address import address
from custody.chains.bitcoin.consensus.network import Network
from custody.chains.bitcoin.consensus.script import OP_RETURN, ScriptKind, classify
from custody.chains.bitcoin.consensus.transaction import TxOutput
from custody.chains.bitcoin.consensus.unspendable import is_taproot_of_nobody, is_unspendable, why_dead
from custody.chains.bitcoin.findings import at_output, finding
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.review.coins import MAX_MONEY
from custody.chains.bitcoin.review.ownership import Ownership, Place, Registry
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.signing import Burn, Change, Finding, Payment

UNIT = "BTC"
CHANGE_LIMIT = 10
DATA_LIMIT = 80

_MESSAGE_OUTPUT = TxOutput(0, bytes([OP_RETURN]))
"""The only output of what BIP-322 signs for a message."""

_DUST = MappingProxyType(
    {
        ScriptKind.P2PKH: 546,
        ScriptKind.P2SH: 540,
        ScriptKind.P2WPKH: 294,
        ScriptKind.P2WSH: 330,
        ScriptKind.P2TR: 330,
    }
)
"""Satoshi below which nodes do not relay, by script, at Bitcoin Core's default of 3 sat/vB."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """Every output of a transaction, sorted by what becomes of it. Amounts in satoshi."""

    payments: tuple[Payment, ...]
    change: tuple[Change, ...]
    burned: tuple[Burn, ...]
    findings: tuple[Finding, ...]

    @property
    def leaving(self) -> int:
        """What the wallet loses besides the fee."""
        return sum(payment.atoms for payment in self.payments) + sum(burn.atoms for burn in self.burned)

    @property
    def total(self) -> int:
        """The sum of all outputs."""
        return self.leaving + sum(change.atoms for change in self.change)


def read_outputs(psbt: Psbt, registry: Registry, spender: Wallet | None, network: Network) -> Outputs:
    """Sort the outputs. `spender` owns the inputs (None: nobody does). Raises Unreadable as `Registry.own`."""
    payments: list[Payment] = []
    change: list[Change] = []
    burned: list[Burn] = []
    findings: list[Finding] = list(_sum_findings(psbt))
    for index, (output, declared) in enumerate(zip(psbt.transaction.outputs, psbt.outputs, strict=True)):
        where = at_output(index)
        if not 0 <= output.amount <= MAX_MONEY:
            findings.append(finding("BTC-AMOUNT-RANGE", where, atoms=aloud.number(output.amount)))
        ownership = registry.own(where, output.script, declared)
        findings += ownership.findings
        place = ownership.place
        if is_unspendable(output.script):
            burned.append(_burn(index, output))
            findings += _burn_findings(where, burned[-1])
            if is_taproot_of_nobody(output.script):
                said = aloud.address(address(output.script, network) or "-")
                findings.append(finding("BTC-TAPROOT-NOBODY", where, address=said))
            if (reason := why_dead(output.script)) is not None:
                findings.append(finding("BTC-OUTPUT-DEAD", where, reason=reason))
        elif place is not None and place.wallet is spender:
            change.append(Change(index, spender.address(place.branch, place.index), output.amount, place.path))
            findings += _own_findings(where, place, ownership.silence)
            findings += _dust_findings(where, output)
        else:
            payments.append(_payment(index, output, place, network))
            findings += _payment_findings(where, output, ownership)
    if not psbt.transaction.outputs:
        findings.append(finding("BTC-NO-OUTPUTS"))
    if psbt.transaction.outputs == (_MESSAGE_OUTPUT,):  # no signature under other outputs is a message's (BIP-322)
        findings.append(finding("BTC-MESSAGE-DISGUISED"))
    if len(burned) > 1:
        findings.append(finding("BTC-BURN-MANY", count=len(burned)))
    if len(change) > CHANGE_LIMIT:
        findings.append(finding("BTC-CHANGE-MANY", count=len(change)))
    return Outputs(tuple(payments), tuple(change), tuple(burned), tuple(findings))


def _payment(index: int, output: TxOutput, own: Place | None, network: Network) -> Payment:
    return Payment(
        index=index,
        address=address(output.script, network),
        amount=aloud.bitcoin(output.amount).plain,
        unit=UNIT,
        atoms=output.amount,
        label=own.wallet.name if own else None,
        script=output.script.hex(),
    )


def _payment_findings(where: str, output: TxOutput, ownership: Ownership) -> Iterator[Finding]:
    kind = classify(output.script).kind
    if kind is ScriptKind.ANCHOR:
        yield finding("BTC-OUTPUT-ANCHOR", where, atoms=aloud.number(output.amount))
    elif kind not in _DUST:
        yield finding("BTC-OUTPUT-UNKNOWN", where, script=output.script.hex()[:80] or "-")
    yield from _dust_findings(where, output)
    if ownership.claimed:
        alone = any(len(wallet.descriptor.keys) == 1 for wallet in ownership.claimed)
        yield finding("BTC-CHANGE-SPOOF" if alone else "BTC-OUTPUT-OWN-KEY", where)
    for wallet in ownership.unsearched:
        yield finding("BTC-OWN-UNSEARCHED", where, wallet=text.safe(wallet.name), index=wallet.reach)
    if ownership.place is not None:
        yield finding("BTC-OWN-TRANSFER", where, wallet=text.safe(ownership.place.wallet.name))
        if ownership.place.wallet.waits:
            yield finding("BTC-WALLET-WAITS", where, wallet=text.safe(ownership.place.wallet.name))
        yield from _own_findings(where, ownership.place, ownership.silence)


def _sum_findings(psbt: Psbt) -> Iterator[Finding]:
    total = sum(output.amount for output in psbt.transaction.outputs)
    if total > MAX_MONEY:
        yield finding("BTC-AMOUNT-RANGE", atoms=aloud.number(total))


def _dust_findings(where: str, output: TxOutput) -> Iterator[Finding]:
    limit = _DUST.get(classify(output.script).kind, 0)
    if output.amount < limit:
        yield finding("BTC-DUST", where, atoms=aloud.number(output.amount), limit=aloud.number(limit))


def _own_findings(where: str, place: Place, silence: str) -> Iterator[Finding]:
    if silence:
        yield finding("BTC-OURS-UNSAID", where, cause=silence)
    if not place.is_within_reach:
        yield finding("BTC-PATH-RANSOM", where, index=place.index, highest=place.wallet.reach)


def _burn(index: int, output: TxOutput) -> Burn:
    data = classify(output.script).data
    return Burn(index, output.amount, (output.script if data is None else data).hex())


def _burn_findings(where: str, burn: Burn) -> Iterator[Finding]:
    if burn.atoms:
        yield finding("BTC-BURN-VALUE", where, atoms=aloud.number(burn.atoms))
    size = len(burn.data) // 2
    if size > DATA_LIMIT:
        yield finding("BTC-BURN-LARGE", where, bytes=size)

"""Compares a transaction with earlier ones: what it replaces, which amounts changed, what may be paid twice.

An earlier file is as little trusted as a new one. It is parsed as strictly, its amounts are only compared, and nothing
that it says can clear a finding. A nonce that signed two things raises Alarm, once both signatures were verified.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from custody.catalogue import _
from custody.chains.bitcoin.addresses.address import address
from custody.chains.bitcoin.consensus.network import Network
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction
from custody.chains.bitcoin.consensus.unspendable import is_unspendable
from custody.chains.bitcoin.findings import at_input, at_output, finding
from custody.chains.bitcoin.psbt import Psbt, PsbtInput, PsbtOutput
from custody.chains.bitcoin.psbt.effort import Effort
from custody.chains.bitcoin.psbt.envelope import open as open_envelope
from custody.chains.bitcoin.review.coins import Coin, prove_coins
from custody.chains.bitcoin.review.outputs import Outputs
from custody.chains.bitcoin.review.ownership import Registry
from custody.chains.bitcoin.review.signed import Present as Signature
from custody.chains.bitcoin.review.signed import check, present
from custody.chains.bitcoin.review.spend import Slot, Spend, allowed_sighash
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Alarm
from custody.signing import Difference, Fee, Finding, Replacement


@dataclass(frozen=True, slots=True)
class Earlier:
    """A transaction seen before: without signatures, with its coins as they were stated and its outputs' claims."""

    transaction: Transaction
    coins: tuple[Coin, ...]
    declared: tuple[PsbtOutput, ...]
    signatures: tuple[Signature, ...]
    signed: bool
    effort: Effort
    inputs: tuple[PsbtInput, ...] = ()

    @classmethod
    def read(cls, document: bytes) -> Self:
        """Read an earlier PSBT (binary, base64 or hex), signed or not. Raises Unreadable."""
        return cls.of(Psbt.parse(open_envelope(document).payload))

    @classmethod
    def of(cls, psbt: Psbt) -> Self:
        """Keep of a PSBT what later ones are compared with."""
        coins, _objections = prove_coins(psbt)
        signatures = tuple(signature for declared in psbt.inputs for signature in present(declared))
        signed = bool(signatures) or any(declared.is_final for declared in psbt.inputs)
        return cls(psbt.transaction, coins, psbt.outputs, signatures, signed, psbt.effort, psbt.inputs)

    @property
    def state(self) -> str:
        """Say whether it was signed, as far as the file tells."""
        return _("signed then") if self.signed else _("without a signature then")

    @property
    def outpoints(self) -> frozenset[OutPoint]:
        """The coins that it spends."""
        return frozenset(coin.outpoint for coin in self.coins)


@dataclass(frozen=True, slots=True)
class Present:
    """The transaction under review, as far as it is compared with earlier ones. `signatures` were verified."""

    transaction: Transaction
    coins: tuple[Coin, ...]
    signatures: tuple[Signature, ...]
    outputs: Outputs
    fee: Fee
    registry: Registry
    spender: Wallet | None
    network: Network


def compare_with_past(now: Present, past: Sequence[Earlier]) -> tuple[tuple[Replacement, ...], tuple[Finding, ...]]:
    """Say what was stated otherwise before, what is replaced, and what may be paid twice. Linear in all the sizes.

    Raises Alarm where a nonce signed two things.
    """
    if shares_nonces([now.signatures, *(earlier.signatures for earlier in past)]):
        refuse_equal_nonces([now.signatures, *(_verified(earlier, now.registry) for earlier in past)])
    findings = list(amount_findings(now.coins, past))
    unsigned, spent = now.transaction.serialize(), {coin.outpoint for coin in now.coins}
    replaces = []
    for earlier in past:
        if earlier.transaction.serialize() == unsigned:
            findings.append(finding("BTC-SEEN-BEFORE", state=earlier.state))
        elif not spent.isdisjoint(earlier.outpoints):
            replaces.append(_replacement(now, earlier))
            what, txid = _told(replaces[-1]), earlier.transaction.txid_hex
            findings.append(finding("BTC-REPLACES", txid=txid, state=earlier.state, what=what))
        else:
            findings += _paid_before(now.outputs, earlier)
    return tuple(replaces), tuple(findings)


def refuse_equal_nonces(files: Iterable[Iterable[Signature]]) -> None:
    """Raise Alarm where verified signatures of several files share a nonce and are not the same signature.

    The same signature in two copies of one transaction gives nothing away.
    """
    if shares_nonces(files):
        raise Alarm(
            _("two signatures over different things carry the same nonce, which gives the key away"),
            hint=_("Stop. Keep the files. Move the money of that key with another signer."),
            code="equal-nonces",
        )


def shares_nonces(files: Iterable[Iterable[Signature]]) -> bool:
    """Say whether two different signatures of several files have one nonce. It proves nothing of those not verified."""
    seen: dict[bytes, bytes] = {}
    return any(
        seen.setdefault(signature.nonce, signature.encoded) != signature.encoded
        for signatures in files
        for signature in signatures
    )


def _verified(earlier: Earlier, registry: Registry) -> Iterator[Signature]:
    """Yield those of an earlier file's signatures that hold for what it says itself, on coins of a wallet of ours."""
    spent = [coin.output for coin in earlier.coins if coin.output is not None]
    if len(spent) != len(earlier.transaction.inputs):
        return
    sighash, registry = Sighash(earlier.transaction, spent), registry.reading(earlier.effort)
    for index, (output, declared) in enumerate(zip(spent, earlier.inputs, strict=True)):
        signatures = present(declared)
        place = registry.own(at_input(index), output.script, declared).place if signatures else None
        if place is None:
            continue
        sighash_type = allowed_sighash(declared.sighash_type, taproot=place.derived.internal_key is not None)
        if sighash_type is not None:
            spend = Spend(index, output, place.derived, sighash_type)
            yield from (each for each in signatures if isinstance(check(spend, each, sighash), Slot))


def amount_findings(coins: Sequence[Coin], past: Iterable[Earlier]) -> Iterator[Finding]:
    """Find coins that another file stated with another amount or script."""
    stated = {coin.outpoint: coin.output for coin in coins if coin.output is not None}
    changed = {
        coin.outpoint
        for earlier in past
        for coin in earlier.coins
        if coin.output is not None and stated.get(coin.outpoint, coin.output) != coin.output
    }
    for index, coin in enumerate(coins):
        if coin.outpoint in changed:
            yield finding("BTC-AMOUNT-CHANGED", at_input(index))


def payees(outputs: Outputs) -> Iterator[tuple[int, tuple[str, int]]]:
    """Yield each payment's number and what makes it the same bill: script and amount."""
    for payment in outputs.payments:
        yield payment.index, (payment.script, payment.atoms)


def _paid_before(outputs: Outputs, earlier: Earlier) -> Iterator[Finding]:
    paid = {(output.script.hex(), output.amount) for output in earlier.transaction.outputs}
    for index, payee in payees(outputs):
        if payee in paid:
            txid = earlier.transaction.txid_hex
            yield finding("BTC-PAID-BEFORE", at_output(index), txid=txid, state=earlier.state)


def _replacement(now: Present, earlier: Earlier) -> Replacement:
    """Compare outputs by script. A script that either transaction proves to be the wallet's own is change in both."""
    before = Counter[bytes]()
    after = Counter[bytes]()
    for output in earlier.transaction.outputs:
        before[output.script] += output.amount
    for output in now.transaction.outputs:
        after[output.script] += output.amount
    returning = _own_scripts(now, earlier)
    scripts = dict.fromkeys([*after, *before])
    burned = {now.transaction.outputs[burn.index].script for burn in now.outputs.burned}
    burned |= {script for script in before if script not in after and is_unspendable(script)}
    payments = [script for script in scripts if script not in returning and script not in burned]
    fee_before, fee_after = _fee_before(now, earlier), now.fee.atoms
    spent = {coin.outpoint for coin in now.coins}
    return Replacement(
        txid=earlier.transaction.txid_hex,
        signed=earlier.signed,
        only_fee=_leaving(earlier.transaction, returning) == _leaving(now.transaction, returning)
        and fee_before is not None
        and fee_after is not None
        and fee_after > fee_before,
        fee_before=fee_before,
        fee_after=fee_after,
        payments=_differences(payments, before, after, now.network),
        change=_differences([script for script in scripts if script in returning], before, after, now.network),
        burned=_differences([script for script in scripts if script in burned], before, after, now.network),
        coins_added=tuple(str(coin.outpoint) for coin in now.coins if coin.outpoint not in earlier.outpoints),
        coins_removed=tuple(str(coin.outpoint) for coin in earlier.coins if coin.outpoint not in spent),
    )


def _own_scripts(now: Present, earlier: Earlier) -> set[bytes]:
    """The scripts by which money returns to the wallet.

    Those of this transaction are as the review has judged them; those of the earlier one alone are proven again, and
    must lie within reach: a script has one owner on one screen.
    """
    registry = now.registry.reading(earlier.effort)
    scripts = {now.transaction.outputs[change.index].script for change in now.outputs.change}
    judged = {output.script for output in now.transaction.outputs}
    for index, (output, declared) in enumerate(zip(earlier.transaction.outputs, earlier.declared, strict=True)):
        if output.script not in judged:
            place = registry.own(at_output(index), output.script, declared).place
            if place is not None and place.wallet is now.spender and place.is_within_reach:
                scripts.add(output.script)
    return scripts


def _leaving(transaction: Transaction, returning: set[bytes]) -> Counter[tuple[bytes, int]]:
    """Every output that does not return, as often as it stands there."""
    return Counter((output.script, output.amount) for output in transaction.outputs if output.script not in returning)


def _differences(
    scripts: Iterable[bytes], before: Counter[bytes], after: Counter[bytes], network: Network
) -> tuple[Difference, ...]:
    return tuple(
        Difference(address(script, network), script.hex(), before[script], after[script]) for script in scripts
    )


def _fee_before(now: Present, earlier: Earlier) -> int | None:
    """The earlier fee, where every amount is proven: there, or by this file for the coins that both spend."""
    proven = {coin.outpoint: coin.output.amount for coin in now.coins if coin.proven and coin.output is not None}
    spent = 0
    for coin in earlier.coins:
        if coin.outpoint in proven:
            spent += proven[coin.outpoint]
        elif coin.proven and coin.output is not None:
            spent += coin.output.amount
        else:
            return None
    fee = spent - sum(output.amount for output in earlier.transaction.outputs)
    return fee if fee >= 0 else None


def _told(replacement: Replacement) -> str:
    if replacement.only_fee:
        return _("the same payees get the same amounts, and only the fee rises.")
    return _("more than the fee changes, or the fee does not rise. Read what differs.")

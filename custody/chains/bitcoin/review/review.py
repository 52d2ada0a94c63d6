"""A PSBT's bytes and registered wallets to `ReviewedPsbt`: the review that a person is shown, bound to those bytes.

It tells the transaction as a treasurer asks about it: which coins are spent and whether that is proven, where the money
goes, what the fee is, and what else the file wants. Each step returns its facts and its findings; the severest decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from custody import text
from custody.catalogue import _
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.findings import at_input, counted, finding
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.psbt.envelope import Envelope
from custody.chains.bitcoin.psbt.envelope import open as open_envelope
from custody.chains.bitcoin.review import fee, tasks
from custody.chains.bitcoin.review.claims import claims_of
from custody.chains.bitcoin.review.coins import Coin, prove_coins
from custody.chains.bitcoin.review.labels import NO_LABELS, Labels
from custody.chains.bitcoin.review.lookalike import lookalike_findings
from custody.chains.bitcoin.review.outputs import Outputs, read_outputs
from custody.chains.bitcoin.review.ownership import Place, Registry
from custody.chains.bitcoin.review.past import Earlier, Present, compare_with_past
from custody.chains.bitcoin.review.signed import Checked, check_present, present, sighash_name
from custody.chains.bitcoin.review.signed import Present as PresentSignature
from custody.chains.bitcoin.review.spend import Spend, allowed_sighash
from custody.chains.bitcoin.review.timing import height_reached, timing_findings
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Unreadable, Usage
from custody.signing import Approval, Fee, Finding, Input, Review, Signature, SigningTask

WAYS_TOLD = 8
"""Ways to spend that one finding names."""

NAMES_TOLD = 10
"""Wallets, and fingerprints, that one finding names."""


@dataclass(frozen=True, slots=True)
class ReviewedPsbt:
    """A PSBT with its review. The bytes that were reviewed are the bytes that are signed: nothing is read twice."""

    envelope: Envelope
    psbt: Psbt
    spends: tuple[Spend, ...]
    coins: tuple[Coin, ...]
    outputs: Outputs
    review: Review
    signers: frozenset[bytes]
    verified: tuple[PresentSignature, ...]

    @property
    def marks(self) -> tuple[str, ...]:
        """Each coin, and each payment as script and satoshi: an earlier file that shares one is worth comparing."""
        coins = (f"coin:{coin.outpoint}" for coin in self.coins)
        pays = (f"pays:{payment.script}:{payment.atoms}" for payment in self.outputs.payments)
        return tuple(dict.fromkeys((*coins, *pays)))

    def tasks(self, approval: Approval, fingerprint: bytes) -> tuple[SigningTask, ...]:
        """List what the key with this master fingerprint has to sign. Raises Refused where the review refuses."""
        return tasks.tasks(self.psbt, self.spends, self.review, approval, fingerprint)

    def attach(self, signatures: Sequence[Signature]) -> bytes:
        """Return the file with the signatures added, each verified over a digest computed again. Raises Alarm."""
        return self.envelope.seal(tasks.attach(self.envelope.payload, self.spends, signatures))


def review(
    document: bytes, wallets: Sequence[Wallet], past: Sequence[Earlier] = (), labels: Labels = NO_LABELS
) -> ReviewedPsbt:
    """Read a PSBT (binary, base64 or hex) and judge it against registered wallets, at least one.

    `past` is what was seen before; `labels` are the desk's, shown as untrusted text and without a say in the verdict.
    Raises Unreadable for what is not a PSBT, and Alarm for evidence of tampering.
    """
    if not wallets:
        raise Usage(_("a review needs a registered wallet"), hint=_("Name one with --wallet FILE."))
    envelope = open_envelope(document)
    psbt = Psbt.parse(envelope.payload)
    wallets = sorted(wallets, key=lambda wallet: not wallet.network.is_main)  # in doubt it is real money
    registry = Registry(wallets, psbt.effort)

    coins, findings = prove_coins(psbt)
    places, ownership_findings = _read_inputs(psbt, coins, registry)
    owned = [place for place in places if place is not None]
    spender = owned[0].wallet if owned else None
    network = (spender or wallets[0]).network
    neighbours = Registry([wallet for wallet in wallets if wallet.network == network], registry.effort, spender)
    outputs = read_outputs(psbt, neighbours, spender, network)
    spends, sighash_findings = _spends(psbt, coins, places)
    fee_found, fee_findings = _fee(psbt, coins, spends, outputs)
    checked = _checked(psbt, coins, spends)
    now = Present(psbt.transaction, coins, checked.verified, outputs, fee_found, neighbours, spender, network)
    replaces, past_findings = compare_with_past(now, past)

    review = Review(
        digest=envelope.digest.hex(),
        chain="bitcoin",
        network=network.name,
        wallet=spender.name if spender else None,
        payments=outputs.payments,
        change=outputs.change,
        burned=outputs.burned,
        inputs=tuple(_inputs(psbt, coins, places)),
        fee=fee_found,
        findings=counted(
            *_wrong_wallet(psbt, owned, wallets),
            *(finding("BTC-WALLET-WAITS", wallet=text.safe(it.wallet.name)) for it in owned[:1] if it.wallet.waits),
            *findings,
            *ownership_findings,
            *neighbours.false_account_keys(psbt),
            *outputs.findings,
            *fee_findings,
            *sighash_findings,
            *checked.findings,
            *_file_findings(psbt),
            *timing_findings(psbt.transaction, network, height_reached(psbt)),
            *_late_ways(psbt, spends),
            *past_findings,
            *lookalike_findings(outputs.payments, _scripts_in_mind(psbt, coins, past), network),
        ),
        replaces=replaces,
        notes=labels.notes(psbt.transaction, coins, [spend.derived for spend in spends], spender, network),
    )
    signers = spender.fingerprints if spender else frozenset[bytes]()
    return ReviewedPsbt(envelope, psbt, spends, coins, outputs, review, signers, checked.verified)


def _scripts_in_mind(psbt: Psbt, coins: Sequence[Coin], past: Sequence[Earlier]) -> Iterator[bytes]:
    """Yield the scripts whose addresses a person may know: of the coins and outputs here and in earlier files."""
    for transaction, spent in ((psbt.transaction, coins), *((each.transaction, each.coins) for each in past)):
        yield from (coin.output.script for coin in spent if coin.output is not None)
        yield from (output.script for output in transaction.outputs)


def _read_inputs(
    psbt: Psbt, coins: Sequence[Coin], registry: Registry
) -> tuple[tuple[Place | None, ...], tuple[Finding, ...]]:
    """Say of each coin where in a registered wallet it lies. All of them must lie in the same one."""
    places: list[Place | None] = []
    findings: list[Finding] = []
    for index, (coin, declared) in enumerate(zip(coins, psbt.inputs, strict=True)):
        ownership = registry.own(at_input(index), coin.output.script if coin.output else None, declared)
        findings += ownership.findings
        places.append(ownership.place)
        if ownership.place is not None and ownership.silence:
            findings.append(finding("BTC-OURS-UNSAID", at_input(index), cause=ownership.silence))
        if ownership.place is None and ownership.unsearched:
            raise _unsearched(index, ownership.unsearched[0])
        if ownership.place is None:
            findings.append(finding("BTC-INPUT-FOREIGN", at_input(index)))
    owned = [place for place in places if place is not None]
    findings += [
        finding("BTC-INPUT-MIXED", at_input(index), wallet=text.safe(place.wallet.name))
        for index, place in enumerate(places)
        if place is not None and place.wallet is not owned[0].wallet
    ]
    return tuple(places), (*findings, *_far_findings(places))


def _wrong_wallet(psbt: Psbt, owned: Sequence[Place], wallets: Sequence[Wallet]) -> Iterator[Finding]:
    """Say first where not one coin is a named wallet's: then everything else is judged by the wrong measure."""
    if owned or not psbt.inputs:
        return
    named = {claim.fingerprint.hex() for declared in psbt.inputs for claim in claims_of(declared)}
    ours = ", ".join(text.safe(wallet.name) for wallet in wallets[:NAMES_TOLD])
    theirs = ", ".join(sorted(named)[:NAMES_TOLD]) or _("none")
    yield finding("BTC-WALLET-WRONG", wallets=ours, fingerprints=theirs)


def _unsearched(index: int, wallet: Wallet) -> Unreadable:
    return Unreadable(
        _(
            "{place}: the file does not say where its coin lies, and {wallet} has too many addresses to look for it"
        ).format(place=at_input(index), wallet=text.safe(wallet.name)),
        hint=_("Export the transaction with derivation fields, or name fewer wallets."),
        code="too-much-work",
    )


def _far_findings(places: Sequence[Place | None]) -> Iterator[Finding]:
    """Name each coin that lies beyond the reach of its wallet: money lies where it is not looked for."""
    for number, place in enumerate(places):
        if place is not None and not place.is_within_reach:
            yield finding("BTC-INPUT-FAR", at_input(number), index=place.index, highest=place.wallet.reach)


def _spends(
    psbt: Psbt, coins: Sequence[Coin], places: Sequence[Place | None]
) -> tuple[tuple[Spend, ...], tuple[Finding, ...]]:
    """Name the way each of the wallet's coins is signed; only a signature that covers everything is."""
    spends: list[Spend] = []
    findings: list[Finding] = []
    for index, (coin, place, declared) in enumerate(zip(coins, places, psbt.inputs, strict=True)):
        if place is None or coin.output is None:
            continue
        taproot = place.derived.internal_key is not None
        sighash_type = allowed_sighash(declared.sighash_type, taproot=taproot)
        if sighash_type is None:
            kind = sighash_name(declared.sighash_type or 0)
            findings.append(finding("BTC-SIGHASH", at_input(index), kind=kind))
            continue
        spends.append(Spend(index, coin.output, place.derived, sighash_type))
    return tuple(spends), tuple(findings)


def _inputs(psbt: Psbt, coins: Sequence[Coin], places: Sequence[Place | None]) -> Iterator[Input]:
    for coin, place, declared in zip(coins, places, psbt.inputs, strict=True):
        yield Input(
            outpoint=str(coin.outpoint),
            atoms=coin.output.amount if coin.output is not None and coin.proven else None,
            ours=place is not None,
            signed=bool(present(declared)) or declared.is_final,
        )


def _fee(
    psbt: Psbt, coins: Sequence[Coin], spends: Sequence[Spend], outputs: Outputs
) -> tuple[Fee, tuple[Finding, ...]]:
    """The sums: what is spent is what is paid, returned, destroyed and left as the fee.

    Raises ArithmeticError, which would be a bug of ours, where the outputs as sorted are not the outputs as written.
    """
    amounts = [coin.output.amount for coin in coins if coin.output is not None and coin.proven]
    if len(amounts) != len(coins) or not coins:
        return fee.unproven(), ()
    spent = sum(amounts)
    if outputs.total != sum(output.amount for output in psbt.transaction.outputs):
        raise ArithmeticError("an output was counted twice or not at all")
    known = len(spends) == len(coins)
    size = fee.signed_virtual_size(psbt.transaction, [spend.derived for spend in spends]) if known else None
    return fee.assess(spent - outputs.total, outputs.leaving, spent, size)


def _checked(psbt: Psbt, coins: Sequence[Coin], spends: Sequence[Spend]) -> Checked:
    spent = [coin.output for coin in coins if coin.output is not None]
    if len(spent) != len(coins) or not any(present(declared) for declared in psbt.inputs):
        return Checked()
    return check_present(spends, psbt.inputs, Sighash(psbt.transaction, spent))


def _late_ways(psbt: Psbt, spends: Sequence[Spend]) -> Iterator[Finding]:
    """Tell the ways that the time locks of a transaction open. All its coins are one wallet's, of one policy."""
    moments = {Timing.of(psbt.transaction, spend.index) for spend in spends}
    ways = [
        way
        for policy in (spends[0].policies if spends else ())
        for way in policy.opened_by_time(moments, lambda key: key.fingerprint.hex())
    ]
    if ways:
        more = [_("{count} more").format(count=len(ways) - WAYS_TOLD)] if len(ways) > WAYS_TOLD else []
        yield finding("BTC-POLICY-LATE", ways="; ".join([*ways[:WAYS_TOLD], *more]))


def _file_findings(psbt: Psbt) -> Iterator[Finding]:
    """What the file holds beside the transaction."""
    for index, declared in enumerate(psbt.inputs):
        if declared.is_final:
            yield finding("BTC-INPUT-FINAL", at_input(index))
    for what in psbt.refused_fields:
        yield finding("BTC-FIELD-REFUSED", what=what)
    if psbt.unknown_count:
        yield finding("BTC-FIELDS-UNKNOWN", count=psbt.unknown_count)

"""A review to lines of at most 80 columns, with no address, amount or digest shortened.

Every string from outside passes through `text.safe`.
"""

from collections.abc import Iterable, Iterator
from textwrap import wrap

from custody import text
from custody.aloud import number
from custody.catalogue import _, ngettext
from custody.cli.front.layout import WIDTH, address_lines, bitcoin, folded, paid_to, wrapped
from custody.cli.transactions.screens import notes
from custody.cli.transactions.screens import replacement as replacement_screen
from custody.signing import Finding, Review, Severity, Verdict

_MAIN = "main"
_CHAIN_NAMES = {"bitcoin": "Bitcoin"}


def lines(review: Review, *, explain: bool = False) -> Iterator[str]:
    """Yield the review, line by line: verdict, what leaves, what returns, what is destroyed, the sums, the findings.

    `explain` adds to each finding the sentence for an engineer.
    """
    places = notes.by_place(review)
    yield from wrap(owner(review.chain, review.network, review.wallet), WIDTH, subsequent_indent=" " * 4)
    yield from folded(verdict_sentence(review.verdict), indent=" ")
    yield from finding_lines(review.findings, Severity.REFUSE, explain=explain)
    yield from finding_lines(review.findings, Severity.WARN, explain=explain)
    for replacement in review.replaces:
        yield from replacement_screen.lines(replacement)
    yield from _payments(review, places)
    yield from _change(review, places)
    yield from _burned(review, places)
    yield from _sums(review)
    yield from finding_lines(review.findings, Severity.INFO, explain=explain)
    yield from notes.others(review)
    yield from digest_lines(review.digest)


def verdict_sentence(verdict: Verdict) -> str:
    """Say what the machine thinks. It never says that something is approved."""
    return {
        Verdict.ACCEPT: _("Nothing objects. Not yet approved."),
        Verdict.WARN: _("Nothing forbids it, but something needs your eye. Not yet approved."),
        Verdict.REFUSE: _("REFUSED. This will not be signed."),
    }[verdict]


def owner(chain: str, network: str, wallet: str | None) -> str:
    """Say on which network the coins lie and whose they are."""
    chain = _CHAIN_NAMES.get(chain, chain)
    shown = network_name(network)
    if wallet is None:
        return _("{chain} {network}: no registered wallet owns these coins").format(chain=chain, network=shown)
    return _('{chain} {network}, wallet "{wallet}"').format(chain=chain, network=shown, wallet=text.safe(wallet, 30))


def network_name(network: str) -> str:
    """Name a network; the banner of the screen says that its money is real, and this that it is not."""
    return _("main network") if network == _MAIN else _("{name} (test money)").format(name=network)


def proven_by(path: str) -> str:
    """Say how an address was proven to be the wallet's own."""
    return _("proven by deriving {path} again").format(path=path)


def digest_lines(digest: str) -> Iterator[str]:
    """Yield the digest of what was read, to compare."""
    yield ""
    yield _(" SHA-256 of what was read:")
    yield f"   {digest}"


def _payments(review: Review, places: notes.Places) -> Iterator[str]:
    if not review.payments:
        return
    yield ""
    yield _(" Leaves this wallet")
    for payment in review.payments:
        yield _numbered(payment.index, bitcoin(payment.atoms))
        yield from paid_to(payment.address, payment.script, indent="       ")
        if payment.label is not None:
            name = text.safe(payment.label, 40)
            yield from folded(_("Transfer to our own wallet: {name}").format(name=name), indent="       ")
        yield from notes.of_output(places, payment.index)


def _change(review: Review, places: notes.Places) -> Iterator[str]:
    if not review.change:
        return
    yield ""
    yield _(" Returns to this wallet")
    for change in review.change:
        yield _numbered(change.index, bitcoin(change.atoms))
        yield from address_lines(change.address, "       ")
        yield "       " + proven_by(change.path)
        yield from notes.of_output(places, change.index)


def _burned(review: Review, places: notes.Places) -> Iterator[str]:
    if not review.burned:
        return
    yield ""
    yield _(" Destroyed, nobody can ever spend it")
    for burn in review.burned:
        yield _numbered(burn.index, bitcoin(burn.atoms))
        yield from folded(_("data {data}").format(data=burn.data or _("none")), indent="       ")
        yield from notes.of_output(places, burn.index)


def _sums(review: Review) -> Iterator[str]:
    yield ""
    fee = review.fee
    if not fee.proven or fee.atoms is None:
        yield _(" Fee      Fee cannot be checked")
        return
    if fee.rate is None:
        fee_line = _(" Fee      {amount}; its rate is not known").format(amount=bitcoin(fee.atoms))
    else:
        fee_line = _(" Fee      {amount}, {rate} {unit}").format(
            amount=bitcoin(fee.atoms), rate=number(fee.rate).aloud, unit=fee.unit
        )
    yield from _hanging(fee_line)
    leaving = sum(payment.atoms for payment in review.payments) + sum(burn.atoms for burn in review.burned)
    yield _(" In all   {amount} with the fee").format(amount=bitcoin(leaving + fee.atoms))
    if len(review.change) > 1:
        back = sum(change.atoms for change in review.change)
        yield from _hanging(_(" Returns  {amount} in all").format(amount=bitcoin(back)))
    spent = sum(coin.atoms or 0 for coin in review.inputs)
    spent_line = ngettext(
        " Spent    {amount} from {count} coin, its amount proven",
        " Spent    {amount} from {count} coins, every amount proven",
        len(review.inputs),
    ).format(amount=bitcoin(spent), count=len(review.inputs))
    yield from _hanging(spent_line)


def finding_lines(findings: Iterable[Finding], severity: Severity, *, explain: bool = False) -> Iterator[str]:
    """Yield the findings of one severity under their heading; `explain` adds the sentence for an engineer to each."""
    chosen = [finding for finding in findings if finding.severity is severity]
    if not chosen:
        return
    yield ""
    yield f" {_heading(severity)}"
    for finding in chosen:
        yield from folded(finding_sentence(finding), indent="   ")
        if explain:
            yield from folded(_("Checked: {detail}").format(detail=finding.detail), indent="       ")


def _heading(severity: Severity) -> str:
    return {
        Severity.REFUSE: _("Refused because"),
        Severity.WARN: _("Look at this before you approve"),
        Severity.INFO: _("Good to know"),
    }[severity]


def finding_sentence(finding: Finding) -> str:
    """Tell one finding with its place and its ID, so that it can be looked up in docs/findings.md."""
    return f"{place_name(finding.where)}{finding.spoken or finding.text} [{finding.id}]"


def place_name(where: str) -> str:
    """Name a place for a person, "Output 2: ", as the screen numbers outputs and coins."""
    kind, _separator, number = where.partition(" ")
    if kind == "input":
        return _("Coin {number}: ").format(number=number)
    return _("Output {number}: ").format(number=number) if kind == "output" else ""


def _numbered(index: int, amount: str) -> str:
    return f"   #{index:<3}{amount}"


def _hanging(sum_line: str) -> list[str]:
    return wrapped(sum_line, "", " " * 10)

"""A replacement to lines: what differs from the transaction that was there before, and nothing else."""

from collections.abc import Iterator, Sequence

from custody.catalogue import _
from custody.cli.front.layout import bitcoin, folded, paid_to
from custody.signing import Difference, Replacement


def lines(replacement: Replacement) -> Iterator[str]:
    """Yield what a replacement changes: payees, what is destroyed, change, the fee, the coins."""
    yield ""
    state = _("which was signed") if replacement.signed else _("whose file carries no signature")
    yield from folded(_("Takes the place of an earlier transaction, {state}").format(state=state), indent=" ")
    yield f"   {replacement.txid}"
    if replacement.only_fee:
        yield _("   Only the fee rises: the same payees get the same amounts.")
    yield from _differences(_("   Paid otherwise"), replacement.payments)
    yield from _differences(_("   Destroyed otherwise"), replacement.burned)
    yield from _differences(_("   Returns otherwise"), replacement.change)
    yield _("   Fee before {amount}").format(amount=_fee(replacement.fee_before))
    yield _("   Fee now    {amount}").format(amount=_fee(replacement.fee_after))
    yield from _coins(_("   Coins that it spends in addition"), replacement.coins_added)
    yield from _coins(_("   Coins that it spends no more"), replacement.coins_removed)


def _differences(title: str, differences: Sequence[Difference]) -> Iterator[str]:
    changed = [each for each in differences if each.before != each.after]
    if changed:
        yield title
    for each in changed:
        yield from paid_to(each.address, each.script, indent="     ")
        yield _("       before {amount}").format(amount=_amount(each.before))
        yield _("       now    {amount}").format(amount=_amount(each.after))


def _coins(title: str, outpoints: Sequence[str]) -> Iterator[str]:
    if outpoints:
        yield title
    for outpoint in outpoints:
        yield f"     {outpoint}"


def _amount(atoms: int) -> str:
    return bitcoin(atoms) if atoms else _("nothing")


def _fee(atoms: int | None) -> str:
    return _("cannot be checked") if atoms is None else bitcoin(atoms)

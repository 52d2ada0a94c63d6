"""What is public of a wallet at the end of a sitting: on the screen, and as pages for a printer."""

from collections.abc import Iterator, Mapping

from airgap.qr.symbol import matrix
from custody.catalogue import _
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.candidates.records import whole_wallets
from custody.ceremony.printed.wallet_sheets import account_sheet, descriptor_sheet, if_gone_sheet
from custody.ceremony.steps.step import Step
from custody.ceremony.transcript.standing import Standing
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.printing.canvas import Canvas
from custody.printing.face import Face

IF_GONE = "if-gone"


def shown(standing: Standing, step: Step) -> Iterator[str]:
    """Yield the descriptor that goes on paper, with its first address; of a wallet that waits, the account key."""
    wallet = _wallet(standing, step)
    if wallet is not None:
        yield _("First address: {address}").format(address=wallet.address(0, 0))
        yield wallet.descriptor.with_checksum()
    else:
        yield _account(standing, step)


def pages(face: Face, standing: Standing, step: Step) -> tuple[Canvas, ...]:
    """Return what is printed at a step: a descriptor, the page "if we are gone", or an account key that waits."""
    wallet, rehearsal = _wallet(standing, step), standing.begun.rehearsal
    if wallet is None:
        key = next(each for each in standing.plan.keys if each.id == _key(step))
        return tuple(account_sheet(face, key, _account(standing, step), matrix, rehearsal=rehearsal))
    if step.id.endswith(f"/{IF_GONE}"):
        return tuple(if_gone_sheet(face, standing.plan, wallet, _made(standing), rehearsal=rehearsal))
    return tuple(descriptor_sheet(face, wallet, matrix, rehearsal=rehearsal))


def _made(standing: Standing) -> Mapping[str, Follows]:
    return {name: each.follows for name, each in standing.made.items()}


def _wallet(standing: Standing, step: Step) -> Wallet | None:
    """Return the wallet of a step; None where it waits for other sittings."""
    whole = whole_wallets(standing.plan, _made(standing))
    return next((each for each in whole if step.id.split("/")[2] == f"wallet-{each.name}"), None)


def _account(standing: Standing, step: Step) -> str:
    follows = _made(standing)[_key(step)]
    wallet = next(each for each in standing.plan.wallets if step.id.split("/")[2] == f"wallet-{each.id}")
    account = next(each for each in follows.accounts if each.script == wallet.script)
    return account.with_origin(follows.fingerprint)


def _key(step: Step) -> str:
    return step.id.split("/")[3]

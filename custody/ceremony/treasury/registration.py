"""Registers a wallet that a quorum agrees on: an entry of the book, by which every later review here judges."""

import json
from collections.abc import Sequence

from custody.catalogue import _
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.meeting import Meeting
from custody.ceremony.table.attendance import Attendance
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Mismatch, Refused
from custody.governance.statement import WALLET
from custody.keys.vaults.sealed import SealedIdentity


def register(
    home: WritableHome, meeting: Meeting, wallet: Wallet, told: Sequence[str], carried: Sequence[SealedIdentity] = ()
) -> None:
    """Let a quorum register a wallet. `told` is what the officers read of it before they agree.

    Raises Mismatch for a wallet of another network, Refused where the name is taken or a halt is open, Declined.
    """
    state = home.book.state
    home.require_sound()
    home.require_running()
    if wallet.network.name != state.roster.network:
        raise Mismatch(
            _("the wallet is on {theirs}, and this treasury is on {ours}").format(
                theirs=wallet.network.name, ours=state.roster.network
            ),
            hint=_("A treasury has one network. Begin another one with custody home new."),
        )
    if wallet.name in state.wallets:
        raise Refused(_("a wallet of this name is registered already"), hint=_("Choose another name."), code="taken")
    meeting.confirm(told, _("Register this wallet?"), _("register"))
    document = json.loads(wallet.to_json())
    statement = home.statement(WALLET, {"document": document, "name": wallet.name})
    with Attendance(home, meeting, carried, signs=_("I agree to this wallet")) as table:
        signed = table.agree(statement)
    home.commit(Step(WALLET, signed.to_json()))

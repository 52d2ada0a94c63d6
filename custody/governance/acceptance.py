"""Checks that a statement which changes the rules is signed by all who must sign it; Refused where it is not.

One function for each kind of statement (docs/spec/journal.md); `fold` carries out what is accepted here.
"""

from collections.abc import Callable, Mapping

from custody.catalogue import _
from custody.errors import Refused
from custody.governance import contents, ed25519
from custody.governance.entry import BEGINNING
from custody.governance.state import State
from custody.governance.statement import NOBODY, Signed

GENESIS, ROSTER, WALLET, VAULT, HALT, RESUME = "genesis", "roster", "wallet", "vault", "halt", "resume"
CHANGES = frozenset({ROSTER, WALLET, VAULT, HALT, RESUME})
"""Kinds of statements that change something in a treasury that exists."""


def accept_genesis(signed: Signed) -> contents.Genesis:
    """Return what a genesis says. Raises Refused unless every officer of its roster signed, and nobody else."""
    statement = signed.statement
    if statement.kind != GENESIS or (statement.treasury, statement.basis, statement.head) != (
        NOBODY,
        NOBODY,
        BEGINNING,
    ):
        raise Refused(_("a treasury begins with a genesis, which names nothing before it"), code="statement")
    genesis = contents.Genesis.of(statement)
    if signed.by != {officer.key for officer in genesis.roster.officers} or genesis.roster.version != 1:
        raise Refused(_("a genesis is signed by every officer of the first roster, and by nobody else"), code="quorum")
    before = genesis.follows
    if before and not ed25519.holds(before.continuity, before.evidence, before.message(genesis.roster)):
        raise Refused(_("a genesis follows another treasury without its cards' signature"), code="continuity")
    return genesis


def accept(state: State, signed: Signed, numbers: Mapping[bytes, int]) -> None:
    """Raise Refused unless a statement made on this state's machine is signed by all who must sign it.

    `numbers`: hash -> number of each entry of the machine's journal. An approval given before the rules last changed
    counts no more.
    """
    seen = numbers.get(signed.statement.head)
    if seen is None or (seen < state.basis_number and signed.statement.kind != HALT):  # a halt is never late
        raise _stale()
    if signed.statement.kind in (WALLET, VAULT):
        require_running(state)
    if signed.statement.kind == RESUME and contents.cleared_by(signed.statement) != frozenset(state.halts):
        raise Refused(_("a resumption names every halt that is open, and no other"), code="statement")
    accept_from_anywhere(state, signed)


def accept_from_anywhere(state: State, signed: Signed) -> None:
    """Raise Refused unless a statement, of whatever machine of this treasury, may be taken in now.

    Another machine may not have heard of a halt that is open here, when its officers agreed on something. It stays
    open; else two honest machines could bar each other for ever.
    """
    statement = signed.statement
    if statement.treasury != state.treasury:
        raise Refused(_("this statement is of another treasury"), code="foreign")
    if (judge := _JUDGES.get(statement.kind)) is None:
        raise Refused(_("a statement of this kind changes no rules"), code="statement")
    if statement.kind != HALT:
        if statement.basis != state.basis:
            raise _stale()
        state.roster.require_rules_quorum(signed.by)
    judge(state, signed)


def _halt(state: State, signed: Signed) -> None:
    contents.reason_of(signed.statement)
    if len(signed.by) != 1 or state.roster.officer(*signed.by) is None:
        raise Refused(_("a halt is called by one officer of the roster"), code="quorum")
    if signed.statement.digest in state.halts or signed.statement.digest in state.cleared:
        raise Refused(_("this halt was called before"), code="replayed")


def _roster(state: State, signed: Signed) -> None:
    old, new = state.roster, contents.roster_of(signed.statement)
    known = {officer.key for officer in old.officers}
    joining = {officer.key for officer in new.officers} - known
    if new.version != old.version + 1 or new.network != old.network:
        raise Refused(_("a new roster has the next version, and the network of the treasury"), code="statement")
    if not joining <= signed.by:
        raise Refused(_("an officer who joins must sign too, to prove that the key is there"), code="quorum")
    _only(signed, known | joining)


def _wallet(state: State, signed: Signed) -> None:
    _only_officers(state, signed)
    name, _document = contents.wallet_of(signed.statement)
    if name in state.wallets:
        raise Refused(_("a wallet of this name is registered already"), code="taken")


def _vault(state: State, signed: Signed) -> None:
    _only_officers(state, signed)
    name, _record = contents.vault_of(signed.statement)
    if name in state.vaults:
        raise Refused(_("a vault of this name is there already"), code="taken")


def _resume(state: State, signed: Signed) -> None:
    _only_officers(state, signed)
    if not contents.cleared_by(signed.statement):
        raise Refused(_("a resumption names no halt"), code="statement")


_JUDGES: dict[str, Callable[[State, Signed], None]] = {
    HALT: _halt,
    ROSTER: _roster,
    WALLET: _wallet,
    VAULT: _vault,
    RESUME: _resume,
}


def require_running(state: State) -> None:
    """Raise Refused while a halt is open."""
    if state.halted:
        raise Refused(
            _("the treasury is halted"),
            hint=_("A quorum of officers resumes it: custody resume. Find out first why it was halted."),
            code="halted",
        )


def _only_officers(state: State, signed: Signed) -> None:
    _only(signed, {officer.key for officer in state.roster.officers})


def _only(signed: Signed, keys: set[bytes]) -> None:
    if not signed.by <= keys:
        raise Refused(_("somebody signed who is no officer of the roster"), code="quorum")


def _stale() -> Refused:
    return Refused(
        _("this statement was signed before the rules last changed, or for another journal"),
        hint=_("Ask the officers again, so that they sign what holds now."),
        code="stale",
    )

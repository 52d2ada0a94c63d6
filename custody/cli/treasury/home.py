"""`custody home new`, `backup` and `restore`: a treasury is begun or joined, sealed to a copy, made again from a copy.

Each result holds the head to write on paper. `new` refuses `--officer-file`: officers are enrolled there. At a
restoration the identities are in the backup, but for those of officers who joined since.
"""

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from custody import store
from custody.catalogue import _
from custody.ceremony.home.home import JOURNAL_LIMIT
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.machines import admission as machines
from custody.ceremony.machines import exchange
from custody.ceremony.machines.backup import BACKUP_LIMIT, Restoration, back_up, require_copyable, restore
from custody.ceremony.machines.beginning import renew as begin_again
from custody.ceremony.machines.exchange import EXPORT_LIMIT
from custody.ceremony.table.carried import bring
from custody.ceremony.table.enrolment import WORKING, Candidate
from custody.ceremony.table.stakes import network_of
from custody.ceremony.treasury import genesis
from custody.ceremony.treasury.genesis import Founding
from custody.ceremony.treasury.succession import Ended, Succession
from custody.chains.bitcoin.consensus.network import network
from custody.cli.front import output
from custody.cli.front.hardened import harden, harden_for
from custody.cli.front.result import print_result
from custody.cli.people.asked_network import network_for
from custody.cli.people.brought import carried_files, checked_name, paper_head, require_enrolling, tokens_of
from custody.cli.people.meeting import FrontMeeting
from custody.cli.people.terminal import standard_terminal
from custody.cli.people.typed_secret import obtain_secret
from custody.cli.people.working import working
from custody.cli.treasury.freshness import changing_fresh, put_off
from custody.cli.treasury.looking import looking
from custody.cli.treasury.opening import Officers, changing, done_apart_at, require_fit_at
from custody.cli.treasury.options import require_home
from custody.cli.treasury.screen import head_json, head_lines
from custody.errors import StorageFailed, Usage
from custody.governance.book import Book
from custody.governance.commitment import alike
from custody.governance.fields import distinct
from custody.governance.roster import Role
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.vault import SealedVault
from custody.text import safe


def new(
    home_path: str | None,
    network_name: str | None,
    officers: tuple[str, ...],
    alternates: tuple[str, ...],
    originators: tuple[str, ...],
    auditors: tuple[str, ...],
    rules: int | None,
    unlock: int | None,
    witnesses: tuple[str, ...],
    exceptions: tuple[str, ...],
    joined: str | None,
    follows: str | None,
    machine: str | None,
    tokens: tuple[str, ...],
    secret_fd: int | None,
    as_json: bool,
    **brought: Any,
) -> None:
    """Begin, or join."""
    path = require_home(home_path)
    coming = Officers(**brought)
    if coming.officer_files:
        raise Usage(_("--officer-file has no part in a beginning: officers are enrolled here"))
    if joined is not None:
        harden()
        if officers or alternates or originators or auditors or tokens:
            raise Usage(_("--join takes the officers from the export, so none are named"))
        stated = None if network_name is None else network(network_name).name
        book = exchange.join(path, store.read(joined, EXPORT_LIMIT), stated)
        output.progress(_("This machine reads, verifies, carries and halts. To let it write, a quorum elsewhere runs:"))
        output.progress(_("  custody home admit {key}").format(key=book.writer.hex()))
        _begun(book, as_json=as_json)
        return
    if secret_fd is not None and follows is None:
        raise Usage(_("--secret-fd goes with --follows: the cards of the treasury before"))
    before = None if follows is None else Ended.read(store.read(follows, JOURNAL_LIMIT))
    of_network = network_for(network_name, None if before is None else before.ground.rules.leaves[0][1].network)
    harden_for(of_network.name)
    founding = Founding(
        network=of_network.name,
        main_network=of_network.is_main,
        officers=_candidates(officers, alternates, originators, auditors, tokens),
        rules=len(officers) // 2 + 1 if rules is None else rules,
        unlock=_unlock(len(officers), rules, unlock),
        witnesses=tuple(map(checked_name, witnesses)),
        exceptions=exceptions,
        machine="" if machine is None else checked_name(machine),
    )

    def work(meeting: FrontMeeting) -> None:
        succession = None
        if before is not None:
            succession = Succession(before, obtain_secret(standard_terminal(), secret_fd, None))
        genesis.found(path, founding, meeting, succession)

    coming.meet(Network.MAIN if of_network.is_main else Network.TEST, work)
    _begun_at(path, as_json=as_json)


def backup(
    home_path: str | None,
    out: str,
    label: str,
    paper: str | None,
    officer_files: tuple[str, ...],
    force: bool,
    as_json: bool,
) -> None:
    """Seal a copy."""
    if out == store.STANDARD:
        raise Usage(
            _("a backup is read back once it is written, which standard output cannot be"),
            hint=_("Name a file on another medium: -o FILE."),
        )
    if Path(require_home(home_path)).resolve() in Path(out).resolve().parents:
        raise Usage(
            _("a backup in the treasury's own directory is lost with it"),
            hint=_("Name a file on another medium: -o FILE."),
        )
    files = carried_files(officer_files)
    with changing_fresh(home_path, paper, yes=False) as home:
        carried = bring(home, files)
        require_copyable(home, out, force=force)
        home.before_going_on()

        def work() -> None:
            with working(_("Sealing a copy")):
                back_up(home, out, label or safe(out), carried, force=force)

        done_apart_at(home, work)
        made = home.book.state.backups[-1]
        public = {"output": out, "sha256": made.sha256.hex(), "head": head_json(home.book)}
        sentence = _("A sealed copy is in {path}.").format(path=safe(out))
        print_result(public, (sentence, *head_lines(home.book)), as_json=as_json)


def restore_(
    file: str,
    home_path: str | None,
    paper: str | None,
    receipts: tuple[str, ...],
    as_json: bool,
    **brought: Any,
) -> None:
    """Make a home of a backup."""
    path, head = require_home(home_path), paper_head(paper)
    officers = Officers(**brought)
    content = store.read(file, BACKUP_LIMIT)
    network_of_backup = SealedVault.parse(content).header.network
    exports = tuple(store.read(receipt, EXPORT_LIMIT) for receipt in receipts)
    output.about(network_of_backup.name.lower())
    # what it says of its network is not authentic before it is opened
    harden_for("main" if network_of_backup is Network.MAIN else None)
    restoration = Restoration(content, head, exports, officers.carried)
    officers.meet(network_of_backup, lambda meeting: restore(path, restoration, meeting))
    _begun_at(path, as_json=as_json)


def admit(key: str, home_path: str | None, name: str, paper: str | None, as_json: bool, **brought: Any) -> None:
    """Let a machine write."""
    officers = Officers(**brought)
    if not re.fullmatch("[0-9a-f]{64}", key):
        raise Usage(_("a machine's key is 64 hex digits"), hint=_("That machine shows it: custody status."))
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        called = checked_name(name) if name else ""
        carried = officers.carried_to(home)
        officers.meet_at(home, lambda meeting: machines.admit(home, meeting, bytes.fromhex(key), called, carried))
        sentence = _("The machine is admitted. Carry an export there: custody journal export, then journal import.")
        _told(home, {"machine": key}, sentence, as_json=as_json)


def end(machine: str, home_path: str | None, paper: str | None, as_json: bool, **brought: Any) -> None:
    """End a machine."""
    officers = Officers(**brought)
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        found = machines.find(home, machine)
        carried = officers.carried_to(home)
        officers.meet_at(home, lambda meeting: machines.end(home, meeting, found, carried))
        sentence = _("The machine is ended. Carry an export to every other one.")
        _told(home, {"machine": found.key.hex()}, sentence, as_json=as_json)


def adopt(home_path: str | None, paper: str | None, as_json: bool, **brought: Any) -> None:
    """Adopt what waits."""
    officers = Officers(**brought)
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        carried = officers.carried_to(home)
        count = officers.meet_at(home, lambda meeting: machines.adopt(home, meeting, carried))
        _told(home, {"adopted": count}, _("What waited stands now."), as_json=as_json)


def renew(
    home_path: str | None, new_home: str, paper: str | None, receipts: tuple[str, ...], as_json: bool, **brought: Any
) -> None:
    """Make a new home of one that may not write."""
    officers = Officers(**brought)
    exports = tuple(store.read(receipt, EXPORT_LIMIT) for receipt in receipts)
    with changing(home_path) as home:
        # a home that was rolled back cannot have the newest words, but a receipt may
        on_paper = put_off(home, paper, yes=officers.yes) if home.may_write else None
        head, carried = paper_head(paper), officers.carried_to(home)
        require_fit_at(home)
        begin = partial(begin_again, home, new_home, paper=head, compared=lambda: bool(on_paper and on_paper.compared))
        network, before = network_of(home.book.state), on_paper or (lambda: None)
        officers.meet(network, lambda meeting: begin(meeting, carried, exports), before)
    _begun_at(new_home, as_json=as_json)


def _told(home: WritableHome, public: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    book = home.book
    print_result({**public, "head": head_json(book)}, (sentence, *head_lines(book)), as_json=as_json)


def _begun_at(path: str, *, as_json: bool) -> None:
    """Tell of a home that was made apart. Raises StorageFailed where it is there and cannot be looked at."""
    try:
        with looking(path) as home:
            book = home.book
    except StorageFailed as failure:
        raise StorageFailed(
            _("the treasury was written, and cannot be looked at: {reason}").format(reason=failure.message),
            hint=_("custody status shows it later, and the head for the paper."),
            code=failure.code,
        ) from None
    _begun(book, as_json=as_json)


def _begun(book: Book, *, as_json: bool) -> None:
    output.about(book.state.roster.network)
    public = {
        "treasury": book.state.treasury.hex(),
        "machine": book.writer.hex(),
        "head": head_json(book),
    }
    lines = (_("Treasury {treasury}").format(treasury=book.state.treasury.hex()), *head_lines(book))
    print_result(public, lines, as_json=as_json)


def _unlock(seats: int, rules: int | None, unlock: int | None) -> int:
    if unlock is not None:
        return unlock
    return max(2, seats // 2 + 1 if rules is None else rules)


def _candidates(
    officers: Sequence[str],
    alternates: Sequence[str],
    originators: Sequence[str],
    auditors: Sequence[str],
    tokens: Sequence[str],
) -> tuple[Candidate, ...]:
    """Give each officer a seat in the order named, and as many tokens as are named.

    Raises Usage for an alternate of nobody, for a name twice, and for a token of nobody.
    """

    def candidate(name: str, seat: int, roles: frozenset[Role], *, alternate: bool = False) -> Candidate:
        return Candidate(checked_name(name), seat, alternate, roles, tokens=tokens_of(name, tokens))

    found = [candidate(name, seat, WORKING) for seat, name in enumerate(officers, 1)]
    seats = {alike(each.name): each.seat for each in found}
    for option in alternates:
        name, _equals, principal = option.partition("=")
        if alike(principal) not in seats:
            raise Usage(
                _("--alternate takes NAME=PRINCIPAL, and the principal is an --officer"),
                hint=_("For instance: --officer Alice --alternate Frank=Alice"),
            )
        found.append(candidate(name, seats[alike(principal)], WORKING, alternate=True))
    seat = len(officers)
    for names, role in ((originators, Role.ORIGINATOR), (auditors, Role.AUDITOR)):
        for name in names:
            seat += 1
            found.append(candidate(name, seat, frozenset({role})))
    if not distinct(alike(each.name) for each in found):
        raise Usage(_("two officers are called the same"), hint=_("Add something that tells them apart."))
    require_enrolling([each.name for each in found], tokens)
    return tuple(found)

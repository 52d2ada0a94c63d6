"""Options to the key of a signature in a treasury: cards, a phrase, or a vault that enough officers open for it.

What the vault gave is wiped when the signing ends; the signing and its entry are `ceremony.treasury.signing`'s. A
backup is offered at the end. A treasury's options without one raise Usage, several vaults that could be meant Mismatch.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

from custody.catalogue import _
from custody.ceremony.delivered import Delivered
from custody.ceremony.home.ledger import Unlocked, registered
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.machines.backup import back_up
from custody.ceremony.sign import Signed, SigningOperator
from custody.ceremony.table.attendance import Attendance
from custody.ceremony.table.stakes import network_of
from custody.ceremony.treasury import vaults
from custody.ceremony.treasury.signing import sign_recorded
from custody.chains.bitcoin.review.review import ReviewedPsbt
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.front import output
from custody.cli.front.hardened import done_apart
from custody.cli.front.named_files import opens_what_is_typed
from custody.cli.people.terminal import standard_terminal
from custody.cli.people.typed_secret import Wanted, read_record
from custody.cli.treasury.opening import Officers, changing, done_apart_at, mending_told, require_fit_at
from custody.cli.treasury.screen import head_lines
from custody.cli.wallets.files import load_wallets, require_wallets
from custody.errors import CustodyError, Declined, Mismatch, Refused, StorageFailed, Usage
from custody.keys.cards.record import SetRecord
from custody.keys.kinds import SecretInput
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.sealed import SealedIdentity
from custody.keys.vaults.vault import OpenedVault
from custody.signing import Approval, Review, SigningTask
from custody.text import safe

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class KeyWish:
    """Where the key comes from: cards or a phrase, or a vault and the officers who open it; and the head on paper."""

    vault: str | None
    paper: str | None
    secret_fd: int | None
    officers: Officers
    record: SetRecord | None = None

    def wanted(self, signers: frozenset[bytes]) -> Wanted:
        """Say which key is meant: one of the wallet's, and the set's. Raises Mismatch where these are two."""
        return Wanted.of_wallet(signers, self.record)

    def refuse_home_options(self) -> None:
        """Raise Usage where something of a treasury's was named and no treasury."""
        if self.vault or self.paper or self.officers.key_files or self.officers.officer_files:
            raise Usage(
                _("--vault, --head, --key-file and --officer-file are a treasury's, and none was named"),
                hint=_("Name its directory with --home DIR."),
            )


@dataclass
class AtTable:
    """The operator of a treasury: whoever answers, and the officers who sign that they do. It wipes what it opened.

    Who sits at the `table` signs a yes. A no is signed by whoever sits down for it, `objecting`, and never with a key
    that was opened for a yes; it stays unsigned where a person says it and a script brings the passphrases
    (`signs_no` is False): the next one of those may be of somebody who never heard of it. The secret comes from a
    `vault` that they open, or, without one, from where the base takes it.
    """

    base: SigningOperator
    home: WritableHome
    table: Attendance
    objecting: Attendance
    vault: str | None
    carried: tuple[SealedIdentity, ...] = ()
    signs_no: bool = True
    opened: OpenedVault | None = field(default=None, repr=False)
    officers: tuple[OfficerKeys, ...] = field(default=(), repr=False)

    def approve(self, review: Review) -> Approval:
        """Let the base answer."""
        return self.base.approve(review)

    def unlock(self) -> SecretInput:
        """Let enough officers answer, and open the vault with as many seats as it takes, or ask for the cards."""
        if self.vault is None:
            self.officers = self.table.answering()
            return self.base.unlock()
        self.opened = vaults.open_vault(self.home, self.table, self.vault)
        self.officers = self.table.answering()
        payload = vaults.key_of(self.opened)
        return SecretInput.of_vault(payload.kind, payload.secret)

    def declining(self) -> tuple[OfficerKeys, ...]:
        """Let whoever said no sign that, who may leave it."""
        if not self.signs_no:
            return ()
        with suppress(CustodyError):
            return (self.objecting.one(_("Whoever says no may sign it; nothing leaves it unsigned")),)
        return ()

    def warn(self, sentence: str) -> None:
        """Say a warning."""
        self.base.warn(sentence)

    def progress(self, tasks: Sequence[SigningTask]) -> Iterable[SigningTask]:
        """Yield the tasks."""
        return self.base.progress(tasks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.opened is not None:
            self.opened.payload.wipe()

    def unlocked(self) -> Unlocked:
        """Say who answers, and how a vault that was opened is sealed again."""
        if self.opened is None or self.vault is None:
            return Unlocked(self.officers)
        reseal = vaults.reseal(self.home, self.opened, self.carried)
        return Unlocked(self.officers, {self.vault: reseal})


def sign_with(
    home: WritableHome,
    document: bytes,
    reviewed: ReviewedPsbt,
    operator: SigningOperator,
    wish: KeyWish,
    vault: str | None,
    *,
    main_network: bool,
) -> Delivered:
    """Sign with cards, or with a vault that is opened for it; officers answer, and the book is told first.

    What follows is done without the key: it was used in a copy of this process, whose entry the home has to take in
    (`catch_up`) once the signature was delivered.
    """
    carried = wish.officers.carried_to(home)
    require_fit_at(home)
    home.before_going_on()  # not by the meeting: the review is shown before it, and a backup may be made later

    def work() -> Signed:
        meeting = wish.officers.meeting(network_of(home.book.state))
        with (
            mending_told(home),
            Attendance(home, meeting, carried, signs=_("I approve exactly this")) as table,
            Attendance(home, meeting, carried, signs=_("I decline this")) as objecting,
            AtTable(
                operator, home, table, objecting, vault, carried, signs_no=not meeting.is_answered_by_another
            ) as at,
        ):
            return sign_recorded(home, document, reviewed, at, at.unlocked, at.declining, main_network=main_network)

    return signed_apart(work)


def signed_apart(work: Callable[[], Signed]) -> Delivered:
    """Let a key be asked for and used in a copy of this process, which ends with it. Raises as the work."""
    return Delivered.decode(done_apart(lambda: Delivered.of(work()).encode()))


def key_wish(
    home_path: str | None,
    *,
    vault: str | None,
    paper: str | None,
    record_path: str | None,
    secret_fd: int | None,
    **brought: Any,
) -> KeyWish:
    """Make a wish of a command's options.

    Raises Usage where something of a treasury's was named and no treasury, and Unreadable for a file that is no record
    of a set.
    """
    wish = KeyWish(vault, paper, secret_fd, Officers(**brought), read_record(record_path))
    if home_path is None:
        wish.refuse_home_options()
    return wish


@contextmanager
def signers(home_path: str | None, paths: Sequence[str]) -> Iterator[tuple[WritableHome | None, tuple[Wallet, ...]]]:
    """Yield the wallets that were named, and with a home the home and its wallets too. Raises Usage for none at all."""
    require_wallets(paths, home_path)
    named = load_wallets(paths)
    if home_path is None:
        yield None, named
        return
    with changing(home_path) as home:
        yield home, registered(home, named)


def tell_head(home: WritableHome) -> None:
    """Say the head to write on paper, unless `--quiet`: then it is not made either."""
    if not output.is_quiet():
        for line in head_lines(home.book):
            output.say(line)


def choose_vault(home: WritableHome, signers: frozenset[bytes], wish: KeyWish) -> str | None:
    """Name the vault that opens: the one that was asked for, or the one that holds a key of the wallet; None: cards."""
    if wish.secret_fd is not None or wish.record is not None:
        if wish.vault is not None:
            raise Usage(_("the key comes from cards (--secret-fd, --set) or from --vault: say one of them"))
        return None
    if wish.vault is not None:
        home.vault(wish.vault)
        return wish.vault
    held = [
        name
        for name, record in home.book.state.vaults.items()
        if any(bytes.fromhex(fingerprint) in signers for fingerprint in record.fingerprints.values())
    ]
    if len(held) > 1:
        raise Mismatch(
            _("several vaults hold a key of this wallet: {names}").format(names=", ".join(sorted(held))),
            hint=_("Name one with --vault."),
        )
    return held[0] if held else None


def offer_backup(home: WritableHome, wish: KeyWish, path: str) -> None:
    """End by offering a sealed copy: to a person as a question, to a script as a sentence.

    Nothing that goes wrong here is a reason to fail: the signature has left already.
    """
    terminal = standard_terminal()
    if wish.officers.yes or not terminal.present or not opens_what_is_typed():
        output.progress(
            _("Seal a copy now, on another medium: custody home backup --home {path} -o BACKUP").format(path=safe(path))
        )
        return
    for _attempt in range(_ATTEMPTS):
        try:
            named = terminal.answer(_("Seal a copy now? A new file on another medium, or Enter for none: ")).strip()
            if not named:
                return
            carried = wish.officers.carried_to(home)
            done_apart_at(home, partial(back_up, home, named, named, carried))
        except (Refused, StorageFailed, Usage) as failure:
            output.warn(_("no copy was sealed: {reason}").format(reason=failure.message))
        except (Declined, KeyboardInterrupt):
            output.progress(_("No copy was sealed."))
            return
        else:
            output.progress(_("A sealed copy is in {path}.").format(path=safe(named)))
            return

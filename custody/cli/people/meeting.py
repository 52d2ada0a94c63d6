"""`FrontMeeting`: officers' passphrases and key files for a job, typed at this terminal or given on `--passphrase-fd`.

The command line's `ceremony.meeting.Meeting`. `--yes` on a main network, and nobody to ask, raise Usage; a script that
gives too few officers raises Refused, a person who stops Declined. Nothing that was typed is ever repeated.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

from custody.catalogue import _
from custody.ceremony.meeting import Factors, Offered
from custody.cli.front import output
from custody.cli.front.loading import loaded
from custody.cli.front.named_files import opens_what_is_typed
from custody.cli.people.brought import read_key_file
from custody.cli.people.passphrases import try_keys
from custody.cli.people.secrets import read_lines, said_by, words_of
from custody.cli.people.terminal import Terminal
from custody.cli.people.working import working
from custody.errors import CustodyError, Declined, Mismatch, Refused, StorageFailed, Unfit, Unreadable, Usage
from custody.governance.commitment import alike
from custody.keys.vaults import strength
from custody.keys.vaults.parameters import STANDARD, Network
from custody.keys.vaults.passphrase import WORDS, Passphrase
from custody.keys.vaults.sealed import KeyFile
from custody.keys.vaults.token import TokenAnswer
from custody.secret import Secret
from custody.text import safe

_KEY_SHOWN = 8
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """Who has a token: the name, how the PIN is asked for, and how one waits until something was done.

    `ready` is None for a script, which cannot do anything.
    """

    name: str
    pin: Callable[[], Secret]
    ready: Callable[[str], None] | None


@dataclass
class FrontMeeting:
    """The meeting that the command line makes of its options.

    With `lines` a script gives passphrases; without them people type. `yes` asks nobody for a confirmation, and is
    taken for test networks only. `key_files` are places by name. `before` is done before anybody is asked anything, and
    knows itself whether it was done.
    """

    terminal: Terminal
    network: Network
    yes: bool
    lines: tuple[Secret, ...] | None = field(repr=False)
    key_files: Mapping[str, str]
    before: Callable[[], None] = lambda: None
    _used: set[int] = field(default_factory=set)
    _numbers: dict[bytes, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        terminal: Terminal,
        network: Network,
        passphrase_fd: int | None,
        key_files: Mapping[str, str],
        *,
        yes: bool,
        before: Callable[[], None] = lambda: None,
    ) -> "FrontMeeting":
        """Read what a script gives. Raises Usage for --yes on a main network, and where there is nobody to ask."""
        if yes and network is Network.MAIN:
            raise Usage(
                _("--yes is for test networks; here a person reads and answers"),
                hint=_("Run the command on a terminal, without --yes."),
            )
        if passphrase_fd is None or not yes:
            terminal.require(
                _("Give passphrases with --passphrase-fd N; on a test network a script may say --yes beside it.")
            )
        output.announce()
        lines = None if passphrase_fd is None else read_lines(passphrase_fd, "--passphrase-fd")
        return cls(terminal, network, yes, lines, key_files, before)

    @property
    def is_answered_by_another(self) -> bool:
        """Whether a person answers while a script brings passphrases: whose key may sign an answer, nobody knows."""
        return self.lines is not None and not self.yes

    def say(self, text: str) -> None:
        """Say a line."""
        output.say(text)

    def warn(self, text: str) -> None:
        """Say a warning."""
        output.warn(text)

    def confirm(self, lines: Sequence[str], question: str, word: str) -> None:
        """Show what is to be agreed, and ask for the word. Raises Declined."""
        self.before()
        if self.yes:
            return
        self.terminal.page(lines)
        self.terminal.confirm(question, word)

    def working(self, text: str) -> AbstractContextManager[None]:
        """Show the seconds."""
        return working(text)

    def next_officer(self, wanted: str, offered: Sequence[Offered]) -> tuple[int, Factors]:
        """Take the script's next officer, or ask who comes and for the passphrase."""
        self.before()
        if self.lines is not None:
            return self._from_script(wanted, offered)
        output.say(_("{wanted}:").format(wanted=wanted))
        for officer in offered:
            output.say(f"  {self._number(officer)}  {_told_apart(officer, offered)}")
        for signs in dict.fromkeys(filter(None, (each.signs for each in offered))):
            output.say(_("A passphrase signs: {signs}.").format(signs=signs))
        place = self._chosen(offered)
        officer = offered[place]
        key_file = self._key_file(officer) if officer.key_file else None
        return place, Factors(self._passphrase_of(officer), key_file, self._token(officer))

    def officer_refused(self, name: str, failure: CustodyError) -> None:
        """Tell a person and let them try again; end a script."""
        if self.lines is not None:
            raise failure
        output.say(_("{name}: {reason}").format(name=safe(name), reason=failure.message))

    def new_factors(self, name: str, tokens: int) -> Factors:
        """Take the script's passphrase, or draw one and have it read back, or hear one of the officer's own."""
        self.before()
        passphrase, key_file = self._new_knowledge(name)
        enrolled = _at_token("tokens.asking:enrol")(self._holder(name), tokens) if tokens else None
        return Factors(passphrase, key_file, enrolled=enrolled)

    def _new_knowledge(self, name: str) -> tuple[Passphrase, KeyFile | None]:
        path = self.key_files.get(name)
        key_file = None if path is None else read_key_file(path)
        if self.lines is None:
            return self._new_passphrase(name), key_file
        found = self._line_of(name, "")
        if found is None:
            raise Usage(
                _("--passphrase-fd gives no line for {name}").format(name=safe(name)),
                hint=_("Add a line: {name}: the passphrase").format(name=safe(name)),
            )
        self._used.add(found[0])
        return given_passphrase(found[1], self.network), key_file

    def _passphrase_of(self, officer: Offered) -> Passphrase:
        return owners_passphrase(self.terminal, officer.name, officer.signs)

    def _from_script(self, wanted: str, offered: Sequence[Offered]) -> tuple[int, Factors]:
        for place, officer in enumerate(offered):
            found = self._line_of(officer.name, officer.key.hex()[:_KEY_SHOWN])
            if found is not None:
                self._used.add(found[0])
                key_file = self._key_file(officer) if officer.key_file else None
                return place, Factors(Passphrase.read(found[1]), key_file, self._token(officer))
        raise Refused(
            _("{wanted}, and --passphrase-fd names nobody else who could").format(wanted=wanted),
            hint=_("It may be: {names}").format(
                names=", ".join(f"{safe(each.name)} ({each.key.hex()[:_KEY_SHOWN]})" for each in offered)
            ),
            code="quorum",
        )

    def _line_of(self, *names: str) -> tuple[int, Secret] | None:
        for number, line in enumerate(self.lines or ()):
            for name in filter(None, names):
                said = said_by(name, line)
                if said is not None and number not in self._used:
                    return number, said
        return None

    def _chosen(self, offered: Sequence[Offered]) -> int:
        for _attempt in range(_ATTEMPTS):
            typed = self.terminal.ask_hidden(_("Who comes? A number, or nothing to stop: ")).strip()
            if not typed:
                raise Declined(_("stopped, as you asked; nothing was changed"))
            called = [place for place, officer in enumerate(offered) if self._number(officer) == typed] or [
                place for place, officer in enumerate(offered) if alike(officer.name) == alike(typed)
            ]
            if len(called) == 1:
                return called[0]
            output.say(_("That is none of these: type a number, or a name as it stands above."))
        raise Declined(_("no answer was one of those offered; nothing was changed"))

    def _number(self, officer: Offered) -> str:
        """Return by which number an officer is called: the seat's, and the same in every question of a command.

        Others of that seat, alternates say, have a second number behind it, in the order in which they were offered.
        """
        if officer.key not in self._numbers:
            seat, taken = str(officer.seat), set(self._numbers.values())
            every = chain((seat,), (f"{seat}.{second}" for second in count(2)))
            self._numbers[officer.key] = next(each for each in every if each not in taken)
        return self._numbers[officer.key]

    def _key_file(self, officer: Offered) -> KeyFile:
        path = self.key_files.get(officer.name) or self.key_files.get(officer.key.hex()[:_KEY_SHOWN])
        if path is None:
            if self.lines is not None:
                raise Usage(
                    _("{name} has a key file, and none was named").format(name=safe(officer.name)),
                    hint=_("--key-file {name}=FILE").format(name=safe(officer.name)),
                )
            return self._typed_key_file(officer.name)
        return read_key_file(path)

    def _typed_key_file(self, name: str) -> KeyFile:
        """Hear where a key file lies. What is none is asked for again, and not repeated: it may be a passphrase."""
        if not opens_what_is_typed():
            raise Usage(
                _("{name} has a key file, and none was named").format(name=safe(name)),
                hint=_(
                    "Run it again with --key-file {name}=FILE, or with --medium DIR, the folder where it lies."
                ).format(name=safe(name)),
            )
        for _attempt in range(_ATTEMPTS):
            path = self.terminal.ask(_("{name}, where is your key file? ").format(name=safe(name))).strip()
            try:
                return read_key_file(path)
            except (Usage, StorageFailed, Unreadable):
                output.say(_("There is no key file of that name that can be read."))
        raise Declined(_("no key file was named that can be read; nothing was changed"))

    def _token(self, officer: Offered) -> TokenAnswer | None:
        """Ask for the officer's token, where the identity says that one is needed."""
        if officer.tokens is None:
            return None
        holder = self._holder(officer.name, officer.key.hex()[:_KEY_SHOWN])
        answered: TokenAnswer | None = _at_token("tokens.asking:answer")(holder, officer.tokens)
        return answered

    def _holder(self, *names: str) -> TokenHolder:
        ready = self.terminal.pause if self.lines is None else None
        return TokenHolder(names[0], lambda: self._pin(*names), ready)

    def _pin(self, *names: str) -> Secret:
        """Ask for a token's PIN, or take the script's next line for one."""
        if self.lines is None:
            prompt = _("{name}, the PIN of your token: ").format(name=safe(names[0]))
            return Secret(self.terminal.ask_hidden(prompt).encode())
        found = self._line_of(*(f"{name} PIN" for name in names if name))
        if found is None:
            raise Usage(
                _("--passphrase-fd gives no PIN for the token of {name}").format(name=safe(names[0])),
                hint=_("Add a line: {name} PIN: the PIN").format(name=safe(names[0])),
            )
        self._used.add(found[0])
        return found[1]

    def _new_passphrase(self, name: str) -> Passphrase:
        output.say(_("{name} becomes an officer. Only {name} may look now.").format(name=safe(name)))
        return agreed_passphrase(self.terminal, self.network)


def owners_passphrase(terminal: Terminal, name: str, signs: str = "") -> Passphrase:
    """Have somebody type the passphrase of an identity, and say what it `signs`. Raises Declined where none is."""
    prompt = _("{name}, your passphrase: ").format(name=safe(name))
    if signs:
        prompt = _('{name}, your passphrase, to sign "{signs}": ').format(name=safe(name), signs=signs)
    for _attempt in range(_ATTEMPTS):
        try:
            return Passphrase.read(Secret(terminal.ask_hidden(prompt).encode()))
        except Unreadable as failure:
            output.say(failure.message)
    raise Declined(_("no passphrase was typed; nothing was changed"))


def given_passphrase(line: Secret, network: Network) -> Passphrase:
    """Return a new passphrase that a script gives. Raises Unreadable, and on a main network Refused for a weak one."""
    passphrase = Passphrase.read(line)
    if network is Network.MAIN:
        strength.judge(passphrase, STANDARD[network])
    return passphrase


def agreed_passphrase(terminal: Terminal, network: Network) -> Passphrase:
    """Draw a new passphrase, or hear a strong one of the owner's own, and have it typed again. Raises Declined."""
    try_keys(terminal)
    for _attempt in range(_ATTEMPTS):
        typed = terminal.ask_hidden(_("Enter lets this machine draw a passphrase; or type one of your own: "))
        try:
            return _own(terminal, typed, network) if typed.strip() else _drawn(terminal, network)
        except (Refused, Unreadable, Mismatch) as failure:
            output.say(failure.message)
            output.say(failure.hint)
    raise Declined(_("no passphrase was agreed on; nothing was changed"))


def _own(terminal: Terminal, typed: str, network: Network) -> Passphrase:
    passphrase = Passphrase.read(Secret(typed.encode()))
    output.say(strength.judge(passphrase, STANDARD[network]).sentence)
    _same_again(terminal, passphrase)
    return passphrase


def _drawn(terminal: Terminal, network: Network) -> Passphrase:
    passphrase = Passphrase.draw(WORDS)
    output.say(strength.of_drawn(WORDS, STANDARD[network]).sentence)
    terminal.show_secret(
        [_("Your passphrase. Learn it, or keep it on paper away from here:"), ""]
        + [f"  {word}" for word in words_of(passphrase.secret)]
    )
    _same_again(terminal, passphrase)
    return passphrase


def _same_again(terminal: Terminal, passphrase: Passphrase) -> None:
    for _attempt in range(_ATTEMPTS):
        again = terminal.ask_hidden(_("The passphrase again: "))
        if again.strip() and Passphrase.read(Secret(again.encode())).secret == passphrase.secret:
            return
        output.say(_("That was another one."))
    raise Mismatch(_("the passphrase was not repeated"), hint=_("Begin with another one."))


def _told_apart(officer: Offered, offered: Sequence[Offered]) -> str:
    """Return an officer's name, with the beginning of the key where others who are offered are called the same."""
    name = safe(officer.name)
    if sum(alike(each.name) == alike(officer.name) for each in offered) == 1:
        return name
    return _("{officer}, key {key}").format(officer=name, key=officer.key.hex()[:_KEY_SHOWN])


def _at_token(target: str) -> Any:
    """Load what asks for tokens, and with it a library that is not everywhere. Raises Unfit where it is not here."""
    try:
        return loaded(target)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "fido2":
            raise
    raise Unfit(
        _("a FIDO2 token is asked for, and what speaks to one is not installed here"),
        hint=_("Install the toolkit with its extra [token] (docs/install.md)."),
        code="no-fido2",
    )

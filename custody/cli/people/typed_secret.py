"""The secret that opens a key, from `--secret-fd` or from a person: a phrase, cards up to a quorum, a SeedQR, a camera.

All end in the same parser, `keys.kinds.read_secret`, so a person and a script are held to the same rules
(docs/spec/secret-input.md). Where there is neither, Usage is raised; where another key opens than the one that is
meant, Mismatch, before anything is done with it.
"""

import re
from dataclasses import dataclass
from typing import Self

from custody.catalogue import _
from custody.ceremony.recover import collect
from custody.cli.front import output
from custody.cli.front.documents import read_document
from custody.cli.people.dictation import Dictation, Form
from custody.cli.people.given import PASSPHRASE, read_given
from custody.cli.people.operators import FrontOperator
from custody.cli.people.passphrases import ask_passphrase, ask_until_right, passphrase_of
from custody.cli.people.secret_picture import text_before
from custody.cli.people.secrets import text_of
from custody.cli.people.terminal import Terminal
from custody.cli.people.typed_cards import CARD, ask_codex32
from custody.errors import CustodyError, Mismatch, Unreadable
from custody.keys.cards import codex32
from custody.keys.cards.record import SetRecord
from custody.keys.cards.shares import ReadShare
from custody.keys.kinds import SecretInput
from custody.keys.phrases import mnemonic, seedqr
from custody.keys.phrases.languages import LANGUAGES, possible, words_of
from custody.keys.phrases.phrase import SeveralLists, read_phrase
from custody.keys.reading import LINE_OF_LANGUAGE, read_secret
from custody.keys.strangers import named, named_by_form
from custody.secret import Secret

PHRASE_LENGTHS = tuple(mnemonic.ENTROPY_OF_WORDS)


@dataclass(frozen=True, slots=True)
class _ReadLate:
    """The list of a language, which is read from its file when the first word in its letters is typed."""

    language: str

    @property
    def words(self) -> tuple[str, ...]:
        return words_of(self.language).words

    def index(self, word: str) -> int | None:
        return words_of(self.language).index(word) if self.language in possible([word]) else None


def _phrase_in(language: str) -> Form:
    def check(text: str) -> None:
        try:
            read_phrase(text, language)
        except Unreadable as failure:
            refusal = named([text]) or failure
        else:
            return
        raise refusal

    return Form(_ReadLate(language), PHRASE_LENGTHS, PHRASE_LENGTHS, PHRASE_LENGTHS[-1:], check)


PHRASES = tuple(map(_phrase_in, LANGUAGES))
"""A phrase: 4 to 8 bits of checksum hold by chance too often to end it before there can be no more words."""

PHRASE = PHRASES[0]
"""One in English."""

_FORMS = (CARD, *PHRASES)
_ATTEMPTS = 3
_CAMERA = re.compile(r"camera ([0-9]{1,2})")
_LONGEST_POSITION = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which key is meant: the one of a set's record, one of a wallet's, or nobody knows."""

    record: SetRecord | None = None
    fingerprints: frozenset[bytes] = frozenset()

    @classmethod
    def of_wallet(cls, fingerprints: frozenset[bytes], record: SetRecord | None) -> Self:
        """Expect a key of a wallet, and of a record where one was named. Raises Mismatch where these are two keys."""
        if record is not None and record.fingerprint not in fingerprints:
            raise Mismatch(
                _("the set opens key {found}, the wallet has {wanted}").format(
                    found=record.fingerprint.hex(), wanted=_listed(fingerprints)
                ),
                hint=_("Name the record of a set of this wallet, or its own wallet."),
            )
        return cls(record, fingerprints)

    @property
    def known(self) -> bool:
        """Whether it can be told if a key is the right one."""
        return bool(self.record is not None or self.fingerprints)

    def lines(self) -> list[str]:
        """Say what is expected, before anybody is asked for it."""
        if self.record is None:
            return [_("A key of this wallet is wanted: {keys}.").format(keys=_listed(self.fingerprints))]
        return record_lines(self.record)

    def check_card(self, share: ReadShare) -> None:
        """Raise Mismatch for a card that is not of the record's set."""
        if self.record is not None:
            self.record.check_card(share)

    def check(self, secret: SecretInput) -> None:
        """Raise Mismatch for another key than the one that is meant."""
        if not self.known:
            return
        found = {}
        for kind, master in secret.candidates():
            with master:
                found[kind] = master.fingerprint
        if self.record is not None:
            self.record.check_fingerprints(found, passphrase=secret.passphrase is not None)
        elif self.fingerprints.isdisjoint(found.values()):
            sentence = (
                _("without a passphrase this opens key {found}, and the wallet has {wanted}")
                if secret.passphrase is None
                else _("this passphrase leads to key {found}, and the wallet has {wanted}")
            )
            readings = ", ".join(f"{fingerprint.hex()} ({kind})" for kind, fingerprint in found.items())
            raise Mismatch(
                sentence.format(found=readings, wanted=_listed(self.fingerprints)),
                hint=_(
                    "A wrong passphrase gives a different key without any error. Check it, the cards and the wallet."
                ),
            )


ANY_KEY = Wanted()


def read_record(path: str | None) -> SetRecord | None:
    """Read a set's record, if one was named. Raises Usage, Unreadable and StorageFailed."""
    return None if path is None else SetRecord.from_json(read_document(path))


def record_lines(record: SetRecord) -> list[str]:
    """Say of a set's record which cards it wants and which key they open."""
    scheme = record.scheme
    groups = ", ".join(
        _("{threshold} of {count}").format(threshold=threshold, count=count) for threshold, count in scheme.groups
    )
    if len(scheme.groups) == 1:
        cards = _("{quorum} cards open it").format(quorum=groups)
    else:
        cards = _("{threshold} of its {count} groups open it (cards: {groups})").format(
            threshold=scheme.group_threshold, count=len(scheme.groups), groups=groups
        )
    return [
        _("Set {identifier}, kind {kind}, key {fingerprint}: {cards}.").format(
            identifier=record.identifier, kind=record.kind, fingerprint=record.fingerprint.hex(), cards=cards
        )
    ]


def obtain_secret(
    terminal: Terminal, secret_fd: int | None, passphrase_fd: int | None, wanted: Wanted = ANY_KEY
) -> SecretInput:
    """Read the secret from `--secret-fd`, or ask a person. Raises Usage where there is neither, and Mismatch."""
    if secret_fd is not None:
        return given_secret(secret_fd, passphrase_fd, wanted)
    terminal.require(_("Give the secret with --secret-fd N, or run the command on a terminal."))
    return ask_secret(terminal, read_given(None, passphrase_fd).passphrase, wanted)


def given_secret(secret_fd: int | None, passphrase_fd: int | None, wanted: Wanted = ANY_KEY) -> SecretInput:
    """Read the secret that a script gives. Raises Mismatch where a set's record names another key."""
    secret = read_secret(read_given(secret_fd, passphrase_fd).secret_lines(), wanted.check_card)
    if wanted.record is not None:
        wanted.check(secret)
    return secret


def ask_secret(terminal: Terminal, passphrase: str | None = None, wanted: Wanted = ANY_KEY) -> SecretInput:
    """Ask a person for a phrase, a code of one, or for cards until they are a quorum; and for the passphrase.

    Where it is known which key is meant, the passphrase is asked for only if there is no such key without one. Raises
    Mismatch for a third passphrase that leads to another key.
    """
    for line in wanted.lines() if wanted.known else ():
        output.say(line)

    def opened(typed: Secret | None) -> SecretInput:
        given = [] if typed is None else [f"{PASSPHRASE} {text_of(typed)}"]
        secret = read_secret([*lines, *given], wanted.check_card)
        wanted.check(secret)
        return secret

    with terminal.hidden():
        lines = _with_language(terminal, _ask_lines(terminal, wanted))
        read = read_secret(lines, wanted.check_card)  # cards that do not fit are no question of passphrases
        if not read.takes_passphrase or passphrase is not None or any(line.startswith(PASSPHRASE) for line in lines):
            return opened(passphrase_of(passphrase))
        if wanted.known:
            return ask_until_right(terminal, opened, lines)
        return opened(ask_passphrase(terminal, lines))


def _ask_lines(terminal: Terminal, wanted: Wanted) -> list[str]:
    """Take words until they are a phrase or a card, and then the other cards; or the code that was given instead.

    A hardware scanner types at whatever is asked first, and does not wait for the next question: nothing shows until
    there is an answer.
    """
    dictation = Dictation(terminal)
    output.say(_('Your phrase, or your first card. Or scan its SeedQR, or answer "camera 0".'))
    dictation.explain()
    while True:
        line = dictation.hear(_("Word 1: "))
        try:
            coded = _coded(line.strip())
            if not coded:
                _refuse_stranger(line)
        except Unreadable as failure:
            dictation.say(failure.message)
            dictation.say(failure.hint)
            continue
        beside = [each for each in coded if each.startswith(PASSPHRASE)]
        words = [each for each in coded if each not in beside]
        if words and all(map(seedqr.is_meant, words)):
            terminal.write("\n")
            return coded
        if codex32.is_meant(line):
            strings = ask_codex32(dictation, line)
            if strings is not None:
                return strings
            continue
        taken = dictation.take(_FORMS, " ".join(words) if coded else line)
        if taken is not None:
            form, text = taken
            return [*(_ask_cards(terminal, text, wanted) if form is CARD else [text]), *beside]


def _refuse_stranger(line: str) -> None:
    """Raise Unreadable for what no word can be: a key alone, an address, hex."""
    refusal = named_by_form(line)
    if refusal is not None:
        raise refusal


def _with_language(terminal: Terminal, lines: list[str]) -> list[str]:
    """Add the line of the language where several accept the phrase. Raises SeveralLists where nobody says which."""
    try:
        read_secret(lines)
    except SeveralLists as several:
        asked = several
    except CustodyError:
        return lines
    else:
        return lines
    dictation = Dictation(terminal)
    dictation.say(asked.message)
    for _attempt in range(_ATTEMPTS):
        typed = dictation.hear(_("Which language is it? ")).strip().lower()
        if typed in asked.languages:
            terminal.write("\n")
            return [*lines, f"{LINE_OF_LANGUAGE} {typed}"]
    raise asked


def _coded(typed: str) -> list[str]:
    """Return the lines of the code that was scanned, or that the camera sees; none where neither was meant."""
    camera = _CAMERA.fullmatch(typed)
    if camera is not None:
        output.say()
        output.say(_("Hold the card before the camera; its light border belongs to it. Ctrl-C stops."))
        lines = text_before(int(camera[1]), output.say).splitlines()
        output.say(_("A code was read."))
    elif len(typed) > _LONGEST_POSITION and seedqr.is_meant(typed):
        lines = [typed]
    else:
        return []
    for line in filter(seedqr.is_meant, lines):
        seedqr.phrase_of(line).wipe()
    return lines


def _ask_cards(terminal: Terminal, first: str, wanted: Wanted) -> list[str]:
    """Take cards until they are a quorum; the first one is there already."""
    operator = FrontOperator(terminal, first_card=first)
    collect(operator, wanted.record)
    return operator.typed.cards


def _listed(fingerprints: frozenset[bytes]) -> str:
    return ", ".join(sorted(fingerprint.hex() for fingerprint in fingerprints))

"""The lines of a secret, as people keep them, to what they are: a phrase, cards, a SeedQR or codex32.

Which of them a text is, is found before it is judged as one: by the lists that its words are of, and by their count.
What is none of them is told by name where it is known (`strangers`). docs/spec/secret-input.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from custody.catalogue import _
from custody.errors import Mismatch, Unreadable
from custody.keys.cards import codex32
from custody.keys.cards.codex32 import Codex32
from custody.keys.cards.collection import UntrustedCollection, refuse_passphrase
from custody.keys.cards.shares import LENGTHS, SLIP39, ReadShare, printable_ascii, read_share
from custody.keys.kinds import SecretInput
from custody.keys.phrases import layout, seedqr
from custody.keys.phrases.languages import ENGLISH, language_of
from custody.keys.phrases.mnemonic import ENTROPY_OF_WORDS
from custody.keys.phrases.phrase import SeveralLists, fits_a_list, read_phrase
from custody.keys.strangers import named, named_by_form
from custody.secret import Secret

LINE_OF_PASSPHRASE = "passphrase:"  # noqa: S105  the name of a line, not a passphrase
LINE_OF_LANGUAGE = "language:"
"""What begins the line of the passphrase, and of a phrase's language, among the lines of a secret."""

_USUAL_CARDS = (20, 33)

Words = list[str]


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a secret, and what stood beside them."""

    secret: tuple[str, ...] = field(repr=False)
    passphrase: Secret | None = field(repr=False)
    language: str | None


def read_secret(lines: Sequence[str], check_card: Callable[[ReadShare], None] = lambda _share: None) -> SecretInput:
    """Read a secret from lines: one phrase of BIP-39 in any of its languages, or SLIP-39 shares one to a line.

    Words may stand one to a line, numbered, or with commas; blank lines do not count. The digits of a SeedQR and a line
    `compact-seedqr: ...` are a phrase too; codex32 strings are a seed. A line `passphrase: ...` and a line
    `language: ...` may stand among them once. Raises Unreadable (SeveralLists where two languages accept the phrase),
    Refused below a quorum, and Mismatch for shares that do not fit, or a passphrase that there cannot be. `check_card`
    raises what is to be said against a card that can be read.
    """
    given = _sorted(lines)
    if not given.secret:
        raise _nothing()
    if all(map(seedqr.is_meant, given.secret)):
        return _of_code(given)
    if codex32.is_meant(given.secret[0]):
        return _of_codex32(given)
    try:
        return _of_words(layout.texts(given.secret), given, check_card)
    except SeveralLists:
        raise
    except Unreadable as failure:
        refusal = named(given.secret) or failure
    raise refusal


def cards_of(lines: Sequence[str]) -> list[str]:
    """Return the cards that lines give, a text each, however they were written; it may be wrong words still.

    Raises Unreadable for numbers that do not count, and for what is known by its form for something else.
    """
    refusal = named_by_form("".join(lines))
    if refusal is not None:
        raise refusal
    texts = layout.texts(lines)
    return [" ".join(words) for words in _texts(texts)] if texts else []


def _of_words(lines: Sequence[Words], given: _Lines, check_card: Callable[[ReadShare], None]) -> SecretInput:
    texts = _texts(lines)
    for words in texts:
        refuse_passphrase(" ".join(words), _("a line of the secret"))
    if len(texts) == 1 and _is_phrase(texts[0]):
        return SecretInput(given.passphrase, read_phrase(" ".join(texts[0]), given.language), None)
    if any(_is_phrase(words) for words in texts):
        raise _one_or_several() if _may_be_one(texts) else _among_others()
    _refuse_language(given)
    collection = UntrustedCollection(check_card)
    for words in texts:
        collection.add(" ".join(words))
    printable_ascii(given.passphrase)
    return SecretInput(given.passphrase, None, collection.quorum())


def _sorted(lines: Sequence[str]) -> _Lines:
    """Take the lines apart. Raises Unreadable for two of which there is one."""
    beside = (LINE_OF_PASSPHRASE, LINE_OF_LANGUAGE)
    language = _only(lines, LINE_OF_LANGUAGE)
    passphrase = _only(lines, LINE_OF_PASSPHRASE)
    return _Lines(
        tuple(line for line in lines if line.strip("\ufeff \t\r") and not line.startswith(beside)),
        _utf8(passphrase.removeprefix(" ")) if passphrase and passphrase.removeprefix(" ") else None,
        None if language is None else language_of(language),
    )


def _only(lines: Sequence[str], beginning: str) -> str | None:
    found = [line.removeprefix(beginning) for line in lines if line.startswith(beginning)]
    if len(found) > 1:
        raise Unreadable(_('more than one line begins with "{beginning}"').format(beginning=beginning))
    return found[0] if found else None


def _of_code(given: _Lines) -> SecretInput:
    """Read the one code; the groups of a SeedQR's digits may stand in several lines."""
    code = " ".join(given.secret)
    whole = any(len(line) in seedqr.SEED_QR_LENGTHS or line.startswith(seedqr.COMPACT) for line in given.secret)
    if whole and len(given.secret) > 1:
        raise _among_others()
    _refuse_language(given)
    return SecretInput(given.passphrase, read_phrase(seedqr.phrase_of(code), ENGLISH), None)


def _of_codex32(given: _Lines) -> SecretInput:
    _refuse_language(given)
    if given.passphrase is not None:
        raise Mismatch(
            _("codex32 has no passphrase, and one was given"),
            hint=_("BIP-93 knows none, so no key can have been made with it: leave it away."),
        )
    return SecretInput.of_seed(codex32.seed_of([Codex32.read(text) for text in _strings(given.secret)]))


def _strings(lines: Sequence[str]) -> list[str]:
    """Join each codex32 string with the lines that it goes on in."""
    strings: list[str] = []
    for line in lines:
        if codex32.is_meant(line):
            strings.append(line)
        else:
            strings[-1] += line
    return strings


def _texts(lines: Sequence[Words]) -> list[Words]:
    """Return the phrase, or each card, where it stands in more lines than one, or more than one in a line.

    Lines that are a card each, or a phrase, are left as they are; and whole means whole.
    """
    if not lines:
        raise _nothing()
    if all(len(line) in LENGTHS for line in lines) or any(map(_is_card, lines)):
        return list(lines)
    words = [word for line in lines for word in line]
    for count in _USUAL_CARDS:
        cards = [words[start : start + count] for start in range(0, len(words), count)]
        if all(map(_is_card, cards)):
            return cards
    phrases = [_is_whole(line) for line in lines]
    if all(phrases) or (any(phrases) and not _is_whole(words)):
        return list(lines)
    return [words]


def _is_phrase(words: Words) -> bool:
    """Whether words are a phrase, perhaps a wrong one, and no card: by their count, or the list that they are of."""
    if len(words) not in LENGTHS:
        return len(words) in ENTROPY_OF_WORDS or not _of_cards(words)
    return not _of_cards(words) and fits_a_list(words)


def _of_cards(words: Words) -> bool:
    return all(SLIP39.index(word) is not None for word in words)


def _is_card(words: Words) -> bool:
    """Whether words are a card. What an error would tell of wrong ones is not made for each line of a long text."""
    if len(words) not in LENGTHS or not _of_cards(words):
        return False
    try:
        read_share(" ".join(words), _("a card"))
    except Unreadable:
        return False
    return True


def _is_whole(words: Words) -> bool:
    """Whether words are a phrase whose checksum holds, in one language or in several."""
    if len(words) not in ENTROPY_OF_WORDS or not fits_a_list(words):
        return False
    try:
        read_phrase(" ".join(words))
    except SeveralLists:
        return True
    except Unreadable:
        return False
    return True


def _may_be_one(texts: Sequence[Words]) -> bool:
    """Whether lines that are each a phrase are one when joined: of two halves of 24 words, by chance, one in 256."""
    return len(texts) > 1 and _is_whole([word for words in texts for word in words])


def _refuse_language(given: _Lines) -> None:
    if given.language is not None:
        raise Unreadable(
            _("a language is named, and there is no phrase in words"),
            hint=_("Cards, codes and codex32 have one form in every language: leave the line away."),
        )


def _nothing() -> Unreadable:
    return Unreadable(_("there is no secret"), hint=_("Give a BIP-39 phrase, or SLIP-39 shares one to a line."))


def _among_others() -> Unreadable:
    return Unreadable(
        _("a phrase stands among other lines"), hint=_("Give one BIP-39 phrase alone, or shares one to a line.")
    )


def _one_or_several() -> Unreadable:
    return Unreadable(
        _("each of these lines is a whole phrase, and all of them together are one too"),
        hint=_("Where it is one phrase, give its words on one line; where they are several, give one of them alone."),
    )


def _utf8(text: str) -> Secret:
    try:
        return Secret(text.encode())
    except UnicodeEncodeError:
        pass  # the exception carries the text: it must not become another's context
    raise Unreadable(_("what was given is not UTF-8 text"), hint=_("Check the terminal's or the file's encoding."))

"""Texts without a framing, as lines of one document or as single codes, to the messages that they are, whole.

Whole means whole. Lines are one text that may be wrapped: of a PSBT, hex or a known text every line must belong to it.
Codes are in no order, so each must be a message by itself, and none is the first for the whole. What is neither is
kept until it is asked for, 16 MiB at most, and never written.
"""

from dataclasses import dataclass, field

from airgap import plain
from airgap.content import texts
from airgap.message import MESSAGE_LIMIT, Message

KEPT_LIMIT = 4 * MESSAGE_LIMIT
"""Characters of all lines together: the longest message in hex, and its line ends."""

LINES_LIMIT = 250_000

AT_ONCE = 16 * 1024
"""Characters of a document that is looked at again with each line. A longer one is looked at when it has ended."""

CODES_LIMIT = 64
"""Different codes that are kept apart. There is one message in any case."""

DIFFERENT_LIMIT = 8
"""Different PSBTs that are kept: more than one is a Mismatch in any case."""

PSBT = "crypto-psbt"

SIGHTINGS = 10
"""How often a camera sees a code of bare hex, and no other, before it is taken: nothing in it says that it is whole."""


@dataclass(slots=True)
class Loose:
    """Give it lines as they stand, with their ends, or the texts of codes. `pieces` counts those that are not blank.

    `psbts` are the different PSBTs that single pieces are, whatever lies beside them: they tell themselves.
    """

    pieces: int = 0
    psbts: tuple[Message, ...] = ()
    _spoilt: bool = False
    """Whether more came than is kept."""
    _lines: list[str] = field(default_factory=list)
    _length: int = 0
    _codes: dict[str, int] = field(default_factory=dict)
    _each: list[Message | None] = field(default_factory=list)
    """What every line or different code is by itself."""
    _told: tuple[int, bool, tuple[Message, ...]] = (0, False, ())

    def line(self, text: str) -> None:
        """Take the next line of the document; a blank one is kept where it stands."""
        self._length += len(text)
        blank = not text.strip()
        self.pieces += not blank
        if self._length > KEPT_LIMIT or len(self._lines) == LINES_LIMIT:
            self._spoilt = True
            return
        self._lines.append(text)
        if not blank:
            self._keep(_alone(texts.without_end(text)))

    def code(self, text: str) -> None:
        """Take the text of a code. Seen again it brings nothing, but says that it stands still."""
        if text not in self._codes:
            self.pieces += 1
            if len(self._codes) == CODES_LIMIT:
                self._spoilt = True
                return
            self._keep(_alone(text))
        self._codes[text] = self._codes.get(text, 0) + 1

    def _keep(self, message: Message | None) -> None:
        self._each.append(message)
        if message is not None and message.type == PSBT and len(self.psbts) < DIFFERENT_LIMIT:
            self.psbts = _different([*self.psbts, message])

    @property
    def at_once(self) -> tuple[Message, ...]:
        """What is there as far as it can be told in passing."""
        return self.messages if self._length <= AT_ONCE or self.pieces == 1 else ()

    @property
    def settled(self) -> bool:
        """Whether nothing more can belong to it.

        A text of lines may go on unless its last sign is its end. Bare hex must have stood still before a camera.
        """
        types = {each.type for each in self.at_once}
        if self._codes:
            return "bytes" not in types or max(self._codes.values()) >= SIGHTINGS
        return types <= {PSBT, "json"}

    @property
    def messages(self) -> tuple[Message, ...]:
        """The different messages that all pieces are together. There are none where one piece is left over."""
        if self._told[:2] != (self.pieces, self._spoilt):
            self._told = self.pieces, self._spoilt, () if self._spoilt else self._together()
        return self._told[2]

    @property
    def readings(self) -> tuple[str, ...]:
        """Every way in which the pieces may be one text, to look for what may not be carried."""
        unended = (line.rstrip("\r\n\t") for line in self._lines)
        bare = (line.strip() for line in self._lines)
        return "".join(self._lines), "".join(unended), "".join(bare), " ".join(self._codes), "".join(self._codes)

    @property
    def begins_as_psbt(self) -> bool:
        """Whether some piece begins as a PSBT, whole or not."""
        return any(plain.begins_as_psbt(texts.unquoted(each).lstrip("\"'`")) for each in (*self._lines, *self._codes))

    def _together(self) -> tuple[Message, ...]:
        """Tell what the pieces are: each by itself, or as lines one after another."""
        sure = [each for each in self._each if each is not None]
        if sure and len(sure) == len(self._each) and (self._codes or not _is_bare(sure)):
            return _different(sure)
        if self._codes or not self._lines:
            return ()
        return self._joined()

    def _joined(self) -> tuple[Message, ...]:
        """Join the lines of a document."""
        lines = [line.strip() for line in self._lines if line.strip()]
        document = texts.without_end("".join(self._lines))
        joined = texts.unquoted("".join(lines))
        if plain.is_hex(joined) and not plain.begins_as_psbt(joined) and not _is_wrapped(lines):
            return ()
        found = plain.decode(joined) or texts.recognise(document) or texts.recognise(joined)
        return () if found is None else (found,)


def _alone(text: str) -> Message | None:
    """Return the message that one piece is by itself."""
    bare = texts.unquoted(text)
    return plain.decode(bare) or texts.recognise(text) or texts.recognise(bare)


def _is_bare(messages: list[Message]) -> bool:
    """Say whether some of several lines are hex that nothing vouches for: it may be wrapped."""
    return len(messages) > 1 and any(each.type == "bytes" for each in messages)


def _is_wrapped(lines: list[str]) -> bool:
    """Say whether lines are one text cut at one width. The same line again and again may be one that was read twice."""
    widths = {len(line) for line in lines[:-1]}
    return len(lines) == 1 or (len(widths) == 1 and len(lines[-1]) <= len(lines[0]) and len(set(lines)) > 1)


def _different(messages: list[Message]) -> tuple[Message, ...]:
    kept: list[Message] = []
    for each in messages:
        if not any(each.same_as(other) for other in kept):
            kept.append(each)
    return tuple(kept)

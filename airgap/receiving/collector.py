"""`Collector`: lines or codes, a frame at a time, to one message, whatever the framing, order, losses and repeats.

Frames of several messages are told apart, and none locks out the others. Memory is bounded: four unfinished streams at
once, each within its framing's limits. A frame that is not understood is counted and raises nothing; `require` raises
Unreadable while no message is complete and Mismatch when there are two. Who sent a message is not known here.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass

from airgap import bbqr, phrase, pmofn
from airgap.catalogue import _
from airgap.content import foreign, texts
from airgap.errors import Mismatch, Unreadable
from airgap.message import MESSAGE_LIMIT, Message
from airgap.receiving import answers
from airgap.receiving.assembly import Assembly
from airgap.receiving.loose import Loose
from airgap.stream import Progress, Receipt
from airgap.ur import legacy, multipart
from airgap.ur.decoder import Decoder

LIVE_LIMIT = 4
"""Unfinished streams that are kept at once."""

FINISHED_LIMIT = 8
"""Finished ones, to know their late frames again, and different messages: more than one is a Mismatch in any case."""

FRAME_LIMIT = 2 * (MESSAGE_LIMIT + 4096)
"""Characters of a frame: a whole message in one UR."""

__all__ = ["Collector", "Progress", "Receipt"]

_SYMBOLOGY = re.compile(r"\A\s*\][A-Za-z][0-9](?=\S)")
"""What some scanners put before a code's text to name its kind (ISO/IEC 15424), such as ]Q1."""

_Part = multipart.Part | bbqr.Part | pmofn.Part | legacy.Part
_Stream = Decoder | Assembly


@dataclass(slots=True)
class _Live:
    """An unfinished stream, with the counts by which it keeps its place."""

    stream: _Stream
    innovations: int = 0
    latest: int = 0
    """The frame, by its number in the collector, that last brought something new."""


class Collector:
    """Give it what was scanned or typed, a frame at a time; `require` returns the message or says what is missing.

    `seen` counts frames, `withheld` those that looked like a secret or completed one: no such thing is kept.
    """

    def __init__(self) -> None:
        self.seen = 0
        self.withheld = 0
        self._new = 0
        self._strange = 0
        self._loose = Loose()
        self._damaged = False
        self._named: tuple[str, str] | None = None
        self._live: dict[Hashable, _Live] = {}
        self._finished: dict[Hashable, _Stream] = {}
        self._messages: list[Message] = []
        self._first_parts = 0  # how many parts the message took that completed first
        self._contradicted = False
        self._fault = ""

    def receive(self, line: str) -> Receipt:
        """Take a frame or a line of a text, with its end or without, and say what it did. Raises nothing.

        Spaces around a frame go, and a scanner's prefix. What is no frame may be a line of a text: all lines together.
        """
        return self._receive(line, code=False)

    def receive_code(self, content: bytes) -> Receipt:
        """Take the bytes of one QR code: text as a frame or a whole text, and what is no text as its hex."""
        if phrase.is_compact(content):
            self.seen += 1
            return self._withhold()
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = content.hex()
        return self._receive(text, code=True)

    @property
    def used(self) -> int:
        """How many frames brought something new."""
        return self._new + (self._loose.pieces if self._takes_loose else 0)

    @property
    def foreign(self) -> int:
        """How many frames belong to no message."""
        return self._strange + (0 if self._takes_loose else self._loose.pieces)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The different messages that are complete, as far as can be told before everything was seen.

        Of what has no frame only a PSBT counts beside frames: any number on a label could be another.
        """
        return self._told(self._loose.at_once)

    @property
    def settled(self) -> bool:
        """Whether there is a message to which nothing need be added, for whoever could look longer.

        A series without a checksum is looked at twice, and bare hex until it has stood still for a while.
        """
        if self._messages:
            return all(not isinstance(each, Assembly) or each.confirmed for each in self._finished.values())
        return bool(self.messages) and self._loose.settled

    @property
    def progress(self) -> Progress:
        """How far the most advanced stream is; complete as soon as one message is."""
        if self.messages:
            parts = self._first_parts or 1
            return Progress(parts, parts)
        leading = self._leading
        return leading.progress if leading else Progress(0, 0)

    @property
    def disagreed(self) -> int:
        """How many frames contradicted others of their stream, and were dropped."""
        streams = [*self._finished.values(), *(live.stream for live in self._live.values())]
        return sum(stream.disagreed for stream in streams)

    def require(self) -> Message:
        """Return the one message that arrived.

        Raises Unreadable while none is complete, naming what is missing; Mismatch when there are two, when a part of
        one was seen in two versions, or when a message of a single frame came while a longer one was on its way.
        """
        messages = self._told(self._loose.messages)
        if not self._framed and self._is_secret_together(messages):
            raise phrase.refusal()
        if len(messages) > 1:
            raise answers.several(messages)
        if self._contradicted:
            raise Mismatch(
                _("one part of the message was seen in two versions, so it may be mixed from two messages"),
                hint=_("Show the code again, alone, and start over."),
            )
        if not messages:
            raise self._incomplete()
        self._refuse_pre_emption(messages[0])
        return messages[0]

    @property
    def _framed(self) -> bool:
        return bool(self._live or self._finished or self._messages)

    @property
    def _takes_loose(self) -> bool:
        """Whether what has no frame is the message."""
        return not self._framed and bool(self._told(self._loose.messages))

    def _told(self, loose: tuple[Message, ...]) -> tuple[Message, ...]:
        """Add to the messages in frames what has none. Where a frame was damaged, the rest is not the whole."""
        if not self._framed:
            return () if self._damaged else loose
        beside = self._loose.psbts or tuple(each for each in loose if each.type == "crypto-psbt")
        return *self._messages, *(each for each in beside if not any(each.same_as(one) for one in self._messages))

    @property
    def _leading(self) -> _Stream | None:
        """The most advanced unfinished stream."""
        streams = [live.stream for live in self._live.values()]
        return max(streams, key=lambda each: (each.progress.parts_have, each.progress.fraction), default=None)

    def _receive(self, given: str, *, code: bool) -> Receipt:
        """Take what was given as a frame, or else as a text."""
        shown = given if code else _SYMBOLOGY.sub("", given)
        text = shown.strip()
        if not text and not code:
            self._loose.line(given)
            return Receipt.FOREIGN
        self.seen += 1
        if len(text) > FRAME_LIMIT:
            return self._refuse()
        if phrase.is_held_in_text(text):
            return self._withhold()
        try:
            receipt = self._read(text if code else texts.unquoted(text), shown if code else texts.without_end(shown))
        except Unreadable:
            self._damaged = True
            self._named = self._named or foreign.named(text)
            return self._refuse()
        if receipt is None:
            self._named = self._named or foreign.named(text)
            return self._take_loose(shown, code=code)
        self._new += receipt in (Receipt.NEW, Receipt.COMPLETE)
        return receipt

    def _read(self, text: str, exact: str) -> Receipt | None:
        """Tell the framing by its first letters, and take the frame in; None where it has none. Raises Unreadable.

        `exact` still has the spaces around it, which belong to a piece of pMofN.
        """
        if not multipart.is_one(text) and (old := legacy.parse(text)) is not None:
            return self._take(old) if old.total > 1 else self._take_whole(legacy.join([old]))
        if text[: len(multipart.SCHEME)].lower() == multipart.SCHEME:
            found = multipart.parse(text)
            return self._take_whole(found) if isinstance(found, Message) else self._take(found)
        if text.startswith(bbqr.SCHEME):
            return self._take(bbqr.parse(text))
        piece = pmofn.parse(exact)
        return None if piece is None else self._take(piece)

    def _is_secret_together(self, messages: tuple[Message, ...]) -> bool:
        """Say whether what has no frame is a secret as a whole, such as a phrase of a word on each line."""
        return any(map(_is_secret, messages)) or any(map(phrase.is_held_in_text, self._loose.readings))

    def _take_whole(self, message: Message) -> Receipt:
        """Take a message that is one frame."""
        return self._withhold() if _is_secret(message) else self._complete(message, 1)

    def _refuse(self) -> Receipt:
        self._strange += 1
        return Receipt.FOREIGN

    def _withhold(self) -> Receipt:
        """Take nothing of what looks like a secret, and remember that there was one."""
        self.withheld += 1
        return self._refuse()

    def _take_loose(self, text: str, *, code: bool) -> Receipt:
        """Take a text without framing in, and say whether all that came so is one message now."""
        known = self._loose.at_once
        (self._loose.code if code else self._loose.line)(text)
        found = self._loose.at_once
        if any(map(_is_secret, found)):
            self._loose = Loose()
            return self._withhold()
        if not found or (self._framed and not self._loose.psbts):
            return Receipt.FOREIGN
        return Receipt.KNOWN if len(found) <= len(known) else Receipt.COMPLETE

    def _take(self, part: _Part) -> Receipt:
        """Give a part to its stream."""
        key: Hashable = part.stream
        if key in self._finished:
            return self._take_late(self._finished[key], part)
        live = self._live.get(key) or self._begin(key, part)
        receipt = _received(live.stream, part)
        if receipt in (Receipt.NEW, Receipt.COMPLETE):
            live.innovations += 1
            live.latest = self.seen
        self._fault = live.stream.fault or self._fault
        if live.stream.finished:
            del self._live[key]
            if live.stream.message and _is_secret(live.stream.message):
                return self._withhold()
            _make_room(self._finished, FINISHED_LIMIT)
            self._finished[key] = live.stream
        if live.stream.message is None:
            return receipt
        return self._complete(live.stream.message, live.stream.progress.parts_needed)

    def _take_late(self, stream: _Stream, part: _Part) -> Receipt:
        """Give a part to a stream that is finished: it can only confirm it, or contradict it."""
        receipt = _received(stream, part)
        self._contradicted |= receipt is Receipt.CONFLICT
        return receipt

    def _begin(self, key: Hashable, part: _Part) -> _Live:
        """Begin a stream. Where there is no place, one goes of which a single frame was seen, else the most idle."""
        if len(self._live) == LIVE_LIMIT:
            del self._live[
                min(self._live, key=lambda each: (self._live[each].innovations > 1, self._live[each].latest))
            ]
        begun = _Live(_begun(part), latest=self.seen)
        self._live[key] = begun
        return begun

    def _complete(self, message: Message, parts: int) -> Receipt:
        """Keep a complete message, if it is another than those that are there."""
        if any(message.same_as(other) for other in self._messages):
            return Receipt.KNOWN
        if len(self._messages) == FINISHED_LIMIT:
            return Receipt.CONFLICT
        self._first_parts = self._first_parts or parts
        self._messages.append(message)
        return Receipt.COMPLETE

    def _refuse_pre_emption(self, message: Message) -> None:
        """A stray code beside the screen must not pass for the message that is still arriving from it."""
        if self._first_parts > 1:
            return
        for live in self._live.values():
            if live.innovations > 1 and not live.stream.carries(message):
                raise Mismatch(
                    _("a message in a single frame was seen while another of {total} parts was arriving").format(
                        total=live.stream.progress.parts_needed
                    ),
                    hint=_("Show only the one that is meant, and start over."),
                )

    def _incomplete(self) -> Unreadable:
        """Say what is missing, of the most advanced stream. A secret that came by matters more than what is missing."""
        if self.withheld:
            return phrase.refusal()
        leading = self._leading
        if leading is None and self._named:
            return answers.named(*self._named)
        if leading is None and self._loose.pieces and not self._damaged:
            return answers.pieces(self._loose.pieces, begins_as_psbt=self._loose.begins_as_psbt)
        if leading is None or (leading.fault and not leading.progress.parts_have):
            return answers.nothing(self.seen, self._fault)
        return answers.unfinished(leading)


def _begun(part: _Part) -> _Stream:
    match part:
        case multipart.Part():
            return Decoder(part)
        case bbqr.Part():
            return Assembly(part, bbqr.join)
        case pmofn.Part():
            return Assembly(part, pmofn.join, even=False)
        case legacy.Part():
            return Assembly(part, legacy.join, even=False)


def _received(stream: _Stream, part: _Part) -> Receipt:
    match stream, part:
        case Decoder(), multipart.Part():
            return stream.receive(part)
        case Assembly(), bbqr.Part() | pmofn.Part() | legacy.Part():
            return stream.receive(part)
    raise TypeError("a part went to a stream of another framing")


def _make_room(streams: dict[Hashable, _Stream], limit: int) -> None:
    if len(streams) == limit:
        del streams[next(iter(streams))]


def _is_secret(message: Message) -> bool:
    return phrase.is_held_in(message.type, message.payload)

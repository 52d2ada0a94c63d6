"""`Collector`: lines or codes, a frame at a time, to one message, whatever the framing, order, losses and repeats.

Frames of several messages are told apart, and none locks out the others. Memory is bounded: four unfinished streams at
once, each within its framing's limits. A frame that is not understood is counted and raises nothing; `require` raises
Unreadable while no message is complete and Mismatch when there are two. Who sent a message is not known here.
"""

from collections.abc import Hashable
from dataclasses import dataclass

from airgap import bbqr, phrase, plain, pmofn
from airgap.catalogue import _
from airgap.errors import Mismatch, Unreadable
from airgap.message import MESSAGE_LIMIT, Message
from airgap.receiving import answers
from airgap.receiving.assembly import Assembly
from airgap.stream import Progress, Receipt
from airgap.ur import multipart
from airgap.ur.decoder import Decoder

LIVE_LIMIT = 4
"""Unfinished streams that are kept at once."""

FINISHED_LIMIT = 8
"""Finished ones, to know their late frames again, and different messages: more than one is a Mismatch in any case."""

FRAME_LIMIT = 2 * (MESSAGE_LIMIT + 4096)
"""Characters of a frame: a whole message in one UR."""

__all__ = ["Collector", "Progress", "Receipt"]

_Part = multipart.Part | bbqr.Part | pmofn.Part
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

    `seen` counts frames, `used` those that brought something new, `foreign` those that are not understood, `withheld`
    those of the foreign ones that looked like a recovery phrase or completed one: no such thing is kept.
    """

    def __init__(self) -> None:
        self.seen = 0
        self.used = 0
        self.foreign = 0
        self.withheld = 0
        self._live: dict[Hashable, _Live] = {}
        self._finished: dict[Hashable, _Stream] = {}
        self._messages: list[Message] = []
        self._unframed: Message | None = None
        self._first_parts = 0  # how many parts the message took that completed first
        self._contradicted = False
        self._fault = ""

    def receive(self, line: str) -> Receipt:
        """Take one frame, and say what it did. Raises nothing: what is no frame is FOREIGN. Spaces around it go."""
        self.seen += 1
        receipt = self._read(line.strip()) if len(line) <= FRAME_LIMIT else Receipt.FOREIGN
        self.foreign += receipt is Receipt.FOREIGN
        self.used += receipt in (Receipt.NEW, Receipt.COMPLETE)
        return receipt

    def receive_code(self, content: bytes) -> Receipt:
        """Take the bytes of one QR code: text as a frame, and what is no text as its hex."""
        if phrase.is_compact(content):
            self.seen += 1
            self.foreign += 1
            return self._withhold()
        try:
            return self.receive(content.decode("utf-8"))
        except UnicodeDecodeError:
            return self.receive(content.hex())

    @property
    def messages(self) -> tuple[Message, ...]:
        """The different messages that are complete.

        A line of bare hex counts only while nothing framed was seen: any number on a label could be one.
        """
        if self._framed or self._unframed is None:
            return tuple(self._messages)
        return (self._unframed,)

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
        messages = self.messages
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
    def _leading(self) -> _Stream | None:
        """The most advanced unfinished stream."""
        streams = [live.stream for live in self._live.values()]
        return max(streams, key=lambda each: (each.progress.parts_have, each.progress.fraction), default=None)

    def _read(self, text: str) -> Receipt:
        """Tell the framing by its first letters, and take the frame in."""
        if phrase.is_secret(text):
            return self._withhold()
        try:
            if text[: len(multipart.SCHEME)].lower() == multipart.SCHEME:
                found = multipart.parse(text)
                return self._take_whole(found) if isinstance(found, Message) else self._take(found)
            if text.startswith(bbqr.SCHEME):
                return self._take(bbqr.parse(text))
            if (piece := pmofn.parse(text)) is not None:
                return self._take(piece)
        except Unreadable:
            return Receipt.FOREIGN
        message = plain.decode(text)
        return Receipt.FOREIGN if message is None else self._take_plain(message)

    def _take_whole(self, message: Message) -> Receipt:
        """Take a message that is one frame."""
        return self._withhold() if _is_secret(message) else self._complete(message, 1)

    def _withhold(self) -> Receipt:
        """Take nothing of what looks like a recovery phrase, and remember that there was one."""
        self.withheld += 1
        return Receipt.FOREIGN

    def _take_plain(self, message: Message) -> Receipt:
        """Take a line without framing: a PSBT tells itself, other bytes only where nothing else speaks."""
        if message.type != "bytes":
            return self._take_whole(message)
        if self._framed or self._unframed not in (None, message):
            return Receipt.FOREIGN
        known, self._unframed = self._unframed, message
        return Receipt.KNOWN if known else Receipt.COMPLETE

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
        """Say what is missing, of the most advanced stream. A phrase that came by matters more than what is missing."""
        if self.withheld:
            return phrase.refusal()
        leading = self._leading
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
            return Assembly(part, pmofn.join)


def _received(stream: _Stream, part: _Part) -> Receipt:
    match stream, part:
        case Decoder(), multipart.Part():
            return stream.receive(part)
        case Assembly(), bbqr.Part() | pmofn.Part():
            return stream.receive(part)
    raise TypeError("a part went to a stream of another framing")


def _make_room(streams: dict[Hashable, _Stream], limit: int) -> None:
    if len(streams) == limit:
        del streams[next(iter(streams))]


def _is_secret(message: Message) -> bool:
    return phrase.is_held_in(message.type, message.payload)

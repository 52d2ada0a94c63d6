"""`Decoder`: parts of one multipart UR, in any order, to its message, as soon as K of them are linearly independent.

It also outlives parts that were misread or forged. Such a part cannot be told from a good one by itself; it shows when
the message's CRC-32 is wrong, or when parts cancel out and leave a residue. Then, with every further frame,
1. if one bad part explains every residue, it is corrected on trial, each suspect in turn;
2. the equations are solved again from other parts, those first that took part in agreements.
The CRC decides; it is a checksum, not a signature, and what arrives is still to be judged by a person.
"""

import zlib
from itertools import islice

from airgap.catalogue import _
from airgap.errors import Unreadable
from airgap.message import Message
from airgap.stream import Progress, Receipt
from airgap.ur.elimination import Dependency, Elimination, bits
from airgap.ur.fountain import choose_fragments, doubles, xoshiro
from airgap.ur.multipart import Part

_SURPLUS = 64
_WORK = 8 * 1024 * 1024
"""Bytes that one frame may cost in trials, so that a hostile one costs milliseconds."""

_OVERHEAD = 256
"""Bytes that handling one fragment costs as much as."""


class Decoder:
    """A stream that begins with `first`; give it only parts of the same `stream`, `first` among them."""

    def __init__(self, first: Part) -> None:
        self._type = first.type
        self._seq_len = first.seq_len
        self._message_len = first.message_len
        self._checksum = first.checksum
        self._data_len = len(first.data)
        self._capacity = 2 * first.seq_len + _SURPLUS
        self.message: Message | None = None
        self.fault = ""
        self.disagreed = 0
        self._start()

    def _start(self) -> None:
        """Know nothing yet."""
        self._parts: list[tuple[int, bytes]] = []  # the set of fragments mixed, and the mixture, of each frame
        self._numbers: dict[tuple[int, bytes], int] = {}  # what identifies a frame -> its number
        self._trust: list[float] = []
        self._system = self._empty()
        self._agreements = 0  # the set of frames that took part in one
        self._disagreements: list[Dependency] = []
        self._acquitted = 0  # the set of frames whose correction did not help
        self._second: Elimination | None = None
        self._queue: list[int] = []
        self._attempts = 0

    def _empty(self) -> Elimination:
        return Elimination(self._seq_len, self._capacity)

    @property
    def finished(self) -> bool:
        """Whether nothing more is to come: the message is there, or arrived whole and is no CBOR."""
        return self.message is not None or bool(self.fault)

    @property
    def contradictory(self) -> bool:
        """Whether there are enough parts, but they contradict each other or the checksum."""
        return not self.finished and self._system.rank == self._seq_len

    @property
    def progress(self) -> Progress:
        """The rank of what was seen. Parts that contradict each other are not complete: one more is needed."""
        have = self._seq_len if self.message else min(self._system.rank, self._seq_len - 1)
        return Progress(have, self._seq_len)

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers, from 1, of the fragments that do not follow from the parts seen."""
        return () if self.finished else tuple(index + 1 for index in self._system.unknown())

    def carries(self, message: Message) -> bool:
        """Say whether a message that came another way is, by length and checksum, the one of this stream."""
        if message.type != self._type:
            return False
        body = message.cbor()
        return len(body) == self._message_len and zlib.crc32(body) == self._checksum

    def receive(self, part: Part) -> Receipt:
        """Take a part in. At most linear in K, and a bounded number of trials."""
        if self.finished:
            return Receipt.KNOWN
        receipt = self._add(part)
        if self.contradictory:
            self._recover()
        return Receipt.COMPLETE if self.message else receipt

    def _add(self, part: Part) -> Receipt:
        identity = part.seq_num, part.data
        if identity in self._numbers:
            self._trust[self._numbers[identity]] += 1
            return Receipt.KNOWN
        if len(self._parts) == self._capacity:
            self._start()  # so many parts without a solution: most are bad, and only fresh ones help
        frame = self._numbers[identity] = len(self._parts)
        mixed = sum(1 << index for index in choose_fragments(part.seq_num, self._seq_len, self._checksum))
        self._parts.append((mixed, part.data))
        self._trust.append(0.0)
        dependency = self._system.add(mixed, int.from_bytes(part.data, "big"), frame)
        if dependency is None:
            if self._system.rank == self._seq_len:
                self._try(self._system.fragments())
            return Receipt.NEW
        return self._weigh(dependency)

    def _weigh(self, dependency: Dependency) -> Receipt:
        """Keep what a dependency says of the frames that took part."""
        self._trust_by(dependency)
        if dependency.residue:
            self._disagreements.append(dependency)
            return Receipt.CONFLICT
        self._agreements |= dependency.frames
        return Receipt.KNOWN

    def _trust_by(self, dependency: Dependency) -> None:
        """Trust frames more for an agreement, less for a disagreement; the fewer took part, the more it says."""
        step = (-1 if dependency.residue else 1) / dependency.frames.bit_count()
        for bit in bits(dependency.frames):
            self._trust[bit.bit_length() - 1] += step

    def _recover(self) -> None:
        """Look for the bad parts; stop when the message is there."""
        self._correct_one()
        if not self.finished:
            self._solve_anew()

    def _correct_one(self) -> None:
        """Suppose that one part is bad: its error is then every residue, and it took part in no agreement."""
        residues = {dependency.residue for dependency in self._disagreements}
        if len(residues) != 1:
            return
        error = residues.pop()
        suspects = ~(self._agreements | self._acquitted)
        for dependency in self._disagreements:
            suspects &= dependency.frames
        solved = self._system.fragments()
        budget = max(1, _WORK // (self._message_len + _OVERHEAD * self._seq_len))
        for bit in islice(bits(suspects), budget):
            self._acquitted |= bit
            fragments = solved.copy()
            for index in self._system.dependents(bit.bit_length() - 1):
                fragments[index] ^= error
            if self._try(fragments):
                return

    def _solve_anew(self) -> None:
        """Solve from the parts in another order, a bounded number of them with each frame."""
        if self._second is None:
            self._second, self._queue = self._empty(), self._order()
            self._attempts += 1
        row = self._data_len + (self._seq_len + self._capacity) // 8
        for _turn in range(max(2, _WORK // (self._seq_len * row))):
            if not self._queue:
                break
            frame = self._queue.pop()
            mixed, data = self._parts[frame]
            dependency = self._second.add(mixed, int.from_bytes(data, "big"), frame)
            if dependency is not None:
                self._trust_by(dependency)
            elif self._second.rank == self._seq_len and self._try(self._second.fragments()):
                return
        if not self._queue:
            self._second = None

    def _order(self) -> list[int]:
        """Return the frames, those to begin with at the end: by trust, the newer first; every second time by chance."""
        if self._attempts % 2:
            draw = doubles(xoshiro(self._attempts.to_bytes(8, "big")))
            chances = [draw() for _frame in self._parts]
            return sorted(range(len(self._parts)), key=chances.__getitem__)
        return sorted(range(len(self._parts)), key=lambda frame: (self._trust[frame], frame))

    def _try(self, fragments: list[int]) -> bool:
        """Accept the fragments if they are the message: its length, zeros to the end, and its CRC-32."""
        whole = b"".join(fragment.to_bytes(self._data_len, "big") for fragment in fragments)
        body, padding = whole[: self._message_len], whole[self._message_len :]
        if any(padding) or zlib.crc32(body) != self._checksum:
            return False
        if self._disagreements:
            self.disagreed = self._count_disagreeing(fragments)
        try:
            self.message = Message.from_cbor(self._type, body)
        except Unreadable as problem:
            self.fault = _("the message arrived whole, but it is not what its type says: {problem}").format(
                problem=problem
            )
        self._start()  # the parts may go: the message is all that is still needed
        return True

    def _count_disagreeing(self, fragments: list[int]) -> int:
        """Count the frames that do not follow from the message."""
        count = 0
        for mixed, data in self._parts:
            mixture = int.from_bytes(data, "big")
            for bit in bits(mixed):
                mixture ^= fragments[bit.bit_length() - 1]
            count += mixture != 0
        return count

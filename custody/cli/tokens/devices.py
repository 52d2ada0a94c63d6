"""The FIDO2 tokens that are connected by USB HID, as devices that cannot keep us waiting or fill our memory.

By python-fido2, which opens /dev/hidraw*; no other transport is loaded. A device that takes longer than a minute, sends
more packets than any request needs or goes away raises OSError, and a message too long ConnectionFailure; whoever asks
turns them into an answer (`custody.keys.tokens.conversation.understood`).
"""

import logging
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Protocol

from fido2.ctap import STATUS
from fido2.hid import ConnectionFailure, CtapHidDevice, list_descriptors, open_connection
from fido2.hid.base import CtapHidConnection, HidDescriptor

from custody.keys.tokens.conversation import understood

SECONDS = 60.0
"""For a request: as long as somebody looks for the token's button. Then the token is told to stop."""
GRACE_SECONDS = 3.0
"""So long it may take to say that it stopped."""
PACKETS = 4096
"""For a request: a minute of keep-alives at ten a second and the longest message are not a fifth of it."""
REPORT = 64
"""Bytes of a packet (CTAP 2.1, 11.2.8)."""
MOST_OF_MESSAGE = 7609
"""Bytes of the longest message: one packet of 57 and 128 of 59 (CTAP 2.1, 11.2.4)."""

logging.getLogger("fido2").addHandler(logging.NullHandler())  # what a device does is told by us, in our words


class Line(Protocol):
    """A connection that can be waited for: `handle` is the descriptor that is read from."""

    handle: int

    def read_packet(self) -> bytes:
        """Read a packet."""

    def write_packet(self, data: bytes) -> None:
        """Write a packet."""

    def close(self) -> None:
        """Close it."""


class Bounded(CtapHidConnection):
    """A connection on which every request has an end. `stop` is set once nobody waits any more."""

    def __init__(self, line: Line, seconds: float = SECONDS) -> None:
        self.line, self.seconds = line, seconds
        self.stop = Event()
        self._packets, self._end = 0, 0.0

    def begin(self) -> None:
        """Begin a request."""
        self.stop.clear()
        self._packets, self._end = 0, time.monotonic() + self.seconds

    def read_packet(self) -> bytes:
        """Read a packet. Raises OSError where none comes in time, too many came, or the device is gone."""
        self._packets += 1
        if time.monotonic() > self._end:
            if self.stop.is_set():
                raise OSError("the device does not stop")
            self.stop.set()
            self._end = time.monotonic() + GRACE_SECONDS
        waiting = select.poll()  # which takes a descriptor of any number
        waiting.register(self.line.handle, select.POLLIN)
        if not waiting.poll(1000 * max(self._end - time.monotonic(), 0)) or self._packets > PACKETS:
            raise OSError("the device says nothing, or does not end")
        packet = self.line.read_packet()
        if len(packet) != REPORT:
            raise OSError("the device is gone, or this was no packet")
        return packet

    def write_packet(self, data: bytes) -> None:
        """Write a packet: where the device does not take it, the kernel gives up after some seconds. Raises OSError."""
        self.line.write_packet(data)

    def close(self) -> None:
        """Close the connection."""
        self.line.close()


class BoundedDevice(CtapHidDevice):
    """A token on a bounded connection: each request has a time, a number of packets and a size."""

    def __init__(self, descriptor: HidDescriptor, connection: Bounded) -> None:
        self._bounded = connection
        super().__init__(descriptor, connection)

    def call(
        self,
        cmd: int,
        data: bytes = b"",
        event: Event | None = None,
        on_keepalive: Callable[[STATUS], None] | None = None,
    ) -> bytes:
        """Send a command, and read the answer."""
        self._bounded.begin()
        answer = super().call(cmd, data, event or self._bounded.stop, on_keepalive)
        if len(answer) > MOST_OF_MESSAGE:
            raise ConnectionFailure("a message longer than any")
        return answer


def connected() -> list[HidDescriptor]:
    """Return what is connected and says that it is a token with packets of 64 bytes."""
    found: list[HidDescriptor] = list_descriptors()  # type: ignore[no-untyped-call]  # the library leaves it untyped
    return [each for each in found if each.report_size_in == each.report_size_out == REPORT]


@contextmanager
def opened(descriptor: HidDescriptor) -> Iterator[BoundedDevice]:
    """Open a token, and close it at the end of the block. Raises Unreadable for what does not answer as one."""
    with understood():
        line: Line = open_connection(descriptor)  # type: ignore[no-untyped-call]  # likewise
    try:
        with understood():
            device = BoundedDevice(descriptor, Bounded(line))
        yield device
    finally:
        line.close()

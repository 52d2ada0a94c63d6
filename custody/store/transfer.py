"""Bytes through descriptors, all of them, in as many steps as the system wants."""

import errno
import os
import sys
from contextlib import suppress

from custody.store import owned


def content(within: int, file: str, limit: int, shown: str, *, from_disk: bool = False) -> bytes:
    """Read at most one byte more than `limit` of a file of ours. Raises StorageFailed and OSError."""
    descriptor = owned.open_file(within, file, os.O_RDONLY, shown)
    try:
        if from_disk and sys.platform == "linux":
            # Synced pages may be dropped from memory, so that the disk itself is asked. A hint, not a promise.
            with suppress(OSError):
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        return bytes_from(descriptor, 0, limit + 1)
    finally:
        os.close(descriptor)


def bytes_from(descriptor: int, offset: int, most: int) -> bytes:
    """Read from an offset to the end, or `most` bytes, a large file at once. Raises OSError."""
    parts: list[bytes] = []
    at_once = max(2**20, os.fstat(descriptor).st_size - offset)
    while most and (part := os.pread(descriptor, min(most, at_once), offset)):
        parts.append(part)
        offset, most = offset + len(part), most - len(part)
    return b"".join(parts)


def write_all(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of it, however little the system takes at a time. Raises OSError; not for EINTR (PEP 475)."""
    left = memoryview(data)
    while left:
        taken = os.pwrite(descriptor, left, offset)
        if not taken:
            raise OSError(errno.EIO, "nothing was taken")
        left, offset = left[taken:], offset + taken

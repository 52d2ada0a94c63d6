"""`TranscriptFile`: a transcript in a file that a command names, written whole with each line, by one program alone."""

from custody import store
from custody.catalogue import _
from custody.ceremony.conduct.conduct import CHANGED
from custody.ceremony.transcript.transcript import TRANSCRIPT_LIMIT, Transcript
from custody.errors import Alarm, StorageFailed
from custody.text import safe


class TranscriptFile:
    """The file. It is never made shorter, and what another program wrote into it meanwhile is an alarm."""

    def __init__(self, path: str) -> None:
        self._path = path

    @property
    def exists(self) -> bool:
        """Whether there is one, or none can be begun."""
        try:
            store.refuse_taken(self._path)
        except StorageFailed:
            return True
        return False

    def begin(self, transcript: Transcript) -> None:
        """Write a new file. Raises StorageFailed, also where there is one."""
        store.write_new(self._path, encode(transcript))

    def read(self) -> Transcript:
        """Read it. Raises Usage, Unreadable and StorageFailed."""
        return Transcript.decode(store.read(self._path, TRANSCRIPT_LIMIT))

    def write(self, transcript: Transcript) -> None:
        """Write it with its newest line. Raises StorageFailed, and Alarm where other lines stand there than ours."""
        before, last = encode(Transcript(transcript.lines[:-1])), transcript.lines[-1].encode() + b"\n"
        found = store.read(self._path, TRANSCRIPT_LIMIT)
        if (
            not found.startswith(before) or b"\n" in found[len(before) :]
        ):  # a beginning of a line may have been torn off
            raise Alarm(
                _("{path} was changed by another program").format(path=safe(self._path)),
                hint=_("Stop, keep this machine as it is, and find out why."),
                code=CHANGED,
            )
        store.write_new(self._path, before + last, force=True)


def encode(transcript: Transcript) -> bytes:
    """Return a transcript's file."""
    return b"".join(line.encode() + b"\n" for line in transcript.lines)

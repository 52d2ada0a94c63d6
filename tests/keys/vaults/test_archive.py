"""An archive of files: read as it was written, and refused when it was not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import Unreadable
from custody.keys.vaults import archive
from custody.secret import Secret

FILES = st.dictionaries(st.text("abc/.", min_size=1, max_size=8), st.binary(max_size=50), max_size=5)


@given(FILES)
def test_files_come_back(files: dict[str, bytes]) -> None:
    assert archive.unpack(archive.pack(files)) == files


@given(FILES.filter(bool), st.data())
def test_a_cut_archive_is_refused_or_lacks_whole_files(files: dict[str, bytes], data: st.DataObject) -> None:
    packed = archive.pack(files).reveal()
    size = data.draw(st.integers(0, len(packed) - 1))
    try:
        found = archive.unpack(Secret(packed[:size]))
    except Unreadable:
        return
    assert found.items() < files.items()


@pytest.mark.parametrize(
    "packed",
    [
        b"\x00",
        archive.pack({"b": b""}).reveal() + archive.pack({"a": b""}).reveal(),
        archive.pack({"a": b""}).reveal() * 2,
        b"\x00\x01" + b"\xff" * 8 + b"a",
        b"\x00\x01" + bytes(8) + b"\xe4",
    ],
)
def test_what_is_written_otherwise_is_refused(packed: bytes) -> None:
    with pytest.raises(Unreadable):
        archive.unpack(Secret(packed))


def test_the_layout_is_the_documented_one() -> None:
    """docs/spec/vault.md: for each file by name a u16, a u64, the name, the content; all big-endian."""
    packed = b"\x00\x01" + bytes(7) + b"\x02" + b"a" + b"\x01\x02" + b"\x00\x03" + bytes(8) + b"b/c"
    assert archive.pack({"b/c": b"", "a": b"\x01\x02"}).reveal() == packed
    assert archive.unpack(Secret(packed)) == {"a": b"\x01\x02", "b/c": b""}


def test_as_many_files_as_are_allowed_are_read_and_one_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A smaller limit stands for a million."""
    assert archive.MOST_FILES == 1_000_000
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    three = dict.fromkeys("abc", b"x")
    assert archive.unpack(archive.pack(three)) == three
    with pytest.raises(Unreadable, match="not as this format has it"):
        archive.unpack(archive.pack({**three, "d": b""}))


def test_no_files_are_an_archive_of_nothing() -> None:
    assert archive.pack({}).reveal() == b""
    assert archive.unpack(Secret(b"")) == {}

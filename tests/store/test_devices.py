"""A printer is a device or a pipe: what would keep a card, or show it, is refused before anything is written."""

import os
import pty
from pathlib import Path

import pytest

from custody.errors import StorageFailed, Usage
from custody.store.devices import open_printer, require_printer


def test_a_file_a_folder_and_what_is_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for name in ("file", "link", "."):
        for refusing in (require_printer, open_printer):
            with pytest.raises(Usage, match="is no printer"):
                refusing(tmp_path / name)
    assert (tmp_path / "file").read_bytes() == b""
    with pytest.raises(Usage, match="is not there"):
        require_printer(tmp_path / "none")


def test_a_disk_is_refused(tmp_path: Path) -> None:
    disk = next((each for each in Path("/dev").glob("loop[0-9]*") if each.is_block_device()), None)
    if disk is None:
        disk = tmp_path / "disk"
        os.mknod(disk, 0o060600, os.makedev(7, 0))
    with pytest.raises(Usage, match="is no printer"):
        require_printer(disk)


def test_a_terminal_is_refused_and_nothing_comes_onto_it() -> None:
    leader, follower = pty.openpty()
    try:
        for refusing in (require_printer, open_printer):
            with pytest.raises(Usage, match="is no printer"):
                refusing(os.ttyname(follower))
    finally:
        os.close(leader)
        os.close(follower)


def test_a_pipe_that_nobody_reads_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    require_printer(tmp_path / "pipe")
    with pytest.raises(StorageFailed, match="nobody reads"):
        open_printer(tmp_path / "pipe")


def test_a_device_is_opened_for_writing_and_never_waits() -> None:
    descriptor = open_printer("/dev/null")
    try:
        assert os.write(descriptor, b"page") == 4
        assert os.get_blocking(descriptor) is False
    finally:
        os.close(descriptor)


def test_one_that_was_switched_off_after_the_start_is_told_and_no_usage(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="cannot be written to"):
        open_printer(tmp_path / "lp0")


def test_a_pipe_that_becomes_a_file_is_refused_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe")
    there = (tmp_path / "pipe").stat()
    monkeypatch.setattr(Path, "stat", lambda _path: there)
    with pytest.raises(Usage, match="is no printer"):
        open_printer(tmp_path / "file")
    monkeypatch.undo()
    assert (tmp_path / "file").stat().st_size == 0

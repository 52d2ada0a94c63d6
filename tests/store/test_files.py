import errno
import io
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from custody import store
from custody.errors import StorageFailed, Unreadable, Usage


def leftovers(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_file_is_written_whole_and_for_its_owner_only(tmp_path):
    target = tmp_path / "wallet.json"
    store.write_new(target, b"public" * 1000)
    assert target.read_bytes() == b"public" * 1000
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert leftovers(tmp_path) == ["wallet.json"]


def test_the_rights_do_not_depend_on_the_umask(tmp_path):
    before = os.umask(0)
    try:
        store.write_new(tmp_path / "out", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600


def test_a_file_that_is_there_is_left_as_it_is(tmp_path):
    target = tmp_path / "wallet.json"
    target.write_bytes(b"old")
    with pytest.raises(StorageFailed, match="is there already") as refusal:
        store.write_new(target, b"new")
    assert "--force" in refusal.value.hint
    assert target.read_bytes() == b"old"
    assert leftovers(tmp_path) == ["wallet.json"]


def test_force_replaces_a_file_and_leaves_nothing_beside_it(tmp_path):
    target = tmp_path / "wallet.json"
    target.write_bytes(b"old")
    store.write_new(target, b"new", force=True)
    assert target.read_bytes() == b"new"
    assert leftovers(tmp_path) == ["wallet.json"]


def test_a_file_that_appears_while_we_write_is_not_replaced(tmp_path, monkeypatch):
    target = tmp_path / "out"
    fsync = os.fsync

    def somebody_else_is_faster(descriptor):
        if not target.exists():
            target.write_bytes(b"theirs")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", somebody_else_is_faster)
    with pytest.raises(StorageFailed, match="is there already"):
        store.write_new(target, b"ours")
    assert target.read_bytes() == b"theirs"
    assert leftovers(tmp_path) == ["out"]


def test_a_disk_without_hard_links_is_written_without_replacing(tmp_path, monkeypatch):
    def no_links(*_arguments, **_names):
        raise PermissionError(1, "no hard links on FAT")

    monkeypatch.setattr(os, "link", no_links)
    store.write_new(tmp_path / "out", b"first")
    assert (tmp_path / "out").read_bytes() == b"first"
    with pytest.raises(StorageFailed, match="is there already"):
        store.write_new(tmp_path / "out", b"second")
    assert leftovers(tmp_path) == ["out"]


def test_a_disk_without_hard_links_keeps_a_file_that_appears_while_we_write(tmp_path, monkeypatch):
    target = tmp_path / "out"

    def no_links(*_arguments, **_names):
        target.write_bytes(b"theirs")
        raise PermissionError(1, "no hard links on FAT")

    monkeypatch.setattr(os, "link", no_links)
    with pytest.raises(StorageFailed, match="is there already"):
        store.write_new(target, b"ours")
    assert target.read_bytes() == b"theirs"
    assert leftovers(tmp_path) == ["out"]


@pytest.mark.parametrize("force", [False, True])
def test_a_link_a_pipe_and_a_folder_are_never_replaced(tmp_path, force):
    (tmp_path / "real").write_bytes(b"kept")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    before = leftovers(tmp_path)
    for name in ("link", "pipe", "folder"):
        with pytest.raises(StorageFailed, match="not a regular file"):
            store.write_new(tmp_path / name, b"x", force=force)
    assert (tmp_path / "real").read_bytes() == b"kept"
    assert leftovers(tmp_path) == before


def test_a_device_is_never_replaced():
    with pytest.raises(StorageFailed, match="not a regular file"):
        store.write_new("/dev/full", b"x", force=True)


def test_an_absent_folder_is_a_storage_error_that_says_so(tmp_path):
    with pytest.raises(StorageFailed, match="folder does not exist"):
        store.write_new(tmp_path / "nowhere" / "out", b"x")


def test_a_file_as_a_folder_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFailed, match="folder does not exist"):
        store.write_new(tmp_path / "file" / "out", b"x")


def test_a_write_that_stops_in_the_middle_leaves_nothing(tmp_path):
    """A limit on the size of files stands in for a full disk: the kernel takes half of it and then refuses."""
    program = (
        "import resource, sys; from custody import store; from custody.errors import StorageFailed\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n    store.write_new(sys.argv[1], bytes(5000))\n"
        "except StorageFailed as failure:\n    print(failure.message)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "out")], capture_output=True, text=True, check=True
    )
    assert "larger than this system allows" in answer.stdout
    assert answer.stderr == ""
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (28, "disk is full"),
        (30, "read-only"),
        (5, "answers with an error"),
        (122, "quota"),
        (13, "may not"),
        (99, "error 99"),
    ],
)
@pytest.mark.parametrize("step", ["write", "fsync", "link"])
def test_every_failing_step_leaves_nothing_and_says_why(tmp_path, monkeypatch, number, said, step):
    def fails(*_arguments, **_names):
        raise OSError(number, "injected")

    monkeypatch.setattr(os, step, fails)
    with pytest.raises(StorageFailed, match=said) as failure:
        store.write_new(tmp_path / "out", b"x")
    assert failure.value.hint
    monkeypatch.undo()
    assert leftovers(tmp_path) == []


def test_a_name_that_could_not_be_written_is_told_before_anything_is_done(tmp_path):
    (tmp_path / "taken").write_bytes(b"kept")
    store.refuse_taken(tmp_path / "free")
    store.refuse_taken(tmp_path / "taken", force=True)
    store.refuse_taken("-")
    for name, force in (("taken", False), ("absent/out", False), (".", True)):
        with pytest.raises(StorageFailed):
            store.refuse_taken(tmp_path / name, force=force)
    assert leftovers(tmp_path) == ["taken"]


def test_an_interrupted_write_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(_descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.write_new(tmp_path / "out", b"x")
    assert leftovers(tmp_path) == []


def test_standard_output_that_is_full_is_a_storage_error():
    program = "from custody import store\nstore.write_new('-', b'x' * 100)"
    with Path("/dev/full").open("wb") as full:
        answer = subprocess.run(
            [sys.executable, "-c", program], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert "StorageFailed: standard output cannot be written: the disk is full" in answer.stderr


def test_a_file_is_read_to_its_limit_and_not_beyond(tmp_path):
    (tmp_path / "in").write_bytes(b"12345")
    assert store.read(tmp_path / "in", 5) == b"12345"
    with pytest.raises(Unreadable, match="larger than the 4 bytes"):
        store.read(tmp_path / "in", 4)


def test_a_name_that_no_file_system_has_is_no_folder_and_no_file():
    name = "n" * 10_000
    assert not store.is_folder(name)
    with pytest.raises(Usage, match="there is no file"):
        store.refuse_absent(name)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    huge = tmp_path / "huge"
    with huge.open("wb") as opened:
        opened.truncate(2**40)
    with pytest.raises(Unreadable, match="larger than"):
        store.read(huge, 1000)


def test_an_endless_device_is_refused_at_the_limit():
    with pytest.raises(Unreadable, match="larger than"):
        store.read("/dev/zero", 1000)


def test_a_pipe_is_read_like_a_file():
    reader, writer = os.pipe()
    try:
        os.write(writer, b"through a pipe")
        os.close(writer)
        assert store.read(f"/dev/fd/{reader}", 100) == b"through a pipe"
    finally:
        os.close(reader)


def test_standard_input_is_read_to_its_limit(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"abc")))
    assert store.read("-", 3) == b"abc"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"abcd")))
    with pytest.raises(Unreadable, match="standard input"):
        store.read("-", 3)


@pytest.mark.parametrize("name", ["absent", "absent/below", "x" * 300, "file/below"])
def test_an_absent_input_is_a_usage_error(tmp_path, name):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Usage, match="there is no file"):
        store.read(tmp_path / name, 10)


def test_a_folder_as_input_is_a_usage_error(tmp_path):
    with pytest.raises(Usage, match="is a folder"):
        store.read(tmp_path, 10)


def test_an_input_that_cannot_be_read_is_a_storage_error(tmp_path, monkeypatch):
    (tmp_path / "in").write_bytes(b"x")

    def forbidden(*_arguments, **_names):
        raise PermissionError(13, "injected")

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(StorageFailed, match="this user may not"):
        store.read(tmp_path / "in", 10)


def test_a_hostile_file_name_is_shown_escaped(tmp_path):
    with pytest.raises(Usage) as refusal:
        store.read(f"{tmp_path}/\x1b[2J\u202egnp.exe", 10)
    assert "\x1b" not in refusal.value.message
    assert "\u202e" not in refusal.value.message


def test_the_size_limit_of_this_test_process_is_untouched():
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_name_that_the_disk_does_not_confirm_is_told_as_what_it_is(tmp_path, monkeypatch):
    fsync = os.fsync

    def fails_for_folders(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "broken")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fails_for_folders)
    with pytest.raises(StorageFailed, match="was written, and the disk did not confirm"):
        store.write_new(tmp_path / "file", b"content")
    assert (tmp_path / "file").read_bytes() == b"content"

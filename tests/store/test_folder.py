"""A home directory: what it keeps, what it refuses, and what it says of it."""

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.errors import StorageFailed, Unreadable, Usage
from custody.store import folder, lock, owned

KEPT = f"kept/{'a' * 64}"
VAULT = "vaults/main.00000001.vault"
OFFICER = f"officers/{'0' * 16}.officer"
NAMES = (
    "journal.jsonl",
    "journal.next",
    "journal.head",
    "beside.jsonl",
    "reserve",
    "writer.key",
    "names.json",
    KEPT,
    VAULT,
    OFFICER,
)

WRONG_NAMES = (
    *("", ".", "..", "/", "/etc/passwd", "../journal.jsonl", "./journal.jsonl", "journal.jsonl/", "/journal.jsonl"),
    *("journal.jsonl\n", "journal.jsonl\0", "Journal.jsonl", "journal.json", "kept", "kept/", "vaults/..", "kept/.."),
    *(f"kept/{'a' * 63}", f"kept/{'a' * 65}", f"kept/{'A' * 64}", f"kept//{'a' * 64}", f"kept/kept/{'a' * 64}"),
    *("vaults/main.1.vault", "vaults/Main.00000001.vault", "vaults/-.00000001.vault", "vaults/.00000001.vault"),
    *("vaults/main.0000000\u0661.vault", f"vaults/{'m' * 65}.00000001.vault", "vaults/a/b.00000001.vault"),
    *(f"officers/{'0' * 15}.officer", f"keys/{'a' * 64}", f".beside.jsonl.{'0' * 16}.tmp", "\x1b[2J"),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a journal of two lines, something kept and a vault."""
    path = tmp_path / "home"
    with folder.create(path) as made:
        made.append("journal.jsonl", b"one\n", 0)
        made.append("journal.jsonl", b"two\n", 4)
        made.write(KEPT, b"kept")
        made.write_new(VAULT, b"vault")
    return path


def left(path: Path) -> list[str]:
    return sorted(str(each.relative_to(path)) for each in path.rglob("*") if not each.is_dir())


def test_what_was_written_is_read(home: Path) -> None:
    with folder.reading(home) as opened:
        assert opened.read("journal.jsonl", 8) == b"one\ntwo\n"
        assert opened.read(KEPT, 100) == b"kept"
        assert [opened.exists(name) for name in ("journal.jsonl", KEPT, VAULT)] == [True] * 3
        assert [opened.exists(name) for name in ("journal.next", f"kept/{'b' * 64}", OFFICER)] == [False] * 3


def test_everything_is_the_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with folder.create(tmp_path / "home") as made:
            for name in NAMES:
                made.write(name, b"x")
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "home").rglob("*") if each.is_file()}
    folders = [tmp_path / "home", *(each for each in (tmp_path / "home").iterdir() if each.is_dir())]
    assert modes == {0o600}
    assert [stat.S_IMODE(each.stat().st_mode) for each in folders] == [0o700] * 4


def test_names_are_listed_in_order_and_strangers_passed_over(home: Path) -> None:
    (home / "kept" / "notes.txt").touch()
    (home / "Thumbs.db").touch()
    with folder.writing(home) as opened:
        opened.write("vaults/main.00000010.vault", b"")
        opened.write("vaults/main.00000002.vault", b"")
        assert opened.names("vaults") == (VAULT, "vaults/main.00000002.vault", "vaults/main.00000010.vault")
        assert opened.names("kept") == (KEPT,)
        assert opened.names("officers") == ()
        assert opened.names() == ("journal.jsonl",)


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_no_other_name_is_ever_opened(home: Path, name: str) -> None:
    with folder.writing(home) as opened:
        for work in (
            lambda: opened.read(name, 10),
            lambda: opened.exists(name),
            lambda: opened.write(name, b""),
            lambda: opened.write_new(name, b""),
            lambda: opened.append(name, b"", 0),
            lambda: opened.truncate(name, 0),
            lambda: opened.remove([KEPT, name]),
        ):
            with pytest.raises(Unreadable, match="not the name of a file of a treasury's directory") as refusal:
                work()
            assert "\x1b" not in refusal.value.message
    assert left(home) == ["journal.jsonl", KEPT, VAULT]


@pytest.mark.parametrize("name", ["..", "/", ".", "kept/", "keys", "../home", "journal.jsonl"])
def test_no_other_folder_is_ever_listed(home: Path, name: str) -> None:
    with folder.reading(home) as opened, pytest.raises(Unreadable, match="not a folder of a treasury's directory"):
        opened.names(name)


def test_a_file_is_read_to_its_limit_and_not_beyond(home: Path) -> None:
    os.truncate(home / "journal.jsonl", 2**40)
    with folder.reading(home) as opened:
        with pytest.raises(Unreadable, match="larger than the 1000 bytes"):
            opened.read("journal.jsonl", 1000)
        with pytest.raises(Unreadable, match="larger than the 3 bytes"):
            opened.read(KEPT, 3)


def test_what_is_not_there_is_told(home: Path) -> None:
    with folder.writing(home) as opened:
        with pytest.raises(StorageFailed, match=r"beside\.jsonl is not there"):
            opened.read("beside.jsonl", 10)
        with pytest.raises(StorageFailed, match="is not there"):
            opened.read(OFFICER, 10)
        for work in (lambda: opened.append("beside.jsonl", b"x", 5), lambda: opened.truncate(OFFICER, 0)):
            with pytest.raises(StorageFailed, match="is not there"):
                work()


def test_a_new_file_never_takes_the_place_of_another(home: Path) -> None:
    with folder.writing(home) as opened, pytest.raises(StorageFailed, match="is there already"):
        opened.write_new(VAULT, b"other")
    assert (home / VAULT).read_bytes() == b"vault"


def test_a_new_file_does_not_replace_one_that_appears_meanwhile(home: Path) -> None:
    def somebody_is_faster(_data: bytes) -> None:
        (home / OFFICER).write_bytes(b"theirs")
        (home / OFFICER).chmod(0o600)

    with folder.writing(home) as opened, pytest.raises(StorageFailed, match="is there already"):
        opened.write_new(OFFICER, b"ours", check=somebody_is_faster)
    assert (home / OFFICER).read_bytes() == b"theirs"
    assert left(home / "officers") == [f"{'0' * 16}.officer"]


def test_what_a_check_refuses_never_takes_its_name(home: Path) -> None:
    seen = []

    def does_not_open(data: bytes) -> None:
        seen.append(data)
        raise Unreadable("not sound")

    with folder.writing(home) as opened:
        for write in (opened.write, opened.write_new):
            with pytest.raises(Unreadable, match="not sound"):
                write("beside.jsonl", b"new", check=does_not_open)
        with pytest.raises(Unreadable, match="not sound"):
            opened.write(VAULT, b"new vault", check=does_not_open)
    assert seen == [b"new", b"new", b"new vault"]
    assert left(home) == ["journal.jsonl", KEPT, VAULT]
    assert (home / VAULT).read_bytes() == b"vault"


@pytest.mark.parametrize("at", [0, 7, 9])
def test_a_line_is_added_only_where_the_end_was_expected(home: Path, at: int) -> None:
    with folder.writing(home) as opened, pytest.raises(StorageFailed, match="has 8 bytes and not the"):
        opened.append("journal.jsonl", b"three\n", at)
    assert (home / "journal.jsonl").read_bytes() == b"one\ntwo\n"


@pytest.mark.parametrize("size", [-1, 9])
def test_a_file_is_only_ever_cut_shorter(home: Path, size: int) -> None:
    with folder.writing(home) as opened:
        with pytest.raises(StorageFailed, match="cannot be cut back"):
            opened.truncate("journal.jsonl", size)
        opened.truncate("journal.jsonl", 8)
        opened.truncate("journal.jsonl", 4)
        assert opened.read("journal.jsonl", 10) == b"one\n"


def test_removing_what_is_gone_is_no_failure(home: Path) -> None:
    with folder.writing(home) as opened:
        opened.remove(["journal.next", OFFICER, VAULT, VAULT])
        opened.remove([])
    assert left(home) == ["journal.jsonl", KEPT]


def test_a_disk_that_gives_back_other_bytes_is_not_believed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pwrite

    def lies(descriptor: int, data: bytes, offset: int) -> int:
        real(descriptor, bytes(len(data)), offset)
        return len(data)

    with folder.writing(home) as opened:
        monkeypatch.setattr(os, "pwrite", lies)
        for work in (lambda: opened.write(VAULT, b"new"), lambda: opened.append("journal.jsonl", b"three\n", 8)):
            with pytest.raises(StorageFailed, match="other bytes than were written"):
                work()
    assert (home / "journal.jsonl").read_bytes() == b"one\ntwo\n"
    assert (home / VAULT).read_bytes() == b"vault"
    assert left(home) == ["journal.jsonl", KEPT, VAULT]


def test_bytes_that_stand_behind_an_added_line_are_not_believed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pwrite

    def more(descriptor: int, data: bytes, offset: int) -> int:
        real(descriptor, bytes(data) + b"four\n", offset)
        return len(data)

    with folder.writing(home) as opened:
        monkeypatch.setattr(os, "pwrite", more)
        with pytest.raises(StorageFailed, match="other bytes than were written"):
            opened.append("journal.jsonl", b"three\n", 8)
    assert (home / "journal.jsonl").read_bytes() == b"one\ntwo\n"


def test_a_disk_that_takes_nothing_is_an_error_and_no_endless_loop(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with folder.writing(home) as opened:
        monkeypatch.setattr(os, "pwrite", lambda *_arguments: 0)
        with pytest.raises(StorageFailed, match="answers with an error; the old content stays"):
            opened.write(VAULT, b"new")


def test_after_a_failed_sync_nothing_more_is_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_descriptor: int) -> None:
        raise OSError(5, "injected")

    with folder.writing(home) as opened:
        monkeypatch.setattr(os, "fsync", fails)
        with pytest.raises(StorageFailed, match="answers with an error"):
            opened.write("beside.jsonl", b"{}")
        monkeypatch.undo()
        for work in (
            lambda: opened.write("beside.jsonl", b"{}"),
            lambda: opened.append("journal.jsonl", b"three\n", 8),
            lambda: opened.truncate("journal.jsonl", 0),
            lambda: opened.remove([VAULT]),
        ):
            with pytest.raises(StorageFailed, match="did not confirm an earlier change of this home") as refusal:
                work()
            assert "back the directory up" in refusal.value.hint
        assert opened.read("journal.jsonl", 8) == b"one\ntwo\n"
    with folder.reading(home) as again:
        assert again.names() == ("journal.jsonl",)
    with pytest.raises(StorageFailed, match="did not confirm"), folder.writing(home):
        pytest.fail("opened for writing in the same process")
    assert left(home) == ["journal.jsonl", KEPT, VAULT]


def test_a_line_that_cannot_be_taken_back_is_told_and_nothing_more_is_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: object) -> None:
        raise OSError(5, "injected")

    with folder.writing(home) as opened:
        monkeypatch.setattr(os, "pwrite", fails)
        monkeypatch.setattr(os, "ftruncate", fails)
        with pytest.raises(StorageFailed, match="nobody knows which of the two is on it"):
            opened.append("journal.jsonl", b"three\n", 8)
        monkeypatch.undo()
        with pytest.raises(StorageFailed, match="did not confirm an earlier change"):
            opened.append("journal.jsonl", b"three\n", 8)


def test_a_line_that_is_taken_back_is_gone_from_the_disk_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    write, cut, sync = os.pwrite, os.ftruncate, os.fsync

    def half(descriptor: int, data: bytes, offset: int) -> int:
        if steps:
            raise OSError(28, "injected")
        steps.append("half")
        return write(descriptor, data[:3], offset)

    monkeypatch.setattr(os, "ftruncate", lambda *arguments: steps.append("cut") or cut(*arguments))
    monkeypatch.setattr(os, "fsync", lambda descriptor: steps.append("sync") or sync(descriptor))
    with folder.writing(home) as opened:
        steps.clear()
        monkeypatch.setattr(os, "pwrite", half)
        with pytest.raises(StorageFailed, match="the disk is full; the old content stays"):
            opened.append("journal.jsonl", b"three\n", 8)
        assert steps == ["half", "cut", "sync"]
        assert opened.read("journal.jsonl", 100) == b"one\ntwo\n"


def test_an_interrupted_line_is_taken_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def interrupted(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 1:
            raise KeyboardInterrupt

    with folder.writing(home) as opened:
        monkeypatch.setattr(os, "fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            opened.append("journal.jsonl", b"three\n", 8)
    assert (home / "journal.jsonl").read_bytes() == b"one\ntwo\n"


def test_only_our_own_unfinished_files_are_swept(home: Path) -> None:
    ours = [
        f".beside.jsonl.{'0' * 16}.tmp",
        f"kept/.{'a' * 64}.{'f' * 16}.tmp",
        f"vaults/.main.00000001.vault.{'0' * 16}.tmp",
    ]
    theirs = [".beside.jsonl.tmp", f".other.{'0' * 16}.tmp", f".{'a' * 64}.{'0' * 16}.tmp", "kept/.tmp", ".vimrc.swp"]
    for name in (*ours, *theirs):
        (home / name).touch()
    (home / f".names.json.{'0' * 16}.tmp").mkdir()
    (home / f".names.json.{'1' * 16}.tmp").symlink_to(home / "journal.jsonl")
    with folder.writing(home):
        pass
    found = left(home)
    assert set(theirs) <= set(found)
    assert not set(ours) & set(found)
    assert (home / f".names.json.{'0' * 16}.tmp").is_dir()
    assert (home / "journal.jsonl").exists()


def test_what_was_swept_is_named(home: Path) -> None:
    with folder.writing(home) as opened:
        (home / f".beside.jsonl.{'0' * 16}.tmp").touch()
        assert opened.sweep() == (f".beside.jsonl.{'0' * 16}.tmp",)
        assert opened.sweep() == ()


def test_a_home_that_was_shut_opens_nothing_any_more(home: Path) -> None:
    with folder.writing(home) as opened:
        pass
    with pytest.raises(StorageFailed):
        opened.read("journal.jsonl", 10)
    with pytest.raises(StorageFailed):
        opened.write("beside.jsonl", b"")


@pytest.mark.parametrize("inside", ["file", KEPT, ".hidden"])
def test_a_new_home_is_not_made_of_a_directory_in_use(tmp_path: Path, inside: str) -> None:
    home = tmp_path / "home"
    (home / inside).parent.mkdir(mode=0o700, parents=True)
    home.chmod(0o700)
    (home / inside).touch(mode=0o600)
    with pytest.raises(StorageFailed, match="is not empty"), folder.create(home):
        pytest.fail("made over something")
    assert left(home) == [inside]


def test_a_new_home_needs_a_folder_above(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="folder above it does not exist"), folder.create(tmp_path / "a" / "b"):
        pytest.fail("made out of nothing")


@pytest.mark.parametrize("open_", [folder.reading, folder.writing])
@pytest.mark.parametrize("name", ["absent", "absent/below", "x" * 300, "file/below"])
def test_no_home_is_a_usage_error(tmp_path: Path, name: str, open_: Callable[..., object]) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Usage, match="there is no treasury's directory"), open_(tmp_path / name):  # type: ignore[attr-defined]
        pytest.fail("opened nothing")


def a_link_to_it(home: Path) -> Path:
    home.with_name("link").symlink_to(home)
    return home.with_name("link")


def a_file(home: Path) -> Path:
    return home / "journal.jsonl"


def a_pipe(home: Path) -> Path:
    os.mkfifo(home.with_name("pipe"), 0o600)
    return home.with_name("pipe")


def one_that_the_group_may_read(home: Path) -> Path:
    home.chmod(0o750)
    return home


def one_that_all_may_enter(home: Path) -> Path:
    home.chmod(0o701)
    return home


def one_that_nobody_may_write(home: Path) -> Path:
    home.chmod(0o500)
    return home


HOMES = {
    a_link_to_it: "is a link",
    a_file: "is not a folder",
    a_pipe: "is not a folder",
    one_that_the_group_may_read: "has the rights 750",
    one_that_all_may_enter: "has the rights 701",
    one_that_nobody_may_write: "has the rights 500",
}


@pytest.mark.parametrize("open_", [folder.reading, folder.writing, folder.create])
@pytest.mark.parametrize("made", HOMES, ids=lambda made: made.__name__)
def test_a_home_that_is_not_ours_alone_is_refused(
    home: Path, made: Callable[[Path], Path], open_: Callable[..., object]
) -> None:
    with pytest.raises(StorageFailed, match=HOMES[made]) as refusal, open_(made(home)):  # type: ignore[attr-defined]
        pytest.fail("opened it")
    assert refusal.value.hint
    if "rights" in HOMES[made]:
        assert refusal.value.hint.endswith(f"chmod 700 {home}")


def test_a_folder_that_passes_its_group_on_is_no_danger(home: Path) -> None:
    home.chmod(0o2700)
    with folder.writing(home) as opened:
        opened.write(OFFICER, b"x")
        assert opened.read(OFFICER, 1) == b"x"


def test_a_home_of_another_user_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(StorageFailed, match="belongs to another user"), folder.reading(home):
        pytest.fail("opened it")


def a_symbolic_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def a_dangling_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def a_second_name(path: Path) -> None:
    os.link(path, path.with_name("second"))


def a_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def a_socket(path: Path) -> None:
    path.unlink()
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(os.path.relpath(path))
    path.chmod(0o600)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


def readable_by_others(path: Path) -> None:
    path.chmod(0o644)


def run_as_its_owner(path: Path) -> None:
    path.chmod(0o4600)


FILES = {
    a_symbolic_link: "is a link",
    a_dangling_link: "is a link",
    a_second_name: "has a second name",
    a_fifo: "is not a regular file",
    a_socket: "is not a regular file",
    a_folder: "is not a regular file",
    readable_by_others: "has the rights 644",
    run_as_its_owner: "has the rights 4600",
}


@pytest.mark.parametrize("name", ["journal.jsonl", KEPT])
@pytest.mark.parametrize("made", FILES, ids=lambda made: made.__name__)
def test_a_file_that_is_not_ours_alone_is_refused(
    home: Path, made: Callable[[Path], None], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    size = (home / name).stat().st_size
    made(home / name)
    before = left(home)
    with folder.writing(home) as opened:
        for work in (
            lambda: opened.read(name, 10),
            lambda: opened.exists(name),
            lambda: opened.write(name, b"new"),
            lambda: opened.write_new(name, b"new"),
            lambda: opened.append(name, b"new", size),
            lambda: opened.append(name, b"new", 0),
            lambda: opened.truncate(name, 0),
        ):
            with pytest.raises(StorageFailed, match=FILES[made]) as refusal:
                work()
            assert refusal.value.hint
            assert str(home / name) in refusal.value.message
    assert left(home) == before


def a_linked_folder(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def a_readable_folder(path: Path) -> None:
    path.chmod(0o755)


def no_folder(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.touch(mode=0o600)


FOLDERS = {
    a_linked_folder: "kept is a link",
    a_readable_folder: "kept has the rights 755",
    no_folder: "kept is not a folder",
}


@pytest.mark.parametrize("made", FOLDERS, ids=lambda made: made.__name__)
def test_a_folder_within_that_is_not_ours_alone_is_refused(home: Path, made: Callable[[Path], None]) -> None:
    made(home / "kept")
    with folder.reading(home) as opened:
        assert opened.read("journal.jsonl", 8) == b"one\ntwo\n"
        for work in (lambda: opened.read(KEPT, 10), lambda: opened.exists(KEPT), lambda: opened.names("kept")):
            with pytest.raises(StorageFailed, match=FOLDERS[made]):
                work()
    with pytest.raises(StorageFailed, match=FOLDERS[made]), folder.writing(home):
        pytest.fail("opened for writing")


def test_a_file_that_is_changed_between_the_look_and_the_opening_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def opened_up(name: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if name == "journal.jsonl":
            (home / name).chmod(0o666)
        return real(name, flags, mode, dir_fd=dir_fd)

    with folder.reading(home) as opened:
        monkeypatch.setattr(os, "open", opened_up)
        with pytest.raises(StorageFailed, match="has the rights 666"):
            opened.read("journal.jsonl", 10)


@pytest.mark.parametrize("place", ["home", "kept"])
def test_a_folder_that_is_changed_between_the_look_and_the_opening_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    real, before = os.open, len(list(Path("/proc/self/fd").iterdir()))

    def opened_up(name: str | Path, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if Path(name).name == place:
            (home if place == "home" else home / place).chmod(0o755)
        return real(name, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", opened_up)
    with pytest.raises(StorageFailed, match="has the rights 755"), folder.reading(home) as opened:
        opened.read(KEPT, 10)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_home_that_is_replaced_while_we_wait_for_it_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = lock.take

    def replaced(*arguments: object, **named: object) -> None:
        real(*arguments, **named)  # type: ignore[arg-type]
        home.rename(home.with_name("old"))
        home.mkdir(mode=0o700)

    monkeypatch.setattr(lock, "take", replaced)
    with pytest.raises(StorageFailed, match="was replaced by another folder"), folder.writing(home):
        pytest.fail("opened the one that is gone")


def test_the_descriptors_are_given_back(home: Path) -> None:
    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = count()
    (home / KEPT).chmod(0o644)
    with folder.writing(home) as opened:
        opened.write("beside.jsonl", b"x")
        opened.append("journal.jsonl", b"three\n", 8)
        opened.truncate("journal.jsonl", 8)
        opened.names("kept")
        for work in (lambda: opened.read(KEPT, 10), lambda: opened.append("journal.jsonl", b"", 3)):
            with pytest.raises(StorageFailed):
                work()
    with pytest.raises(StorageFailed), folder.create(home):
        pytest.fail("made over something")
    assert count() == before


def test_a_message_shows_a_hostile_path_escaped(tmp_path: Path) -> None:
    with pytest.raises(Usage) as refusal, folder.reading(f"{tmp_path}/\x1b[2J\u202e"):
        pytest.fail("opened nothing")
    assert "\x1b" not in refusal.value.message
    assert "\u202e" not in refusal.value.message


def test_a_path_with_spaces_can_be_copied_from_the_next_step(tmp_path: Path) -> None:
    home = tmp_path / "our treasury"
    home.mkdir()
    home.chmod(0o755)  # whatever the umask is
    with pytest.raises(StorageFailed) as refusal, folder.reading(home):
        pytest.fail("opened it")
    assert refusal.value.hint.endswith(f"chmod 700 '{home}'")


def test_owned_files_are_never_followed_or_waited_for() -> None:
    assert owned._FILE & os.O_NOFOLLOW
    assert owned._FILE & os.O_NONBLOCK

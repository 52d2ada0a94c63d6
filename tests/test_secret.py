"""A Secret shows nothing, travels nowhere and is gone when it is wiped."""

import copy
import errno
import gc
import json
import mmap
import pickle
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.guard import can_lock
from custody.secret import Secret

CONTENT = b"correct horse battery"


@pytest.fixture
def secret():
    return Secret(CONTENT)


def test_reveal_returns_a_copy(secret):
    assert secret.reveal() == CONTENT
    assert secret.reveal() is not secret._pages


def test_a_secret_is_independent_of_the_buffer_it_came_from():
    source = bytearray(CONTENT)
    secret = Secret(source)
    source[:] = bytes(len(source))
    assert secret.reveal() == CONTENT


@pytest.mark.parametrize(
    "show",
    [repr, str, "{}".format, "{:>40}".format, "%s".__mod__, "%r".__mod__, ascii],
    ids=["repr", "str", "format", "padded", "percent s", "percent r", "ascii"],
)
def test_it_prints_nothing(secret, show):
    shown = show(secret)
    assert "correct" not in shown
    assert "Secret(...)" in shown


def test_it_prints_nothing_inside_a_container_or_a_dataclass(secret):
    @dataclass
    class Holder:
        inner: Secret

    assert "correct" not in repr([secret]) + repr({"a": secret}) + repr(Holder(secret))


def test_a_traceback_shows_nothing(secret):
    try:
        _ = secret + b"x"
    except TypeError as error:
        assert "correct" not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize("copier", [copy.copy, copy.deepcopy, pickle.dumps, json.dumps, bytes, hash, iter, int, list])
def test_it_refuses_to_travel(secret, copier):
    with pytest.raises(TypeError) as caught:
        copier(secret)
    assert "correct" not in str(caught.value)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_no_pickle_protocol_takes_it(secret, protocol):
    with pytest.raises(TypeError):
        pickle.dumps(secret, protocol)


def test_asdict_of_its_holder_fails_instead_of_copying_it(secret):
    @dataclass
    class Holder:
        inner: Secret

    with pytest.raises(TypeError):
        asdict(Holder(secret))


def test_it_has_no_dictionary_to_look_into(secret):
    assert not hasattr(secret, "__dict__")
    with pytest.raises(AttributeError):
        secret.anything = 1


@pytest.mark.parametrize(
    "content", [32, "a phrase", None, [1, 2], memoryview(b"abc")], ids=lambda content: type(content).__name__
)
def test_only_bytes_become_a_secret(content):
    """bytearray(32) is 32 zeros: a slip of the hand must not become a key."""
    with pytest.raises(TypeError) as caught:
        Secret(content)
    assert "phrase" not in str(caught.value)


def test_a_failed_construction_leaves_no_noise(capsys):
    with pytest.raises(TypeError):
        Secret("text")
    gc.collect()
    assert capsys.readouterr().err == ""


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_equality_is_that_of_the_content(one, other):
    assert (Secret(one) == Secret(other)) == (one == other)
    assert Secret(one) == Secret(one)
    assert len(Secret(one)) == len(one)


def test_it_never_equals_bare_bytes(secret):
    assert secret != CONTENT
    assert secret != CONTENT.decode()


def test_wipe_overwrites_the_buffer(secret):
    buffer = secret._pages
    secret.wipe()
    assert buffer[:] == bytes(len(CONTENT))
    assert len(secret) == 0
    secret.wipe()
    with pytest.raises(ValueError, match="wiped"):
        secret.reveal()


def test_a_wiped_secret_equals_nothing(secret):
    secret.wipe()
    gone = Secret(b"")
    gone.wipe()
    for other in (Secret(b""), gone):
        with pytest.raises(ValueError, match="wiped"):
            _ = secret == other


def test_leaving_the_block_wipes(secret):
    with secret as held:
        buffer = held._pages
    assert buffer[:] == bytes(len(CONTENT))


def test_leaving_by_an_exception_wipes_too(secret):
    with pytest.raises(RuntimeError), secret:
        raise RuntimeError
    assert len(secret) == 0


def test_being_forgotten_wipes():
    secret = Secret(CONTENT)
    buffer = secret._pages
    del secret
    gc.collect()
    assert buffer[:] == bytes(len(CONTENT))


def locked_kilobytes() -> int:
    """What the kernel says is locked of this process."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmLck:")]
    return int(line.split()[1])


@pytest.mark.skipif(not can_lock(), reason="this system locks no memory for this user")
def test_each_secret_lies_in_a_page_of_its_own_that_is_locked_until_it_is_wiped():
    before = locked_kilobytes()
    secrets = [Secret(CONTENT) for _ in range(7)]
    assert locked_kilobytes() - before == 7 * mmap.PAGESIZE // 1024
    for secret in secrets[:4]:
        secret.wipe()
    assert locked_kilobytes() - before == 3 * mmap.PAGESIZE // 1024
    del secrets, secret
    assert locked_kilobytes() == before


def refusing_locks(monkeypatch):
    mapped = mmap.mmap

    def limited(descriptor, length, flags):
        if flags & 0x2000:
            raise OSError(errno.EAGAIN, "over the limit")
        return mapped(descriptor, length, flags=flags)

    monkeypatch.setattr(mmap, "mmap", limited)


def test_where_no_memory_can_be_locked_a_secret_is_one_nevertheless(monkeypatch):
    refusing_locks(monkeypatch)
    assert not can_lock()
    with Secret(CONTENT) as secret:
        assert secret.reveal() == CONTENT
        pages = secret._pages
    assert pages[:] == bytes(len(CONTENT))


def test_a_secret_of_many_pages_is_whole():
    content = bytes(range(256)) * 100
    assert Secret(content).reveal() == content
    assert len(Secret(b"")) == 0
    assert Secret(b"").reveal() == b""

import os
import pty
import re
import socket
import subprocess
import threading

import pytest
from embit import base58

from airgap.content.typed import redact
from custody.cli.front.arguments import refuse_secrets
from custody.cli.people import options
from custody.cli.people.given import read_given
from custody.cli.people.secrets import SecretPipe, read_fd
from custody.errors import StorageFailed, Unreadable, Usage
from custody.secret import Secret
from tests.cli.conftest import COMMAND, pipe_with, process

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def given(secret, passphrase=None):
    first = pipe_with(secret)
    second = None if passphrase is None else pipe_with(passphrase)
    try:
        return read_given(first, second)
    finally:
        os.close(first)
        if second is not None:
            os.close(second)


def test_the_secrets_lines_are_taken_without_blank_ones():
    assert given("one two\n\n  \nthree\r\n").lines == ("one two", "three")


def test_a_passphrase_line_keeps_its_own_spaces():
    assert given("words\npassphrase:  two spaces \n").passphrase == " two spaces "
    assert given("words\npassphrase:\n").passphrase == ""
    assert given("words\n").passphrase is None
    assert given("words\npassphrase: x\n").secret_lines() == ("words", "passphrase: x")


def test_a_passphrase_comes_from_its_own_descriptor_without_its_line_end():
    assert given("words", "geheim\n").passphrase == "geheim"
    assert given("words", "geheim").passphrase == "geheim"
    assert given("words", "").passphrase == ""


@pytest.mark.parametrize("lines", ["one\ntwo\n", "one\ntwo", "one\n\n", "one\n\ntwo", "\ntwo"])
def test_a_passphrase_of_two_lines_is_unreadable_whether_or_not_the_last_has_an_end(lines):
    with pytest.raises(Unreadable, match="more than one line"):
        given("words", lines)


def test_a_passphrase_given_twice_is_a_usage_error():
    with pytest.raises(Usage, match="given twice"):
        given("words\npassphrase: x\n", "x")
    with pytest.raises(Unreadable, match="more than one line begins"):
        given("words\npassphrase: x\npassphrase: y\n")


def test_one_descriptor_for_both_is_a_usage_error():
    with pytest.raises(Usage, match="same descriptor"):
        read_given(7, 7)


def test_what_was_given_does_not_print():
    everything = given("canary words\npassphrase: canary\ndice: 123456\n")
    assert "canary" not in repr(everything)
    assert "123456" not in str(everything)
    assert everything.dice == "123456"


def test_a_line_separator_of_unicode_is_no_line_end():
    assert given("one\u2028two\x85three\n").lines == ("one\u2028two\x85three",)


def test_bytes_that_are_no_text_are_unreadable_and_stay_out_of_the_error():
    with pytest.raises(Unreadable, match="not UTF-8") as failure:
        given(b"canary \xff\xfe")
    assert failure.value.__context__ is None
    assert "canary" not in str(failure.value)


def test_more_than_64_kib_is_unreadable():
    reader, writer = os.pipe()
    feeder = threading.Thread(target=_pour, args=(writer, 64 * 1024 + 1))
    feeder.start()
    try:
        with pytest.raises(Unreadable, match="more than 65536 bytes"):
            read_fd(reader, "--secret-fd")
    finally:
        os.close(reader)
        feeder.join()


def test_exactly_64_kib_are_read():
    reader, writer = os.pipe()
    feeder = threading.Thread(target=_pour, args=(writer, 64 * 1024))
    feeder.start()
    try:
        assert len(read_fd(reader, "--secret-fd")) == 64 * 1024
    finally:
        os.close(reader)
        feeder.join()


def test_a_closed_an_output_and_a_terminal_descriptor_are_not_read(tmp_path):
    with pytest.raises(Usage, match="not open"):
        read_fd(999, "--secret-fd")
    for number in (1, 2):
        with pytest.raises(Usage, match="cannot be read"):
            read_fd(number, "--secret-fd")
    reader, writer = os.pipe()
    folder = os.open(tmp_path, os.O_RDONLY)
    master, slave = pty.openpty()
    try:
        with pytest.raises(Usage, match="cannot be read"):
            read_fd(writer, "--secret-fd")
        with pytest.raises(Usage, match="cannot be read"):
            read_fd(folder, "--secret-fd")
        os.write(master, b"\x04")  # Ctrl-D, if it were read
        with pytest.raises(Usage, match="names a terminal") as refusal:
            read_fd(slave, "--secret-fd")
        assert "prompt" in refusal.value.hint
    finally:
        for descriptor in (reader, writer, folder, master, slave):
            os.close(descriptor)


def test_a_pipe_and_a_socket_take_the_secret():
    reader, writer = os.pipe()
    SecretPipe.checked(writer).send(Secret(b"canary"))
    os.close(writer)
    assert os.read(reader, 100) == b"canary\n"
    os.close(reader)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        SecretPipe.checked(ours.fileno()).send(Secret(b"canary"))
        assert theirs.recv(100) == b"canary\n"


def test_a_pipe_that_does_not_wait_is_waited_for():
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    feeder = threading.Timer(0.2, _pour, args=(writer, 10))
    feeder.start()
    assert len(read_fd(reader, "--secret-fd")) == 10
    os.close(reader)
    feeder.join()
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    collected = []
    drainer = threading.Timer(0.2, lambda: collected.append(len(_drained(reader))))
    drainer.start()
    SecretPipe.checked(writer).send(Secret(b"x" * 200_000))
    os.close(writer)
    drainer.join()
    os.close(reader)
    assert collected == [200_001]


def test_a_regular_file_never_takes_the_secret(tmp_path):
    descriptor = os.open(tmp_path / "file", os.O_WRONLY | os.O_CREAT)
    try:
        with pytest.raises(Usage, match="never written to one"):
            SecretPipe.checked(descriptor)
    finally:
        os.close(descriptor)
    assert (tmp_path / "file").read_bytes() == b""


def test_a_terminal_and_the_reading_end_of_a_pipe_never_take_the_secret():
    master, slave = pty.openpty()
    reader, writer = os.pipe()
    try:
        with pytest.raises(Usage, match="names a terminal") as refusal:
            SecretPipe.checked(slave)
        assert "share screen" in refusal.value.hint
        with pytest.raises(Usage):
            SecretPipe.checked(reader)
    finally:
        for descriptor in (master, slave, reader, writer):
            os.close(descriptor)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_standard_descriptors_never_take_the_secret(number):
    with pytest.raises(Usage, match="never goes"):
        SecretPipe.checked(number)


def test_standard_output_under_another_number_never_takes_the_secret(capfd):
    another = os.dup(1)
    try:
        with pytest.raises(Usage):
            SecretPipe.checked(another)
    finally:
        os.close(another)


@pytest.mark.parametrize("stream", [1, 2])
def test_a_standard_stream_that_is_a_pipe_never_takes_the_secret_under_another_number(stream):
    """As a script has them: both streams collected, and the descriptor opened as `3>&2`."""
    secret, (reader, writer) = pipe_with(f"{PHRASE}\n"), os.pipe()
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, ("stdout", "stderr")[stream - 1]: writer}
    cards = ["--threshold", "2", "--shares", "3"]
    line = ["share", "split", "--secret-fd", str(secret), *cards, "--secret-out-fd", str(writer)]
    try:
        done = subprocess.run([COMMAND, *line], pass_fds=(secret, writer), stdin=subprocess.DEVNULL, **streams)
    finally:
        os.close(secret)
        os.close(writer)
    with os.fdopen(reader, "rb") as collected:
        said = b"".join(filter(None, [done.stdout, done.stderr, collected.read()])).decode()
    assert done.returncode == 2
    assert "where a secret never goes" in said
    assert not re.search(r"(?:[a-z]+ ){19}", said)


def test_a_terminal_as_standard_input_is_no_descriptor_of_a_secret():
    master, slave = pty.openpty()
    os.write(master, b"abandon\n\x04")  # and Ctrl-D
    try:
        answer = process("key", "show", "--secret-fd", "0", stdin=slave)
    finally:
        os.close(master)
        os.close(slave)
    assert answer.code == 2
    assert "--secret-fd names a terminal, which would show what is typed" in answer.stderr


def test_a_reader_that_goes_away_is_a_storage_error_that_says_what_is_out():
    reader, writer = os.pipe()
    pipe = SecretPipe.checked(writer)
    os.close(reader)
    with pytest.raises(StorageFailed, match="went away") as failure:
        pipe.send(Secret(b"canary"))
    os.close(writer)
    assert "destroy" in failure.value.hint
    assert "canary" not in repr(failure.value)


def test_a_descriptor_is_a_plain_number():
    for typed in ("٣", "+3", " 3", "3 ", "0x3", "-3", "99999", "hunter2", ""):
        with pytest.raises(Usage, match="never a secret") as refusal:
            options.DESCRIPTOR.convert(typed, None, None)
        assert "hunter2" not in str(refusal.value)
    assert options.DESCRIPTOR.convert("3", None, None) == 3


def test_eleven_words_are_still_a_name_and_twelve_are_a_secret():
    refuse_secrets(["word " * 11])
    with pytest.raises(Usage):
        refuse_secrets(["word " * 12])
    refuse_secrets(["word"] * 6 + ["--option"] + ["word"] * 6)


@pytest.mark.parametrize("version", [b"\x80", b"\xef"], ids=["main", "test"])
@pytest.mark.parametrize("compressed", [b"\x01", b""], ids=["compressed", "uncompressed"])
@pytest.mark.parametrize("key", [bytes(31) + b"\x01", b"\xff" * 15 + b"\xfe" + b"\xff" * 16], ids=["low", "high"])
def test_a_private_key_in_wif_is_a_secret_on_every_network(version, compressed, key, custody):
    wif = base58.encode_check(version + key + compressed)
    for line in (
        ["wallet", "find", wif],
        ["wallet", "new", f"--descriptor=wpkh({wif})"],
        ["review", f"/tmp/{wif}.psbt"],
    ):
        answer = custody(*line)
        assert answer.code == 2
        assert "a private key was written on the command line" in answer.stderr
        assert wif not in answer.stderr


@pytest.mark.parametrize("letters", "xyzYZtuvUV")
def test_an_extended_private_key_is_a_secret_under_every_prefix(letters, custody):
    answer = custody("wallet", "new", "--descriptor", f"wpkh([73c5da0a/84h]{letters}prv{'9' * 20}/0/*)")
    assert answer.code == 2
    assert "a private key was written on the command line" in answer.stderr


def test_a_public_descriptor_an_address_and_a_hash_are_no_secret():
    refuse_secrets(
        [
            "wpkh([d34db33f/84h/0h/0h]xpub6CUGRUonZSQ4TWtTMmzXdrXDtypWKiKrhko4egpiMZbpiaQL2jkwSB1icqYh2cfDfVxdx4df189oLKnC5fSwqPfgyP3hooxujYzAu3fDVmz/0/*)",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
            "ab" * 32,
        ]
    )


def test_redaction_takes_values_out_and_leaves_the_sentence():
    assert redact("'canary' is not a valid integer.", ["--index", "canary"]) == "'...' is not a valid integer."
    assert redact("No such option '--canary'.", ["--canary"]) == "No such option '--canary'."
    assert redact("Invalid value: canary words", ["--kind=canary words"]) == "Invalid value: ..."


def _drained(reader: int) -> bytes:
    return b"".join(iter(lambda: os.read(reader, 65536), b""))


def _pour(writer: int, count: int) -> None:
    try:
        os.write(writer, b"x" * count)
    except BrokenPipeError:
        pass
    finally:
        os.close(writer)

"""A sealed identity: bounds before work, two factors, and one answer to whatever does not open."""

import os
import subprocess
import sys
import threading
from dataclasses import replace
from hashlib import blake2b
from itertools import product

import pytest

from custody.errors import CustodyError, Mismatch, Unfit, Unreadable
from custody.keys.vaults import primitives
from custody.keys.vaults.officer import OfficerKeys, OfficerPublic
from custody.keys.vaults.parameters import CEILING, FLOORS, STANDARD, Network, Parameters
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.sealed import (
    FEWEST_OF_KEY_FILE,
    MOST_OF_KEY_FILE,
    OFFICER_FILE,
    SEALED,
    KeyFile,
    SealedIdentity,
    officer_file,
    read_officer_file,
)
from custody.secret import Secret
from tests.conftest import ROOT
from tests.keys.vaults.vaults import bound_work
from tests.support.effort import against
from tests.support.patience import until

QUICK = FLOORS[Network.TEST]
SEED = bytes(range(32))
KEY_FILE = KeyFile.read(bytes(range(32)))
OTHER_KEY_FILE = KeyFile.read(bytes(range(1, 33)))


def passphrase(text: str = "orbit tiger cabin") -> Passphrase:
    return Passphrase.read(Secret(text.encode()))


def officer() -> OfficerKeys:
    return OfficerKeys.from_seed(Secret(SEED))


def sealed(key_file: KeyFile | None = None, **options) -> SealedIdentity:
    options = {"parameters": QUICK, **options}
    return SealedIdentity.seal(officer(), passphrase(), key_file, Network.TEST, **options)


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, int]]:
    """What Argon2id is asked for, in order."""
    asked = []

    class Counted:
        def __init__(self, **work) -> None:
            asked.append(work)
            self._work = Argon2id(**work)

        def derive(self, password: bytes) -> bytes:
            return self._work.derive(password)

    Argon2id = primitives.Argon2id  # noqa: N806
    monkeypatch.setattr(primitives, "Argon2id", Counted)
    return asked


@pytest.mark.parametrize("key_file", [None, KEY_FILE], ids=["passphrase", "key file"])
def test_what_was_sealed_opens(key_file: KeyFile | None) -> None:
    identity = SealedIdentity.parse(bytes(sealed(key_file)), Network.TEST)
    assert identity.needs_key_file is (key_file is not None)
    with identity.unseal(passphrase(), key_file) as keys:
        assert keys.seed.reveal() == SEED
        assert keys.public == identity.public


def test_an_officers_file_is_read_as_it_was_written() -> None:
    identity = sealed(KEY_FILE)
    content = officer_file(identity)
    assert len(bytes(identity)) == SEALED == 138
    assert len(content) == OFFICER_FILE == 147
    assert read_officer_file(content) == identity


def test_every_sealing_has_a_salt_of_its_own() -> None:
    first, second = sealed(), sealed()
    assert first.salt != second.salt
    assert first.ciphertext != second.ciphertext


WRONG = {
    "the passphrase": ("other words", KEY_FILE),
    "the key file": ("orbit tiger cabin", OTHER_KEY_FILE),
    "no key file": ("orbit tiger cabin", None),
    "both": ("other words", None),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_not_told_and_costs_one_derivation(wrong: str, derivations: list) -> None:
    identity = sealed(KEY_FILE)
    damaged = replace(identity, ciphertext=bytes([identity.ciphertext[0] ^ 1]) + identity.ciphertext[1:])
    derivations.clear()
    typed, key_file = WRONG[wrong]
    answers = []
    for attempt, words, second in ((identity, typed, key_file), (damaged, "orbit tiger cabin", KEY_FILE)):
        with pytest.raises(Mismatch) as told:
            attempt.unseal(passphrase(words), second)
        answers.append((str(told.value), told.value.hint, told.value.code, told.value.__cause__))
    assert answers[0] == answers[1]
    assert len(derivations) == 2
    assert "orbit" not in "".join(map(str, answers))


def test_a_key_file_that_is_not_needed_does_not_open() -> None:
    with pytest.raises(Mismatch):
        sealed().unseal(passphrase(), KEY_FILE)


def test_the_public_keys_of_a_file_are_those_of_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who knows the passphrase seals another officer's public keys over his own seed."""
    liar = replace(officer(), public=OfficerPublic(bytes(32), officer().public.recipient))
    identity = SealedIdentity.seal(liar, passphrase(), None, Network.TEST, parameters=QUICK)
    with pytest.raises(Mismatch) as told:
        identity.unseal(passphrase())
    assert told.value.code == "unopened"


def test_every_bit_of_an_officers_file_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    content = officer_file(sealed())
    bound_work(monkeypatch)
    for place, bit in product(range(len(content)), range(8)):
        changed = bytearray(content)
        changed[place] ^= 1 << bit
        with pytest.raises((Mismatch, Unreadable)):
            read_officer_file(bytes(changed)).unseal(passphrase())


def test_every_truncation_of_an_officers_file_is_refused() -> None:
    content = officer_file(sealed())
    for length in [*range(len(content)), len(content) + 1]:
        with pytest.raises(Unreadable):
            read_officer_file((content + b"\0")[:length])


@pytest.mark.parametrize("magic", [b"CUSTOFF3", b"CUSTOFF9"])
def test_a_newer_release_is_named(magic: bytes) -> None:
    with pytest.raises(Unreadable, match="newer release"):
        read_officer_file(magic + b"whatever it is")


def test_a_test_networks_identity_is_none_of_a_main_network() -> None:
    """Even where its parameters would do, and the byte that names the network is changed."""
    strong = replace(sealed(), network=Network.MAIN)
    with pytest.raises(Unreadable):
        SealedIdentity.parse(bytes(strong), Network.MAIN)
    with pytest.raises(Unreadable):
        strong.unseal(passphrase())


def test_the_network_is_authenticated(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = sealed()
    monkeypatch.setattr("custody.keys.vaults.parameters.FLOORS", {**FLOORS, Network.MAIN: QUICK})
    with pytest.raises(Mismatch):
        SealedIdentity.parse(bytes(identity), Network.MAIN).unseal(passphrase())


TOO_LITTLE = [
    (Network.MAIN, Parameters(256 * 1024 - 1, 3, 1)),
    (Network.MAIN, Parameters(256 * 1024, 2, 1)),
    (Network.MAIN, QUICK),
    (Network.TEST, Parameters(63, 1, 1)),
    (Network.TEST, Parameters(64, 0, 1)),
    (Network.TEST, Parameters(64, 1, 0)),
]
TOO_MUCH = [
    Parameters(2048 * 1024 + 1, 3, 1),
    Parameters(256 * 1024, 17, 1),
    Parameters(256 * 1024, 3, 17),
    Parameters(2**32 - 1, 2**32 - 1, 255),
    Parameters(64, 1, 9),
]


ENOUGH = [
    (Network.MAIN, Parameters(256 * 1024, 3, 1)),
    (Network.MAIN, Parameters(2048 * 1024, 16, 16)),
    (Network.TEST, Parameters(64, 1, 1)),
    (Network.TEST, Parameters(64, 1, 8)),
]


@pytest.mark.parametrize(("network", "parameters"), ENOUGH)
def test_what_lies_on_the_bounds_is_read(network: Network, parameters: Parameters) -> None:
    asked = replace(sealed(), network=network, parameters=parameters)
    assert SealedIdentity.parse(bytes(asked), network) == asked


@pytest.mark.parametrize("magic", [b"CUSTOFFA", b"CUSTOFF0", b"CUSTOFE2"])
def test_what_is_no_later_format_is_no_officers_file(magic: bytes) -> None:
    with pytest.raises(Unreadable, match="no officer's file"):
        read_officer_file(magic + officer_file(sealed())[8:])


@pytest.mark.parametrize(("network", "parameters"), [*TOO_LITTLE, *((Network.TEST, each) for each in TOO_MUCH)])
def test_bounds_are_looked_at_before_any_work(network: Network, parameters: Parameters, derivations: list) -> None:
    asked = replace(sealed(), network=network, parameters=parameters)
    derivations.clear()
    for act in (
        lambda: SealedIdentity.parse(bytes(asked), network),
        lambda: read_officer_file(officer_file(asked)),
        lambda: asked.unseal(passphrase()),
        lambda: SealedIdentity.seal(officer(), passphrase(), None, network, parameters=parameters),
    ):
        with pytest.raises(Unreadable):
            act()
    assert derivations == []


def test_floor_and_ceiling_themselves_and_what_is_made_are_allowed() -> None:
    for network in Network:
        for parameters in (FLOORS[network], CEILING, STANDARD[network]):
            parameters.check(network)


def test_the_floors_are_the_promised_ones() -> None:
    assert FLOORS[Network.MAIN] == Parameters(256 * 1024, 3, 1)
    assert FLOORS[Network.TEST] == Parameters(64, 1, 1)
    assert STANDARD[Network.MAIN].memory >= 256 * 1024
    assert STANDARD[Network.MAIN].seconds >= 0.5


def test_a_derivation_at_the_floor_leaves_the_interpreter_free() -> None:
    """A screen moves while it works."""
    work = threading.Thread(target=sealed_at_the_floor)
    work.start()
    ticks = 0
    while work.is_alive():
        work.join(0.005)
        ticks += 1
    assert ticks >= 5


def test_derivations_of_several_threads_wait_for_each_other_and_all_end() -> None:
    """Two at once in OpenSSL wait for each other's lanes for ever, or fail as if there were no memory."""
    derived: list[bytes] = []

    def derive() -> None:
        for _time in range(3):
            with primitives.argon2id(
                Secret(b"words"), bytes(16), memory=8192, passes=1, lanes=4, pepper=None, context=b""
            ) as key:
                derived.append(key.reveal())

    threads = [threading.Thread(target=derive, daemon=True) for _each in range(3)]
    for each in threads:
        each.start()
    until(lambda: not any(each.is_alive() for each in threads), "the end of all derivations")
    assert len(derived) == 9
    assert len(set(derived)) == 1


def test_a_derivation_at_the_floor_costs_what_writing_its_memory_so_often_does() -> None:
    """A guess costs no less than what is told: some hashing of every byte of it, in each pass."""
    floor = FLOORS[Network.MAIN]
    memory = bytes(floor.memory * 1024 // 8)
    ratio = against(sealed_at_the_floor, lambda: [blake2b(memory).digest() for _pass in range(floor.passes)], 2)
    assert ratio > 2


def sealed_at_the_floor() -> None:
    SealedIdentity.seal(officer(), passphrase(), None, Network.MAIN, parameters=FLOORS[Network.MAIN])


def test_unknown_factors_are_not_guessed() -> None:
    content = bytearray(bytes(sealed()))
    content[64] = 2
    with pytest.raises(Unreadable):
        SealedIdentity.parse(bytes(content), Network.TEST)


@pytest.mark.parametrize("size", [0, 1, FEWEST_OF_KEY_FILE - 1, MOST_OF_KEY_FILE + 1])
def test_a_key_file_has_its_limits(size: int) -> None:
    with pytest.raises(Unreadable):
        KeyFile.read(os.urandom(size))


def test_a_new_key_file_is_random_and_long_enough() -> None:
    first, second = KeyFile.draw(), KeyFile.draw()
    assert first != second
    assert repr(KeyFile.read(first.reveal())) == "KeyFile()"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the bound on memory is Linux's")
def test_a_machine_without_the_memory_says_so() -> None:
    program = """
import resource
from custody.errors import Unfit
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.sealed import SealedIdentity
resource.setrlimit(resource.RLIMIT_AS, (450 << 20, 450 << 20))
try:
    SealedIdentity.seal(OfficerKeys.new(), Passphrase.draw(), None, Network.MAIN)
except Unfit as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert "512 MiB" in done.stdout, done.stderr


def test_nothing_secret_shows() -> None:
    shown = repr(sealed())
    assert SEED.hex() not in shown
    assert "ciphertext" not in shown


@pytest.mark.parametrize("content", [b"", b"CUSTOFF1", b"CUSTVLT1" + bytes(139), bytes(147), b"CUSTOFF0" + bytes(139)])
def test_what_is_no_officers_file_is_refused(content: bytes) -> None:
    with pytest.raises(CustodyError) as told:
        read_officer_file(content)
    assert isinstance(told.value, Unreadable)


@pytest.mark.parametrize("size", [FEWEST_OF_KEY_FILE, MOST_OF_KEY_FILE])
def test_a_key_file_of_32_bytes_and_of_a_mebibyte_is_read(size: int) -> None:
    assert (FEWEST_OF_KEY_FILE, MOST_OF_KEY_FILE) == (32, 1 << 20)
    assert KeyFile.read(bytes(size)) == KeyFile.read(bytes(size))
    with pytest.raises(Unreadable, match="a key file has 32 to 1048576 bytes"):
        KeyFile.read(b"x")


@pytest.mark.parametrize(
    ("network", "parameters", "said"),
    [
        (Network.MAIN, QUICK, "floor of 262144 KiB, 3 passes"),
        (Network.MAIN, Parameters(256 * 1024, 2, 1), "floor of 262144 KiB, 3 passes"),
        (Network.TEST, Parameters(63, 1, 1), "floor of 64 KiB, 1 pass$"),
        (Network.TEST, Parameters(2048 * 1024 + 1, 1, 1), "more work than is ever done"),
        (Network.TEST, Parameters(64, 17, 1), "more work than is ever done"),
        (Network.TEST, Parameters(1024, 1, 17), "more work than is ever done"),
        (Network.TEST, Parameters(71, 1, 9), "work that cannot be done"),
    ],
)
def test_what_is_out_of_bounds_is_told_by_which_bound(network: Network, parameters: Parameters, said: str) -> None:
    with pytest.raises(Unreadable, match=said) as told:
        parameters.check(network)
    assert "No release of ours made this" in told.value.hint


def test_what_a_derivation_takes_is_by_its_memory_and_its_passes() -> None:
    assert Parameters(1536 * 1024, 1, 1).seconds == 1
    assert Parameters(1536 * 1024, 3, 4).seconds == 3
    assert STANDARD[Network.MAIN] == Parameters(512 * 1024, 3, 4)
    assert STANDARD[Network.TEST] == Parameters(8 * 1024, 1, 1)
    assert Parameters(2048 * 1024, 16, 16) == CEILING


@pytest.mark.parametrize(("kibibytes", "told"), [(1024, 1), (1025, 2), (512 * 1024, 512)])
def test_how_much_memory_is_wanting_is_told_in_mebibytes(
    kibibytes: int, told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Wanting:
        def __init__(self, **_work: object) -> None:
            pass

        def derive(self, _password: bytes) -> bytes:
            raise MemoryError

    monkeypatch.setattr(primitives, "Argon2id", Wanting)
    with pytest.raises(Unfit, match=f"not the {told} MiB of memory") as error:
        primitives.argon2id(Secret(b"x"), bytes(16), memory=kibibytes, passes=1, lanes=1, pepper=None, context=b"")
    assert error.value.code == "memory"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no officer's file, or not the whole of it"),
        (b"CUSTOFF1", "no officer's file, or not the whole of it"),
        (b"CUSTOFF1" + bytes(138), "no officer's file, or not the whole of it"),
        (b"CUSTOFF1\x02" + bytes(138), "a network that this release does not know"),
        (b"CUSTOFF3", "newer release"),
        (b"CUSTVLT1" + bytes(139), "no officer's file"),
    ],
)
def test_what_is_wrong_with_an_officers_file_is_named(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_officer_file(content)


def test_an_identity_of_another_size_is_told_with_how_many_bytes_it_has() -> None:
    for content in (bytes(sealed())[:-1], bytes(sealed()) + b"\0", b""):
        with pytest.raises(Unreadable, match="138 bytes, more with tokens"):
            SealedIdentity.parse(content, Network.TEST)

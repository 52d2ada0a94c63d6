"""Every command that is given a secret asks first whether its door is sound, where the money is real (docs/adr/0020).

The treasury here is of a test network that counts as a main one: a script may answer for its officers.
"""

from pathlib import Path
from unittest import mock

import pytest

from airgap.door.standing import Standing
from custody.cli.front import output
from custody.cli.front.loading import command
from custody.cli.front.table import ROWS
from tests.cli.treasury.test_treasury import COINS, NAMES, OWNER, STRANGER, THREE, begun, payment, status
from tests.support import desk, unhardened
from tests.support.officers import Answer, custody, quick_identities

PHRASE = desk.PHRASES["A"] + "\n"
NETWORK = ("--network", "regtest")
WALLET = ("--wallet", "{folder}/wallet", "-o", "{folder}/out", "--yes")
BY_SECRET = {
    "key new": (*NETWORK, "--no-dice", "--words", "12", "--threshold", "2", "--shares", "3", "-o", "{folder}/set"),
    "key show": (),
    "key restore": ("--home", "{home}"),
    "share split": (*NETWORK, "--kind", "bip39", "--threshold", "2", "--shares", "3", "-o", "{folder}/set"),
    "share check": (),
    "share combine": (),
    "sign": ("{folder}/payment", *WALLET),
    "message sign": ("--message", "hello", "--index", "0", *WALLET),
    "message prove": ("--message", "hello", "--coins", "{folder}/payment", *WALLET),
}
BY_PASSPHRASE = {
    "sign": ("{home_payment}", "--home", "{home}", "-o", "{folder}/out"),
    "halt": ("--home", "{home}"),
    "home new": ("--home", "{folder}/new", *NETWORK, "--officer", "Alice", "--officer", "Bob"),
    "home restore": ("{folder}/copy", "--home", "{folder}/other"),
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A treasury and its backup, a wallet outside of it, and something to sign for each."""
    folder = tmp_path_factory.mktemp("door")
    with quick_identities():
        home = begun(folder)
        paper = "{n} {words}".format(**status(home)["head"])
        copied = custody("home", "backup", "--home", home, "-o", str(folder / "copy"), "--head", paper)
        made = custody(
            *("wallet", "new", "pay", "--descriptor", OWNER.descriptor, *NETWORK, "-o", str(folder / "wallet"))
        )
        assert (copied.code, made.code) == (0, 0), (copied, made)
    (folder / "payment").write_bytes(desk.psbt(OWNER, [COINS[0]], [(STRANGER, 60_000)], 500, 2))
    return {"folder": str(folder), "home": home, "home_payment": payment(folder)}


def refused(name: str, words: tuple[str, ...], places: dict[str, str], **given: object) -> Answer:
    """What a command answers where nothing shut the door."""
    with (
        quick_identities(),
        mock.patch.object(output, "TEST_MONEY", frozenset()),
        mock.patch.object(unhardened, "stands", lambda: Standing(is_shut=False)),
    ):
        return custody(*name.split(), *(word.format(**places) for word in words), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", BY_SECRET)
def test_a_key_is_asked_for_behind_a_sound_door_alone(name: str, places: dict[str, str]) -> None:
    answer = refused(
        name, BY_SECRET[name], places, secret=PHRASE, officers=THREE if "{home}" in BY_SECRET[name] else None
    )
    assert answer.code == 7 and "touches no secret of a main network" in answer.err, answer
    assert not Path(places["folder"], "out").exists() and not Path(places["folder"], "set").exists()


@pytest.mark.parametrize("name", BY_PASSPHRASE)
def test_officers_are_asked_behind_a_sound_door_alone(name: str, places: dict[str, str]) -> None:
    answer = refused(name, BY_PASSPHRASE[name], places, officers=NAMES)
    assert answer.code == 7 and "touches no secret of a main network" in answer.err, answer


def test_no_command_that_takes_a_key_is_left_out() -> None:
    takes = {name for name, row in ROWS.items() if "secret_fd" in {each.name for each in command(row.target).params}}
    assert takes <= BY_SECRET.keys() | BY_PASSPHRASE.keys()

"""A rehearsal's cards through every command that takes cards: refused on every network, in every form, with exit 3."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.derivation import parse_path
from custody.keys.cards.record import SetRecord
from custody.keys.cards.shares import Scheme
from custody.keys.kinds import Kind, master_key
from custody.keys.phrases import mnemonic
from custody.secret import Secret
from docs.command_line import leaves
from tests.chains.bitcoin.review.drafts import honest
from tests.cli.conftest import Answer
from tests.keys.cards.rehearsals import SECRETS, Rehearsed, rehearsed
from tests.keys.cards.test_rehearsal import NUMBER, REAL, foreign
from tests.support import desk
from tests.support.officers import NAMES, quick_identities
from tests.support.officers import custody as at_table

Run = Callable[..., Answer]

ONE_GROUP = Scheme.single(2, 3)
GROUPS = Scheme(2, ((2, 3), (1, 1), (2, 2)))
ASKED_FOR = {
    *("key show", "key restore", "share split", "share check", "share combine"),
    *("sign", "message sign", "message prove", "home new"),
}
"""The commands that this module tries."""

MAKES_A_KEY = {"key new"}
"""Takes dice on `--secret-fd`, and refuses a secret that is given (`tests/cli/keys/test_key.py`)."""


def refused_at_table(*arguments: str, **given: Any) -> None:
    answer = at_table(*arguments, "--json", **given)
    assert (answer.code, json.loads(answer.out)["error"]["code"]) == (3, "rehearsal"), answer


def owner_of(secret: Secret, kind: Kind) -> desk.Wallet:
    """A wallet of the first BIP-84 account of a test network."""
    master = master_key(secret, kind, None)
    account = master.account_xpub(parse_path("m/84h/1h/0h"), network("regtest").xpub)
    return desk.Wallet("wpkh", f"wpkh([{master.fingerprint.hex()}/84h/1h/0h]{account}/<0;1>/*)", ("A",))


def laid(folder: Path, owner: desk.Wallet) -> tuple[str, str]:
    """Lay a wallet and a payment of it into a folder; return their names."""
    (folder / "w.json").write_text(Wallet.register("cards", [owner.descriptor], network("regtest")).to_json())
    (folder / "in.psbt").write_bytes(honest(owner=owner).psbt())
    return str(folder / "w.json"), str(folder / "in.psbt")


def lines(made: Rehearsed, passphrase: str | None) -> str:
    beside = [] if passphrase is None else [f"passphrase: {passphrase}"]
    return "\n".join([*made.quorum, *beside])


def refused(answer: Answer) -> None:
    assert answer.code == 3, answer
    error = json.loads(answer.stdout)["error"]
    assert error["code"] == "rehearsal"
    assert "test key" in error["message"]
    assert "custody ceremony rehearse" in error["hint"]
    assert answer.secrets == ()


def test_every_command_that_takes_cards_is_tried_here() -> None:
    taking = {
        words
        for words, command, _context in leaves("custody")
        if any("--secret-fd" in each.opts for each in command.params)
    }
    assert taking == {f"custody {words}" for words in ASKED_FOR | MAKES_A_KEY}


@pytest.mark.parametrize("passphrase", [None, "correct horse"])
@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("scheme", [ONE_GROUP, GROUPS], ids=["one group", "groups"])
@pytest.mark.parametrize("bits", [128, 256])
def test_they_are_neither_shown_nor_checked_nor_combined(
    custody: Run, tmp_path: Path, bits: int, scheme: Scheme, kind: Kind, recorded: bool, passphrase: str | None
) -> None:
    made = rehearsed(scheme, kind, bits)
    (tmp_path / "set.json").write_text(made.record.to_json())
    beside = ("--set", str(tmp_path / "set.json")) if recorded else ()
    given = lines(made, passphrase)
    refused(custody("share", "check", *beside, "--json", secret=given))
    refused(custody("share", "combine", *beside, "--json", secret=given))
    refused(custody("share", "combine", "--kind", str(kind), *beside, "--json", secret=given, out=True))
    refused(custody("key", "show", *beside, "--json", secret=given))


@pytest.mark.parametrize("of_network", ["main", "test", "regtest"])
@pytest.mark.parametrize("kind", list(Kind))
def test_they_are_refused_on_every_network(custody: Run, kind: Kind, of_network: str) -> None:
    given = lines(rehearsed(ONE_GROUP, kind), None)
    of_it = ("--network", of_network)
    show = ("key", "show", "--kind", str(kind), "--path", "m/84h/1h/0h")
    refused(custody(*show, *of_it, "--json", secret=given))
    for cut_as in ((), ("--kind", str(kind))):
        split = ("share", "split", "--threshold", "2", "--shares", "3", *cut_as, "--json")
        refused(custody(*split, *of_it, secret=given, out=True))


@pytest.mark.parametrize("passphrase", [None, "correct horse"])
@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("scheme", [ONE_GROUP, GROUPS], ids=["one group", "groups"])
def test_they_sign_no_transaction_and_no_message_of_a_wallet_that_is_theirs(
    custody: Run, tmp_path: Path, scheme: Scheme, kind: Kind, recorded: bool, passphrase: str | None
) -> None:
    made = rehearsed(scheme, kind)
    wallet, payment = laid(tmp_path, owner_of(SECRETS[128], kind))
    (tmp_path / "set.json").write_text(made.record.to_json())
    beside = ("--set", str(tmp_path / "set.json")) if recorded else ()
    out = ("-o", str(tmp_path / "out"), "--yes", "--json")
    given = lines(made, passphrase)
    refused(custody("sign", payment, "--wallet", wallet, *beside, *out, secret=given))
    for message in (("message", "sign", "--index", "0"), ("message", "prove", "--coins", payment)):
        refused(custody(*message, "--message", "m", "--wallet", wallet, *beside, *out, secret=given))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", list(Kind))
def test_they_are_sealed_into_no_vault_open_no_home_and_begin_none(tmp_path: Path, kind: Kind) -> None:
    made = rehearsed(ONE_GROUP, kind)
    given = lines(made, None) + "\n"
    home, other = str(tmp_path / "home"), str(tmp_path / "other")
    with quick_identities():
        officers = [part for name in NAMES for part in ("--officer", name)]
        assert at_table("home", "new", "--home", home, "--network", "regtest", *officers, officers=NAMES).code == 0
        phrase = desk.PHRASES["A"] + "\n"
        assert at_table("key", "restore", "--home", home, officers=NAMES[:3], secret=phrase).code == 0
        before = {path.name for path in (tmp_path / "home" / "vaults").iterdir()}
        for named in ((), ("--kind", str(kind))):
            line = ("key", "restore", "--home", home, "--vault", "other", *named)
            refused_at_table(*line, officers=NAMES[:3], secret=given)
        assert {path.name for path in (tmp_path / "home" / "vaults").iterdir()} == before
        owner = owner_of(SECRETS[128], kind)
        _wallet, payment = laid(tmp_path, owner)
        descriptors = [part for branch in (0, 1) for part in ("--descriptor", owner.single(branch))]
        registering = ("wallet", "new", "pay", *descriptors, "--network", "regtest", "--home", home)
        assert at_table(*registering, officers=NAMES[:3]).code == 0
        refused_at_table(
            *("sign", payment, "--home", home, "-o", str(tmp_path / "out")), officers=NAMES[:3], secret=given
        )
        assert not (tmp_path / "out").exists()
        begun = ("home", "new", "--home", other, "--network", "regtest", "--officer", "Frank", "--officer", "Grace")
        follows = ("--follows", f"{home}/journal.jsonl")
        refused_at_table(*begun, *follows, officers=("Frank", "Grace"), secret=given)
        assert not Path(other).exists()


@pytest.mark.parametrize("bits", [128, 256])
def test_their_secret_is_refused_as_a_phrase_too(custody: Run, bits: int) -> None:
    phrase = mnemonic.phrase(SECRETS[bits]).reveal().decode()
    refused(custody("key", "show", "--json", secret=phrase))
    refused(custody("share", "split", "--threshold", "2", "--shares", "3", "--json", secret=phrase, out=True))


def test_a_card_alone_may_be_a_rehearsals_and_the_answer_says_so(custody: Run) -> None:
    made = rehearsed(ONE_GROUP)
    alone = custody("share", "check", "--json", secret=made.quorum[0])
    assert alone.code == 0
    assert [each for each in alone.json["warnings"] if "may be test cards" in each]
    told = custody("share", "check", secret=made.quorum[0])
    assert f"set {made.record.identifier} has one of the numbers that rehearsals use" in told.stdout + told.stderr
    by_chance = custody("share", "check", "--json", secret=foreign(NUMBER, REAL)[0])
    assert [each for each in by_chance.json["warnings"] if "may be test cards" in each]
    elsewhere = custody("share", "check", "--json", secret=foreign(NUMBER - 100, REAL)[0])
    assert not [each for each in elsewhere.json["warnings"] if "test cards" in each]


def test_honest_cards_that_have_the_number_by_chance_open_sign_and_are_not_called_test_cards(
    custody: Run, tmp_path: Path
) -> None:
    given = "\n".join(foreign(NUMBER, REAL))
    checked = custody("share", "check", "--json", secret=given)
    fingerprint = master_key(REAL, Kind.SLIP39, None).fingerprint
    assert checked.json["fingerprints"]["slip39"] == fingerprint.hex()
    assert not [each for each in checked.json["warnings"] if "test cards" in each]
    other = master_key(REAL, Kind.BIP39, None).fingerprint
    record = SetRecord(NUMBER, Kind.SLIP39, True, 0, Scheme.single(2, 2), fingerprint, other)
    (tmp_path / "set.json").write_text(record.to_json())
    wallet, payment = laid(tmp_path, owner_of(REAL, Kind.SLIP39))
    signing = ("sign", payment, "--wallet", wallet, "--set", str(tmp_path / "set.json"))
    assert custody(*signing, "-o", str(tmp_path / "out"), "--yes", "--json", secret=given).code == 0

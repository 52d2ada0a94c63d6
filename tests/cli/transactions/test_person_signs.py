"""A person at an 80x24 terminal reviews, answers and signs; on the main network nobody else may."""

import hashlib
import json
from pathlib import Path

import pytest
from embit import bip32
from embit.networks import NETWORKS

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.keys.phrases import mnemonic
from custody.secret import Secret
from tests.chains.bitcoin.review.drafts import Draft, honest
from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.support import desk
from tests.support.aloud import threes
from tests.support.custody_command import run

ENTROPY = Secret(hashlib.sha256(b"a key that nobody knows").digest()[:16])
PHRASE = mnemonic.phrase(ENTROPY).reveal().decode()


def main_wallet(phrase: str) -> desk.Wallet:
    """A wallet on the main network, by the desk's library."""
    seed = mnemonic.seed(mnemonic.entropy_of(phrase)).reveal()
    root = bip32.HDKey.from_seed(seed, version=NETWORKS["main"]["xprv"])
    account = root.derive("m/84h/0h/0h").to_public().to_base58()
    return desk.Wallet("wpkh", f"wpkh([{root.my_fingerprint.hex()}/84h/0h/0h]{account}/<0;1>/*)", ("A",))


def lay(folder: Path, phrase: str = PHRASE, draft: Draft | None = None) -> tuple[str, str, Path]:
    """Lay a PSBT and its wallet into a folder; name them and the file to write."""
    owner = main_wallet(phrase)
    wallet = Wallet.register("treasury", [owner.descriptor], network("main"))
    (folder / "wallet.json").write_text(wallet.to_json())
    (folder / "in.psbt").write_bytes((draft or honest(owner=owner)).psbt())
    return str(folder / "in.psbt"), str(folder / "wallet.json"), folder / "out.psbt"


def typed_by_a_person(file: str, wallet: str, out: Path) -> Screen:
    return Screen(PROGRAM, "sign", file, "--wallet", wallet, "-o", str(out))


def test_a_person_reads_the_review_and_signs_on_the_main_network(tmp_path: Path) -> None:
    file, wallet, out = lay(tmp_path)
    with typed_by_a_person(file, wallet, out) as screen:
        screen.until("Nothing objects. Not yet approved.")
        screen.until('Type "sign"')
        screen.enter("sign")
        screen.until("Word 1:")
        screen.enter([*PHRASE.split(), ""])
        assert screen.finish() == 0, screen.text
        assert not any(word.encode() in screen.raw for word in (" ".join(PHRASE.split()[:2]), PHRASE))
    assert len(Psbt.parse(out.read_bytes()).inputs[0].partial_sigs) == 1


def test_a_person_who_does_not_type_the_word_has_declined(tmp_path: Path) -> None:
    file, wallet, out = lay(tmp_path)
    with typed_by_a_person(file, wallet, out) as screen:
        screen.until('Type "sign"')
        screen.enter("yes")
        screen.until_raw(b'Type "sign"', 2)
        screen.enter("yes")
        assert screen.finish() == 6
    assert not out.exists()


def test_a_warning_needs_its_own_answer(tmp_path: Path) -> None:
    draft = honest(owner=main_wallet(PHRASE))
    script, amount, pairs = draft.outputs[1]
    draft.outputs[1] = (script, amount - 1_000, pairs)  # the fee is now over a twentieth of what leaves
    file, wallet, out = lay(tmp_path, draft=draft)
    with typed_by_a_person(file, wallet, out) as screen:
        screen.until("BTC-FEE-HIGH")
        screen.until("page 1 of 2")
        screen.enter()
        screen.until('Type "understood"')
        screen.enter("sign")  # the word of another question: it is asked once more
        screen.until('That was not "understood"')
        screen.enter("sign")
        assert screen.finish() == 6
    assert not out.exists()


def test_a_warning_that_is_asked_about_is_folded_and_no_word_is_cut(tmp_path: Path) -> None:
    draft = honest(owner=main_wallet(PHRASE))
    draft.locktime = 1_900_000_000
    file, wallet, out = lay(tmp_path, draft=draft)
    with typed_by_a_person(file, wallet, out) as screen:
        screen.until("page 1 of 2")
        screen.enter()
        screen.until('Type "understood"')
        told = screen.raw.decode().split("\r\n")
        screen.enter("no")
        assert screen.finish() == 6
    asked = told.index(" It cannot be mined before 2030-03-17 17:46 UTC. Wallets do not do that by")
    assert told[asked + 1] == "    themselves. [BTC-LOCKTIME-FAR]"


def test_nothing_of_a_long_review_is_below_the_fold(tmp_path: Path) -> None:
    draft = honest(owner=main_wallet(PHRASE))
    script, amount, pairs = draft.outputs[1]
    payments = [(b"\x00\x14" + bytes([number]) * 20, 1_000 + number, []) for number in range(20)]
    draft.outputs = [(script, amount - sum(paid for _script, paid, _pairs in payments), pairs), *payments]
    draft.outputs[0] = (script, draft.outputs[0][1] + 30_000, pairs)
    file, wallet, out = lay(tmp_path, draft=draft)
    seen: set[str] = set()
    with typed_by_a_person(file, wallet, out) as screen:
        for _page in range(20):
            screen.until("Enter goes on" if 'Type "sign"' not in screen.text else 'Type "')
            seen |= {str(atoms) for _script, atoms, _pairs in payments if f"({threes(atoms)} satoshi)" in screen.text}
            if 'Type "' in screen.text:
                break
            screen.enter()
            screen.read(0.3)
        screen.enter("no")
        screen.finish()
    assert seen == {str(atoms) for _script, atoms, _pairs in payments}


def test_yes_is_not_taken_on_the_main_network(tmp_path: Path) -> None:
    file, wallet, out = lay(tmp_path)
    done = run("custody", "sign", file, "--wallet", wallet, "--yes", "-o", str(out), secret=PHRASE)
    assert done.code == 2
    assert not out.exists()


def test_a_publicly_known_key_does_not_sign_on_the_main_network(tmp_path: Path) -> None:
    known = desk.PHRASES["A"]
    file, wallet, out = lay(tmp_path, known, honest(owner=main_wallet(known)))
    with typed_by_a_person(file, wallet, out) as screen:
        screen.until('Type "sign"')
        screen.enter("sign")
        screen.until("Word 1:")
        screen.enter([*known.split(), ""])
        assert screen.finish() == 3, screen.text
        assert "publicly known" in screen.text
    assert not out.exists()


@pytest.mark.parametrize("kind", ["slip39", "bip39"])
def test_cards_of_either_kind_sign_for_the_wallet_that_names_their_key(kind: str, tmp_path: Path) -> None:
    secret = run("custody", "key", "show", "--path", "m/84h/1h/0h", "--network", "regtest", "--json", secret=CARDS)
    assert secret.code == 0, secret.err
    shown = json.loads(secret.out)
    options = ("--kind", kind) if kind == "bip39" else ()
    if options:
        again = run(
            "custody", "key", "show", *options, "--path", "m/84h/1h/0h", "--network", "regtest", "--json", secret=CARDS
        )
        shown = json.loads(again.out)
    owner = desk.Wallet("wpkh", f"wpkh({shown['key']}/<0;1>/*)", ("A",))
    wallet = Wallet.register("cards", [owner.descriptor], network("regtest"))
    (tmp_path / "w.json").write_text(wallet.to_json())
    (tmp_path / "in.psbt").write_bytes(honest(owner=owner).psbt())
    out = tmp_path / "out.psbt"
    arguments = ("sign", str(tmp_path / "in.psbt"), "--wallet", str(tmp_path / "w.json"), "--yes", "-o", str(out))
    done = run("custody", *arguments, "--json", secret=CARDS)
    assert done.code == 0, done.err
    assert json.loads(done.out)["key"]["kind"] == kind


CARDS = "\n".join(
    (
        "shadow pistol academic always adequate wildlife fancy gross oasis cylinder mustang wrist rescue view short "
        "owner flip making coding armed",
        "shadow pistol academic acid actress prayer class unknown daughter sweater depict flip twice unkind craft "
        "early superior advocate guest smoking",
    )
)
"""Vector 4 of SLIP-39, "Basic sharing 2-of-3 (128 bits)"."""


def test_an_answer_typed_before_the_review_is_on_the_screen_approves_nothing(tmp_path: Path) -> None:
    file, wallet, out = lay(tmp_path)
    with typed_by_a_person(file, wallet, out) as screen:
        screen.enter("sign")
        screen.until('Type "sign"')
        screen.read(0.5)
        assert "Word 1" not in screen.text
        screen.enter("no")
        assert screen.finish() == 6
    assert not out.exists()

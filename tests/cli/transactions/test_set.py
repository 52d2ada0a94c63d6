"""`--set` where something is signed: the record says whose key is meant, and what leads to another one is refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from custody.cli.transactions.vault_key import KeyWish, choose_vault
from custody.cli.treasury.opening import Officers
from custody.errors import Usage
from tests.cli.conftest import Answer
from tests.cli.people.test_hidden_cards import CARDS, FOREIGN, SET, laid

TWO = "\n".join(CARDS[:2])


def arguments(folder: Path, command: str, record: str = "set.json") -> tuple[str, ...]:
    what = {"sign": ("sign", str(folder / "in.psbt")), "message": ("message", "sign", "--index", "0", "--message", "m")}
    return (
        *(*what[command], "--wallet", str(folder / "w.json"), "--set", str(folder / record)),
        *("-o", str(folder / "out"), "--yes", "--json"),
    )


@pytest.mark.parametrize("command", ["sign", "message"])
def test_the_cards_of_the_set_sign_and_others_and_other_passphrases_do_not(
    command: str, custody: Callable[..., Answer], tmp_path: Path
) -> None:
    line = arguments(laid(tmp_path), command)
    for secret, reason in (
        ("\n".join((CARDS[0], FOREIGN)), "the record of set 26575"),
        (FOREIGN, "the record of set 26575"),
        (f"{TWO}\npassphrase: wrong", "this passphrase leads to key"),
    ):
        refused = custody(*line, secret=secret)
        assert refused.code == 5
        assert reason in refused.json["error"]["message"]
        assert not (tmp_path / "out").exists()
    assert custody(*line, secret=TWO).code == 0


def test_a_set_of_another_wallet_is_refused_before_the_secret_is_read(
    custody: Callable[..., Answer], tmp_path: Path
) -> None:
    (laid(tmp_path) / "other.json").write_text(replace(SET, fingerprint=b"\1\2\3\4").to_json())
    refused = custody(*arguments(tmp_path, "sign", "other.json"), secret="no secret at all")
    assert refused.code == 5
    assert refused.json["error"]["message"] == "the set opens key 01020304, the wallet has 1c50a464"


def test_what_is_no_record_is_unreadable_before_the_review(custody: Callable[..., Answer], tmp_path: Path) -> None:
    (laid(tmp_path) / "no.json").write_text("{}")
    assert custody(*arguments(tmp_path, "sign", "no.json"), secret=TWO).code == 4


def test_a_set_is_of_cards_and_opens_no_vault(tmp_path: Path) -> None:
    wish = KeyWish("main", None, None, Officers(True, None, (), ()), SET)
    with pytest.raises(Usage, match="cards"):
        choose_vault(None, frozenset(), wish)  # type: ignore[arg-type]  no home is looked at
    assert choose_vault(None, frozenset(), replace(wish, vault=None)) is None  # type: ignore[arg-type]

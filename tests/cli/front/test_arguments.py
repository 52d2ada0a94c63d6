"""A secret on the command line is refused wherever it stands, in every form; what is honestly written there is not."""

import re
from collections.abc import Callable

import click
import pytest

from custody.cli.front.arguments import refuse_secrets
from custody.cli.front.loading import command
from custody.cli.front.table import ROWS
from custody.errors import Usage
from tests.conftest import ROOT
from tests.leaks.scenes import ALL
from tests.support.typed import SECRETS

LINES = {name: row for name, row in ROWS.items() if name != "completion"}


def refused(arguments: list[str]) -> bool:
    try:
        refuse_secrets(arguments)
    except Usage as failure:
        assert "history" in failure.hint
        shown = f"{failure.message} {failure.hint}"
        return not any(part in shown for argument in arguments for part in argument.split() if len(part) > 30)
    return False


def places(name: str) -> dict[str, Callable[[str], list[str]]]:
    """Where something can stand on a command's line: as each option's value, behind "=", and as an argument."""
    words = name.split()
    found: dict[str, Callable[[str], list[str]]] = {"an argument": lambda text: [*words, text]}
    for parameter in command(ROWS[name].target).params:
        if isinstance(parameter, click.Option) and not parameter.is_flag:
            option = max(parameter.opts, key=len)
            found[option] = lambda text, option=option: [*words, option, text]  # type: ignore[misc]
            found[f"{option}="] = lambda text, option=option: [*words, f"{option}={text}"]  # type: ignore[misc]
    return found


@pytest.mark.parametrize("name", LINES)
def test_every_kind_of_secret_is_refused_in_every_place_of_every_command(name: str) -> None:
    passed = [
        (kind, place)
        for place, line in places(name).items()
        for kind, secret in SECRETS.items()
        if not refused(line(secret)) and not (name == "halt" and place.startswith("--reason"))
    ]
    assert passed == []


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_is_refused_in_words_of_their_own_too(kind: str) -> None:
    assert refused(["key", "show", *SECRETS[kind].split()])


OFFICERS = [
    "Alice",
    "Bob",
    "Carol",
    "Dave",
    "Erin",
    "Frank",
    "Grace",
    "Heidi",
    "Ivan",
    "Judy",
    "Mallory",
    "Olivia",
    "Peggy",
]
KOREAN = "우리 회사는 오늘 두 번째 송금을 하지 않기로 모두 함께 정했습니다 그리고 내일 다시 이야기합니다"
ENGLISH = "We, the officers of the treasury, hold the coins of this wallet at the end of the year."
HONEST = (
    ["wallet", "new", "treasury", "--descriptor", "wsh(sortedmulti(2,[73c5da0a/48h/1h/0h/2h]tpubDC,xpub6C/<0;1>/*))"],
    ["home", "admit", "ab" * 32],
    ["home", "admit", "000000000000" + "c" * 52],
    ["officer", "retire", "0" + "9a" * 25 + "f" + "0" * 12],
    ["journal", "export", "--for", "ab" * 32, "-o", "out"],
    ["message", "sign", "--message", "ab" * 32],
    ["message", "sign", "--message=" + "ab" * 32],
    ["message", "sign", "--message", KOREAN],
    ["message", "sign", "--message", "我们今天决定不付款明天再谈"],
    ["message", "sign", "--message", ENGLISH],
    ["officer", "absence", "Bob", "--from", "2026-12-24", "--to", "2026-12-26"],
    ["home", "new", *[part for name in OFFICERS for part in ("--officer", name)]],
    ["home", "backup", "--label", "the second safe of the bank in Zurich, box 1234"],
    ["review", "treasury/kept/" + "ab" * 32],
    ["review", "./" + "ab" * 32],
    ["status", "--head", "12 bear dune echo fork gate hill iron jade kelp lamp"],
    ["sign", "--head", "12 bear dune echo fork gate hill iron jade kelp lamp", "payment", "treasury/kept/file.psbt"],
    ["review", "one.psbt", "two.psbt", "three.psbt", "four.psbt", "five.psbt", "six.psbt", "seven.psbt"],
    ["wallet", "find", "w.json", "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"],
)  # fmt: skip


@pytest.mark.parametrize("line", HONEST, ids=lambda line: " ".join(line)[:40])
def test_what_people_honestly_write_is_taken(line: list[str]) -> None:
    refuse_secrets(line)


@pytest.mark.parametrize("name", [name for name in ALL if ALL[name].program == "custody"])
def test_no_scene_of_ours_is_refused(name: str) -> None:
    refuse_secrets([argument.replace("MACHINE", "ab" * 32) for argument in ALL[name].arguments])


def test_no_line_of_the_documents_is_refused() -> None:
    lines = [
        line.strip(" $`") for path in sorted((ROOT / "docs").rglob("*.md")) for line in path.read_text().splitlines()
    ]
    commands = [re.split(r"[`|;]| #", line)[0].split() for line in lines if line.startswith("custody ")]
    assert len(commands) > 40
    for words in commands:
        refuse_secrets(words[1:])

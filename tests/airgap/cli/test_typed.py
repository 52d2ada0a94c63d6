"""A secret on the window's command line is refused wherever it stands, and is not repeated."""

from collections.abc import Callable

import click
import pytest

import airgap.cli.named
from airgap.cli.front import front, run
from airgap.cli.table import COMMANDS
from tests.support.typed import SECRETS


def places(name: str) -> dict[str, Callable[[str], list[str]]]:
    """Where something can stand on a command's line: as each option's value, behind "=", and as an argument."""
    command = front.get_command(click.Context(front), name)
    assert isinstance(command, airgap.cli.named.Opening)
    found: dict[str, Callable[[str], list[str]]] = {
        "an argument": lambda text: [name, text],
        "words": lambda text: [name, *text.split()],
        "behind --": lambda text: [name, "--", text],
    }
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.is_flag:
            option = max(parameter.opts, key=len)
            found[option] = lambda text, option=option: [name, option, text]  # type: ignore[misc]
            found[f"{option}="] = lambda text, option=option: [name, f"{option}={text}"]  # type: ignore[misc]
    return found


@pytest.mark.parametrize("name", [*COMMANDS, "unknown"])
def test_every_kind_of_secret_is_refused_in_every_place_of_every_command(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = places(name) if name in COMMANDS else {"an argument": lambda text: [text]}
    for place, line in lines.items():
        for kind, secret in SECRETS.items():
            assert run(line(secret)) == 2, (place, kind)
            told = capsys.readouterr()
            assert told.out == "", (place, kind)
            assert "history" in told.err, (place, kind)
            assert not any(part in told.err for part in secret.split() if len(part) > 30), (place, kind)
            assert secret not in told.err, (place, kind)


def test_what_else_was_typed_is_not_repeated_by_the_parser(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["decode", *["legal", "winner", "thank", "year", "wave", "sausage", "worth"]]) == 2
    told = capsys.readouterr().err
    assert "sausage" not in told
    assert "unexpected" in told


@pytest.mark.parametrize(
    "line",
    [
        ["decode", "frames.txt", "-o", "request.psbt"],
        ["scan", *(f"photo-{number}.png" for number in range(20)), "-o", "request.psbt"],
        ["show", "./" + "ab" * 32, "--to", "pdf", "-o", "signed.pdf"],
        ["encode", "signed.psbt", "--type", "crypto-psbt", "--framing", "ur", "--fragment", "200", "--frames", "40"],
    ],
    ids=lambda line: line[0],
)
def test_what_people_honestly_write_is_taken(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run(line)
    assert "history" not in capsys.readouterr().err

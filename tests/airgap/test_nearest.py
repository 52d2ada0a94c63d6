"""The nearest name for a word that the command line does not know, and which words are repeated."""

from collections.abc import Iterator

import click
import pytest
from shamir_mnemonic.wordlist import WORDLIST

from airgap import nearest
from airgap.cli.table import COMMANDS
from airgap.errors import Usage
from custody.chains.bitcoin.consensus.network import ALIASES
from custody.cli.front.table import ROWS, WINDOW
from custody.keys.phrases.wordlist import BIP39
from docs import command_line as document

NAMES = ("review", "resume", "sign", "show", "home", "halt", "key")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("reveiw", "review"), ("rewiev", "review"), ("Review", "review"), ("revie", "review"), ("review", "review")),
        *(("sgin", "sign"), ("rev", "review"), ("kye", "key"), ("keys", "key"), ("review-all", "review")),
        *(("", ""), ("frobnicate", ""), ("re", ""), ("kidney", ""), ("k", ""), ("keyboard", ""), ("sh", "")),
    ],
)
def test_the_nearest_name_is_one_that_somebody_may_have_meant(typed: str, meant: str) -> None:
    assert nearest.nearest(typed, NAMES) == meant


def test_of_equally_near_names_the_first_is_meant() -> None:
    assert nearest.nearest("bip93", ("bip92", "bip39")) == "bip92"
    assert nearest.nearest("bip93", ("bip39", "bip92")) == "bip39"


def test_dashes_are_no_letters() -> None:
    assert nearest.nearest("--count", ("--json", "--range")) == ""
    assert nearest.nearest("--treshold", ("--json", "--threshold")) == "--threshold"
    assert nearest.nearest("version", ("review", "--version")) == "--version"


@pytest.mark.parametrize(
    ("word", "guess", "shown"),
    [
        *(("reveiw", "review", "reveiw"), ("frobnicate", "", ""), ("bip93", "bip39", "bip93"), ("13", "", "13")),
        *(
            ("zebra", "", ""),
            ("ZEBRA", "", ""),
            ("hope", "home", ""),
            ("Hope", "home", ""),
            ("tesnet", "testnet", "tesnet"),
        ),
        *(("two words", "", ""), ("two\twords", "", ""), ("a" * 24, "", ""), ("12345", "", "")),
        *(
            ("\x1b[31mfoo", "", ""),
            ("\x1b[31mreveiw", "review", r"\x1b[31mreveiw"),
            ("schl\u00fcssel", "", ""),
            ("", "", ""),
        ),
        # words of phrases with marks about them, and beside a name
        *(
            ("abandon,", "", ""),
            ("1.abandon", "", ""),
            ("abandon1", "", ""),
            ("zoo;", "", ""),
            ("abandon/ability", "", ""),
        ),
        *(("review-abandon", "review", ""), ("abandon-review", "review", ""), ("review1.zoo", "review", "")),
        *(("Tr0ub4dor&3", "", ""), ("ms10testsxxxxxxxxxxxxxx", "", "")),
    ],
)
def test_what_may_be_of_a_secret_is_not_repeated(word: str, guess: str, shown: str) -> None:
    assert nearest.repeatable(word, guess) == shown


def names() -> Iterator[str]:
    """Every bare word that a command line of ours knows: of commands, and of choices."""
    yield from (word for row in ROWS for word in row.split())
    yield from (*COMMANDS, *ALIASES)
    for program in ("custody", "airgap"):
        for _words, command, _context in document.leaves(program):
            for each in command.params:
                yield from each.type.choices if isinstance(each.type, click.Choice) else ()


def test_no_word_of_a_phrase_or_a_card_is_repeated_unless_it_is_a_name() -> None:
    known = set(names())
    words = {spelling for word in (*BIP39.words, *WORDLIST) for spelling in (word, word[:4])} - known
    near = {word for word in words if any(nearest.nearest(word, (name,)) for name in known if alike(word, name))}
    assert near == nearest.WORDS_OF_PHRASES, "write them into airgap/nearest.py"


def alike(word: str, name: str) -> bool:
    """Whether it is worth counting slips."""
    return abs(len(word) - len(name)) <= 2 or name.startswith(word) or word.startswith(name)


def test_the_windows_commands_are_known_to_custody() -> None:
    assert tuple(COMMANDS) == WINDOW


def test_where_nothing_is_near_what_there_is_is_told() -> None:
    told = nearest.no_such_option("--count", "custody wallet address", ("--index", "--range"))
    assert isinstance(told, Usage)
    assert told.message == "custody wallet address has no option --count"
    assert told.hint.splitlines()[0] == "It takes --index, --range."
    value = nearest.no_such_value("zebra", "--to", ("sparrow", "core"))
    assert value.message == "--to does not take what was typed"
    assert value.hint == "It takes sparrow, core."


def test_an_option_is_repeated_where_it_is_a_plain_one_and_never_a_long_one() -> None:
    assert nearest.no_such_option("--\x1b[2J", "custody", ()).message == "custody has no option of that name"
    long = nearest.no_such_option(f"--{'k' * 60}", "custody", ())
    assert "kk" not in long.message + long.hint


def test_another_command_with_that_last_word_is_named() -> None:
    lines = ("custody share combine", "custody psbt combine", "custody sign")
    told = nearest.no_such_command("combine", "custody", ("share", "psbt", "sign"), elsewhere=lines)
    assert told.hint.splitlines()[0] == "Did you mean custody share combine or custody psbt combine?"

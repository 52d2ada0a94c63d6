"""Options and arguments of `custody ceremony`; each command then calls its job."""

from typing import Any

import click

from custody.catalogue import _
from custody.cli.front.loading import job
from custody.cli.front.named_files import InputFile, OutputFile
from custody.cli.front.numbers import NameType, NumberType
from custody.cli.front.options import force_option, json_option, network_option, quiet_option

THREATS = ("accident", "insider", "targeted")
MOST = 16
"""What a plan may have to withstand, and how many cards a key has, or keys a wallet.

A test holds them to the plan's own, which take longer to load.
"""


@click.command(
    help=_(
        "Read the plan of a ceremony: who does what, where the cards go, what it takes, and what is wrong with it. "
        "Exit 3 where it should not be signed. The words are of all that stands in it: everybody who signs keeps "
        "them.\n\n"
        "--new writes a plan to be filled in, with what the threat demands. A plan holds no secret."
    )
)
@click.argument("file", type=InputFile(), required=False)
@click.option("--new", "begin", is_flag=True, help=_("Write a plan to be filled in."))
@network_option
@click.option("--threat", type=NameType(THREATS), help=_("What it must withstand: accident, insider or targeted."))
@click.option("--needed", type=NumberType(1, MOST), default=3, help=_("How many cards open a key."))
@click.option("--cards", type=NumberType(1, MOST), default=5, help=_("How many cards a key has."))
@click.option("--quorum", type=NumberType(1, MOST), default=1, help=_("How many keys sign."))
@click.option("--keys", type=NumberType(1, MOST), default=1, help=_("How many keys the wallet has."))
@click.option("-o", "--output", "out", type=OutputFile(), help=_("The plan to write, with --new."))
@force_option
@json_option
@quiet_option
def plan(begin: bool, needed: int, cards: int, quorum: int, keys: int, force: bool, **said: Any) -> int | None:
    """Read a plan, or write one to be filled in."""
    if begin:
        return job(
            "ceremonies.begun:begin",
            {**said, "needed": needed, "cards": cards, "quorum": quorum, "keys": keys, "force": force},
        )
    return job("ceremonies.plan:plan", said)


@click.command(
    "print",
    help=_(
        "Print the script of a ceremony: a PDF in English and Japanese, for paper. It has the kit with its serials, "
        "who must be there, each step with places for the time and initials, what is said aloud, the log of "
        "exceptions, forms for cards, and what becomes of the machines.\n\n"
        "A plan that should not be signed is not printed: exit 3."
    ),
)
@click.argument("file", type=InputFile())
@click.option("-o", "--output", "out", type=OutputFile(), required=True, help=_("The PDF to write."))
@force_option
@json_option
@quiet_option
def print_(**said: Any) -> int | None:
    """Print the script of a ceremony."""
    return job("ceremonies.printed:print_script", said)

"""Options of `custody key` and `share`: what a secret is, into how many cards it is cut."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, TypeVar

import click

from custody.catalogue import _
from custody.cli.front.named_files import InputFile, OutputFile
from custody.cli.front.numbers import NameType, NumberType, PairType
from custody.cli.front.options import force_option
from custody.cli.people.options import owner_options, receipts_option

_Function = TypeVar("_Function", bound=Callable[..., Any])

KINDS = ("slip39", "bip39")
"""How a secret becomes a key; a test holds them to `keys.kinds`, which takes longer to load."""

BITS_OF_WORDS = MappingProxyType({"12": 128, "24": 256})
"""The bits of a secret, by the words that a phrase of it has."""

_MOST = 16


_EXPONENT = 10


_OPTIONS = (
    click.option("--threshold", type=NumberType(1, _MOST), metavar="M", help=_("So many cards open the secret.")),
    click.option("--shares", type=NumberType(1, _MOST), metavar="N", help=_("So many cards are made.")),
    click.option(
        "--group",
        "groups",
        multiple=True,
        type=PairType("/", "2/3", _MOST),
        metavar="M/N",
        help=_("A group in which M of N cards are a quorum; say it once for each group."),
    ),
    click.option(
        "--group-threshold", type=NumberType(1, _MOST), metavar="G", help=_("So many groups open the secret.")
    ),
    click.option(
        "--iteration-exponent",
        type=NumberType(0, _EXPONENT),
        metavar="E",
        default=1,
        show_default=True,
        help=_("How slow a passphrase is to guess: 10000 * 2^E rounds. Hardware wallets want 0 to 2."),
    ),
)


def scheme_options(command: _Function) -> _Function:
    """Give a command `--threshold --shares --group --group-threshold --iteration-exponent`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


kind_option = click.option(
    "--kind",
    "kind_name",
    type=NameType(KINDS),
    help=_("What the secret is: slip39, the BIP-32 seed itself; bip39, the entropy of a phrase."),
)

machine_part_option = click.option(
    "--show-machine-part", is_flag=True, help=_("Hand the machine's part over too, for docs/dice.py and docs/cards.py.")
)

_OF_TRANSCRIPT = (
    click.option(
        "--transcript",
        metavar="FILE",
        type=InputFile(),
        help=_("The transcript of the sitting at which the cards were made: each is looked at alone."),
    ),
    click.option(
        "--plan",
        "plan_file",
        metavar="PLAN",
        type=InputFile(),
        help=_("The plan as you have it: a transcript of another one is exit 5."),
    ),
    receipts_option,
    click.option("--from-bag", metavar="SERIAL", help=_("The bag that the one card came out of.")),
    click.option(
        "--identity",
        "identity_file",
        metavar="ID",
        type=InputFile(),
        help=_("Your identity, which the plan names: it signs a receipt of the one card."),
    ),
    click.option("--bag", metavar="SERIAL", help=_("The new bag that the card lies in now.")),
    owner_options,
    click.option("-o", "--output", "out", type=OutputFile(), help=_("The receipt to write.")),
    force_option,
)


def transcript_options(command: _Function) -> _Function:
    """Give a command what looks at one card alone: a transcript, and what a receipt of it needs."""
    for option in reversed(_OF_TRANSCRIPT):
        command = option(command)
    return command

"""Options and arguments of `custody officer`; each calls its job."""

from typing import Any

import click

from custody.catalogue import _
from custody.cli.front.loading import job
from custody.cli.front.named_files import OutputFile
from custody.cli.front.numbers import NameType
from custody.cli.front.options import force_option, json_option, quiet_option
from custody.cli.treasury.options import (
    ROLES,
    head_option,
    home_option,
    officers_options,
    quorum_options,
    read_home_option,
    token_option,
)


@click.command(help=_("Take an officer in: a quorum of the roster agrees, and every vault gets a new key."))
@click.argument("name")
@home_option
@click.option("--alternate-of", "principal", metavar="NAME", help=_("The officer on whose seat the new one sits too."))
@click.option("--dated", is_flag=True, help=_("The alternate counts for days of absence only: officer absence."))
@click.option(
    "--role", "roles", multiple=True, type=NameType(ROLES), help=_("What for; approver and keyholder unless said.")
)
@token_option
@quorum_options
@head_option
@officers_options
@json_option
@quiet_option
def enrol(**said: Any) -> int | None:
    """Take an officer in."""
    return job("officers.officer:enrol", said)


@click.command(
    help=_(
        "Change an officer's own passphrase, with the old one. Where it is forgotten nobody has a copy: with "
        "--forgotten a quorum gives the seat new keys."
    )
)
@click.argument("name")
@home_option
@click.option("--forgotten", is_flag=True, help=_("The officer cannot open the identity any more: new keys."))
@token_option
@click.option("--without-token", is_flag=True, help=_("The officer gives the tokens of now up, and enrols none."))
@head_option
@officers_options
@json_option
@quiet_option
def passphrase(**said: Any) -> int | None:
    """Change a passphrase."""
    return job("officers.seats:passphrase", said)


@click.command(
    help=_(
        "Let the alternate of an officer who is away count for some days, as a quorum agrees. It ends by itself. NAME "
        "is who is away."
    )
)
@click.argument("name")
@home_option
@click.option("--from", "first", required=True, metavar="DAY", help=_("The first day, as 2026-12-24 (UTC)."))
@click.option("--to", "last", required=True, metavar="DAY", help=_("The last day."))
@click.option("--by", "alternate", metavar="NAME", help=_("Which alternate, where the seat has several."))
@head_option
@officers_options
@json_option
@quiet_option
def absence(**said: Any) -> int | None:
    """Let an alternate count for some days."""
    return job("officers.seats:absence", said)


@click.command("list", help=_("Show who the officers are, and how many decide."))
@read_home_option
@json_option
@quiet_option
def list_(**said: Any) -> int | None:
    """Show the roster."""
    return job("treasury.standing:officers", said)


@click.command(
    help=_(
        "Let an officer go: a quorum of the roster agrees, every vault gets a new key and its older generations are "
        "removed. What the leaver may still hold is listed."
    )
)
@click.argument("name")
@home_option
@quorum_options
@head_option
@officers_options
@json_option
@quiet_option
def retire(**said: Any) -> int | None:
    """Let an officer go."""
    return job("officers.officer:retire", said)


@click.command(
    help=_(
        "Change how many seats decide, or where officers sit and what they do, while nobody joins or leaves: a quorum "
        "of the roster agrees, and every vault gets a new key.\n\nSeveral changes may be made at once: officers who "
        "change places are moved together. --seat and --role take the beginning of an officer's key in place of a name."
    )
)
@home_option
@quorum_options
@click.option(
    "--seat",
    "seats",
    multiple=True,
    metavar="NAME=SEAT",
    help=_("Where an officer sits: Bob=2 as the principal of seat 2, Bob=2:alternate as an alternate there."),
)
@click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="NAME=ROLES",
    help=_("All that an officer does, with commas between: {roles}.").format(roles=", ".join(ROLES)),
)
@head_option
@officers_options
@json_option
@quiet_option
def rules(**said: Any) -> int | None:
    """Change the rules."""
    return job("officers.rules:rules", said)


@click.command(
    help=_(
        "Take an officer to another machine of this treasury: the sealed identity and the name, in one file. There "
        "every command that officers come to takes it as --officer-file, and keeps the name.\n\nNo passphrase is asked "
        "for, and none is in it. Whoever gets the file can guess the passphrase in peace."
    )
)
@click.argument("name")
@read_home_option
@click.option(
    "-o", "--output", "out", type=OutputFile(), help=_("The file to write, - for standard output; or say --qr.")
)
@click.option("--qr", "as_code", is_flag=True, help=_("Show it as QR codes on the terminal, until a key is pressed."))
@force_option
@json_option
@quiet_option
def carry(as_code: bool, **said: Any) -> int | None:
    """Take an officer to another machine."""
    if as_code:
        return job("officers.carry_code:play", said)
    return job("officers.carry:carry", said)

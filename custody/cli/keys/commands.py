"""Options and arguments of `custody key` and `custody share`; each command then calls its job."""

from typing import Any

import click

from custody.catalogue import _
from custody.cli.front.loading import job
from custody.cli.front.named_files import OutputFile
from custody.cli.front.numbers import NameType
from custody.cli.front.options import (
    force_option,
    json_option,
    network_option,
    new_passphrase_option,
    quiet_option,
    stated_network_option,
)
from custody.cli.keys.options import (
    BITS_OF_WORDS,
    KINDS,
    kind_option,
    machine_part_option,
    scheme_options,
    transcript_options,
)
from custody.cli.people.options import passphrase_fd_option, secret_fd_option, secret_out_fd_option, set_option
from custody.cli.treasury.options import head_option, home_option, officers_options


@click.command(
    help=_(
        "Make a key from this machine's randomness and from dice, and hand it over.\n\n"
        "It leaves as one SLIP-39 card, as a BIP-39 phrase (--kind bip39), or at once as the cards of a quorum "
        "(--threshold and --shares). The SHA-256 of the machine's part is shown before the dice are typed; a script "
        "gives them as a line dice: 3161... on --secret-fd. One throw serves the key and its cards."
    )
)
@click.option(
    "--kind",
    "kind_name",
    type=NameType(KINDS),
    default=KINDS[0],
    show_default=True,
    help=_("What the secret is: slip39, the BIP-32 seed itself; bip39, the entropy of a phrase."),
)
@click.option(
    "--words",
    type=NameType(tuple(BITS_OF_WORDS)),
    default="24",
    show_default=True,
    help=_("Its size, in words of a phrase: 12 for 128 bits, 24 for 256. Cards have 20 and 33 words."),
)
@click.option("--dice/--no-dice", "with_dice", default=True, show_default=True, help=_("Ask for rolls of dice."))
@scheme_options
@network_option
@machine_part_option
@secret_fd_option
@passphrase_fd_option
@new_passphrase_option
@secret_out_fd_option
@click.option("-o", "--output", "record_path", type=OutputFile(), help=_("Write the cards' public record to it."))
@force_option
@json_option
@quiet_option
def new(**said: Any) -> int | None:
    """Make a key."""
    return job("keys.key:new", said)


@click.command(
    help=_(
        "Say which key a secret is: its fingerprint, and with --path the public key that a descriptor takes.\n\n"
        "The secret is a phrase, or cards of one set. It is never shown."
    )
)
@click.option("--path", "path_text", metavar="PATH", help=_("Show the extended public key at this path: m/84h/0h/0h."))
@click.option(
    "--kind",
    "kind_name",
    type=NameType(KINDS),
    help=_("Which reading of cards is meant; cards cannot say it. Without this, slip39."),
)
@network_option
@set_option
@secret_fd_option
@passphrase_fd_option
@json_option
@quiet_option
def show(**said: Any) -> int | None:
    """Say which key it is."""
    return job("keys.key:show", said)


@click.command(
    help=_(
        "Bring cards or a phrase together, and seal the key into a vault of the treasury, as a quorum agrees. It then "
        "opens when enough officers are present; the cards stay what they are."
    )
)
@home_option
@head_option
@click.option("--vault", "name", default="main", show_default=True, metavar="NAME", help=_("What the vault is called."))
@click.option(
    "--kind",
    "kind_name",
    type=NameType(KINDS),
    help=_("Which reading of cards is meant, where no registered wallet says it."),
)
@secret_fd_option
@officers_options
@json_option
@quiet_option
def restore(**said: Any) -> int | None:
    """Put a key into a vault."""
    return job("keys.restore:restore", said)


@click.command(
    help=_(
        "Cut a secret into SLIP-39 cards: --threshold 3 --shares 5, or --group 2/3 for each group.\n\n"
        "A phrase is cut as kind bip39 (its entropy); what came as cards keeps its kind, slip39 unless you say. Every "
        "quorum is brought together again before the first card is shown. A passphrase that opened the secret protects "
        "the new cards of kind slip39 as well; a BIP-39 passphrase is never part of a card.\n\n"
        "What is random in the cards comes from dice of their own and from this machine, which commits to its part "
        "first. A script gives the dice as a line dice: 3161... beside the secret; without one the machine stands "
        "alone, and that is said."
    )
)
@scheme_options
@kind_option
@click.option(
    "--dice/--no-dice",
    "with_dice",
    default=None,
    help=_("Ask for rolls of dice. Without either: of a person yes, of a script that brings some."),
)
@stated_network_option
@machine_part_option
@secret_fd_option
@passphrase_fd_option
@secret_out_fd_option
@click.option("-o", "--output", "record_path", type=OutputFile(), help=_("Write the set's public record to this file."))
@force_option
@json_option
@quiet_option
def split(**said: Any) -> int | None:
    """Cut a secret into cards."""
    return job("keys.share:split", said)


@click.command(
    help=_(
        "Say of which set and group cards are, and how many are missing; with a quorum, which key they open.\n\n"
        "Nothing is restored and nothing leaves. Exit 0 also where cards are missing.\n\n"
        "--transcript looks at each card alone, without a quorum: whether it is the card that the sitting committed "
        "to, and which one, and the bag and the place that were written down. With --identity and -o whoever looked "
        "signs a receipt. Exit 9 where a card is another one; it never shows that nobody copied a card."
    )
)
@set_option
@secret_fd_option
@transcript_options
@json_option
@quiet_option
def check(transcript: str | None, **said: Any) -> int | None:
    """Check cards, or each card alone."""
    if transcript is None:
        return job("keys.share:check", said)
    return job("ceremonies.cards.check:check", {"transcript": transcript, **said})


@click.command(
    help=_(
        "Bring a quorum of cards together and say which key they open. Exit 3 where cards are missing.\n\n"
        "With --secret-out-fd the secret leaves as well: as one card that opens alone, or as a phrase (--kind bip39)."
    )
)
@set_option
@kind_option
@secret_fd_option
@passphrase_fd_option
@secret_out_fd_option
@json_option
@quiet_option
def combine(**said: Any) -> int | None:
    """Combine cards."""
    return job("keys.share:combine", said)

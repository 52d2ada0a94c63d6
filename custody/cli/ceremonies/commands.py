"""Options and arguments of `custody ceremony`; each command then calls its job."""

from typing import Any

import click

from custody.catalogue import _
from custody.cli.ceremonies.options import judged_options, led_options, sitting_options
from custody.cli.front.loading import job
from custody.cli.front.named_files import InputFile, Medium, OutputFile
from custody.cli.front.numbers import NameType, NumberType
from custody.cli.front.options import force_option, json_option, network_option, quiet_option
from custody.cli.people.options import owner_options, receipts_option
from custody.cli.treasury.options import compared_home_option, head_option, home_option, officers_options

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
@click.option(
    "--signature",
    "signatures",
    multiple=True,
    metavar="FILE",
    type=InputFile(),
    help=_("What somebody signed of this plan (ceremony sign); once for each. A false one ends it with exit 9."),
)
@click.option(
    "--rehearsal",
    "rehearsals",
    multiple=True,
    metavar="FILE",
    type=InputFile(),
    help=_("A transcript of a rehearsal, of any plan: minutes are worked out from what people took; once for each."),
)
@click.option("-o", "--output", "out", type=OutputFile(), help=_("The plan to write, with --new."))
@force_option
@json_option
@quiet_option
def plan(
    begin: bool, needed: int, cards: int, quorum: int, keys: int, force: bool, rehearsals: tuple[str, ...], **said: Any
) -> int | None:
    """Read a plan, or write one to be filled in."""
    if begin:
        return job(
            "ceremonies.begun:begin",
            {**said, "needed": needed, "cards": cards, "quorum": quorum, "keys": keys, "force": force},
        )
    if rehearsals:
        return job("ceremonies.measured_plan:measured_plan", {**said, "rehearsals": rehearsals})
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


@click.command(
    help=_(
        "Make an identity: a key with which one person signs plans and transcripts of ceremonies. It decides nothing "
        "else.\n\n"
        "It is sealed under a passphrase of its owner, who carries the file. What is shown is public: a line for the "
        "plan's [identities], and words to compare with what the plan then says."
    )
)
@network_option
@owner_options
@click.option("-o", "--output", "out", type=OutputFile(), help=_("The identity to write."))
@force_option
@json_option
@quiet_option
def identity(**said: Any) -> int | None:
    """Make an identity."""
    return job("ceremonies.identity:identity", said)


@click.command(
    help=_(
        "Agree to the plan of a ceremony, with the key that the plan names for you; or say of a transcript that you "
        "saw what stands there, with --refuse that you do not agree with it. It is shown first. A plan that the rules "
        "refuse is not signed: exit 3.\n\n"
        "The signature is a file, and names a digest: what is changed afterwards has none."
    )
)
@click.argument("file", type=InputFile())
@click.option(
    "--identity",
    "identity_file",
    metavar="ID",
    required=True,
    type=InputFile(),
    help=_("Your identity, as ceremony identity wrote it."),
)
@click.option("--refuse", is_flag=True, help=_("Say of a transcript that it is not what you saw."))
@owner_options
@click.option("-o", "--output", "out", type=OutputFile(), help=_("The signature to write."))
@force_option
@json_option
@quiet_option
def sign(**said: Any) -> int | None:
    """Sign a plan or a transcript."""
    return job("ceremonies.signing:sign", said)


@click.command(
    help=_(
        "Rehearse a sitting of a plan: the same people, the same steps and the same screens, with test cards that "
        "every other command refuses. It leaves a transcript, and goes on with one that stopped. Exit 3 where it did "
        "not pass, or is not over."
    )
)
@click.argument("file", type=InputFile())
@sitting_options
@json_option
@quiet_option
def rehearse(**said: Any) -> int | None:
    """Rehearse a sitting."""
    return job("ceremonies.rehearse:rehearse", said)


@click.command(
    help=_(
        "Hold a sitting of a plan: real cards, each to its holder alone. It stands on a rehearsal of this very plan "
        "that passed and that everybody signed; who did not rehearse may watch, and counts for nothing. It leaves a "
        "transcript, and goes on with one that stopped. Exit 3 where there is no such rehearsal, and where it did "
        "not pass, or is not over."
    )
)
@click.argument("file", type=InputFile())
@click.option(
    "--rehearsal",
    "rehearsals",
    multiple=True,
    metavar="FILE",
    type=InputFile(),
    help=_("A transcript that ceremony rehearse wrote; once for each."),
)
@click.option(
    "--signature",
    "signatures",
    multiple=True,
    metavar="FILE",
    type=InputFile(),
    help=_("What somebody signed of a rehearsal when it was over; once for each."),
)
@sitting_options
@json_option
@quiet_option
def run(**said: Any) -> int | None:
    """Hold a sitting."""
    return job("ceremonies.run:run", said)


@click.command(
    help=_(
        "Put the wallets of a plan into service, after all of its sittings: each card arrives, the first address is "
        "compared, the cards sign for it, a small sum goes in and out. Until then every review says that the wallet "
        "is not in service. It may take weeks: it stops anywhere, and goes on with its transcript. Exit 3 where a "
        "sitting is lacking or not whole, and where the service did not pass, or is not over."
    )
)
@click.argument("file", type=InputFile())
@click.option(
    "--with",
    "others",
    multiple=True,
    metavar="FILE",
    type=InputFile(),
    help=_("The transcript of a sitting of the plan; once for each. Needed to begin."),
)
@click.option(
    "--signature",
    "signatures",
    multiple=True,
    metavar="FILE",
    type=InputFile(),
    help=_("What somebody signed of a sitting when it was over; once for each."),
)
@led_options
@json_option
@quiet_option
def service(**said: Any) -> int | None:
    """Put wallets into service."""
    return job("ceremonies.service:service", said)


@click.command(
    help=_(
        "Replay a transcript of a ceremony or a rehearsal, on any machine and without a key: what was done, by whom, "
        "who says so, and who signed it. Candidates that were opened are recomputed. Exit 3 where it is not closed, "
        "did not pass, or somebody with a key has not signed; 9 where a signature or a candidate is false.\n\n"
        "--with names transcripts of other sittings of the plan: a wallet has an address once all its keys were made "
        "in sittings that are whole. --service names the transcript of its way into service: before that is whole, "
        "the wallet waits. --records writes what other commands take: KEY.set.json of each key's cards, "
        "WALLET.wallet.json of each such wallet.\n\n"
        "--report draws what it comes to as a PDF in English and Japanese, with the list of evidence to complete by "
        "hand; also where it is not whole, which each page says then.\n\n"
        "--home says whether a treasury's book names these transcripts: exit 3 where it does not, 5 where it says "
        "something else."
    )
)
@judged_options
@click.option(
    "--plan",
    "plan_file",
    metavar="PLAN",
    type=InputFile(),
    help=_("The plan as you have it: a transcript of another one is exit 5. Needed for --records."),
)
@receipts_option
@click.option("--records", metavar="FOLDER", type=Medium(), help=_("The folder that records are written to."))
@click.option("--report", metavar="PDF", type=OutputFile(), help=_("The report to write, for paper."))
@force_option
@compared_home_option
@json_option
@quiet_option
def verify(report: str | None, force: bool, **said: Any) -> int | None:
    """Verify a transcript."""
    if report is None:
        return job("ceremonies.verifying.verify:verify", said)
    return job("ceremonies.verifying.reporting:verify_and_report", {**said, "report": report, "force": force})


@click.command(
    help=_(
        "Enter a ceremony into a treasury's book, as a quorum agrees: its transcripts are judged as ceremony verify "
        "judges them, and what is not whole, a rehearsal, or of another plan than yours is refused. The book then "
        "names each sitting's last line and the sets of its cards. With --service, once that is whole, it registers "
        "each wallet: enter the sittings first, and the wallets when they are in service. A sitting is entered once."
    )
)
@judged_options
@click.option(
    "--plan",
    "plan_file",
    metavar="PLAN",
    type=InputFile(),
    required=True,
    help=_("The plan as you have it: a transcript of another one is exit 5."),
)
@home_option
@head_option
@officers_options
@json_option
@quiet_option
def enter(**said: Any) -> int | None:
    """Enter a ceremony into a book."""
    return job("ceremonies.entering:enter", said)

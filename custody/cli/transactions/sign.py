"""`custody sign`: review, ask, sign, verify, write. The jobs are `ceremony`'s; here somebody answers for them."""

from typing import Any

import click

from custody import store
from custody.catalogue import _
from custody.ceremony.sign import sign as sign_reviewed
from custody.chains.bitcoin.psbt.envelope import FILE_LIMIT
from custody.chains.bitcoin.review.review import review as review_psbt
from custody.cli.front.documents import refuse_two_results
from custody.cli.front.lists import ListCommand
from custody.cli.front.options import force_option, json_option, quiet_option
from custody.cli.people.secrets import secret_fd_option
from custody.cli.transactions.options import (
    before_option,
    labels_option,
    read_labels,
    read_past,
    refuse_one_input_twice,
    say_what_was_ignored,
)
from custody.cli.transactions.sign_home import sign_at_home
from custody.cli.transactions.signed_result import SignedResult
from custody.cli.transactions.signing_operators import operator_for
from custody.cli.transactions.vault_key import key_wish
from custody.cli.treasury.opening import harden
from custody.cli.treasury.options import head_option, officers_options
from custody.cli.wallets.files import load_wallets, require_wallets, wallet_or_home_options
from custody.errors import Refused
from custody.signing import Verdict


@click.command(
    cls=ListCommand,
    help=_(
        "Review the transaction in FILE, ask, sign it and write it to OUT with the signatures added.\n\n"
        "With --home the book's wallets are used, a vault opens when enough officers are present, and what happens is "
        "written into the book before anything leaves."
    ),
)
@click.argument("file", type=click.Path())
@wallet_or_home_options
@click.option("--vault", metavar="NAME", help=_("The vault that holds the key, where several could."))
@head_option
@before_option
@labels_option
@secret_fd_option
@officers_options
@click.option(
    "-o", "--output", "out", required=True, type=click.Path(), help=_("The file to write, - for standard output.")
)
@force_option
@json_option
@quiet_option
def sign(
    file: str,
    wallet: tuple[str, ...],
    home_path: str | None,
    before: tuple[str, ...],
    labels_file: str | None,
    out: str,
    force: bool,
    as_json: bool,
    **keys: Any,
) -> int:
    """Sign; exit 3 where the review refuses, with the review printed and nothing written."""
    refuse_two_results(out, as_json=as_json)
    refuse_one_input_twice((file, *wallet, *before, labels_file))
    require_wallets(wallet, home_path)
    wallets, labels, past = load_wallets(wallet), read_labels(labels_file), read_past(before)
    wish, result = key_wish(home_path, **keys), SignedResult(out, force=force, as_json=as_json)
    document = store.read(file, FILE_LIMIT)
    if home_path is not None:
        return sign_at_home(home_path, document, wallets, past, labels, wish, result)
    reviewed = review_psbt(document, wallets, past, labels)
    if reviewed.review.verdict is Verdict.REFUSE:
        return result.refused(reviewed.review)
    harden()
    store.refuse_taken(out, force=force)
    main_network = any(registered.network.is_main for registered in wallets)
    operator = operator_for(
        reviewed.review, wish.secret_fd, wish.officers.passphrase_fd, yes=wish.officers.yes, main_network=main_network
    )
    try:
        signed = sign_reviewed(reviewed, operator, main_network=main_network)
    except Refused as refusal:
        return result.refused_because(reviewed.review, refusal)
    result.deliver(reviewed.review, signed)
    say_what_was_ignored(labels)
    result.say(signed)
    return 0

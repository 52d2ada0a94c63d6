"""`custody sign`: a PSBT, reviewed and approved, to the same PSBT with signatures that a second engine has verified.

A review that refuses is printed, and nothing is written. With `--home` it is `sign_home`'s.
"""

from typing import Any

from custody import store
from custody.ceremony.sign import sign as sign_reviewed
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.psbt.envelope import FILE_LIMIT
from custody.chains.bitcoin.review.review import review as review_psbt
from custody.cli.front import output
from custody.cli.front.documents import refuse_one_input_twice, refuse_two_results
from custody.cli.front.hardened import harden_for
from custody.cli.transactions.beside import read_labels, read_past, say_what_was_ignored
from custody.cli.transactions.sign_home import sign_at_home
from custody.cli.transactions.signed_result import SignedResult
from custody.cli.transactions.signing_operators import operator_for
from custody.cli.transactions.vault_key import key_wish, signed_apart
from custody.cli.wallets.files import load_wallets, require_wallets
from custody.errors import Refused
from custody.signing import Verdict


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
    output.about(reviewed.review.network)
    if reviewed.review.verdict is Verdict.REFUSE:
        return result.refused(reviewed.review)
    store.refuse_taken(out, force=force)
    main_network = network(reviewed.review.network).is_main
    operator = operator_for(
        reviewed.review,
        wish.secret_fd,
        wish.officers.passphrase_fd,
        wish.wanted(reviewed.signers),
        yes=wish.officers.yes,
        main_network=main_network,
    )
    harden_for(reviewed.review.network)
    try:
        signed = signed_apart(lambda: sign_reviewed(reviewed, operator, main_network=main_network))
    except Refused as refusal:
        return result.refused_because(reviewed.review, refusal)
    result.deliver(reviewed.review, signed)
    say_what_was_ignored(labels)
    result.say(signed)
    return 0

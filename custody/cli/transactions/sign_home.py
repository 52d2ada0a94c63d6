"""`custody sign --home`: the same in a treasury, by its wallets and vaults; the book is told before anything leaves.

The head on the newest paper is compared before anybody is asked anything else, unless a script gives none; where the
journal lacks it, Alarm is raised.
"""

from collections.abc import Sequence
from typing import Any

from custody import store
from custody.ceremony.home.ledger import registered
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.treasury.signing import refuse_recorded, review_recorded
from custody.chains.bitcoin.review.labels import Labels
from custody.chains.bitcoin.review.past import Earlier
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.transactions.beside import say_what_was_ignored
from custody.cli.transactions.signed_result import SignedResult
from custody.cli.transactions.signing_operators import operator_for
from custody.cli.transactions.vault_key import KeyWish, choose_vault, offer_backup, sign_with, tell_head
from custody.cli.treasury.freshness import put_off
from custody.cli.treasury.opening import changing
from custody.cli.treasury.screen import head_json
from custody.errors import Refused


def sign_at_home(
    path: str,
    document: bytes,
    wallets: Sequence[Wallet],
    past: Sequence[Earlier],
    labels: Labels,
    wish: KeyWish,
    result: SignedResult,
) -> int:
    """Sign in a treasury; exit 3 where the review refuses."""
    with changing(path) as home:
        every = registered(home, wallets)
        main_network = any(wallet.network.is_main for wallet in every)
        put_off(home, wish.paper, yes=wish.officers.yes)
        reviewed = review_recorded(home, document, every, past, labels)
        if refuse_recorded(home, document, reviewed):
            return result.refused(reviewed.review)
        store.refuse_taken(result.out, force=result.force)
        vault = choose_vault(home, reviewed.signers, wish)
        operator = operator_for(
            reviewed.review,
            wish.secret_fd,
            None,
            wish.wanted(reviewed.signers),
            yes=wish.officers.yes,
            main_network=main_network,
            vault=vault is not None,
        )
        try:
            signed = sign_with(home, document, reviewed, operator, wish, vault, main_network=main_network)
        except Refused as refusal:
            return result.refused_because(reviewed.review, refusal)
        result.deliver(reviewed.review, signed, lambda: _head_after(home))
        home.catch_up()
        say_what_was_ignored(labels)
        result.say(signed)
        try:
            offer_backup(home, wish, path)
        finally:  # words are made once, of the newest entry: a copy writes one more
            tell_head(home)
    return 0


def _head_after(home: WritableHome) -> dict[str, Any]:
    """Take in the entry of the signature, and return the head."""
    home.catch_up()
    return {"head": head_json(home.book)}

"""What other commands take of keys that were made: the record of each set of cards, and each wallet that is whole."""

from collections.abc import Iterator, Mapping

from custody.catalogue import _
from custody.ceremony.candidates.candidate import ITERATION_EXPONENT, scheme_of
from custody.ceremony.candidates.follows import Account, Follows
from custody.ceremony.plan.plan import Key, Plan, Wallet
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.wallet import wallet as wallets
from custody.errors import Alarm
from custody.keys.cards.record import SetRecord
from custody.keys.kinds import Kind


def set_record(key: Key, follows: Follows) -> SetRecord:
    """Return the record of a key's cards (docs/spec/share-set.md)."""
    return SetRecord(
        follows.set,
        Kind.SLIP39,
        True,
        ITERATION_EXPONENT,
        scheme_of(key),
        follows.fingerprint,
        follows.other_fingerprint,
    )


def whole_wallets(plan: Plan, made: Mapping[str, Follows]) -> Iterator[wallets.Wallet]:
    """Yield each wallet of a plan whose keys are all among those that were made, named as in the plan."""
    for each in plan.wallets:
        if set(each.keys) <= made.keys():
            keys = [made[name] for name in each.keys]
            wallet = wallets.Wallet.register(each.id, [_descriptor(each, keys)], network(plan.network))
            if [key.fingerprint for key in wallet.account_keys] != [key.fingerprint for key in keys]:
                raise Alarm(
                    _("wallet {wallet} would be of other keys than were made").format(wallet=each.id),
                    hint=_("Use no address of it. Keep the transcripts, and find out who made them."),
                    code="candidate-differs",
                )
            yield wallet


def _descriptor(wallet: Wallet, made: list[Follows]) -> str:
    """Return the descriptor of a wallet: of one key as BIP-84 or BIP-86 have it, of several sorted (BIP-67)."""
    keys = [f"{_account(each, wallet.script).with_origin(each.fingerprint)}/<0;1>/*" for each in made]
    if len(keys) == 1:
        return f"{wallet.script}({keys[0]})"
    return f"{wallet.script}(sortedmulti({wallet.needed},{','.join(keys)}))"


def _account(follows: Follows, script: str) -> Account:
    return next(each for each in follows.accounts if each.script == script)

"""Makes a key from the machine's randomness and dice, and hands it over as cards or a phrase; returns what is public.

The machine shows the SHA-256 of its part before the first die is rolled, so neither side can choose the result, and
docs/dice.py recomputes it. One throw and one part serve the key and its cards (docs/spec/share-set.md). Nothing is
handed over before what leaves was read again and gave the same key.
"""

from dataclasses import dataclass

from custody.catalogue import _
from custody.ceremony.dice import commit, machine_sheet, roll
from custody.ceremony.operator import Operator
from custody.ceremony.recover import known_refusal
from custody.ceremony.split import SplitWish, hand_over_cards, hand_over_phrase
from custody.keys import known
from custody.keys.cards.randomness import SetMix
from custody.keys.cards.record import SetRecord
from custody.keys.cards.shares import Scheme
from custody.keys.entropy import mix
from custody.keys.kinds import Kind
from custody.secret import Secret


@dataclass(frozen=True, slots=True)
class KeyWish:
    """What key is to be made: 128 or 256 `bits`; without a `scheme` the secret leaves in one piece."""

    kind: Kind
    bits: int
    with_dice: bool
    scheme: Scheme | None
    iteration_exponent: int
    release_machine_part: bool
    main_network: bool


@dataclass(frozen=True, slots=True)
class Created:
    """What the world may know of a new key. `rolls` is None without dice; `record` is that of its cards, if any."""

    fingerprint: bytes
    commitment: str
    rolls: int | None
    record: SetRecord | None
    warnings: tuple[str, ...]


def create(wish: KeyWish, operator: Operator) -> Created:
    """Make a key and hand it over.

    Poor dice are judged again when there are more of them, or others: what fails is never taken. Raises Unfit for an
    unhealthy machine, Refused for poor dice of a script and for a key that the world knows on a main network,
    Unreadable for what are no dice, Mismatch for a passphrase that SLIP-39 cannot take, and Declined.
    """
    drawn = SetMix.draw()
    commit(drawn, operator, with_cards=wish.scheme is not None, with_dice=wish.with_dice)
    otherwise = _("No dice are rolled, as you asked: the key rests on this machine's randomness alone.")
    dice = roll(wish.bits, operator, with_dice=wish.with_dice, otherwise=otherwise)
    with mix(drawn.machine, dice, wish.bits) as secret:
        reason = refuse_known(secret, operator, main_network=wish.main_network)
        passphrase = operator.ask_new_passphrase()
        if wish.release_machine_part:
            operator.hand_over(machine_sheet(drawn.machine))
        fingerprint, record = _hand_over(secret, wish, operator, passphrase, drawn.rolled(dice))
    rolls = None if dice is None else len(dice)
    return Created(fingerprint, drawn.machine.commitment, rolls, record, () if reason is None else (reason,))


def refuse_known(secret: Secret, operator: Operator, *, main_network: bool) -> str | None:
    """Warn of a publicly known secret and return why it is one; refuse it where money has worth. Raises Refused."""
    reason = known.reason(secret)
    if reason is None:
        return None
    if main_network:
        raise known_refusal(reason)
    operator.warn(_("This key is publicly known ({reason}). Use it on test networks only.").format(reason=reason))
    return reason


def _hand_over(
    secret: Secret, wish: KeyWish, operator: Operator, passphrase: Secret | None, mixed: SetMix
) -> tuple[bytes, SetRecord | None]:
    if wish.kind is Kind.BIP39 and wish.scheme is None:
        return hand_over_phrase(secret, operator, passphrase), None
    cards = SplitWish(wish.kind, wish.scheme or Scheme.single(1, 1), wish.iteration_exponent)
    record = hand_over_cards(secret, cards, operator, passphrase, mixed)
    return record.fingerprint, record

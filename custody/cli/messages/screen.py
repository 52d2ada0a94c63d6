"""A message's review, and what a verified signature proves, to lines of at most 80 columns; the message stands whole.

Every string from outside passes through `text.safe`.
"""

from collections.abc import Iterator

from custody import text
from custody.catalogue import _, ngettext
from custody.chains.bitcoin.message.encoding import Variant
from custody.chains.bitcoin.message.review import MessageReview
from custody.chains.bitcoin.message.verification import ShownCoin, Verified
from custody.cli.front.layout import WIDTH, address_lines, bitcoin, folded
from custody.cli.transactions.screens.review import (
    digest_lines,
    finding_lines,
    network_name,
    proven_by,
    verdict_sentence,
)
from custody.signing import Severity

SHOWN_LIMIT = 4_000_000
"""Characters of a message: all of it is shown."""

_MARGIN = "   | "
_COINS_SHOWN = 20


def lines(review: MessageReview) -> Iterator[str]:
    """Yield the review of a message: verdict, what is said, by which address, which coins it shows, the findings."""
    yield from folded(
        _('A MESSAGE to sign, not a payment. Bitcoin {network}, wallet "{wallet}"').format(
            network=network_name(review.network), wallet=text.safe(review.wallet or "-", 30)
        ),
        "",
    )
    yield from folded(verdict_sentence(review.verdict), " ")
    yield from finding_lines(review.findings, Severity.REFUSE)
    yield from finding_lines(review.findings, Severity.WARN)
    yield ""
    yield _(" This address says")
    yield from address_lines(review.address, "   ")
    yield "   " + proven_by(review.path or "-")
    yield ""
    yield from message_lines(review.message)
    yield from _coins(review)
    yield from finding_lines(review.findings, Severity.INFO)
    yield from digest_lines(review.digest)


def message_lines(message: str) -> Iterator[str]:
    """Yield a message whole, a bar before each of its lines; a long line goes on behind a bar that is bent."""
    count = ngettext(" The message, {count} character", " The message, {count} characters", len(message))
    yield count.format(count=len(message))
    width = WIDTH - len(_MARGIN)
    for line in message.split("\n"):
        shown = text.safe(line, SHOWN_LIMIT)
        yield (_MARGIN + shown[:width]).rstrip(" ") if not shown.endswith(" ") else _MARGIN + shown[:width]
        for start in range(width, len(shown), width):
            yield "   \\ " + shown[start : start + width]


def verified_lines(verified: Verified, address: str, message: str) -> Iterator[str]:
    """Yield what a signature that holds proves, and what it does not."""
    yield _("VALID: the signature holds for this address and this message.")
    if not verified.signed:
        yield from folded(
            _("But NO KEY SIGNED: the address's script asks for none, so anybody could have made this."), " "
        )
    if verified.locked:
        yield from folded(
            _("It is valid at lock time {time} and age {age} (sequence number), not before.").format(
                time=verified.time, age=verified.age
            ),
            " ",
        )
    if verified.variant is Variant.LEGACY:
        yield from folded(
            _("It is a legacy signature: it does not commit to the key that made it. Ask for BIP-322 next time."), " "
        )
    yield ""
    yield _(" This address says")
    yield from address_lines(text.safe(address), "   ")
    yield ""
    yield from message_lines(message)
    if verified.variant is Variant.PROOF_OF_FUNDS:
        yield from _shown_coins(verified.coins)


def _coins(review: MessageReview) -> Iterator[str]:
    if not review.coins:
        return
    yield ""
    yield from _total(review.total, len(review.coins))
    for number, coin in enumerate(review.coins[:_COINS_SHOWN], 1):
        yield f"   #{number:<3}{bitcoin(coin.atoms)}"
        yield from address_lines(coin.address, "       ")
    yield from _more(len(review.coins))


def _shown_coins(coins: tuple[ShownCoin, ...]) -> Iterator[str]:
    """Show what counts as a sum; what is only claimed, or opens without a key, is said to be that and added to none."""
    yield ""
    yield from _total(sum(coin.output.amount for coin in coins if coin.shown), sum(coin.shown for coin in coins))
    claimed, keyless = _sums(coins)
    if claimed:
        yield from folded(
            _("Not shown, only claimed: {amount}. No transaction that proves it is included.").format(
                amount=bitcoin(claimed)
            ),
            "   ",
        )
    if keyless:
        yield from folded(
            _(
                "Not shown, no key signed: {amount}. Anybody can open such a coin, or knows how once it was opened."
            ).format(amount=bitcoin(keyless)),
            "   ",
        )
    yield from folded(
        _("Ask a node whether each coin exists, holds this amount and is unspent: no signature can say that."), "   "
    )
    for number, coin in enumerate(coins[:_COINS_SHOWN], 1):
        yield f"   #{number:<3}{bitcoin(coin.output.amount)}" + ("" if coin.amount_proven else _(", only claimed"))
        yield f"       {coin.outpoint}"
        if not coin.signed:
            yield "       " + _("no key signed for this coin: anybody could show it")
        if coin.sequence:
            yield "       " + _("opened only at age {age} (sequence number)").format(age=coin.sequence)
    yield from _more(len(coins))


def _sums(coins: tuple[ShownCoin, ...]) -> tuple[int, int]:
    """Add up what is only claimed, and what is proven but opens without a key."""
    claimed = sum(coin.output.amount for coin in coins if not coin.amount_proven)
    return claimed, sum(coin.output.amount for coin in coins if coin.amount_proven and not coin.signed)


def _total(atoms: int, count: int) -> Iterator[str]:
    title = ngettext(" Shows {amount} in {count} coin", " Shows {amount} in {count} coins", count)
    yield title.format(amount=bitcoin(atoms), count=count)


def _more(count: int) -> Iterator[str]:
    if count > _COINS_SHOWN:
        yield "   " + _("and {count} more, all of them in the JSON").format(count=count - _COINS_SHOWN)

"""What is public of a wallet, for paper: its descriptor as text and code, and how to reach it without this toolkit.

A sheet of a wallet that waits for other sittings has the account key of one of its own instead.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from custody.ceremony.candidates.follows import Follows
from custody.ceremony.plan.plan import Key, Plan
from custody.ceremony.printed.cells import LARGE, PLAIN, heading, lines, paragraph, space, stacked
from custody.ceremony.printed.page import BODY, LEFT, Block, Section, pages
from custody.ceremony.printed.texts import told
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.printing.canvas import Canvas
from custody.printing.face import Face

Drawn = Callable[[str], Sequence[Sequence[bool]]]
"""A text to the modules of a code, True for dark."""

_MODULE, _MOST = 1.5, 330.0
"""Side of a module and of the largest code, in points: at 150 dpi a module has three dots, and two of the largest."""
_QUIET = 10.0


def descriptor_sheet(face: Face, wallet: Wallet, drawn: Drawn, *, rehearsal: bool) -> Iterator[Canvas]:
    """Yield the pages of a descriptor: one, but for a quorum of many keys."""
    text = wallet.descriptor.with_checksum()
    blocks = [
        *_marked(face, rehearsal=rehearsal),
        heading(face, told("descriptor", name=wallet.name), 15.0),
        paragraph(face, told("descriptor-told")),
        *_named(face, told("first-address"), wallet.address(0, 0)),
        paragraph(face, told("waits-for-service")),
        *_text(face, text),
        _code(drawn(text)),
    ]
    yield from pages([Section((), blocks)])


def account_sheet(face: Face, key: Key, account: str, drawn: Drawn, *, rehearsal: bool) -> Iterator[Canvas]:
    """Yield the page of an account key, as a descriptor has it, with where it comes from."""
    blocks = [
        *_marked(face, rehearsal=rehearsal),
        heading(face, told("of-key", name=key.id), 15.0),
        paragraph(face, told("of-key-told")),
        *_text(face, account),
        _code(drawn(account)),
    ]
    yield from pages([Section((), blocks)])


def if_gone_sheet(
    face: Face, plan: Plan, wallet: Wallet, made: Mapping[str, Follows], *, rehearsal: bool
) -> Iterator[Canvas]:
    """Yield the pages that say how to reach a wallet without this toolkit. `made`: all keys of the wallet, by name."""
    planned = next(each for each in plan.wallets if each.id == wallet.name)
    blocks = [
        *_marked(face, rehearsal=rehearsal),
        heading(face, told("gone"), 18.0),
        paragraph(face, told("gone-told", name=wallet.name)),
    ]
    if len(planned.keys) > 1:
        blocks.append(paragraph(face, told("gone-quorum", needed=planned.needed, count=len(planned.keys))))
    blocks += [_cards(face, key, made[key.id]) for key in plan.keys if key.id in planned.keys]
    blocks += [paragraph(face, told("gone-offline")), paragraph(face, told("gone-open"))]
    for name in planned.keys:
        account = next(each for each in made[name].accounts if each.script == planned.script)
        fingerprint = made[name].fingerprint.hex()
        blocks.append(paragraph(face, told("gone-path", path=account.path, fingerprint=fingerprint)))
    blocks += [paragraph(face, told("gone-descriptor")), paragraph(face, told("gone-move"))]
    blocks += _named(face, told("first-address"), wallet.address(0, 0))
    blocks += _text(face, wallet.descriptor.with_checksum())
    yield from pages([Section((), blocks)])


def _cards(face: Face, key: Key, follows: Follows) -> Block:
    """Say which cards of a key are needed."""
    counts = [f"{group.needed} / {len(group.cards)}" for group in key.groups]
    if len(counts) == 1:
        english = japanese = counts[0]
    else:
        english, japanese = told("gone-groups", groups=key.groups_needed, all=", ".join(counts))
    told_of = (told("gone-cards", key=key.id, set=follows.set, needed=each) for each in (english, japanese))
    (first, _of_english), (_of_japanese, second) = told_of
    return paragraph(face, (first, second))


def _marked(face: Face, *, rehearsal: bool) -> list[Block]:
    return [heading(face, told("rehearsal-wallet"), 15.0)] if rehearsal else []


def _named(face: Face, label: tuple[str, str], value: str) -> list[Block]:
    items = [*lines(face, " ".join(label), BODY, PLAIN, bold=True), *lines(face, value, BODY, LARGE), space(6)]
    return [stacked(items)]


def _text(face: Face, text: str) -> list[Block]:
    """A text that is typed letter by letter, a block to a line, so that the longest goes over pages."""
    return [*(stacked([item]) for item in lines(face, text, BODY, PLAIN)), stacked([space(6)])]


def _code(modules: Sequence[Sequence[bool]]) -> Block:
    side = min(_MOST, _MODULE * len(modules))
    return Block(side + 2 * _QUIET, lambda canvas, y: canvas.code(LEFT + _QUIET, y + _QUIET, side, modules))

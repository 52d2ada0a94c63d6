"""Wallets of the sittings together: descriptor as text and code, words, first address; or what they wait for."""

from collections.abc import Iterator

from custody.ceremony.printed.cells import heading, paragraph
from custody.ceremony.printed.foot import Drawn
from custody.ceremony.printed.page import Block, Section, gap
from custody.ceremony.reported.blocks import coded, fact
from custody.ceremony.reported.seen import Seen
from custody.ceremony.reported.texts import told
from custody.chains.bitcoin.wallet.policy_digest import policy_digest
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.printing.face import Face
from custody.words import words


def wallets(face: Face, seen: Seen, drawn: Drawn, heads: tuple[Block, ...]) -> Section:
    """Return every wallet of the plan, of which all keys were made in whole sittings or not."""
    return Section((*heads, heading(face, told("wallets"), 13.0)), _wallets(face, seen, drawn))


def _wallets(face: Face, seen: Seen, drawn: Drawn) -> Iterator[Block]:
    if seen.together.is_rehearsal:
        yield paragraph(face, told("wallets-rehearsal"))
    for wallet in seen.together.wallets:
        yield from of_one(face, wallet, drawn)
    for name, sittings in seen.together.waiting.items():
        yield from fact(face, told("wallet"), (name, *told("waits", sittings=", ".join(sittings))), bold=True)
        yield gap(10)


def of_one(face: Face, wallet: Wallet, drawn: Drawn) -> Iterator[Block]:
    """Yield what tells a wallet from others, and its descriptor as text and as a code."""
    descriptor = wallet.descriptor.with_checksum()
    said = words(policy_digest(wallet.descriptor, wallet.network))
    facts = (
        (told("wallet"), (wallet.name,)),
        (told("first-address", wallet=wallet.name), (wallet.address(0, 0),)),
        (told("policy-words"), (" ".join(said[:8]), " ".join(said[8:]))),
        (told("descriptor"), (descriptor,)),
    )
    for label, values in facts:
        yield from fact(face, label, values)
    yield paragraph(face, told("service-unsaid"))
    yield from coded(face, told("descriptor-code"), drawn(descriptor))
    yield gap(10)

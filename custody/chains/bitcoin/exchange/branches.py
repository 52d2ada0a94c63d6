"""One branch of a descriptor alone; and both branches, of the one that a program writes for receiving.

Whatever could mean two things, such as keys that end in /1/* or /*, raises Unreadable.
"""

from dataclasses import replace

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Descriptor, KeyExpression
from custody.errors import Unreadable

USUAL = ((0, 1),)
"""The steps that most programs know: 0 receives, 1 is change."""


def one(descriptor: Descriptor, branch: int) -> Descriptor:
    """Return the descriptor of one branch, as wallets write it that do not know BIP-389."""
    keys = (replace(key, steps=tuple(_at(step, branch) for step in key.steps)) for key in descriptor.keys)
    return replace(descriptor, keys=tuple(keys))


def both(descriptor: Descriptor) -> Descriptor:
    """Return both branches of a descriptor of account keys, or of one whose keys end in /0/*.

    One that has both stands as it is. Raises Unreadable for any other, such as /1/* and /*: what they mean depends on
    who wrote them.
    """
    if descriptor.branches > 1:
        return descriptor
    return replace(descriptor, keys=tuple(map(_with_change, descriptor.keys)))


def is_usual(descriptor: Descriptor) -> bool:
    """Say whether every key is an account key that ends in /<0;1>/*."""
    return all(key.extended is not None and key.ranged and key.steps == USUAL for key in descriptor.keys)


def _at(step: tuple[int, ...], branch: int) -> tuple[int, ...]:
    return (step[branch],) if len(step) > 1 else step


def _with_change(key: KeyExpression) -> KeyExpression:
    if key.extended is None and key.is_held_by_nobody:
        return key
    if key.extended is not None and (key.steps, key.ranged) in (((), False), (((0,),), True)):
        return replace(key, steps=USUAL, ranged=True)
    raise Unreadable(
        _("the file gives only one branch of the wallet, and its keys do not end in /0/*"),
        hint=_("Register it with --descriptor, both branches written out: /<0;1>/*."),
    )

"""Refuses, with Unreadable, a script that a wallet should not trust money to: BIP-379's guarantees, and ours.

Keys are compared as they are given: that two expressions lead to one key is seen by whoever derives them.
"""

from custody.catalogue import _
from custody.chains.bitcoin.consensus.timelocks import older_means_something
from custody.chains.bitcoin.miniscript.fragment import Context, Fragment
from custody.chains.bitcoin.miniscript.limits import (
    OPS_LIMIT,
    P2WSH_STACK_LIMIT,
    STACK_LIMIT,
    exec_stack_items,
    largest_satisfaction_size,
    ops_count,
    stack_items,
)
from custody.chains.bitcoin.miniscript.malleability import is_non_malleable, needs_signature
from custody.chains.bitcoin.miniscript.node import K, Node
from custody.chains.bitcoin.miniscript.timelocks import has_mixed_timelocks
from custody.errors import Unreadable


def check_sane(node: Node[K]) -> None:
    """Refuse a script that a wallet should not use. Raises Unreadable, naming the first reason found.

    Refused: a timelock without meaning, the same key twice, a way to spend without a signature, witnesses that a
    stranger can change, ways that need a height and a time at once, no way at all, and what nodes would not relay.
    """
    _check_locks(node)
    _check_keys(node)
    if not needs_signature(node):
        raise Unreadable(_("the miniscript can be spent without any signature"))
    if not is_non_malleable(node):
        raise Unreadable(_("the miniscript is malleable: a stranger could change a witness for it (BIP-379)"))
    if has_mixed_timelocks(node):
        raise Unreadable(
            _("the miniscript mixes heights and times in one condition, which could then never be met"),
            hint=_("Within one way to spend, count either blocks or time."),
        )
    if largest_satisfaction_size(node) is None:
        raise Unreadable(_("the miniscript can never be spent"))
    _check_limits(node)


def has_duplicate_keys(node: Node[K]) -> bool:
    """Say whether a key stands in it twice."""
    keys = node.keys()
    return len(set(keys)) != len(keys)


def _check_locks(node: Node[K]) -> None:
    for each in node.walk():
        if each.fragment is Fragment.OLDER and not older_means_something(each.number):
            raise Unreadable(
                _("older({number}) does not mean what it says: consensus reads other bits (BIP-68)").format(
                    number=each.number
                ),
                hint=_("Blocks are 1 to 65535; time is 4194304 and 1 to 65535 units of 512 seconds."),
            )


def _check_keys(node: Node[K]) -> None:
    if has_duplicate_keys(node):
        raise Unreadable(
            _("a key stands twice in the miniscript"),
            hint=_("A signature for one place would serve the other; BIP-379 promises nothing then."),
        )


def _check_limits(node: Node[K]) -> None:
    p2wsh = node.context is Context.P2WSH
    if p2wsh and ops_count(node) > OPS_LIMIT:
        raise _over(_("opcodes"), ops_count(node), OPS_LIMIT)
    items = (stack_items(node) if p2wsh else exec_stack_items(node)) or 0
    limit = P2WSH_STACK_LIMIT if p2wsh else STACK_LIMIT
    if items > limit:
        raise _over(_("stack elements"), items, limit)


def _over(what: str, count: int, limit: int) -> Unreadable:
    return Unreadable(
        _("the miniscript may need {count} {what}, and no more than {limit} can be spent").format(
            count=count, what=what, limit=limit
        )
    )

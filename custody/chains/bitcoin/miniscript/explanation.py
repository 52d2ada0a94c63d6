"""A miniscript to sentences in a treasurer's words: who can spend, after what, and with what revealed."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from custody.catalogue import _, ngettext
from custody.chains.bitcoin.consensus.block_dates import about_when
from custody.chains.bitcoin.consensus.timelocks import (
    SEQUENCE_SECONDS,
    SEQUENCE_VALUE,
    is_absolute_time,
    is_relative_time,
)
from custody.chains.bitcoin.miniscript.fragment import Fragment
from custody.chains.bitcoin.miniscript.node import K, Node
from custody.chains.bitcoin.miniscript.paths import Path, Quorum, count_paths, paths
from custody.chains.bitcoin.miniscript.policy import Locked, Policy, Revealed, Signed, Threshold, lift

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_BLOCK_SECONDS = 10 * _MINUTE
_COUNTED = 1_000_000
"""Ways beyond which a number says no more than that there are many."""

_HASH_NAMES = {
    Fragment.SHA256: "SHA-256",
    Fragment.HASH256: "SHA-256d",
    Fragment.RIPEMD160: "RIPEMD-160",
    Fragment.HASH160: "HASH160",
}

_Namer = Callable[[K], str]


def explain(node: Node[K], name_key: Callable[[K], str]) -> tuple[str, ...]:
    """Tell every way to spend on a line of its own; more than 32 as the structure that makes them, with their number.

    `name_key` gives what a person calls a key, safe to show.
    """
    ways = paths(node)
    if ways is None:
        return _structure(node, name_key)
    if not ways:
        return (_("nobody, ever"),)
    return tuple(explain_path(way, name_key) for way in sorted(ways, key=_by_age))


def explain_path(path: Path[K], name_key: Callable[[K], str]) -> str:
    """Tell one way to spend, as `explain` does."""
    conditions = [*map(_lock, path.locks), *map(_preimage, path.preimages)]
    who = _signers(path.quorums, name_key)
    return f"{who} {_list(conditions)}" if conditions else _("{who} now").format(who=who)


def _by_age(path: Path[K]) -> tuple[int, int]:
    """Put what is open at once first, and what the coin's age opens before what the calendar does."""
    older = max((_seconds(lock.number) for lock in path.locks if lock.fragment is Fragment.OLDER), default=0)
    after = max((lock.number for lock in path.locks if lock.fragment is Fragment.AFTER), default=0)
    return after, older


def _signers(quorums: tuple[Quorum[K], ...], name_key: _Namer[K]) -> str:
    if not quorums:
        return _("anybody")
    if len(quorums) == 1:
        return _quorum(quorums[0], name_key)
    return _list(
        [name_key(quorum.keys[0]) if len(quorum.keys) == 1 else f"({_quorum(quorum, name_key)})" for quorum in quorums]
    )


def _quorum(quorum: Quorum[K], name_key: _Namer[K]) -> str:
    names = ", ".join(map(name_key, quorum.keys))
    if len(quorum.keys) == 1:
        return _("{name} alone").format(name=names)
    if quorum.is_everyone:
        return _("all of {names}").format(names=names)
    return _("{threshold} of {names}").format(threshold=quorum.threshold, names=names)


def _list(parts: list[str]) -> str:
    text, *others = parts
    for part in others:
        text = _("{first} and {second}").format(first=text, second=part)
    return text


def _lock(lock: Locked) -> str:
    if lock.fragment is Fragment.AFTER:
        return _after(lock.number)
    count, age = lock.number & SEQUENCE_VALUE, _duration(_seconds(lock.number))
    if is_relative_time(lock.number):
        return ngettext(
            "after {count} unit of 512 seconds (about {age}) from when the coin arrived",
            "after {count} units of 512 seconds (about {age}) from when the coin arrived",
            count,
        ).format(count=f"{count:,}", age=age)
    return ngettext(
        "after {count} block (about {age}) from when the coin arrived",
        "after {count} blocks (about {age}) from when the coin arrived",
        count,
    ).format(count=f"{count:,}", age=age)


def _after(number: int) -> str:
    if is_absolute_time(number):
        return _("after {when}").format(when=datetime.fromtimestamp(number, UTC).strftime("%Y-%m-%d %H:%M:%S UTC"))
    return _("after block {height} (on the main network {when})").format(height=f"{number:,}", when=about_when(number))


def _preimage(revealed: Revealed) -> str:
    return _("with the preimage of {hash} {digest}").format(
        hash=_HASH_NAMES[revealed.fragment], digest=revealed.digest.hex()
    )


def _seconds(older: int) -> int:
    """How long older lasts: exactly where it counts time, and as blocks come on average where it counts those."""
    return (older & SEQUENCE_VALUE) * (SEQUENCE_SECONDS if is_relative_time(older) else _BLOCK_SECONDS)


def _duration(seconds: int) -> str:
    if seconds >= 2 * _DAY:
        count = round(seconds / _DAY)
        return ngettext("{count} day", "{count} days", count).format(count=f"{count:,}")
    if seconds >= 2 * _HOUR:
        count = round(seconds / _HOUR)
        return ngettext("{count} hour", "{count} hours", count).format(count=count)
    count = round(seconds / _MINUTE)
    return ngettext("{count} minute", "{count} minutes", count).format(count=count)


def _structure(node: Node[K], name_key: _Namer[K]) -> tuple[str, ...]:
    head = _("there are {count} ways to spend, made of this:").format(count=_many(count_paths(node)))
    return (head, *_level(lift(node), name_key, 1))


def _many(count: int) -> str:
    if count > _COUNTED:
        return _("more than {count}").format(count=f"{_COUNTED:,}")
    return f"{count:,}"


def _level(policy: Policy[K], name_key: _Namer[K], depth: int) -> Iterator[str]:
    """Tell a condition; below a threshold, what it counts, one level further in."""
    indent = "  " * depth
    match policy:
        case Signed(key):
            yield indent + name_key(key)
        case Locked():
            yield indent + _lock(policy)
        case Revealed():
            yield indent + _preimage(policy)
        case Threshold(threshold, subs):
            yield indent + _counted(threshold, len(subs))
            for sub in subs:
                yield from _level(sub, name_key, depth + 1)


def _counted(threshold: int, count: int) -> str:
    if threshold == count:
        return _("all {count} of these:").format(count=count)
    return _("at least {threshold} of these {count}:").format(threshold=threshold, count=count)

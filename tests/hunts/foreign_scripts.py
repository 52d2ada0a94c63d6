"""Scripts over keys of ours that are no wallet's of ours: another threshold, other keys, another form, and how a file
names our keys beside them.

Each is made of a registered wallet's descriptor by embit, so that it can be registered too, where a wallet can be so.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from random import Random

from embit import bip32
from embit.descriptor.arguments import Key
from embit.hashes import hash160
from embit.networks import NETWORKS

from tests.hunts import lost
from tests.hunts.honest_files import OWNERS, REACH
from tests.support import desk

Pairs = tuple[desk.Pair, ...]

_EXPRESSION = re.compile(r"(?:\[[^\]]*\])?tpub\w+/<\d;\d>/\*")
_QUORUM = re.compile(r"multi(?:_a)?\((\d)((?:,[^(),]+)+)\)")
_WRAPPED = ("sh(wsh(", "wsh(", "sh(")
_LOCK = re.compile(r"(older|after)\((\d+)\)")
_IMAGE = sha256(b"a preimage").hexdigest()


@dataclass(frozen=True)
class Foreign:
    """A foreign script at an address: what is wrong with it, its descriptor where it has one, and all that its own
    wallet would say of it. `ours` are the public keys (33 bytes) in it that a registered wallet has.
    """

    name: str
    descriptor: str | None
    script: bytes
    said: Pairs
    ours: tuple[bytes, ...]


@cache
def thief(number: int) -> str:
    """A key of somebody else, with its origin."""
    root = bip32.HDKey.from_seed(bytes([number + 1]) * 32, version=NETWORKS["regtest"]["xprv"])
    account = root.derive("m/48h/1h/0h/2h").to_public().to_base58()
    return f"[{root.my_fingerprint.hex()}/48h/1h/0h/2h]{account}/<0;1>/*"


# --- descriptors that differ ---

Change = Callable[[Random, str, str], str | None]
"""A wallet's descriptor and a thief's key expression to a foreign descriptor; None where it cannot be so changed."""


def keys_of(descriptor: str) -> list[str]:
    """The key expressions of a descriptor that somebody can hold."""
    return [key for key in _EXPRESSION.findall(descriptor) if "/<0;1>/*" in key and key != _nobodys()]


@cache
def _nobodys() -> str:
    return desk.expressions("48h/1h/0h/3h")["HX"]


def _quorum(change: Callable[[Random, int, list[str], str], tuple[int, list[str]]]) -> Change:
    """Change the threshold or the keys of the quorum in a descriptor."""

    def changed(chance: Random, descriptor: str, key: str) -> str | None:
        found = _QUORUM.search(descriptor)
        if found is None:
            return None
        need, keys = change(chance, int(found[1]), found[2][1:].split(","), key)
        form = found[0].partition("(")[0]
        return descriptor.replace(found[0], f"{form}({','.join([str(need), *keys])})")

    return changed


def _over(*forms: str) -> Change:
    """Put one key of ours, and perhaps the thief's, into a form: {A} and {T}."""

    def changed(chance: Random, descriptor: str, key: str) -> str | None:
        ours = chance.choice(keys_of(descriptor))
        return chance.choice(forms).format(A=ours, T=key, H=desk.NUMS, image=_IMAGE, image20=_IMAGE[:40])

    return changed


def _reordered(chance: Random, descriptor: str, _key: str) -> str | None:
    """The keys of a plain quorum in another order; those of a sorted one in an order of their own."""
    found = _QUORUM.search(descriptor)
    if found is None:
        return None
    keys = found[2][1:].split(",")
    other = keys[1:] + keys[:1] if chance.random() < 0.5 else keys[::-1]
    changed = descriptor.replace(found[2], "," + ",".join(other))
    return changed.replace("sortedmulti", "multi")


def _other_lock(chance: Random, descriptor: str, _key: str) -> str | None:
    found = _LOCK.search(descriptor)
    return found and descriptor.replace(found[0], f"{found[1]}({chance.choice((1, int(found[2]) + 1))})")


def _other_wrapping(chance: Random, descriptor: str, _key: str) -> str | None:
    """The same script within another: sh, wsh, sh(wsh)."""
    wrapped = next((each for each in _WRAPPED if descriptor.startswith(each)), None)
    body = wrapped and descriptor[len(wrapped) : -wrapped.count("(")]
    if not body or not body.startswith(("multi", "sortedmulti", "or_", "andor")):
        return None
    fitting = [each for each in _WRAPPED if each != wrapped and ("multi" in body[:12] or "wsh" in each)]
    chosen = chance.choice(fitting)
    return chosen + body + ")" * chosen.count("(")


def _leaf_more(_chance: Random, descriptor: str, key: str) -> str | None:
    """A leaf of the thief's beside the tree; a tree where there was none."""
    found = re.fullmatch(r"tr\(([^,()]+),(.*)\)", descriptor)
    if found is None:
        return descriptor[:-1] + f",pk({key}))" if descriptor.startswith("tr(") else None
    return f"tr({found[1]},{{{found[2]},pk({key})}})"


def _other_internal_key(_chance: Random, descriptor: str, key: str) -> str | None:
    found = re.fullmatch(r"tr\(([^,()]+),(.*)\)", descriptor)
    return found and f"tr({key},{found[2]})"


CHANGES: dict[str, Change] = {
    "a lower threshold": _quorum(lambda _chance, need, keys, _key: (need - 1, keys)),
    "a higher threshold": _quorum(lambda _chance, need, keys, _key: (need + 1, keys)),
    "a key more": _quorum(lambda _chance, need, keys, key: (need, [*keys, key])),
    "a key more, of a lower threshold": _quorum(lambda _chance, _need, keys, key: (1, [key, *keys])),
    "a key less": _quorum(lambda chance, need, keys, _key: (need, chance.sample(keys, len(keys) - 1))),
    "a key replaced": _quorum(lambda _chance, need, keys, key: (need, [keys[0], key, keys[2]])),
    "two keys replaced": _quorum(lambda _chance, need, keys, key: (need, [thief(9), keys[1], key])),
    "another order": _reordered,
    "another lock": _other_lock,
    "another wrapping": _other_wrapping,
    "a leaf more": _leaf_more,
    "another internal key": _other_internal_key,
    "another form over one key": _over(
        "pkh({A})", "wpkh({A})", "sh(wpkh({A}))", "tr({A})", "wsh(pk({A}))", "sh(pk({A}))"
    ),
    "a quorum with one key of ours": _over(
        "wsh(multi(1,{A},{T}))", "sh(sortedmulti(2,{T},{A}))", "sh(wsh(sortedmulti(1,{A},{T})))"
    ),
    "our internal key over a foreign tree": _over("tr({A},pk({T}))", "tr({A},{{pk({T}),and_v(v:pk({T}),older(9))}})"),
    "our key in a leaf": _over("tr({T},pk({A}))", "tr({H},multi_a(1,{A},{T}))", "tr({H},{{pk({T}),pk({A})}})"),
    "a hash beside our key": _over(
        "wsh(and_v(v:pk({A}),sha256({image})))",
        "wsh(andor(pk({T}),older(9),and_v(v:pk({A}),hash160({image20}))))",
        "tr({T},and_v(v:pk({A}),sha256({image})))",
        "sh(wsh(and_v(v:pk({A}),hash256({image}))))",
    ),
    "our key behind its hash": _over(
        "wsh(or_d(pk({T}),and_v(v:pkh({A}),older(144))))", "wsh(and_v(v:pkh({A}),pk({T})))"
    ),
}


# --- scripts that no descriptor has ---


def _mixed(chance: Random, victim: str, branch: int, index: int) -> Foreign:
    """Keys of ours from several addresses in one quorum."""
    found = [
        (key.sec(), _origin(key))
        for each in (index, *chance.sample([other for other in range(REACH) if other != index], 2))
        for key in chance.sample(_held(victim, branch, each), 1)
    ]
    keys = [key for key, _origin in sorted(found)]
    script = b"\x52" + b"".join(map(desk.sized, keys)) + b"\x53\xae"
    field, head, tail = chance.choice(((b"\x01", b"\x00\x20", b""), (b"\x00", b"\xa9\x14", b"\x87")))
    hashed = sha256(script).digest() if field == b"\x01" else hash160(script)
    said = ((field, script), *((b"\x02" + key, origin) for key, origin in found))
    return Foreign("keys of different indexes", None, head + hashed + tail, said, tuple(keys))


def _bare(chance: Random, victim: str, branch: int, index: int) -> Foreign:
    """A key of ours in the output's own script: alone, in a quorum, or as an output key that nobody tweaked."""
    key = chance.choice(_held(victim, branch, index))
    sec, stranger = key.sec(), b"\x02" + bytes(desk.root("C").derive("m/7").to_public().xonly())
    pair = b"\x51" + desk.sized(sec) + desk.sized(stranger) + b"\x52\xae"
    script = chance.choice((desk.sized(sec) + b"\xac", pair, b"\x51\x20" + key.xonly()))
    return Foreign("our key bare", None, script, ((b"\x02" + sec, _origin(key)),), (sec,))


def _held(kind: str, branch: int, index: int) -> list[Key]:
    """The keys of one of our addresses that somebody holds."""
    derived = OWNERS[kind].derive(branch, index)
    nobody = derived.key.xonly() if "nobody" in kind else None
    return [key for key in derived.keys if key.xonly() != nobody]


def _origin(key: Key) -> bytes:
    return bytes(key.fingerprint) + b"".join(step.to_bytes(4, "little") for step in key.derivation)


# --- drawn, and named ---

FAR = 1 << 31
TRUE_NAMINGS = ("everything", "our keys", "one of our keys")
NAMINGS = (*TRUE_NAMINGS, "scripts", "misnamed", "our keys misnamed")
"""What the file says of a foreign output. Beyond reach only a true derivation leads to a key of ours."""


def drawn(chance: Random, victim: str, *, spends: bool) -> tuple[Foreign, Pairs, str]:
    """Draw a foreign script over keys of a wallet, what the file says of it, and how it is said.

    A script that is named by nothing but itself is compared with the keys of the wallet that spends, and no other.
    """
    naming = chance.choice(NAMINGS)
    is_far = naming in TRUE_NAMINGS and chance.random() < 0.1
    branch, index = chance.randrange(2), chance.randrange(REACH + 1, FAR) if is_far else chance.randrange(REACH + 1)
    foreign = _foreign(chance, victim, branch, index)
    said = _named(chance, foreign, naming)
    return (foreign, said, naming) if said or spends else (foreign, foreign.said, "everything")


def _foreign(chance: Random, victim: str, branch: int, index: int) -> Foreign:
    ways = [*CHANGES, "keys of different indexes", "our key bare"]
    chance.shuffle(ways)
    for way in ways:
        if way not in CHANGES:
            return (_mixed if way == "keys of different indexes" else _bare)(chance, victim, branch, index)
        descriptor = CHANGES[way](chance, OWNERS[victim].descriptor, thief(chance.randrange(3)))
        if descriptor is None:
            continue
        owner = desk.Wallet("foreign", descriptor, ())
        script, held = owner.script(branch, index), {key.xonly() for key in _held(victim, branch, index)}
        if script == OWNERS[victim].script(branch, index):
            continue
        said = tuple(dict(desk.change_pairs(owner, branch, index)).items())  # a key may stand in two leaves
        ours = tuple(key.sec() for key in owner.derive(branch, index).keys if key.xonly() in held)
        return Foreign(way, descriptor, script, said, ours)
    raise AssertionError("every wallet can be changed in some way")


def _named(chance: Random, foreign: Foreign, naming: str) -> Pairs:
    derivations = [pair for pair in foreign.said if lost.is_derivation(pair[0], "output")]
    ours = [pair for pair in derivations if pair[0][-32:] in {key[1:] for key in foreign.ours}]
    scripts = [pair for pair in foreign.said if pair not in derivations]
    match naming:
        case "everything":
            return foreign.said
        case "our keys":
            return tuple(ours)
        case "one of our keys":
            return (chance.choice(ours),)
        case "scripts":
            return tuple(scripts)
    alter = chance.choice(lost.ALTERED)
    named = [(key, lost.with_origin(value, key, chance, alter)) for key, value in ours]
    return tuple(named if naming == "our keys misnamed" else [*scripts, *named])

"""hdkey and eckey in CBOR (BCR-2020-007, BCR-2020-008) to key expressions, and back; a private key is refused unread.

Version 1 and version 2 differ in their tags alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import KeyExpression
from custody.chains.bitcoin.exchange.private_keys import exposed
from custody.chains.cbor_values import Tagged, Value
from custody.chains.extended_key import GREATEST_DEPTH, ExtendedKey
from custody.curve import Point
from custody.derivation import DEEPEST, HARDENED, Path, format_path
from custody.errors import Unreadable

MAIN_VERSION, TEST_VERSION = bytes.fromhex("0488b21e"), bytes.fromhex("043587cf")

_MASTER, _PRIVATE, _KEY, _CHAIN_CODE, _USE, _ORIGIN, _CHILDREN, _PARENT, _NAME, _NOTE = range(1, 11)
_COMPONENTS, _FINGERPRINT, _DEPTH = 1, 2, 3
_COIN, _NETWORK = 1, 2
_BITCOIN, _TEST_COIN = 0, 1
_MAIN_NET, _TEST_NET = 0, 1


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of one version."""

    hdkey: int
    keypath: int
    coin_info: int
    eckey: int


VERSION_1 = Tags(303, 304, 305, 306)
VERSION_2 = Tags(40303, 40304, 40305, 40306)
_VERSIONS = (VERSION_1, VERSION_2)


def read_key(value: Value, *, fingerprint: int | None = None, below: str = "") -> str:
    """Read a tagged key into a key expression. Raises Unreadable; a private key is refused unread.

    `fingerprint` is the master's, where the key itself does not name one; `below` stands for children left unsaid.
    """
    if isinstance(value, Tagged):
        for tags in _VERSIONS:
            if value.tag == tags.hdkey:
                return _read_hdkey(_fields(value.content), tags, fingerprint, below)
            if value.tag == tags.eckey:
                return _read_eckey(_fields(value.content))
    raise malformed(_("something else stands where a key should"))


def write_key(key: KeyExpression, tags: Tags, *, children: bool = True) -> Tagged:
    """Write a key expression whose steps below are numbers or pairs of them."""
    extended = key.extended
    if extended is None:
        return Tagged(tags.eckey, {_KEY: key.raw or b""})
    fields: dict[Value, Value] = {_KEY: extended.point.compressed, _CHAIN_CODE: extended.chain_code}
    if extended.version != MAIN_VERSION:
        fields[_USE] = Tagged(tags.coin_info, {_NETWORK: _TEST_NET})
    fields[_ORIGIN] = Tagged(tags.keypath, _origin(key, extended))
    if children:
        components = [part for step in key.steps for part in _step(step)]
        wildcard: list[Value] = [[], False] if key.ranged else []
        fields[_CHILDREN] = Tagged(tags.keypath, {_COMPONENTS: [*components, *wildcard]})
    if any(extended.parent_fingerprint):
        fields[_PARENT] = int.from_bytes(extended.parent_fingerprint)
    return Tagged(tags.hdkey, fields)


def malformed(what: str) -> Unreadable:
    """Make the error for CBOR that is not what its type says."""
    return Unreadable(
        _("the UR's content cannot be read: {what}").format(what=what),
        hint=_("Export it again from the wallet or the device that made it."),
    )


def _origin(key: KeyExpression, extended: ExtendedKey) -> Value:
    path = key.origin_path if key.has_origin else (extended.child_number,) if extended.depth else ()
    found: dict[Value, Value] = {_COMPONENTS: [part for number in path for part in _number(number)]}
    if key.has_origin and any(key.fingerprint):
        found[_FINGERPRINT] = int.from_bytes(key.fingerprint)
    return found | {_DEPTH: extended.depth}


def _number(number: int) -> tuple[int, bool]:
    return number % HARDENED, number >= HARDENED


def _step(step: Sequence[int]) -> list[Value]:
    if len(step) == 1:
        return [*_number(step[0])]
    return [[part for number in step for part in _number(number)]]


def _fields(value: Value) -> Mapping[Value, Value]:
    if not isinstance(value, Mapping):
        raise malformed(_("something else stands where a map should"))
    return value


def _read_eckey(fields: Mapping[Value, Value]) -> str:
    if fields.get(2, False) is not False:
        raise exposed()
    key = fields.get(_KEY)
    if not isinstance(key, bytes) or fields.keys() - {1, 2, _KEY}:
        raise malformed(_("a plain public key is malformed"))
    return key.hex()


def _read_hdkey(fields: Mapping[Value, Value], tags: Tags, fingerprint: int | None, below: str) -> str:
    if fields.get(_MASTER, False) is not False or fields.get(_PRIVATE, False) is not False:
        raise exposed()
    if fields.keys() - set(range(_MASTER, _NOTE + 1)):
        raise malformed(_("an extended key has a field that is not known"))
    path, source, depth = _read_origin(fields.get(_ORIGIN), tags)
    extended = _extended(fields, tags, path, source, depth)
    source = fingerprint if source is None else source
    origin = "" if source is None else f"[{format_path(path, 'h', source.to_bytes(4).hex())}]"
    return f"{origin}{extended.serialize()}{_children(fields.get(_CHILDREN), tags, below)}"


def _extended(fields: Mapping[Value, Value], tags: Tags, path: Path, source: int | None, depth: int) -> ExtendedKey:
    key, chain_code = fields.get(_KEY), fields.get(_CHAIN_CODE)
    if not (isinstance(key, bytes) and len(key) == 33 and isinstance(chain_code, bytes) and len(chain_code) == 32):
        raise malformed(_("an extended key has no public key of 33 bytes, or no chain code of 32"))
    try:
        point = Point.parse(key)
    except ValueError:
        raise malformed(_("an extended key holds no point of the curve")) from None
    parent = _whole(fields.get(_PARENT, (source or 0) if len(path) == 1 and depth == 1 else 0), 2**32 - 1)
    number = path[-1] if path and depth else 0
    if not depth and parent:
        raise malformed(_("an extended key says that it is a master key and names a parent"))
    return ExtendedKey(_version(fields.get(_USE), tags, path), depth, parent.to_bytes(4), number, chain_code, point)


def _version(use: Value | None, tags: Tags, path: Path) -> bytes:
    """The version bytes that a coin-info asks for; unsaid, it is Bitcoin's main network (BCR-2020-007).

    SLIP-44 has 1 for test networks of every coin. Some programs write that for any network and leave the network out:
    then the second step of the path says which one it is.
    """
    if use is None:
        return MAIN_VERSION
    fields = _fields(_untag(use, tags.coin_info))
    coin, chain = fields.get(_COIN, _BITCOIN), _whole(fields.get(_NETWORK, _MAIN_NET), _TEST_NET)
    if fields.keys() - {_COIN, _NETWORK} or _whole(coin, 2**31) not in (_BITCOIN, _TEST_COIN):
        raise malformed(_("a key belongs to another coin than Bitcoin"))
    if coin == _TEST_COIN and chain == _MAIN_NET:
        if path[1:2] not in ((HARDENED + _BITCOIN,), (HARDENED + _TEST_COIN,)):
            raise malformed(_("a key is of a test coin and of the main network, and its path does not decide"))
        return TEST_VERSION if path[1] == HARDENED + _TEST_COIN else MAIN_VERSION
    return TEST_VERSION if chain == _TEST_NET else MAIN_VERSION


def _read_origin(value: Value | None, tags: Tags) -> tuple[Path, int | None, int]:
    """Read where a key comes from: its path, its master's fingerprint where it is named, and its depth."""
    if value is None:
        return (), None, 0
    fields = _fields(_untag(value, tags.keypath))
    if fields.keys() - {_COMPONENTS, _FINGERPRINT, _DEPTH}:
        raise malformed(_("the origin of a key has a field that is not known"))
    components = _components(fields)
    if len(components) % 2 or len(components) > 2 * DEEPEST:
        raise malformed(_("the origin of a key is malformed"))
    path = tuple(_child(*components[at : at + 2]) for at in range(0, len(components), 2))
    depth = _whole(fields.get(_DEPTH, len(path)), GREATEST_DEPTH)
    source = fields.get(_FINGERPRINT)
    return path, None if source is None else _whole(source, 2**32 - 1), depth


def _children(value: Value | None, tags: Tags, below: str) -> str:
    """Read the steps below a key: numbers, a pair of branches, and last "*"."""
    if value is None:
        return below
    components = list(_components(_fields(_untag(value, tags.keypath))))
    if len(components) > 2 * DEEPEST:
        raise malformed(_("the steps below a key are too many"))
    steps = []
    while components:
        first = components.pop(0)
        pair = isinstance(first, Sequence) and not isinstance(first, str | bytes) and len(first) == 4
        hardened = False if pair else components.pop(0) if components else None
        steps.append(_below(first, hardened))
    return "".join(f"/{step}" for step in steps)


def _below(first: Value, hardened: Value | None) -> str:
    if hardened is not False:
        raise malformed(_("a step below a key is hardened or malformed"))
    if not isinstance(first, Sequence) or isinstance(first, str | bytes):
        return str(_whole(first, HARDENED - 1))
    if not first:
        return "*"
    if len(first) == 4 and first[1] is False and first[3] is False:
        return f"<{_whole(first[0], HARDENED - 1)};{_whole(first[2], HARDENED - 1)}>"
    if len(first) == 2:
        low, high = (_whole(each, HARDENED - 1) for each in first)
        if high == low + 1:  # a range of two is a pair
            return f"<{low};{high}>"
    raise malformed(_("a step below a key stands for other branches than two"))


def _components(fields: Mapping[Value, Value]) -> Sequence[Value]:
    components = fields.get(_COMPONENTS, ())
    if not isinstance(components, Sequence) or isinstance(components, str | bytes):
        raise malformed(_("a path is no list"))
    return components


def _child(number: Value, hardened: Value) -> int:
    if not isinstance(hardened, bool):
        raise malformed(_("the origin of a key is malformed"))
    return _whole(number, HARDENED - 1) + (HARDENED if hardened else 0)


def _untag(value: Value, tag: int) -> Value:
    if not isinstance(value, Tagged) or value.tag != tag:
        raise malformed(_("a tag is missing, or belongs to something else"))
    return value.content


def _whole(value: Value | None, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise malformed(_("a number is missing, or out of bounds"))
    return value

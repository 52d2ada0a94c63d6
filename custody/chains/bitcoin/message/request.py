"""A message and coins to the PSBT that asks a wallet's cosigners to sign it (BIP-322 "PSBT creator").

What it says of scripts and keys is the registered wallet's own, so that every cosigner's device can check it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.consensus.script import ScriptKind, classify
from custody.chains.bitcoin.consensus.stream import compact_size
from custody.chains.bitcoin.consensus.taproot import LEAF_VERSION
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxOutput
from custody.chains.bitcoin.descriptor import Derived
from custody.chains.bitcoin.message.virtual import to_sign, to_spend
from custody.chains.bitcoin.psbt import keytypes as key
from custody.chains.bitcoin.psbt.envelope import MAGIC, PAYLOAD_LIMIT
from custody.chains.bitcoin.psbt.pairs import Pair
from custody.chains.bitcoin.review.ownership import Place
from custody.errors import Refused

_U32 = 4


@dataclass(frozen=True, slots=True)
class OwnCoin:
    """A coin of the wallet that is to be shown: where it lies, and the transaction that made it.

    `previous` may be missing for a taproot coin alone.
    """

    outpoint: OutPoint
    output: TxOutput
    place: Place
    previous: Transaction | None


def request(message: bytes, place: Place, coins: Sequence[OwnCoin] = (), *, time: int = 0, age: int = 0) -> bytes:
    """Write the request, a PSBT of version 0: `place` answers for the message, and the `coins` are shown.

    `time` and `age` are `to_sign`'s. Raises Refused where the transactions that made the coins exceed a PSBT.
    """
    challenge = place.derived.script
    spent = to_spend(message, challenge)
    unsigned = to_sign(message, challenge, [coin.outpoint for coin in coins], time=time, age=age)
    header = [
        (bytes([key.GLOBAL_UNSIGNED_TX]), unsigned.serialize()),
        (bytes([key.GLOBAL_GENERIC_SIGNED_MESSAGE]), message),
    ]
    inputs = [_input(place.derived, spent.outputs[0], spent.serialize())]
    inputs += [
        _input(coin.place.derived, coin.output, made) for coin, made in zip(coins, _previous(coins), strict=True)
    ]
    return MAGIC + b"".join(_map(pairs) for pairs in (header, *inputs, []))


def _previous(coins: Sequence[OwnCoin]) -> Iterator[bytes | None]:
    """Yield the transaction that made each coin, where its proof needs one; written once, however many it has made.

    A stranger's transaction may pay us a hundred thousand times, and each coin carries it whole: that is bounded here.
    """
    written: dict[int, bytes] = {}
    size = 0
    for coin in coins:
        if coin.previous is None or coin.place.derived.internal_key is not None:
            yield None
            continue
        if id(coin.previous) not in written:
            written[id(coin.previous)] = coin.previous.serialize()
        raw = written[id(coin.previous)]
        size += len(raw)
        if size > PAYLOAD_LIMIT:
            raise Refused(
                _("with the transactions that made its coins the request would be larger than {limit} bytes").format(
                    limit=PAYLOAD_LIMIT
                ),
                hint=_("Show fewer coins: choose them with --utxo."),
                code="too-large",
            )
        yield raw


def _input(derived: Derived, output: TxOutput, previous: bytes | None) -> list[Pair]:
    """What is said of a coin: its proof, its scripts, its keys."""
    pairs: list[Pair] = []
    taproot = derived.internal_key is not None
    if previous is not None and not taproot:
        pairs.append((bytes([key.IN_NON_WITNESS_UTXO]), previous))
    if taproot or _is_segwit(derived):
        pairs.append((bytes([key.IN_WITNESS_UTXO]), output.serialize()))
    for key_type, script in (
        (key.IN_REDEEM_SCRIPT, derived.redeem_script),
        (key.IN_WITNESS_SCRIPT, derived.witness_script),
    ):
        if script is not None:
            pairs.append((bytes([key_type]), script))
    return pairs + (_taproot_keys(derived) if taproot else _keys(derived))


def _keys(derived: Derived) -> list[Pair]:
    return [
        (bytes([key.IN_BIP32_DERIVATION]) + each.public_key, _origin(each.fingerprint, each.path))
        for each in derived.keys
    ]


def _taproot_keys(derived: Derived) -> list[Pair]:
    """BIP-371: the internal key, the leaves, and for each key the leaves that it signs."""
    pairs = [(bytes([key.IN_TAP_INTERNAL_KEY]), derived.internal_key or b"")]
    if derived.merkle_root is not None:
        pairs.append((bytes([key.IN_TAP_MERKLE_ROOT]), derived.merkle_root))
    pairs += [
        (bytes([key.IN_TAP_LEAF_SCRIPT]) + leaf.control_block, leaf.script + bytes([LEAF_VERSION]))
        for leaf in derived.leaves
    ]
    for each in derived.keys:
        hashes = [leaf.leaf_hash for leaf in derived.leaves if each in leaf.keys]
        value = compact_size(len(hashes)) + b"".join(hashes) + _origin(each.fingerprint, each.path)
        pairs.append((bytes([key.IN_TAP_BIP32_DERIVATION]) + each.public_key[1:], value))
    return pairs


def _origin(fingerprint: bytes, path: Sequence[int]) -> bytes:
    return fingerprint + b"".join(step.to_bytes(_U32, "little") for step in path)


def _is_segwit(derived: Derived) -> bool:
    kinds = {classify(script).kind for script in (derived.script, derived.redeem_script or b"")}
    return bool(kinds & {ScriptKind.P2WPKH, ScriptKind.P2WSH})


def _map(pairs: Sequence[Pair]) -> bytes:
    return b"".join(_sized(name) + _sized(value) for name, value in sorted(pairs)) + b"\x00"


def _sized(content: bytes) -> bytes:
    return compact_size(len(content)) + content

"""Files that a hostile desk could write to keep a signer busy: each of one kind, as large as is asked for.

A bomb is a generator of PSBTs by a number of bytes, which it may miss by a map. All of them are well formed.
"""

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from itertools import count

from embit import bip32, ec

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.wallet.wallet import Wallet
from tests.chains.bitcoin.review.drafts import STRANGER, Draft, honest, registered
from tests.support import desk

HARDENED = 1 << 31
DER = bytes.fromhex("30440220") + b"\x11" * 32 + bytes.fromhex("0220") + b"\x11" * 32 + b"\x01"
"""A signature of nobody's."""

KEYS_IN_A_MAP = 990

DATA = b"\x6a\x4d\x28\x23" + bytes(9_000)
"""9,000 bytes behind OP_RETURN, in one push."""

NOUGHTS = bytes(9_990)
"""As many operations as a script of this size may have: OP_0 alone."""

Bomb = Callable[[int], bytes]


@cache
def strangers() -> tuple[bytes, ...]:
    """Public keys of nobody who is known here, 33 bytes each."""
    return tuple(
        ec.PrivateKey(sha256(b"stranger %d" % number).digest()).get_public_key().sec()
        for number in range(KEYS_IN_A_MAP)
    )


@cache
def large_quorum() -> desk.Wallet:
    """A wallet of eight of fifteen."""
    path = "48h/1h/0h/2h"
    keys = []
    for number in range(15):
        root = bip32.HDKey.from_seed(bytes([number + 1]) * 16, version=desk.NETWORKS["regtest"]["xprv"])
        account = root.derive(f"m/{path}").to_public()
        keys.append(f"[{root.my_fingerprint.hex()}/{path}]{account.to_base58()}/<0;1>/*")
    return desk.Wallet("wsh(sortedmulti)", f"wsh(sortedmulti(8,{','.join(keys)}))", ())


def registered_quorum(name: str = "quorum", used_to: int | None = None) -> Wallet:
    """Our registration of the large quorum."""
    return Wallet.register(name, [large_quorum().descriptor], network("regtest"), used_to)


def origin(fingerprint: bytes, *path: int) -> bytes:
    """The value of a derivation field."""
    return fingerprint + b"".join(step.to_bytes(4, "little") for step in path)


def at_wpkh(*below: int) -> bytes:
    """The origin of a key below our account of single keys."""
    return origin(desk.root("A").my_fingerprint, 84 + HARDENED, 1 + HARDENED, HARDENED, *below)


def with_outputs(
    draft: Draft, size: int, pairs_of: Callable[[int], list[desk.Pair]], script: bytes = STRANGER
) -> bytes:
    """Add outputs, each with pairs of its own, until the file has its size."""
    room = size - len(draft.psbt())
    for number in range(9_990):
        pairs = pairs_of(number)
        room -= len(desk.psbt_map(pairs)) + 9 + len(script)
        if room < 0:
            break
        draft.outputs.append((script, 1_000, pairs))
    return draft.psbt()


def with_inputs(draft: Draft, size: int, pairs_of: Callable[[int], list[desk.Pair]]) -> bytes:
    """Add inputs that spend made-up coins, each with pairs of its own, until the file has its size."""
    room = size - len(draft.psbt())
    for number in range(9_990):
        pairs = pairs_of(number)
        room -= len(desk.psbt_map(pairs)) + 41
        if room < 0:
            break
        draft.inputs.append(pairs)
        draft.outpoints.append((sha256(b"coin %d" % number).digest(), 0))
    return draft.psbt()


def tree(leaves: int = 8_192, script: bytes = b"\x51") -> bytes:
    """A whole tree of equal leaves, a power of two of them."""
    return (bytes([leaves.bit_length() - 1, 0xC0]) + desk.sized(script)) * leaves


def trees_of_ours(size: int) -> bytes:
    """Change of ours, each with a tree that is not the wallet's."""
    draft = honest("tr")
    script, _amount, pairs = draft.outputs[1]
    return with_outputs(draft, size, lambda _number: [*pairs, (b"\x06", tree())], script)


def trees_of_strangers(size: int) -> bytes:
    """Trees of empty leaves beside payments: three bytes each."""
    value = tree(script=b"")
    return with_outputs(honest("tr"), size, lambda _number: [(b"\x06", value)])


def false_claims(size: int) -> bytes:
    """Every key is said to be ours, each at a place of its own."""
    number = count()
    return with_outputs(
        honest("wpkh"), size, lambda _map: [(b"\x02" + key, at_wpkh(1, next(number))) for key in strangers()]
    )


def claims_in_small_maps(size: int) -> bytes:
    """As many places as are followed, in as many maps as there may be."""
    number = count()
    return with_outputs(
        honest("wpkh"), size, lambda _map: [(b"\x02" + key, at_wpkh(1, next(number))) for key in strangers()[:4]]
    )


def claims_of_a_quorum(size: int) -> bytes:
    """The same of a wallet of fifteen keys: one claim has fifteen keys derived."""
    number, root = count(), bip32.HDKey.from_seed(b"\x01" * 16)
    account = [48 + HARDENED, 1 + HARDENED, HARDENED, 2 + HARDENED]
    return with_outputs(
        honest("wsh(sortedmulti)", owner=large_quorum()),
        size,
        lambda _map: [
            (b"\x02" + key, origin(root.my_fingerprint, *account, 1, next(number))) for key in strangers()[:4]
        ],
    )


def strange_paths(size: int) -> bytes:
    """Our fingerprint above paths of 64 steps that lead nowhere."""
    return with_outputs(
        honest("wpkh"), size, lambda _map: [(b"\x02" + key, at_wpkh(*[7 + HARDENED] * 61)) for key in strangers()]
    )


def of_one_address(kind: str, number: int, owner: desk.Wallet | None = None) -> Draft:
    """A payment from so many coins of one address: deriving many would keep the desk busy."""
    draft = honest(kind, 1, owner)
    coin, pairs = draft.coins[0], draft.inputs[0]
    is_proven = any(key == b"\x00" for key, _value in pairs)
    said = [(key, value) for key, value in pairs if key != b"\x00"]
    draft.inputs, draft.outpoints = [], []
    for each in range(number):
        raw = desk.transaction([(sha256(b"coin %d" % each).digest(), 0, desk.FINAL)], [coin.utxo])
        draft.inputs.append([(b"\x00", raw), *said] if is_proven else list(said))
        draft.outpoints.append((desk.txid(raw), 0))
    return draft


def signed_by_nobody(draft: Draft) -> Draft:
    """Put a signature that does not hold under every key that is named."""
    for pairs in draft.inputs:
        pairs += [(b"\x02" + key[1:], DER) for key, _value in pairs if key[:1] == b"\x06"]
    return draft


def legacy_signatures(size: int) -> bytes:
    """Old coins of ours with signatures of nobody: each has the whole transaction hashed."""
    return signed_by_nobody(of_one_address("pkh", min(size // 400, 9_990))).psbt()


def legacy_signatures_over_large_outputs(size: int) -> bytes:
    """The same over a transaction of many long scripts."""
    draft = signed_by_nobody(of_one_address("pkh", size // 1_200))
    return with_outputs(draft, size, lambda _number: [], DATA)


def unsigned_legacy_over_large_outputs(size: int) -> bytes:
    """The same without signatures: it would be hashed once somebody signs."""
    return with_outputs(of_one_address("pkh", size // 1_200), size, lambda _number: [], DATA)


def previous(
    tail: bytes,
    outputs: bytes = b"",
    outputs_count: int = 0,
    *,
    segwit: bool = False,
    spent: bytes = b"",
    spent_count: int = 0,
) -> bytes:
    """A previous transaction around parts that are written already."""
    return b"".join(
        (
            (2).to_bytes(4, "little"),
            b"\x00\x01" if segwit else b"",
            large_count(spent_count),
            spent,
            large_count(outputs_count),
            outputs,
            tail,
            bytes(4),
        )
    )


def large_count(number: int) -> bytes:
    """CompactSize, up to four bytes."""
    return desk.compact_size(number) if number < 0x10000 else b"\xfe" + number.to_bytes(4, "little")


def with_previous(size: int, raw: bytes) -> bytes:
    """Inputs that all carry the same previous transaction."""
    draft = honest("wpkh")
    return with_inputs(draft, size, lambda _number: [(b"\x00", raw)])


def previous_outputs(size: int) -> bytes:
    """Previous transactions of nothing but empty outputs, nine bytes each."""
    number = min(size // 3, 3_900_000) // 9
    return with_previous(size, previous(b"", bytes(9) * number, number, spent=bytes(41), spent_count=1))


def previous_inputs(size: int) -> bytes:
    """Previous transactions of nothing but inputs, 41 bytes each."""
    number = min(size // 3, 3_900_000) // 41
    return with_previous(size, previous(b"", bytes(9), 1, spent=bytes(41) * number, spent_count=number))


def previous_witnesses(size: int) -> bytes:
    """Previous transactions of nothing but empty items of a witness, a byte each."""
    number = min(size // 3, 3_900_000)
    return with_previous(
        size,
        previous(large_count(number) + bytes(number), bytes(9), 1, segwit=True, spent=bytes(41), spent_count=1),
    )


def small_previous(size: int) -> bytes:
    """As many inputs as there may be, with a small previous transaction each."""
    raw = previous(b"", bytes(9), 1, spent=bytes(41), spent_count=1)
    return with_previous(size, raw)


def unknown_fields(size: int) -> bytes:
    """Fields that nobody knows, five bytes each."""
    pairs = [(b"\xf0" + number.to_bytes(2, "big"), b"") for number in range(KEYS_IN_A_MAP)]
    return with_outputs(honest("wpkh"), size, lambda _number: pairs)


def proprietary_fields(size: int) -> bytes:
    """Fields that are somebody's own."""
    pairs = [(b"\xfc\x00\x00" + number.to_bytes(2, "big"), b"") for number in range(KEYS_IN_A_MAP)]
    return with_outputs(honest("wpkh"), size, lambda _number: pairs)


def stranger_signatures(size: int) -> bytes:
    """Signatures under keys that do not sign a coin of ours."""
    draft = of_one_address("wpkh", 100)
    for pairs in draft.inputs[: size // (KEYS_IN_A_MAP * 108)]:
        pairs += [(b"\x02" + key, DER) for key in strangers()]
    return draft.psbt()


def signatures_of_a_quorum(size: int) -> bytes:
    """A signature of nobody in every place of fifteen."""
    return signed_by_nobody(of_one_address("wsh(sortedmulti)", size // 3_300, large_quorum())).psbt()


def leaf_signatures(size: int) -> bytes:
    """Signatures in leaves that are nobody's, of one key."""
    draft = of_one_address("tr", 100)
    key = strangers()[0][1:]
    for pairs in draft.inputs[: size // (KEYS_IN_A_MAP * 133)]:
        pairs += [(b"\x14" + key + number.to_bytes(32, "big"), b"\x11" * 64) for number in range(KEYS_IN_A_MAP)]
    return draft.psbt()


def leaf_scripts(size: int) -> bytes:
    """Leaves to be spent that are not the wallet's."""
    draft = of_one_address("tr", 300)
    for pairs in draft.inputs[: size // (KEYS_IN_A_MAP * 39)]:
        pairs += [(b"\x15\xc0" + number.to_bytes(32, "big"), b"\x51\xc0") for number in range(KEYS_IN_A_MAP)]
    return draft.psbt()


def preimages(size: int) -> bytes:
    """Preimages of one or two bytes."""
    values = [number.to_bytes(2, "big") for number in range(KEYS_IN_A_MAP)]
    pairs = [(b"\x0b" + sha256(value).digest(), value) for value in values]
    return with_inputs(honest("wpkh"), size, lambda _number: pairs)


def leaf_hashes(size: int) -> bytes:
    """Keys of taproot with more leaves than any tree of ours has."""
    value = b"\xfd\xe8\x03" + bytes(32) * 1_000 + at_wpkh(1, 1)
    draft = of_one_address("tr", 300)
    for pairs in draft.inputs[: size // 320_000]:
        pairs += [(b"\x16" + key[1:], value) for key in strangers()[:10]]
    return draft.psbt()


def x_only_claims(size: int) -> bytes:
    """Keys of taproot without any leaf."""
    value = b"\x00" + origin(b"none")
    return with_outputs(honest("tr"), size, lambda _number: [(b"\x07" + key[1:], value) for key in strangers()])


def long_scripts(size: int) -> bytes:
    """Witness scripts of 10,000 bytes that look like a quorum at first."""
    script = b"\x51" + (b"\x21" + strangers()[0]) * 294
    return with_outputs(honest("wpkh"), size, lambda _number: [(b"\x00", script), (b"\x01", script)])


def data_outputs(size: int) -> bytes:
    """Outputs that carry data, 9,000 bytes each."""
    return with_outputs(honest("wpkh"), size, lambda _number: [], DATA)


def operations_of_outputs(size: int) -> bytes:
    """Outputs whose own scripts are as many operations as bytes."""
    return with_outputs(honest("wpkh"), size, lambda _number: [], NOUGHTS)


def operations_behind_data(size: int) -> bytes:
    """The same behind OP_RETURN: data that looks like operations."""
    return with_outputs(honest("wpkh"), size, lambda _number: [], b"\x6a" + NOUGHTS)


def dead_operations(size: int) -> bytes:
    """The same that nobody could spend, for a reason that stands at their end: OP_CAT."""
    return with_outputs(honest("wpkh"), size, lambda _number: [], NOUGHTS + b"\x7e")


def operations_of_outputs_in_version_2(size: int) -> bytes:
    """The same in version 2, whose outputs are spread over as many maps, and may fill the file."""
    draft = honest("wpkh")
    draft.outputs += [(NOUGHTS, 1_000, [])] * (size // (len(NOUGHTS) + 20))
    header = [
        (b"\xfb", (2).to_bytes(4, "little")),
        (b"\x02", (2).to_bytes(4, "little")),
        (b"\x04", large_count(len(draft.inputs))),
        (b"\x05", large_count(len(draft.outputs))),
    ]
    inputs = [
        [*pairs, (b"\x0e", txid), (b"\x0f", index.to_bytes(4, "little"))]
        for pairs, (txid, index) in zip(draft.inputs, draft.outpoints, strict=True)
    ]
    outputs = [
        [*pairs, (b"\x03", amount.to_bytes(8, "little")), (b"\x04", script)] for script, amount, pairs in draft.outputs
    ]
    return b"psbt\xff" + b"".join(map(desk.psbt_map, [header, *inputs, *outputs]))


def operations_of_coins(size: int) -> bytes:
    """Coins that are stated to be locked by as many operations as bytes."""
    return with_inputs(honest("wpkh"), size, lambda _number: [(b"\x01", desk.output(1_000, NOUGHTS))])


def account_keys(size: int) -> bytes:
    """Account keys, as many as one map holds, beside as many small maps as there may be."""
    draft = honest("wpkh")
    account = bytes(desk.root("A").derive("m/84h/1h/0h").to_public().serialize())
    value = at_wpkh()
    draft.globals = [(b"\x01" + account[:5] + number.to_bytes(4, "big") + account[9:], value) for number in range(990)]
    return with_outputs(draft, size, lambda _number: [])


def witness_items(size: int) -> bytes:
    """Final witnesses of nothing but empty items."""
    number = min(size // 3, 3_000_000)
    draft = honest("wpkh")
    return with_inputs(draft, size, lambda _number: [(b"\x08", large_count(number) + bytes(number))])


def small_maps(size: int) -> bytes:
    """As many maps as there may be, and nothing in them."""
    return with_outputs(honest("wpkh"), size, lambda _number: [])


BOMBS: Mapping[str, tuple[Bomb, Callable[[], tuple[Wallet, ...]]]] = {
    bomb.__name__: (bomb, lambda kind=kind: (registered(kind),))  # type: ignore[misc]
    for bomb, kind in (
        (trees_of_ours, "tr"),
        (trees_of_strangers, "tr"),
        (false_claims, "wpkh"),
        (claims_in_small_maps, "wpkh"),
        (strange_paths, "wpkh"),
        (legacy_signatures, "pkh"),
        (legacy_signatures_over_large_outputs, "pkh"),
        (unsigned_legacy_over_large_outputs, "pkh"),
        (previous_outputs, "wpkh"),
        (previous_inputs, "wpkh"),
        (previous_witnesses, "wpkh"),
        (small_previous, "wpkh"),
        (unknown_fields, "wpkh"),
        (proprietary_fields, "wpkh"),
        (stranger_signatures, "wpkh"),
        (leaf_signatures, "tr"),
        (leaf_scripts, "tr"),
        (preimages, "wpkh"),
        (leaf_hashes, "tr"),
        (x_only_claims, "tr"),
        (long_scripts, "wpkh"),
        (data_outputs, "wpkh"),
        (operations_of_outputs, "wpkh"),
        (operations_behind_data, "wpkh"),
        (dead_operations, "wpkh"),
        (operations_of_outputs_in_version_2, "wpkh"),
        (operations_of_coins, "wpkh"),
        (account_keys, "wpkh"),
        (witness_items, "wpkh"),
        (small_maps, "wpkh"),
    )
} | {bomb.__name__: (bomb, lambda: (registered_quorum(),)) for bomb in (claims_of_a_quorum, signatures_of_a_quorum)}

"""An online desk that is not ours: it makes coins and PSBTs for test wallets, byte by byte from BIP-174, 370 and 371.

Keys and scripts come from embit; nothing here imports the toolkit, so that one mistake cannot be made on both sides.
The phrases are public ones of test vectors. Amounts are satoshi.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

from embit import bip32, bip39, ec
from embit.descriptor import Descriptor
from embit.descriptor.taptree import TapLeaf, TapTree
from embit.hashes import tagged_hash
from embit.networks import NETWORKS

PHRASES = {
    "A": " ".join(["abandon"] * 11 + ["about"]),
    "B": "legal winner thank year wave sausage worth useful legal winner thank yellow",
    "C": "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
}

KINDS = {
    "pkh": ("pkh({A})", "44h/1h/0h"),
    "sh(wpkh)": ("sh(wpkh({A}))", "49h/1h/0h"),
    "wpkh": ("wpkh({A})", "84h/1h/0h"),
    "tr": ("tr({A})", "86h/1h/0h"),
    "sh(multi)": ("sh(multi(2,{A},{B},{C}))", "45h"),
    "wsh(sortedmulti)": ("wsh(sortedmulti(2,{A},{B},{C}))", "48h/1h/0h/2h"),
    "sh(wsh(sortedmulti))": ("sh(wsh(sortedmulti(2,{A},{B},{C})))", "48h/1h/0h/1h"),
}
"""A kind of script -> its descriptor around key expressions, and the account path of every key."""

FINAL, RBF = 0xFFFFFFFF, 0xFFFFFFFD

POLICIES = {
    "wsh(decaying)": (
        "wsh(or_d(multi(2,{A},{B},{C}),and_v(v:pkh({A2}),older(52560))))",
        "48h/1h/0h/2h",
        {RBF: ("A", "B"), 52560: ("A",)},
    ),
    "wsh(or_i)": (
        "wsh(or_i(and_v(v:pkh({A}),pk({B})),and_v(v:thresh(2,pk({C}),s:pk({A2}),s:pk({B2})),older(144))))",
        "48h/1h/0h/2h",
        {RBF: ("B", "A"), 144: ("C", "B")},
    ),
    "sh(wsh(andor))": (
        "sh(wsh(andor(pk({A}),after(500),and_v(v:pk({B}),pk({C})))))",
        "48h/1h/0h/1h",
        {RBF: ("C", "B")},
    ),
    "tr(tree)": ("tr({A},{{pk({B}),and_v(v:pk({C}),older(144))}})", "86h/1h/0h", {RBF: ("B",), 144: ("C",)}),
    "tr(key path)": ("tr({A},{{pk({B}),and_v(v:pk({C}),older(144))}})", "86h/1h/1h", {RBF: ("A",)}),
    "tr(nobody,multi_a)": ("tr({H},multi_a(2,{A},{B},{C}))", "48h/1h/0h/3h", {RBF: ("C", "A")}),
    "tr(nobody,tree)": (
        "tr({HX},{{{{sortedmulti_a(2,{A},{B},{C}),and_v(v:pk({A2}),older(144))}},and_v(v:pk({B2}),older(145))}})",
        "48h/1h/0h/3h",
        {RBF: ("B", "C"), 144: ("A",), 145: ("B",)},
    ),
}
"""A kind of policy -> its descriptor, the account path of every key, and who signs at which sequence number.

A2 is A's account with other branches; H is BIP-341's key that nobody holds, HX an extended key over it.
"""

NUMS = "50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0"


@cache
def root(who: str) -> bip32.HDKey:
    """The master key of a public test phrase."""
    return bip32.HDKey.from_seed(bip39.mnemonic_to_seed(PHRASES[who]), version=NETWORKS["regtest"]["xprv"])


@dataclass(frozen=True)
class Wallet:
    """A wallet as its descriptor, with the letters of those who sign for it."""

    kind: str
    descriptor: str
    signers: tuple[str, ...]

    def derive(self, branch: int, index: int) -> Descriptor:
        """The descriptor of one address."""
        return _parsed(self.descriptor).derive(index, branch_index=branch)

    @lru_cache(2048)  # noqa: B019  it is a value, like those it equals
    def script(self, branch: int, index: int) -> bytes:
        """The scriptPubKey of one address."""
        return bytes(self.derive(branch, index).script_pubkey().data)

    def address(self, branch: int, index: int) -> str:
        """One address, on regtest."""
        return str(self.derive(branch, index).address(NETWORKS["regtest"]))

    def single(self, branch: int) -> str:
        """The descriptor of one branch, for wallets that do not know BIP-389."""
        return self.descriptor.replace("<0;1>", str(branch)).replace("<2;3>", str(branch + 2))


@cache
def _parsed(descriptor: str) -> Descriptor:
    return Descriptor.from_string(descriptor)


@cache
def wallet(kind: str, sequence: int = RBF) -> Wallet:
    """The test wallet of a kind: one key, two of three, or a policy with those who sign at a sequence number."""
    if kind in POLICIES:
        form, path, signers = POLICIES[kind]
        return Wallet(kind, form.format(**expressions(path)), signers[sequence])
    form, path = KINDS[kind]
    return Wallet(kind, form.format(**expressions(path)), ("A", "B") if "multi" in kind else ("A",))


def expressions(path: str) -> dict[str, str]:
    """The key expressions of everyone at an account path, by the names that the tables use. The dictionary is yours."""
    return dict(_expressions(path))


@cache
def _expressions(path: str) -> dict[str, str]:
    keys = {"H": NUMS}
    for who in PHRASES:
        account = root(who).derive(f"m/{path}").to_public()
        fingerprint = root(who).my_fingerprint.hex()
        keys[who] = f"[{fingerprint}/{path}]{account.to_base58()}/<0;1>/*"
        keys[f"{who}2"] = keys[who].replace("<0;1>", "<2;3>")
    nobody = ec.PublicKey.parse(b"\x02" + bytes.fromhex(NUMS))
    extended = bip32.HDKey(nobody, bytes(range(32)), version=NETWORKS["regtest"]["xpub"])
    return keys | {"HX": f"{extended.to_base58()}/<0;1>/*"}


# --- Bitcoin's bytes ---


def compact_size(number: int) -> bytes:
    """CompactSize."""
    if number < 0xFD:
        return bytes([number])
    return b"\xfd" + number.to_bytes(2, "little") if number <= 0xFFFF else b"\xfe" + number.to_bytes(4, "little")


def sized(content: bytes) -> bytes:
    """Bytes after their length."""
    return compact_size(len(content)) + content


def output(amount: int, script: bytes) -> bytes:
    """One transaction output."""
    return amount.to_bytes(8, "little") + sized(script)


def transaction(inputs: Sequence[tuple[bytes, int, int]], outputs: Sequence[bytes], locktime: int = 0) -> bytes:
    """A version 2 transaction without signatures; inputs are (txid in internal order, index, sequence)."""
    spent = [txid + index.to_bytes(4, "little") + sized(b"") + n.to_bytes(4, "little") for txid, index, n in inputs]
    return b"".join(
        [
            (2).to_bytes(4, "little"),
            compact_size(len(spent)),
            *spent,
            compact_size(len(outputs)),
            *outputs,
            locktime.to_bytes(4, "little"),
        ]
    )


def txid(raw: bytes) -> bytes:
    """The txid of a transaction without witness, in internal order."""
    return sha256(sha256(raw).digest()).digest()


# --- coins ---


@dataclass(frozen=True)
class Coin:
    """A coin of a wallet, with the whole transaction that made it."""

    branch: int
    index: int
    amount: int
    script: bytes
    previous: bytes
    vout: int

    @property
    def utxo(self) -> bytes:
        """The output as the previous transaction holds it."""
        return output(self.amount, self.script)


@lru_cache(256)
def coins(owner: Wallet, count: int, amount: int = 100_000) -> tuple[Coin, ...]:
    """Make coins on the wallet's first addresses, each by a transaction of its own that pays a stranger too."""
    made = []
    for index in range(count):
        script = owner.script(0, index)
        source = sha256(f"coin {owner.kind} {index}".encode()).digest()
        stranger = output(5_000 + index, b"\x00\x14" + source[:20])
        previous = transaction([(source, index, FINAL)], [stranger, output(amount + index, script)])
        made.append(Coin(0, index, amount + index, script, previous, 1))
    return tuple(made)


# --- PSBT ---

Pair = tuple[bytes, bytes]


def psbt_map(pairs: Iterable[Pair]) -> bytes:
    """One map, in the order of its keys."""
    return b"".join(sized(key) + sized(value) for key, value in sorted(pairs)) + b"\x00"


def _origin(key: Any) -> bytes:
    return bytes(key.fingerprint) + b"".join(step.to_bytes(4, "little") for step in key.derivation)


def _derivations(derived: Descriptor, bip32_type: int, taproot_type: int) -> list[Pair]:
    """PSBT_*_BIP32_DERIVATION, or PSBT_*_TAP_BIP32_DERIVATION with the leaves in which a key stands."""
    if not derived.is_taproot:
        return [(bytes([bip32_type]) + key.sec(), _origin(key)) for key in derived.keys]
    pairs = []
    for key in derived.keys:
        if not key.is_extended and not key.origin:
            continue
        hashes = [each.hash for each in leaves(derived) if key.xonly() in each.keys]
        value = compact_size(len(hashes)) + b"".join(hashes) + _origin(key)
        pairs.append((bytes([taproot_type]) + key.xonly(), value))
    return pairs


@dataclass(frozen=True)
class Leaf:
    """A leaf of an embit descriptor: its depth, script, hash, control block without the parity, and x-only keys."""

    depth: int
    script: bytes
    hash: bytes
    block: bytes
    keys: tuple[bytes, ...]


def leaves(derived: Descriptor) -> list[Leaf]:
    """The leaves of a derived taproot descriptor, in depth-first order."""
    return _subtree(derived.taptree)[0] if derived.taptree else []


def _subtree(tree: TapTree | TapLeaf) -> tuple[list[Leaf], bytes]:
    """The leaves below a node, their control blocks begun, and the node's hash (BIP-341)."""
    node = tree.tree if isinstance(tree, TapTree) else tree
    if isinstance(node, TapLeaf):
        leaf_hash = tagged_hash("TapLeaf", node.serialize())
        keys = tuple(key.xonly() for key in node.keys)
        return [Leaf(0, bytes(node.miniscript.compile()), leaf_hash, b"", keys)], leaf_hash
    (left, left_hash), (right, right_hash) = map(_subtree, node)
    found = [_below(leaf, right_hash) for leaf in left] + [_below(leaf, left_hash) for leaf in right]
    return found, tagged_hash("TapBranch", min(left_hash, right_hash) + max(left_hash, right_hash))


def _below(leaf: Leaf, beside: bytes) -> Leaf:
    return replace(leaf, depth=leaf.depth + 1, block=leaf.block + beside)


def merkle_root(derived: Descriptor) -> bytes:
    """The root of a derived descriptor's tree."""
    return _subtree(derived.taptree)[1]


def _tree_of_input(derived: Descriptor) -> list[Pair]:
    """PSBT_IN_TAP_LEAF_SCRIPT and PSBT_IN_TAP_MERKLE_ROOT."""
    if not leaves(derived):
        return []
    internal = derived.key.xonly()
    tweak = tagged_hash("TapTweak", internal + merkle_root(derived))
    point = ec.secp256k1.ec_pubkey_parse(b"\x02" + internal)
    ec.secp256k1.ec_pubkey_tweak_add(point, tweak)
    odd = ec.secp256k1.ec_pubkey_serialize(point)[0] & 1
    pairs = [(b"\x15" + bytes([0xC0 | odd]) + internal + leaf.block, leaf.script + b"\xc0") for leaf in leaves(derived)]
    return [*pairs, (b"\x18", merkle_root(derived))]


def _tree_of_output(derived: Descriptor) -> list[Pair]:
    """PSBT_OUT_TAP_TREE."""
    if not leaves(derived):
        return []
    return [(b"\x06", b"".join(bytes([leaf.depth, 0xC0]) + sized(leaf.script) for leaf in leaves(derived)))]


def _scripts(derived: Descriptor, redeem_type: int, witness_type: int, internal_type: int) -> list[Pair]:
    pairs = []
    if derived.is_wrapped or derived.scriptpubkey_type() == "p2sh":
        pairs.append((bytes([redeem_type]), bytes(derived.redeem_script().data)))
    if (witness_script := derived.witness_script()) is not None:
        pairs.append((bytes([witness_type]), bytes(witness_script.data)))
    if derived.is_taproot:
        pairs.append((bytes([internal_type]), derived.key.xonly()))
    return pairs


def input_pairs(owner: Wallet, coin: Coin) -> list[Pair]:
    """What a desk says about a coin: proof of its amount, its scripts, its keys. The list is yours."""
    return list(_input_pairs(owner, coin))


@lru_cache(2048)
def _input_pairs(owner: Wallet, coin: Coin) -> tuple[Pair, ...]:
    derived = owner.derive(coin.branch, coin.index)
    pairs = _scripts(derived, 0x04, 0x05, 0x17) + _derivations(derived, 0x06, 0x16) + _tree_of_input(derived)
    if not derived.is_taproot:
        pairs.append((b"\x00", coin.previous))
    if derived.is_segwit or derived.is_taproot:
        pairs.append((b"\x01", coin.utxo))
    return tuple(pairs)


def change_pairs(owner: Wallet, branch: int, index: int) -> list[Pair]:
    """What a desk says about the wallet's own output. The list is yours."""
    return list(_change_pairs(owner, branch, index))


@lru_cache(2048)
def _change_pairs(owner: Wallet, branch: int, index: int) -> tuple[Pair, ...]:
    derived = owner.derive(branch, index)
    pairs = _scripts(derived, 0x00, 0x01, 0x05) + _derivations(derived, 0x02, 0x07) + _tree_of_output(derived)
    return tuple(pairs)


def _int32(number: int) -> bytes:
    return number.to_bytes(4, "little")


def psbt(
    owner: Wallet,
    spent: Sequence[Coin],
    payments: Sequence[tuple[bytes, int]],
    fee: int,
    version: int,
    sequence: int = RBF,
) -> bytes:
    """Make a PSBT of version 0 or 2: the payments (script, amount), and the rest back to the wallet at 1/0."""
    rest = sum(coin.amount for coin in spent) - sum(amount for _script, amount in payments) - fee
    paid = [(script, amount, []) for script, amount in payments]
    paid.append((owner.script(1, 0), rest, change_pairs(owner, 1, 0)))
    inputs = [input_pairs(owner, coin) for coin in spent]
    outputs = [pairs for _script, _amount, pairs in paid]
    if version == 0:
        outpoints = [(txid(coin.previous), coin.vout, sequence) for coin in spent]
        unsigned = transaction(outpoints, [output(amount, script) for script, amount, _pairs in paid])
        heads = [(b"\x00", unsigned)]
    else:
        heads = [(b"\x02", _int32(2)), (b"\x03", _int32(0)), (b"\xfb", _int32(2))]
        heads += [(b"\x04", compact_size(len(spent))), (b"\x05", compact_size(len(paid)))]
        for pairs, coin in zip(inputs, spent, strict=True):
            pairs += [(b"\x0e", txid(coin.previous)), (b"\x0f", _int32(coin.vout)), (b"\x10", _int32(sequence))]
        for pairs, (script, amount, _pairs) in zip(outputs, paid, strict=True):
            pairs += [(b"\x03", amount.to_bytes(8, "little")), (b"\x04", script)]
    return b"psbt\xff" + b"".join(map(psbt_map, [heads, *inputs, *outputs]))

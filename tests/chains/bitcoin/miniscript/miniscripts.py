"""Random miniscripts over known keys and preimages, what they ask for by the plainest reading, and spends of them."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from random import Random

from coincurve import PrivateKey

from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.hashes import hash160, ripemd160, sha256d
from custody.chains.bitcoin.consensus.script import p2tr, p2wsh
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxInput, TxOutput
from custody.chains.bitcoin.miniscript import Context, Fragment, Node, check_sane, parse
from custody.errors import Unreadable

SECRETS = tuple(PrivateKey(sha256(b"miniscript key %d" % number).digest()) for number in range(40))
PREIMAGES = tuple(sha256(b"preimage %d" % number).digest() for number in range(6))
HASHERS = {
    "sha256": lambda data: sha256(data).digest(),
    "hash256": sha256d,
    "ripemd160": ripemd160,
    "hash160": hash160,
}
AMOUNT = 100_000

TEMPLATES = (
    "and_v(v:{},{})",
    "and_b({},a:{})",
    "and_b({},s:{})",
    "or_b({},a:{})",
    "or_b({},s:{})",
    "or_d({},{})",
    "t:or_c({},v:{})",
    "or_i({},{})",
    "andor({},{},{})",
    "and_n({},{})",
    "thresh(1,{},a:{})",
    "thresh(2,{},a:{},s:{})",
    "thresh(2,{},s:{},a:{},a:{})",
    "thresh(3,{},s:{},s:{})",
    "j:{}",
    "n:{}",
    "dv:{}",
    "l:{}",
    "u:{}",
    "tv:{}",
    "c:or_i(pk_k({key}),pk_h({key}))",
    "c:and_v(v:{},pk_k({key}))",
    "c:andor({},pk_k({key}),pk_h({key}))",
)

PLAIN = tuple(
    each for each in TEMPLATES if each.startswith(("and_v", "and_b", "or_b", "thresh", "n:", "tv:", "c:and_v"))
)
"""Those without OP_IF and OP_NOTIF, which some nodes do not take in a leaf."""


def key_text(secret: PrivateKey, context: Context) -> str:
    """The public key as it stands in texts and scripts, in hex."""
    return secret.public_key.format()[33 - context.key_size :].hex()


class Grower:
    """Grows the texts of scripts. No key is used twice, as long as there are enough."""

    def __init__(self, random: Random, context: Context, templates: tuple[str, ...] = TEMPLATES) -> None:
        self._random = random
        self._templates = templates
        self.context = context
        self._keys = [key_text(secret, context) for secret in SECRETS]
        random.shuffle(self._keys)

    def key(self) -> str:
        return self._keys.pop()

    def leaf(self) -> str:
        multi = "multi" if self.context is Context.P2WSH else "multi_a"
        match self._random.choice("kkkkkhhmmoahx"):
            case "k":
                return f"pk({self.key()})"
            case "h":
                return f"pkh({self.key()})"
            case "m":
                keys = [self.key() for _each in range(self._random.randint(1, 4))]
                return f"{multi}({self._random.randint(1, len(keys))},{','.join(keys)})"
            case "o":
                return f"older({self._random.choice((1, 2, 5, 144, 4194305, 4194320))})"
            case "a":
                return f"after({self._random.choice((1, 50, 100, 500000, 500000001, 1600000000))})"
            case _other:
                name = self._random.choice(tuple(HASHERS))
                return f"{name}({HASHERS[name](self._random.choice(PREIMAGES)).hex()})"

    def candidate(self, depth: int) -> str:
        """A text whose parts are valid, but which may be none itself."""
        text, *pieces = self._random.choice(self._templates).replace("{key}", "@").split("{}")
        for piece in pieces:
            part = self.grow(depth - 1)
            if text.endswith(":") and ":" in part.partition("(")[0]:
                text = text[:-1]  # "v:" before "l:X" is "vl:X"
            text += part + piece
        while "@" in text:
            text = text.replace("@", self.key(), 1)
        return text

    def grow(self, depth: int) -> str:
        """A valid script of about this depth."""
        if depth > 0:
            for _each in range(4):
                text = self.candidate(depth)
                if is_valid(text, self.context):
                    return text
        return self.leaf()


def is_valid(text: str, context: Context) -> bool:
    try:
        parse(text, context, str)
    except Unreadable:
        return False
    return True


def grown(seed: int, context: Context, templates: tuple[str, ...] = TEMPLATES) -> str:
    """One valid script."""
    while True:
        try:
            return Grower(Random(seed), context, templates).grow(3)
        except IndexError:  # it asked for more keys than there are
            seed += 1_000_003


def sane(seed: int, context: Context, templates: tuple[str, ...] = TEMPLATES) -> Node[str]:
    """One script that a wallet may use."""
    while True:
        node = parse(grown(seed, context, templates), context, str)
        try:
            check_sane(node)
        except Unreadable:
            seed += 7919
            continue
        return node


def holds(node: Node[str], signing: Collection[str], timing: Timing, known: Collection[bytes]) -> bool:
    """Say whether a script's conditions are met, by the column "Semantics" of BIP-379 and nothing else."""

    def visit(each: Node[str], subs: tuple[bool, ...]) -> bool:
        match each.fragment:
            case Fragment.FALSE:
                return False
            case Fragment.TRUE:
                return True
            case Fragment.PK_K | Fragment.PK_H:
                return each.own_keys[0] in signing
            case Fragment.MULTI | Fragment.MULTI_A:
                return sum(key in signing for key in each.own_keys) >= each.number
            case Fragment.OLDER:
                return older_holds(each.number, timing)
            case Fragment.AFTER:
                return after_holds(each.number, timing)
            case Fragment.SHA256 | Fragment.HASH256 | Fragment.RIPEMD160 | Fragment.HASH160:
                return any(HASHERS[each.fragment](preimage) == each.digest for preimage in known)
            case Fragment.ANDOR:
                return (subs[0] and subs[1]) or subs[2]
            case Fragment.AND_V | Fragment.AND_B:
                return subs[0] and subs[1]
            case Fragment.OR_B | Fragment.OR_C | Fragment.OR_D | Fragment.OR_I:
                return subs[0] or subs[1]
            case Fragment.THRESH:
                return sum(subs) >= each.number
        return subs[0]

    return node.fold(visit)


def older_holds(number: int, timing: Timing) -> bool:
    """BIP-112: the version, the disable bit, the kind, the value."""
    kind = 1 << 22
    return (
        timing.version >= 2
        and timing.sequence < 1 << 31
        and number & kind == timing.sequence & kind
        and number & 0xFFFF <= timing.sequence & 0xFFFF
    )


def after_holds(number: int, timing: Timing) -> bool:
    """BIP-65: the sequence, the kind, the value."""
    kinds = (number < 500_000_000, timing.locktime < 500_000_000)
    return timing.sequence != 0xFFFFFFFF and kinds[0] is kinds[1] and number <= timing.locktime


@dataclass(frozen=True, slots=True)
class Spend:
    """A transaction that spends one coin behind a script, to be signed."""

    node: Node[str]
    transaction: Transaction
    spent: TxOutput
    script: bytes
    control: bytes

    @classmethod
    def of(cls, node: Node[str], timing: Timing, outpoint: OutPoint | None = None, amount: int = AMOUNT) -> "Spend":
        script = node.script(bytes.fromhex)
        spent = TxOutput(amount, script_pubkey(node))
        coin = outpoint or OutPoint(sha256(script).digest(), 0)
        outputs = (TxOutput(amount - 2_000, p2wsh(bytes(32))),)
        transaction = Transaction(timing.version, (TxInput(coin, b"", timing.sequence),), outputs, timing.locktime)
        control = b""
        if node.context is Context.TAPSCRIPT:
            _key, odd = taproot.output_key(taproot.NUMS_KEY, taproot.leaf_hash(script))
            control = taproot.control_block(taproot.NUMS_KEY, (), odd=odd)
        return cls(node, transaction, spent, script, control)

    def sign(self, signing: Collection[str]) -> dict[str, bytes]:
        """Sign with these keys, with ALL in P2WSH and DEFAULT in tapscript."""
        sighash = Sighash(self.transaction, [self.spent])
        if self.node.context is Context.P2WSH:
            digest = sighash.segwit_v0(0, self.script, self.spent.amount, 1)
            return {
                key: secret.sign(digest, hasher=None) + b"\x01"
                for secret in SECRETS
                if (key := key_text(secret, Context.P2WSH)) in signing
            }
        digest = sighash.taproot(0, 0, taproot.leaf_hash(self.script))
        return {
            key: secret.sign_schnorr(digest, bytes(32))
            for secret in SECRETS
            if (key := key_text(secret, Context.TAPSCRIPT)) in signing
        }

    def with_witness(self, satisfaction: tuple[bytes, ...]) -> Transaction:
        behind = (self.script, self.control) if self.control else (self.script,)
        (tx_input,) = self.transaction.inputs
        whole = TxInput(tx_input.outpoint, b"", tx_input.sequence, (*satisfaction, *behind))
        return Transaction(self.transaction.version, (whole,), self.transaction.outputs, self.transaction.locktime)


def script_pubkey(node: Node[str]) -> bytes:
    """The output that a script stands behind, in tapscript alone in its tree under a key that nobody has."""
    script = node.script(bytes.fromhex)
    if node.context is Context.P2WSH:
        return p2wsh(sha256(script).digest())
    return p2tr(taproot.output_key(taproot.NUMS_KEY, taproot.leaf_hash(script))[0])

"""BIP-322 "Verification": a scriptPubKey, a message and a signature's text to what is proven, or to the reason why not.

Whether a coin of a proof of funds exists and is unspent, only a node can say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from custody.catalogue import _
from custody.chains.bitcoin.consensus.script import ScriptKind, classify
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxOutput
from custody.chains.bitcoin.interpreter.checker import Checks
from custody.chains.bitcoin.interpreter.spending import Opening
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid
from custody.chains.bitcoin.message import encoding, legacy
from custody.chains.bitcoin.message.encoding import Compact, Variant, Witness
from custody.chains.bitcoin.message.virtual import TO_SIGN_OUTPUT, to_sign, to_spend
from custody.chains.bitcoin.psbt import Psbt, PsbtInput
from custody.chains.bitcoin.psbt.keytypes import GLOBAL_GENERIC_SIGNED_MESSAGE
from custody.chains.bitcoin.review.coins import MAX_MONEY

_VERSIONS = (0, 2)
_LOCK_DISABLED, _LOCK_VALUE = 1 << 31, 0xFFFF
_LEGACY_KINDS = (ScriptKind.P2PKH, ScriptKind.P2PK, ScriptKind.MULTISIG, ScriptKind.NONSTANDARD)
_NULL = OutPoint(bytes(32), 0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class ShownCoin:
    """A coin of a proof of funds, opened as if it were spent. Amounts are satoshi.

    `amount_proven` says that its transaction is there and hashes to the coin's name. Without it the amount is what the
    prover wrote, and only the chain can tell. `sequence` is not 0 where the coin's script asks for an age. `signed`
    says that some key signed: a coin that opens without one says nothing about whoever shows it.
    """

    outpoint: OutPoint
    output: TxOutput
    amount_proven: bool
    sequence: int
    signed: bool

    @property
    def shown(self) -> bool:
        """Whether it counts: its amount is proven, and a key signed."""
        return self.amount_proven and self.signed


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that holds. `time` is the lock time T, `age` the first input's sequence number S of BIP-322.

    `signed` says that some key signed for the address: where its script asks for none, anybody could have made this.
    """

    variant: Variant
    signed: bool = True
    time: int = 0
    age: int = 0
    coins: tuple[ShownCoin, ...] = ()

    @property
    def locked(self) -> bool:
        """Whether it says "valid at time T and age S", not simply "valid"."""
        return self.time != 0 or bool(self.age & _LOCK_VALUE and not self.age & _LOCK_DISABLED)


def verify(challenge: bytes, message: bytes, text: str) -> Verified:
    """Verify a signature's text for a scriptPubKey and a message.

    Raises Unreadable where the text is malformed, Invalid where a check fails, and Inconclusive where the scripts are
    not understood.
    """
    variant, signature = encoding.read(text)
    if isinstance(signature, Compact):
        legacy.verify(challenge, message, signature)
        return Verified(variant)
    transaction = _to_sign(challenge, message, signature)
    _check_shape(challenge, message, transaction)
    psbt = signature if isinstance(signature, Psbt) else None
    if psbt is not None:
        _check_named_message(psbt, message)
    coins = tuple(_coins(challenge, transaction, psbt))
    _check_amounts(coins)
    spent = (TxOutput(0, challenge), *(coin.output for coin in coins))
    sighash = Sighash(transaction, spent)
    checks, signed = Checks(), []
    for index, output in enumerate(spent):
        before = len(checks.held)
        Opening(transaction, sighash, index, output, checks).verify()
        signed.append(len(checks.held) > before)
    if transaction.version not in _VERSIONS:
        raise Inconclusive(
            _("the proof is of version {version}; 0 and 2 are known").format(version=transaction.version)
        )
    shown = tuple(replace(coin, signed=by_key) for coin, by_key in zip(coins, signed[1:], strict=True))
    return Verified(variant, signed[0], transaction.locktime, transaction.inputs[0].sequence, shown)


def _to_sign(challenge: bytes, message: bytes, signature: Witness | Transaction | Psbt) -> Transaction:
    """Return `to_sign` with what opens each input."""
    if isinstance(signature, Witness):
        plain = to_sign(message, challenge)
        return replace(plain, inputs=(replace(plain.inputs[0], witness=signature.stack),))
    if isinstance(signature, Transaction):
        return signature
    inputs = tuple(
        replace(
            tx_input,
            script_sig=declared.final_script_sig or b"",
            witness=declared.final_script_witness or (),
        )
        for tx_input, declared in zip(signature.transaction.inputs, signature.inputs, strict=True)
    )
    return replace(signature.transaction, inputs=inputs)


def _check_shape(challenge: bytes, message: bytes, transaction: Transaction) -> None:
    """Basic validation, 1.3: what it spends first, and its one output; and what consensus says of any transaction."""
    outpoints = [tx_input.outpoint for tx_input in transaction.inputs]
    if not outpoints or outpoints[0] != OutPoint(to_spend(message, challenge).txid, 0):
        raise Invalid(
            _("the signature is for another message or another address"),
            hint=_("Compare the message letter by letter, spaces and line ends included, and the address."),
        )
    if transaction.outputs != (TO_SIGN_OUTPUT,):
        raise Invalid(_("what was signed has other outputs than a message has, and may be a payment"))
    if len(set(outpoints)) != len(outpoints):
        raise Invalid(_("the same coin is shown twice"))
    if _NULL in outpoints:
        raise Invalid(_("a coin that is shown names none"))


def _check_named_message(psbt: Psbt, message: bytes) -> None:
    """A message in the file itself must be the one that is verified."""
    named = dict(psbt.header.pairs).get(bytes([GLOBAL_GENERIC_SIGNED_MESSAGE]), message)
    if named != message:
        raise Invalid(_("the proof names another message than the one that it signs"))


def _coins(challenge: bytes, transaction: Transaction, psbt: Psbt | None) -> Iterator[ShownCoin]:
    """Yield the coins beyond the first input. A transaction serves all later inputs that spend it too (BIP-322)."""
    if psbt is None:
        if len(transaction.inputs) > 1:
            raise Invalid(_("a full signature shows coins without saying what they hold; a proof of funds does"))
        return
    first = psbt.inputs[0]
    wrong = first.non_witness_utxo is not None and first.non_witness_utxo.txid != transaction.inputs[0].outpoint.txid
    if wrong or first.witness_utxo not in (None, TxOutput(0, challenge)):
        raise Invalid(_("the proof states its first input in two ways"))
    previous: dict[bytes, Transaction] = {}
    for tx_input, declared in zip(transaction.inputs[1:], psbt.inputs[1:], strict=True):
        outpoint, given = tx_input.outpoint, declared.non_witness_utxo
        if given is not None and given.txid != outpoint.txid:
            raise Invalid(_("the transaction given for coin {outpoint} is another one").format(outpoint=outpoint))
        if given is not None:
            previous.setdefault(outpoint.txid, given)
        yield _coin(outpoint, previous.get(outpoint.txid), declared, tx_input.sequence)


def _coin(outpoint: OutPoint, previous: Transaction | None, declared: PsbtInput, sequence: int) -> ShownCoin:
    if previous is None:
        stated = declared.witness_utxo
        if stated is None or _signs_no_amount(stated, declared):
            raise Invalid(_("the transaction that made coin {outpoint} is missing").format(outpoint=outpoint))
        return ShownCoin(outpoint, stated, amount_proven=False, sequence=sequence, signed=False)
    if outpoint.index >= len(previous.outputs):
        raise Invalid(_("coin {outpoint} does not exist in its own transaction").format(outpoint=outpoint))
    made = previous.outputs[outpoint.index]
    if declared.witness_utxo not in (None, made):
        raise Invalid(_("coin {outpoint} is stated in two ways").format(outpoint=outpoint))
    return ShownCoin(outpoint, made, amount_proven=True, sequence=sequence, signed=False)


def _signs_no_amount(stated: TxOutput, declared: PsbtInput) -> bool:
    """Whether no signature of this coin commits to its amount: legacy, in P2SH too unless a witness opens it."""
    kind = classify(stated.script).kind
    return kind in _LEGACY_KINDS or (kind is ScriptKind.P2SH and not declared.final_script_witness)


def _check_amounts(coins: Sequence[ShownCoin]) -> None:
    amounts = [coin.output.amount for coin in coins]
    if any(not 0 <= amount <= MAX_MONEY for amount in amounts) or sum(amounts) > MAX_MONEY:
        raise Invalid(_("the coins hold amounts that cannot exist"))

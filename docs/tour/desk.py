"""The tour's online desk: the Bitcoin Dev Kit, watching a public descriptor. It has no key and none of our code."""

import base64
from dataclasses import dataclass
from hashlib import sha256

import bdkpython as bdk


def _coins(scripts: list[bytes], amounts: list[int]) -> bytes:
    """A transaction from nowhere that pays these scripts, as a test network would hold it."""
    source = sha256(b"the tour's coins").digest() + (0).to_bytes(4, "little") + b"\x00" + b"\xff\xff\xff\xff"
    paid = b"".join(
        amount.to_bytes(8, "little") + bytes([len(script)]) + script
        for script, amount in zip(scripts, amounts, strict=True)
    )
    return b"\x02\x00\x00\x00\x01" + source + bytes([len(scripts)]) + paid + bytes(4)


@dataclass(frozen=True)
class Payment:
    """Whom the desk pays, and how much, in satoshi."""

    address: str
    amount: int


class Desk:
    """A watching wallet on regtest that has been paid twice."""

    def __init__(self, descriptor: str) -> None:
        both = bdk.Descriptor(descriptor, bdk.NetworkKind.TEST)
        store = bdk.Persister.new_in_memory()
        self._wallet = bdk.Wallet.create_from_two_path_descriptor(both, bdk.Network.REGTEST, store)
        addresses = [self._wallet.reveal_next_address(bdk.KeychainKind.EXTERNAL).address for _each in range(2)]
        scripts = [bytes(address.script_pubkey().to_bytes()) for address in addresses]
        paid = bdk.Transaction(_coins(scripts, [60_000_000, 40_000_000]))
        self._wallet.apply_unconfirmed_txs([bdk.UnconfirmedTx(tx=paid, last_seen=0)])
        self.first_address = str(addresses[0])

    def pay(self, payments: list[Payment], *, leave_out_the_proof: bool = False) -> bytes:
        """Make a PSBT at 5 sat/vB; with `leave_out_the_proof`, without the previous transactions."""
        builder = bdk.TxBuilder().fee_rate(bdk.FeeRate.from_sat_per_vb(5))
        for payment in payments:
            script = bdk.Address(payment.address, bdk.Network.REGTEST).script_pubkey()
            builder = builder.add_recipient(script, bdk.Amount.from_sat(payment.amount))
        if leave_out_the_proof:
            builder = builder.only_witness_utxo()
        return base64.b64decode(builder.finish(self._wallet).serialize())

    def finish(self, psbt: bytes) -> tuple[str, int]:
        """Finalise and extract what came back signed; return the txid and the size in virtual bytes."""
        result = bdk.Psbt(base64.b64encode(psbt).decode()).finalize()
        if not result.could_finalize:
            raise ValueError(f"the desk could not finalise: {result.errors}")
        transaction = result.psbt.extract_tx()
        return str(transaction.compute_txid()), transaction.vsize()

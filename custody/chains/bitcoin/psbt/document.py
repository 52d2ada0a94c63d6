"""`Psbt`: a whole PSBT (BIP-174 version 0, BIP-370 version 2), bytes to one frozen value and back to the same bytes.

What the BIPs forbid, and what is over a limit, raises Unreadable.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from custody import outside
from custody.catalogue import _
from custody.chains.bitcoin.consensus.stream import Reader
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.psbt.effort import Effort, of_hashing, of_header, of_input, of_locks, of_output
from custody.chains.bitcoin.psbt.envelope import MAGIC, PAYLOAD_LIMIT
from custody.chains.bitcoin.psbt.foreign import foreign_protocols
from custody.chains.bitcoin.psbt.global_map import MAY_GROW, GlobalMap
from custody.chains.bitcoin.psbt.inputs import PsbtInput
from custody.chains.bitcoin.psbt.origins import AccountKey
from custody.chains.bitcoin.psbt.outputs import PsbtOutput
from custody.chains.bitcoin.psbt.pairs import Pair, RawMap
from custody.chains.bitcoin.psbt.unsigned import unsigned_transaction
from custody.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Psbt:
    """A PSBT. `transaction` is the unsigned one: written down in version 0, put together by BIP-370 in version 2.

    `effort` is what the file asks of whoever reads it, within what it may.
    """

    header: GlobalMap
    transaction: Transaction
    inputs: tuple[PsbtInput, ...]
    outputs: tuple[PsbtOutput, ...]
    effort: Effort = field(compare=False, repr=False)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a binary PSBT and nothing behind it.

        Raises Unreadable for what BIP-174, 370 and 371 forbid, and over the limits: 10 MB, 10,000 inputs and outputs,
        1,000 keys in a map, 64 steps in a path, 10,000 bytes in a script, and the effort of a file of its size. Where a
        program took the file for text, it says that.
        """
        if len(data) > PAYLOAD_LIMIT:
            raise Unreadable(
                _("a PSBT of {count} bytes is over the limit of {limit}").format(count=len(data), limit=PAYLOAD_LIMIT)
            )
        try:
            return cls._parse(data)
        except Unreadable:
            if outside.in_text_mode(data):
                raise outside.copied_as_text() from None
            raise

    @classmethod
    def _parse(cls, data: bytes) -> Self:
        reader = Reader(data, _("the PSBT"))
        if reader.read(min(len(MAGIC), reader.remaining)) != MAGIC:
            raise reader.unreadable(_("it does not begin as a PSBT does"))
        header = GlobalMap.parse(RawMap.read(reader))
        if header.maps > reader.remaining:  # a map is at least its separator
            raise reader.unreadable(_("inputs or outputs are missing"))
        effort = Effort.of_size(len(data)).plus(of_header(header))
        inputs, outputs = [], []
        for index in range(header.inputs):
            inputs.append(PsbtInput.parse(RawMap.read(reader), header.version, index))
            effort = effort.plus(of_input(inputs[-1]))
        for index in range(header.outputs):
            outputs.append(PsbtOutput.parse(RawMap.read(reader), header.version, index))
            effort = effort.plus(of_output(outputs[-1]))
        reader.finish()
        transaction = header.unsigned_tx or unsigned_transaction(header, inputs, outputs)
        effort = effort.plus(of_locks(transaction, inputs)).plus(of_hashing(transaction, inputs))
        return cls(header, transaction, tuple(inputs), tuple(outputs), effort)

    def serialize(self) -> bytes:
        """Write the PSBT: what was parsed, byte for byte."""
        return MAGIC + b"".join(each.raw.encoded for each in self._maps())

    def with_input_fields(self, additions: Mapping[int, tuple[Pair, ...]]) -> "Psbt":
        """Return a PSBT that gains fields at the end of input maps, and differs in nothing else.

        Raises Unreadable for an input that does not exist, a key that is already there, or a malformed field.
        """
        inputs = list(self.inputs)
        for index, gained in additions.items():
            if not 0 <= index < len(inputs):
                raise Unreadable(_("the PSBT has no input {index}").format(index=index))
            inputs[index] = PsbtInput.parse(inputs[index].raw.with_pairs(gained), self.version, index)
        return replace(self, inputs=tuple(inputs))

    def closed(self) -> "Psbt":
        """Return the PSBT as signatures leave it that cover everything: no input and no output may be added any more.

        The other flags stay, and where there are none, none come (BIP-370 "Signer").
        """
        if self.modifiable is None:
            return self
        return replace(self, header=self.header.with_modifiable(self.modifiable & ~MAY_GROW))

    @property
    def version(self) -> int:
        """The version of the format, 0 or 2."""
        return self.header.version

    @property
    def xpubs(self) -> tuple[AccountKey, ...]:
        """The account keys that the file names (PSBT_GLOBAL_XPUB)."""
        return self.header.xpubs

    @property
    def modifiable(self) -> int | None:
        """PSBT_GLOBAL_TX_MODIFIABLE: bit 0 inputs, bit 1 outputs, bit 2 a SIGHASH_SINGLE; None where it is absent."""
        return self.header.modifiable

    @property
    def unknown_count(self) -> int:
        """How many fields this program does not know, or that are somebody's own, in all maps."""
        return sum(len(each.unknown) + len(each.proprietary) for each in self._maps())

    @property
    def refused_fields(self) -> tuple[str, ...]:
        """The protocols that the file carries fields of and that this program does not sign, for a person to read."""
        return foreign_protocols(self.header, self.inputs, self.outputs)

    def _maps(self) -> tuple[GlobalMap | PsbtInput | PsbtOutput, ...]:
        return (self.header, *self.inputs, *self.outputs)

"""`Source`: a PSBT with its file's name, and the checks that every role begins with.

A file that contradicts itself about a coin raises Alarm, one that is signed in another way Refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from custody.catalogue import _
from custody.chains.bitcoin.findings import RULES, finding
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.psbt.envelope import Envelope
from custody.chains.bitcoin.psbt.envelope import open as open_envelope
from custody.chains.bitcoin.review.coins import Coin, prove_coins
from custody.errors import Alarm, Refused
from custody.signing import Finding
from custody.text import safe

_UNPROVEN = frozenset({"BTC-AMOUNT-MISSING", "BTC-AMOUNT-UNPROVEN"})
"""What is not stated, or only claimed, is no contradiction. Each role says itself what it cannot do without."""

_CONTRADICTIONS = frozenset({"BTC-PREVTX-MISMATCH", "BTC-UTXO-CONFLICT"})
"""Somebody wrote something about a coin that cannot be true."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read: its name, its form, and the PSBT in it."""

    name: str
    envelope: Envelope
    psbt: Psbt

    @classmethod
    def read(cls, name: str, document: bytes) -> Self:
        """Read a PSBT (binary, base64 or hex). Raises Unreadable."""
        envelope = open_envelope(document)
        return cls(name, envelope, Psbt.parse(envelope.payload))

    @property
    def shown(self) -> str:
        """Its name, safe to show."""
        return safe(self.name)

    def check_protocol(self) -> None:
        """Raise Refused where the transaction is one that is signed in another way."""
        for what in self.psbt.refused_fields:
            raise self.refused(finding("BTC-FIELD-REFUSED", what=what))

    def refused(self, objection: Finding) -> Refused:
        """Make the error of a finding in this file."""
        return Refused(self.told(objection), hint=RULES[objection.id].clear, code=objection.id.lower())

    def told(self, objection: Finding) -> str:
        """Tell a finding with the file and the place."""
        if not objection.where:
            return _("{file}: {finding} [{id}]").format(file=self.shown, finding=objection.text, id=objection.id)
        return _("{file}, {where}: {finding} [{id}]").format(
            file=self.shown, where=objection.where, finding=objection.text, id=objection.id
        )


def check_coins(source: Source) -> tuple[Coin, ...]:
    """Return the coins, proven or claimed.

    Raises Alarm where the file contradicts itself about a coin, and Refused for coins that cannot be.
    """
    coins, objections = prove_coins(source.psbt)
    _raise_worst(source, objections)
    return coins


def _raise_worst(source: Source, objections: Sequence[Finding]) -> None:
    for objection in objections:
        if objection.id in _CONTRADICTIONS:
            raise Alarm(
                source.told(objection),
                hint=_("Keep the file, and find out who wrote it."),
                code="coin-contradiction",
            )
    for objection in objections:
        if objection.id not in _UNPROVEN:
            raise source.refused(objection)

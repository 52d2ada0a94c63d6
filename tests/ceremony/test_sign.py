"""The signing job: what it asks of a key before the key signs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pytest

from custody.ceremony.sign import sign
from custody.errors import Refused
from custody.keys.cards.shares import Scheme
from custody.keys.kinds import Kind, SecretInput
from custody.keys.phrases import mnemonic
from custody.keys.reading import read_secret
from custody.secret import Secret
from custody.signing import Approval, Fee, Review, Signature, SigningTask
from tests.ceremony.test_recover import cards_of
from tests.support import desk

NOTHING = Review(
    "", "bitcoin", "regtest", "w", (), (), (), (), Fee(0, proven=True, rate=None, unit="sat/vB"), (), (), ()
)


@dataclass
class Document:
    """A document that one key signs, and that asks for no signature."""

    signers: frozenset[bytes]
    review: Review = NOTHING

    def tasks(self, _approval: Approval, _fingerprint: bytes) -> tuple[SigningTask, ...]:
        return ()

    def attach(self, _signatures: Sequence[Signature]) -> bytes:
        return b"signed"


@dataclass
class Officer:
    """Approves everything and gives the secret named."""

    secret: SecretInput
    warned: list[str] = field(default_factory=list)

    def approve(self, review: Review) -> Approval:
        return Approval(review.commitment, by="test")

    def unlock(self) -> SecretInput:
        return self.secret

    def warn(self, sentence: str) -> None:
        self.warned.append(sentence)

    def progress(self, tasks: Sequence[SigningTask]) -> Iterable[SigningTask]:
        return tasks


@pytest.mark.parametrize("kind", Kind)
def test_a_publicly_known_secret_is_known_in_the_reading_that_signs(kind: Kind) -> None:
    """Under a passphrase the cards' other reading is another secret, so only the one that signs may be asked about."""
    known = mnemonic.entropy_of(Secret(desk.PHRASES["A"].encode())).reveal()
    given = read_secret([*cards_of(Scheme.single(1, 1), kind, known), "passphrase: ours"])
    masters = {kind: master.fingerprint for kind, master in given.candidates()}
    document, officer = Document(frozenset([masters[Kind.BIP39]])), Officer(given)
    assert sign(document, officer, main_network=False).kind is Kind.BIP39
    assert "publicly known" in officer.warned[0]
    with pytest.raises(Refused, match="publicly known"):
        sign(document, officer, main_network=True)

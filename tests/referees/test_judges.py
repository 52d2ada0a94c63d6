"""The referees judge: they pass what embit signed for the desk's wallets, and stop a changed amount."""

import pytest
from btclib.exceptions import BTClibValueError
from embit.psbt import PSBT

from tests.referees.judges import FINALISERS, NotFinal, verify
from tests.support import desk

pytestmark = pytest.mark.referee

STRANGER = b"\x00\x14" + bytes(20)


def signed_by_embit(psbt: bytes, signers: tuple[str, ...]) -> bytes:
    """Sign honest bytes of our own desk."""
    read = PSBT.parse(psbt)
    for who in signers:
        assert read.sign_with(desk.root(who)) > 0
    return bytes(read.serialize())


@pytest.mark.parametrize(("version", "referee"), [(0, "bdk"), (0, "libwally"), (2, "libwally")])
@pytest.mark.parametrize("kind", desk.KINDS)
def test_referees_finalise_and_verify_what_another_wallet_signed(kind: str, version: int, referee: str) -> None:
    owner = desk.wallet(kind)
    spent = desk.coins(owner, 2)
    psbt = desk.psbt(owner, spent, [(STRANGER, 60_000)], 5_000, version)
    final = FINALISERS[referee](signed_by_embit(psbt, owner.signers))
    verify(final, [coin.utxo for coin in spent])


@pytest.mark.parametrize("referee", FINALISERS)
def test_referees_refuse_one_signature_of_two(referee: str) -> None:
    owner = desk.wallet("wsh(sortedmulti)")
    psbt = desk.psbt(owner, desk.coins(owner, 1), [(STRANGER, 60_000)], 5_000, 0)
    with pytest.raises((NotFinal, ValueError)):
        FINALISERS[referee](signed_by_embit(psbt, ("A",)))


@pytest.mark.parametrize("kind", [kind for kind in desk.KINDS if kind not in ("pkh", "sh(multi)")])
def test_the_engine_refuses_a_signature_over_another_amount(kind: str) -> None:
    owner = desk.wallet(kind)
    (coin,) = desk.coins(owner, 1)
    psbt = desk.psbt(owner, (coin,), [(STRANGER, 60_000)], 5_000, 0)
    final = FINALISERS["libwally"](signed_by_embit(psbt, owner.signers))
    with pytest.raises(BTClibValueError):
        verify(final, [desk.output(coin.amount + 1, coin.script)])

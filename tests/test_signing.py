"""An approval names the hash of what was shown: its bytes are canonical JSON, and never change."""

from dataclasses import replace
from hashlib import sha256

import pytest

from custody import canonical
from custody.signing import Burn, Change, Difference, Fee, Finding, Input, Note, Payment, Replacement, Review, Severity

REVIEW = Review(
    digest="ab" * 32,
    chain="bitcoin",
    network="regtest",
    wallet='Tresor "Süd" \u202e',
    payments=(Payment(0, "bcrt1q", "0.10000000", "BTC", 10_000_000, None, "0014"),),
    change=(Change(1, "bcrt1p", 5_000, "m/84'/1'/0'/1/0"),),
    burned=(Burn(2, 0, "00ff"),),
    inputs=(Input("aa:0", None, True, False),),
    fee=Fee(300, True, "2.00", "sat/vB"),
    findings=(Finding("BTC-FEE-HIGH", Severity.WARN, "", "text\x7f", "detail\n"),),
    replaces=(),
    notes=(),
)
DIFFERENCE = Difference(None, "6a", 1, 2)
REPLACEMENT = Replacement("cc" * 32, True, False, None, 300, (DIFFERENCE,), (), (), ("aa:0",), ())
WHOLE = replace(REVIEW, replaces=(REPLACEMENT,), notes=(Note("output 0", "output", "cc:0", "💰", 7),))


@pytest.mark.parametrize(
    ("review", "commitment"),
    [
        (REVIEW, "d9bcabbce688d2c11c7ed689037b142463c4e3b09caa5416feda918211d1379f"),
        (WHOLE, "c8562d86cb501483cbe51c13f4484bd0d255b0901b74b8bcc15bf3e7a40394af"),
    ],
)
def test_the_commitment_is_the_one_that_earlier_releases_computed(review: Review, commitment: str) -> None:
    assert review.commitment.hex() == commitment
    assert sha256(b"custody/review/v1\x00" + canonical.encode(review.to_json())).hexdigest() == commitment


def test_what_has_no_one_writing_is_not_approved() -> None:
    with pytest.raises(ValueError):
        _ = replace(REVIEW, wallet="\udcff").commitment

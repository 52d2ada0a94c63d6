"""The properties s, f, e and m of every combination, by the table of BIP-379 ("Malleability"), over all truths."""

from itertools import product

import pytest

from custody.chains.bitcoin.miniscript import Fragment, malleability
from custody.chains.bitcoin.miniscript.malleability import Malleability

TRUTHS = [Malleability(s=s, f=f, e=e, m=True) for s, f, e in product((False, True), repeat=3)]
PAIRS = list(product(TRUTHS, repeat=2))


def told(found: Malleability) -> tuple[bool, bool, bool, bool]:
    return found.s, found.f, found.e, found.m


@pytest.mark.parametrize("whole", [True, False])
def test_conjunctions(whole: bool) -> None:
    for x, y in PAIRS:
        and_v = malleability._and(Fragment.AND_V, x, y, whole)
        assert told(and_v) == (x.s | y.s, x.s | y.f, False, whole), (x, y)
        and_b = malleability._and(Fragment.AND_B, x, y, whole)
        f = (x.f & y.f) | (x.s & x.f) | (y.s & y.f)
        assert told(and_b) == (x.s | y.s, f, x.e & y.e & x.s & y.s, whole), (x, y)


@pytest.mark.parametrize("whole", [True, False])
def test_disjunctions(whole: bool) -> None:
    for x, z in PAIRS:
        s, one_signs = x.s & z.s, x.s | z.s
        wanted = {
            Fragment.OR_B: (s, False, True, whole & x.e & z.e & one_signs),
            Fragment.OR_C: (s, True, False, whole & x.e & one_signs),
            Fragment.OR_D: (s, z.f, z.e, whole & x.e & one_signs),
            Fragment.OR_I: (s, x.f & z.f, (x.e & z.f) | (x.f & z.e), whole & one_signs),
        }
        for fragment, each in wanted.items():
            assert told(malleability._or(fragment, x, z, whole)) == each, (fragment, x, z)


@pytest.mark.parametrize("whole", [True, False])
def test_and_or(whole: bool) -> None:
    for x, y, z in product(TRUTHS, repeat=3):
        wanted = (
            z.s & (x.s | y.s),
            z.f & (x.s | y.f),
            z.e & (x.s | y.f),
            whole & x.e & (x.s | y.s | z.s),
        )
        assert told(malleability._andor(x, y, z, whole)) == wanted, (x, y, z)

"""Sittings of one plan are put together; a wallet has an address once all its keys were made in whole sittings."""

from dataclasses import replace
from functools import cache

import pytest

from custody.ceremony.plan.plan import Plan, Threat
from custody.ceremony.transcript import account as judge
from custody.ceremony.transcript.account import Account, account
from custody.ceremony.transcript.together import Together
from custody.errors import Mismatch
from tests.ceremony.transcript.sittings import Sat, a_plan

PLAN = a_plan(Threat.TARGETED, keys=3, quorum=2)
"""A quorum of three keys, each made at a sitting of its own."""


@pytest.fixture(autouse=True)
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Candidates of these sittings were never made, and are not recomputed: `test_account` is about that."""
    monkeypatch.setattr(judge, "check_opened", lambda *_: None)


@cache
def whole(at: int) -> Sat:
    return Sat(PLAN, at).everybody().to_end()


def of(plan: Plan, at: int, *, rehearsal: bool = False) -> Account:
    return account(Sat(plan, at, rehearsal=rehearsal).everybody().to_end().transcript)


def sittings() -> list[Account]:
    return [account(whole(at).transcript) for at in range(3)]


def test_a_quorum_waits_until_all_its_sittings_are_whole() -> None:
    assert len(PLAN.sittings) == 3
    first, second, third = sittings()
    assert Together.of([first]).waiting == {"wallet": ("sitting-2", "sitting-3")}
    assert Together.of([third, first]).waiting == {"wallet": ("sitting-2",)}
    late = account(Sat(PLAN, 1).everybody().to_end(passed=False).transcript)
    assert Together.of([first, late, third]).waiting == {"wallet": ("sitting-2",)}
    assert not Together.of([first, late, third]).is_whole
    together = Together.of([second, third, first])
    assert together.is_whole
    assert together.waiting == {}
    (wallet,) = together.wallets
    (again,) = Together.of([first, second, third]).wallets
    assert wallet == again, "in whichever order they come"
    assert [key.fingerprint for key in wallet.account_keys] == [
        together.made[name].fingerprint for name in PLAN.wallets[0].keys
    ]


def test_what_does_not_belong_together_is_told() -> None:
    first, second, _third = sittings()
    with pytest.raises(Mismatch, match="sitting-1 stands in two"):
        Together.of([first, second, first])
    with pytest.raises(Mismatch, match="another plan"):
        Together.of([first, of(replace(PLAN, purpose="another"), 1)])
    with pytest.raises(Mismatch, match="a rehearsal"):
        Together.of([first, of(PLAN, 1, rehearsal=True)])


def test_of_rehearsals_there_are_no_wallets() -> None:
    together = Together.of([of(PLAN, at, rehearsal=True) for at in range(3)])
    assert together.is_whole
    assert (together.wallets, together.waiting) == ((), {})

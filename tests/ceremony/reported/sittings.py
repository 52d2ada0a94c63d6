"""Sittings to draw reports of: whole, open, failed, refused, not signed, rehearsed, together, with hostile texts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from types import MappingProxyType

import pytest

from custody.ceremony.plan.plan import Plan, Threat
from custody.ceremony.reported.seen import Seen
from custody.ceremony.transcript import account as judge
from custody.ceremony.transcript import replay
from custody.ceremony.transcript.account import account
from custody.ceremony.transcript.contents import Closed, Deviation
from custody.ceremony.transcript.key_lines import Voided
from custody.ceremony.transcript.signature import Says, Signature
from custody.ceremony.transcript.together import Together
from tests.ceremony.plan.plans import filled, read, wish
from tests.ceremony.printed.scripts import LONG, NAMES, large
from tests.ceremony.transcript.sittings import Sat, a_plan, with_keys

WORDS = "able acid also apex aqua arch atom aunt away axis"
"""Ten words; the true ones take a while to make."""

HOSTILE = "WHOLE \u5b8c\u5168 \U00020bb7 \u0627\u0644\u0639 [2J \u2588" + "W" * 160
"""It looks like a verdict, and has letters that the font has not."""

LATE = 2**40 - 1


def seen(*sats: Sat, shown: tuple[bytes, ...] = (), beside: tuple[Signature, ...] = ()) -> Seen:
    """What a report is drawn of. Candidates of these sittings were never made, and are not recomputed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "check_opened", lambda *_: None)
        patch.setattr(replay, "is_refused", lambda _found: False)
        found = [account(sat.transcript, beside if at == 0 else ()) for at, sat in enumerate(sats)]
    words = tuple(f"{each.transcript.head.number} {WORDS}" for each in found)
    rehearsals = tuple(f"{each.line} {WORDS}" for each in found[0].standing.rehearsed)
    return Seen(Together.of(found), words, f"9 {WORDS}", rehearsals, shown, len(beside))


def named() -> Plan:
    """A plan with Japanese names, of whose people one has no key."""
    text = filled(wish(Threat.INSIDER))
    for number, name in enumerate(NAMES, 2):
        text = text.replace(f'"text {number}"', f'"{name}"', 1)
    plan = read(text)
    return with_keys(plan, [name for name in plan.people if name != "holder-2"])


PLAN = named()
QUORUM = a_plan(Threat.TARGETED, keys=3, quorum=2)


def _until(name: str) -> Callable[[Sat], Sat]:
    return lambda sat: sat.until(lambda step: step.id.endswith(name))


def whole() -> Sat:
    """It passed; a key was given up before, and its cards were destroyed, as was typed."""
    sat = Sat(PLAN).everybody().add(Deviation("a noise", "holder-1"))
    return _until("/card-3")(sat).add(Voided("key-1", 17, (1, 2), "a fire alarm")).to_end()


def failed() -> Sat:
    sat = _until("/card-2")(Sat(PLAN).everybody()).add(Voided("key-1", 17, (1,), HOSTILE))
    return sat.add(Closed(False, "operator-1", date(2027, 1, 15)))


def unsigned() -> Sat:
    """It passed on paper: nobody brought a signature that counts to the end."""
    return Sat(PLAN).everybody().on_paper()


def refused() -> Sat:
    sat = _until("/final")(Sat(PLAN).everybody())
    return sat.sign(Says.REFUSED, ["witness-1"])


def waits() -> Seen:
    """One sitting of a quorum is whole, and another one has just begun."""
    return seen(Sat(QUORUM).everybody().to_end(), _until("/kit")(Sat(QUORUM, 1).everybody()))


def hostile() -> Sat:
    sat = Sat(replace(PLAN, purpose=HOSTILE)).everybody()
    for _each in range(3):
        sat.add(Deviation(HOSTILE, "holder-1"))
    return sat


def wide() -> Sat:
    """Every text as long as it may be, by a plan that its rules refuse."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay, "is_refused", lambda _found: False)
        sat = Sat(with_keys(read(large("W", people=12)))).everybody().add(Deviation("W" * LONG, "p1"))
    live = _until("/card-2")(sat).standing.set_of(sat.live)
    return sat.add(Voided("k", live, (1, 2), "W" * LONG))


OF: Mapping[str, Callable[[], Seen]] = MappingProxyType(
    {
        "whole": lambda: seen(whole()),
        "failed": lambda: seen(failed()),
        "unsigned": lambda: seen(unsigned()),
        "refused": lambda: seen(refused()),
        "rehearsal": lambda: seen(Sat(PLAN, rehearsal=True).everybody().to_end()),
        "open": lambda: seen(_until("/card-2")(Sat(PLAN, rehearsal=True).everybody())),
        "quorum": lambda: seen(*(Sat(QUORUM, at).everybody().to_end() for at in range(3))),
        "waits": waits,
        "ink": lambda: seen(Sat(a_plan_without_keys()).everybody().on_paper()),
        "hostile": lambda: seen(hostile()),
        "wide": lambda: seen(wide()),
    }
)
"""A name -> what a report is drawn of: of each verdict one."""


@cache
def of(name: str) -> Seen:
    return OF[name]()


def a_plan_without_keys() -> Plan:
    return read(filled(wish(Threat.ACCIDENT)))

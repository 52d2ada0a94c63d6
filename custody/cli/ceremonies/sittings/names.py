"""People of a plan, by the names that somebody types."""

import re

from custody.catalogue import _
from custody.ceremony.conduct.page import called
from custody.ceremony.transcript.standing import Standing
from custody.cli.people.terminal import Terminal
from custody.errors import Unreadable
from custody.text import safe

ALL = "all"


def asked_people(terminal: Terminal, standing: Standing, question: str) -> frozenset[str]:
    """Ask for names of people. Raises Unreadable for one that the plan has not."""
    return frozenset(name for _sign, name in asked_names(terminal, standing, question))


def asked_names(terminal: Terminal, standing: Standing, question: str, *, signs: bool = False) -> list[tuple[str, str]]:
    """Ask for names, each with a sign before it where one may stand.

    "all" is everybody who is there; where there are signs, whom the sitting wants. Raises Unreadable.
    """
    typed = re.split(r"[,\s]+", terminal.answer(question).strip())
    if typed == [ALL]:
        return [("", name) for name in sorted(standing.wanted if signs else standing.here)]
    found = []
    for each in typed:
        sign = each[:1] if signs and each[:1] in ("+", "-") else ""
        name = each.removeprefix(sign)
        if name not in standing.plan.people:
            raise Unreadable(
                _("the plan has no name {name}").format(name=safe(name, 40)) if name else _("no name was typed"),
                hint=_("The plan's names: {names}").format(
                    names=", ".join(called(standing.plan, each) for each in standing.plan.people)
                ),
            )
        found.append((sign, name))
    return found

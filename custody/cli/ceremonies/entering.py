"""`custody ceremony enter`: transcripts that are judged as `verify` judges them, entered into a treasury's book."""

from typing import Any

from custody.ceremony.treasury.entering import enter as enter_
from custody.ceremony.treasury.entering import entry_of
from custody.cli.ceremonies.verifying.entry_screen import entered_json, entered_lines, entry_lines
from custody.cli.ceremonies.verifying.service import require_whole
from custody.cli.ceremonies.verifying.verify import judge
from custody.cli.front.result import print_result
from custody.cli.treasury.freshness import changing_fresh
from custody.cli.treasury.opening import Officers
from custody.cli.treasury.screen import head_json, head_lines


def enter(
    *,
    file: str,
    signatures: tuple[str, ...],
    others: tuple[str, ...],
    rehearsals: tuple[str, ...],
    service_file: str | None,
    plan_file: str,
    home_path: str | None,
    paper: str | None,
    as_json: bool,
    **brought: Any,
) -> None:
    """Let a quorum enter a ceremony. Raises as `verify`, and as `entry_of`."""
    judged = judge(file, signatures, others, rehearsals, service_file, plan_file)
    require_whole(judged.service)
    officers = Officers(**brought)
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        carried = officers.carried_to(home)
        entered = entry_of(home.book.state, judged.together, serves=judged.serves)
        told = tuple(entry_lines(judged.together, entered, judged.shown))
        officers.meet_at(home, lambda meeting: enter_(home, meeting, entered, told, carried))
        public = {**entered_json(judged.together, entered), "head": head_json(home.book)}
        lines = (*entered_lines(judged.together, entered), *head_lines(home.book))
        print_result(public, lines, as_json=as_json)

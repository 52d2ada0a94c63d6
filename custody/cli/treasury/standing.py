"""`custody status` and `officer list`: how a treasury stands and who decides, read from its book."""

from custody.cli.front.result import print_result
from custody.cli.treasury.looking import looking
from custody.cli.treasury.screen import officers_json, officers_lines, rosters_json, status_json, status_lines


def status(home_path: str | None, as_json: bool) -> None:
    """Show how it stands."""
    with looking(home_path) as home:
        public = status_json(home)  # looks at every identity, whoever reads
        print_result(public, status_lines(home), as_json=as_json)


def officers(home_path: str | None, as_json: bool) -> None:
    """Show the roster; every one where they are contested."""
    with looking(home_path) as home:
        public = {
            "officers": officers_json(home),
            "contested": home.book.state.rules.contested,
            "rosters": rosters_json(home),
        }
        print_result(public, officers_lines(home), as_json=as_json)

"""`custody ceremony plan FILE`: what a plan would lead to, what is wrong with it, who signed it, its words."""

from collections.abc import Sequence

from custody import store
from custody.catalogue import _
from custody.ceremony.lint.lint import is_refused, lint
from custody.ceremony.plan.document import read_plan
from custody.ceremony.plan.identity import identity_words
from custody.ceremony.plan.table import DOCUMENT_LIMIT
from custody.ceremony.steps.effort import effort
from custody.ceremony.steps.rates import ASSUMED, Rates
from custody.cli.ceremonies.plan_screen import in_ink, plan_lines
from custody.cli.ceremonies.signatures import agreements
from custody.cli.front import output
from custody.cli.front.documents import refuse_one_input_twice
from custody.cli.people.shown import show
from custody.errors import Refused, Usage


def plan(
    *,
    file: str | None,
    network_name: str | None,
    threat: str | None,
    signatures: Sequence[str],
    out: str | None,
    as_json: bool,
) -> int | None:
    """Read a plan, with minutes as they are assumed. Raises as `planned`."""
    return planned(
        file=file,
        network_name=network_name,
        threat=threat,
        signatures=signatures,
        out=out,
        as_json=as_json,
        rates=ASSUMED,
    )


def planned(
    *,
    file: str | None,
    network_name: str | None,
    threat: str | None,
    signatures: Sequence[str],
    out: str | None,
    as_json: bool,
    rates: Rates,
) -> int | None:
    """Read a plan, and say whether it may be signed: exit 3 where not. Raises Alarm for a false signature.

    Minutes are worked out from `rates`.
    """
    if file is None or out is not None or network_name is not None or threat is not None:
        raise Usage(
            _("a plan is read from its file, which says the rest itself"),
            hint=_("custody ceremony plan FILE; or --new to write one."),
        )
    refuse_one_input_twice([file, *signatures])
    read = read_plan(store.read(file, DOCUMENT_LIMIT + 1))
    output.about(read.network)
    agreed = agreements(read, signatures) if signatures else None
    findings = lint(read)
    fit = not is_refused(findings)
    public = {
        "purpose": read.purpose,
        "network": read.network,
        "threat": read.threat.value,
        "fit": fit,
        "digest": read.digest.hex(),
        "words": " ".join(read.words),
        "identities": [
            {
                "person": name,
                "key": key.hex(),
                "words": " ".join(identity_words(key)),
                "agreed": None if agreed is None else name in agreed,
            }
            for name, key in read.identities.items()
        ],
        "ink": in_ink(read),
        "findings": [each.to_json() for each in findings],
        "sittings": [effort(read, sitting, rates).to_json() for sitting in read.sittings],
        "rates": "assumed" if rates == ASSUMED else "measured",
        "seconds": {name: round(getattr(rates, name), 1) for name in ("roll", "word", "sheet", "bag", "said")},
    }
    verdict = (
        _("Nothing keeps it from being signed. Compare the words with everybody who signs.")
        if fit
        else _("It is not to be signed as it stands. Change the file, and look again.")
    )
    show(public, [*plan_lines(read, findings, agreed, rates), verdict], as_json=as_json)
    return None if fit else Refused.exit_code

"""`custody ceremony verify`: what transcripts come to, on any machine, without a key; exit 3 if one is not whole."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from custody import store
from custody.catalogue import _
from custody.ceremony.receipts.record import newest, true_receipts
from custody.ceremony.transcript.account import Account, account
from custody.ceremony.transcript.contents import kind_of
from custody.ceremony.transcript.key_lines import KeyMade
from custody.ceremony.transcript.rehearsals import accounts, check_rehearsed, is_of_any, is_of_plan, signatures_of
from custody.ceremony.transcript.signature import SIGNATURE_LIMIT, Signature
from custody.ceremony.transcript.together import Together
from custody.ceremony.transcript.transcript import TRANSCRIPT_LIMIT, Transcript
from custody.ceremony.treasury.named import is_named
from custody.cli.ceremonies.sittings.head import head_words, last_words, spoken
from custody.cli.ceremonies.verifying.account_screen import account_lines
from custody.cli.ceremonies.verifying.own_plan import require_plan
from custody.cli.ceremonies.verifying.receipts import newest_lines, read_receipts, receipts_json
from custody.cli.ceremonies.verifying.records import write_records
from custody.cli.ceremonies.verifying.service import Service
from custody.cli.ceremonies.verifying.together_screen import named_lines, report_lines, together_lines
from custody.cli.front import output
from custody.cli.people.shown import show
from custody.cli.treasury.looking import looking
from custody.cli.wallets import screen
from custody.errors import Refused, Usage
from custody.governance.chain import Head

Writer = Callable[[], Mapping[str, Any]]
"""Writes a report that is drawn, and returns what is said of it: `file`, `pages`, `warnings`."""

Drawing = Callable[[Together, Collection[bytes], int], Writer]
"""Sittings, the heads of rehearsals that were shown, and how many signatures lay beside, to a report."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The first transcript that was named, and all of them together with the service of their wallets.

    `shown`: the heads of the rehearsals that were read; `beside`: how many signatures lay beside.
    """

    found: Account
    together: Together
    shown: frozenset[bytes]
    service: Service | None
    beside: int

    @property
    def serves(self) -> bool:
        """Whether the wallets are in service."""
        return self.service is not None and self.service.whole


def verify(
    *,
    file: str,
    signatures: tuple[str, ...],
    others: tuple[str, ...],
    rehearsals: tuple[str, ...],
    receipts: tuple[str, ...],
    service_file: str | None,
    plan_file: str | None,
    records: str | None,
    home_path: str | None,
    as_json: bool,
) -> int | None:
    """Judge transcripts, without a report. Raises as `verified`."""
    return verified(
        file=file,
        signatures=signatures,
        others=others,
        rehearsals=rehearsals,
        receipts=receipts,
        service_file=service_file,
        plan_file=plan_file,
        records=records,
        home_path=home_path,
        as_json=as_json,
        report=None,
    )


def verified(
    *,
    file: str,
    signatures: tuple[str, ...],
    others: tuple[str, ...],
    rehearsals: tuple[str, ...],
    receipts: tuple[str, ...],
    service_file: str | None,
    plan_file: str | None,
    records: str | None,
    home_path: str | None,
    as_json: bool,
    report: Drawing | None,
) -> int | None:
    """Replay a transcript, hold every signature and rehearsal against it, and recompute every opened candidate.

    Other sittings of its plan are judged alike, and put together with it; so is the service of their wallets. Receipts
    of cards are held against all of them, and `report` draws one before anything is written.

    Raises Mismatch for what is of another plan, for a rehearsal that it does not stand on, and where a book says
    something else of a sitting, Refused for records and receipts of a rehearsal, Alarm for what is false, and Usage for
    records without a plan.
    """
    if records is not None and plan_file is None:
        raise Usage(
            _("records are written beside the plan that you have, and none was named"),
            hint=_("Whoever changed the transcript would have changed the plan in it too. Say --plan PLAN"),
        )
    judged = judge(file, signatures, others, rehearsals, service_file, plan_file)
    found, together, shown, service = judged.found, judged.together, judged.shown, judged.service
    looked = true_receipts(read_receipts(receipts), together.sittings)
    cards = newest(looked, together.sittings)
    words = head_words(found.transcript)
    named = None if home_path is None else _named(home_path, together)
    write = None if report is None else report(together, shown, judged.beside)
    written = () if records is None else write_records(together, records, serves=judged.serves)
    reported = None if write is None else write()
    public = {
        **_public(found, words, shown),
        **_of_all(together, service),
        "receipts": receipts_json(cards),
        "records": list(written),
        "report": reported,
        "book": named,
    }
    lines = (
        *account_lines(found, words, shown),
        *newest_lines(cards, together.plan),
        *together_lines(together, service, written, asked=records is not None),
        *report_lines(reported),
        *named_lines(named),
    )
    show(public, lines, as_json=as_json)
    whole = together.is_whole and (service is None or service.whole)
    return None if whole and all((named or {}).values()) else Refused.exit_code


def judge(
    file: str,
    signatures: Sequence[str],
    others: Sequence[str],
    rehearsals: Sequence[str],
    service_file: str | None,
    plan_file: str | None,
) -> Judged:
    """Read and judge transcripts, with what lies beside them. Raises as `verify`."""
    transcript = _read(file)
    require_plan(transcript, plan_file)
    output.about(transcript.begun.plan.network)
    beside = [Signature.decode(store.read(each, SIGNATURE_LIMIT)) for each in signatures]
    more, rehearsed = list(map(_read, others)), list(map(_read, rehearsals))
    served = None if service_file is None else _read(service_file)
    of_others = [each for each in beside if is_of_any(each, [*more, *rehearsed, *([served] if served else [])])]
    found = account(transcript, [each for each in beside if each not in of_others])
    together = Together.of([found, *(account(each, signatures_of(each, beside)) for each in more)])
    shown = check_rehearsed(found, accounts(rehearsed, [s for s in beside if is_of_plan(s) or is_of_any(s, rehearsed)]))
    service = None if served is None else Service.of(account(served, signatures_of(served, beside)), together)
    for each in together.sittings:
        last_words(each)  # an alarm, before anything is written
    return Judged(found, together, shown, service, len(beside))


def _named(home_path: str, together: Together) -> dict[str, bool]:
    """Say of each sitting whether a book names it. Raises Mismatch where it says something else of one."""
    with looking(home_path) as home:
        return {each.standing.begun.sitting: is_named(home.book.state, each) for each in together.sittings}


def _read(file: str) -> Transcript:
    return Transcript.decode(store.read(file, TRANSCRIPT_LIMIT))


def _of_all(together: Together, service: Service | None) -> dict[str, Any]:
    return {
        "with": [
            {"sitting": each.standing.begun.sitting, "whole": each.is_whole, "head": head_words(each.transcript)}
            for each in together.sittings[1:]
        ],
        "wallets": [
            {
                **screen.identity(wallet),
                "descriptor": wallet.descriptor.with_checksum(),
                "waits": service is None or not service.whole,
            }
            for wallet in together.wallets
        ],
        "service": None if service is None else service.to_json(),
        "waiting": {name: list(sittings) for name, sittings in together.waiting.items()},
    }


def _public(found: Account, words: str, shown: Collection[bytes]) -> dict[str, Any]:
    standing, closed = found.standing, found.standing.closed
    return {
        "plan": standing.plan.digest.hex(),
        "sitting": standing.begun.sitting,
        "rehearsal": standing.begun.rehearsal,
        "rehearsals": [
            {**each.to_json(), "shown": each.head in shown, "words": spoken(standing.plan, Head(each.line, each.head))}
            for each in standing.rehearsed
        ],
        "whole": found.is_whole,
        "closed": closed is not None,
        "passed": found.passed,
        "next": None if standing.next is None else standing.next.id,
        "keys": {name: made.follows.to_json() for name, made in standing.made.items()},
        "accounts": [each for made in standing.made.values() for each in _accounts(made, standing.plan.network)],
        "opened": [{"key": each.key, "candidate": each.candidate, "words": words} for each, words in found.opened],
        "voided": [each.to_json() for each in standing.voided],
        "attached": [each.to_json() for each in standing.attached],
        "exceptions": [each.to_json() for each in standing.deviations],
        "signers": [asdict(each) for each in found.signers],
        "lacking": list(found.lacking),
        "left": [each.name for each in found.left],
        "unopened": [each.to_json() for each in standing.unopened],
        "refusing": list(found.refusing),
        "unsigned_from": found.unsigned_from,
        "lines": [
            {"n": line.number, "evidence": line.evidence.value, "kind": kind_of(line.content), "at": line.at}
            for line in found.transcript.lines
        ],
        "torn": found.transcript.torn,
        "told": last_words(found),
        "head": words,
    }


def _accounts(made: KeyMade, network: str) -> Iterator[dict[str, Any]]:
    """Yield each account's public key as `key show` prints it, so that `wallet new --from` reads it."""
    fingerprint = made.follows.fingerprint.hex()
    for account_ in made.follows.accounts:
        yield {
            "of": made.key,
            "fingerprint": fingerprint,
            "fingerprints": {"slip39": fingerprint},
            "kind": "slip39",
            "network": network,
            "path": account_.path,
            "xpub": account_.xpub,
            "key": account_.with_origin(made.follows.fingerprint),
        }

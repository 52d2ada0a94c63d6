"""`custody ceremony verify`: what a transcript comes to, on any machine, without a key; exit 3 if it is not whole."""

from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Any

from custody import store
from custody.ceremony.transcript.account import Account, account
from custody.ceremony.transcript.contents import KeyMade, kind_of
from custody.ceremony.transcript.rehearsals import accounts, check_rehearsed, is_of_any, is_of_plan
from custody.ceremony.transcript.signature import SIGNATURE_LIMIT, Signature
from custody.ceremony.transcript.transcript import TRANSCRIPT_LIMIT, Transcript
from custody.cli.ceremonies.account_screen import account_lines
from custody.cli.ceremonies.records import records_lines, write_records
from custody.cli.ceremonies.sittings.head import head_words, spoken
from custody.cli.front import output
from custody.cli.people.shown import show
from custody.errors import Refused
from custody.governance.chain import Head


def verify(
    *,
    file: str,
    signatures: tuple[str, ...],
    rehearsals: tuple[str, ...],
    records: str | None,
    as_json: bool,
) -> int | None:
    """Replay a transcript, hold every signature and rehearsal against it, and recompute every opened candidate.

    Raises Mismatch for a rehearsal that it does not stand on, and Refused for records of a rehearsal.
    """
    transcript = Transcript.decode(store.read(file, TRANSCRIPT_LIMIT))
    output.about(transcript.begun.plan.network)
    beside = [Signature.decode(store.read(each, SIGNATURE_LIMIT)) for each in signatures]
    others = [Transcript.decode(store.read(each, TRANSCRIPT_LIMIT)) for each in rehearsals]
    of_others = [each for each in beside if is_of_any(each, others)]
    found = account(transcript, [each for each in beside if each not in of_others])
    shown = check_rehearsed(found, accounts(others, [*of_others, *filter(is_of_plan, beside)]))
    words = head_words(transcript)
    written = () if records is None else write_records(found, records)
    public = {**_public(found, words, shown), "records": list(written)}
    show(public, (*account_lines(found, words, shown), *records_lines(written)), as_json=as_json)
    return None if found.is_whole else Refused.exit_code


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
        "exceptions": [each.to_json() for each in standing.deviations],
        "signers": [asdict(each) for each in found.signers],
        "lacking": list(found.lacking),
        "refusing": list(found.refusing),
        "unsigned_from": found.unsigned_from,
        "lines": [
            {"n": line.number, "evidence": line.evidence.value, "kind": kind_of(line.content), "at": line.at}
            for line in found.transcript.lines
        ],
        "torn": found.transcript.torn,
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

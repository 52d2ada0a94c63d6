"""What `custody sign` leaves: the signed file, the review with its signatures as JSON, a sentence; or a refusal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from custody import store
from custody.catalogue import ngettext
from custody.ceremony.delivered import Delivered
from custody.cli.front import output
from custody.cli.front.documents import called
from custody.cli.front.result import print_result
from custody.cli.people.shown import show
from custody.cli.transactions.screens import review as review_screen
from custody.errors import Refused
from custody.signing import Review


@dataclass(frozen=True, slots=True)
class SignedResult:
    """Where the result goes, and how."""

    out: str
    force: bool
    as_json: bool

    def refused(self, review: Review) -> int:
        """Print a review that refuses; return the exit code."""
        show(review.to_json(), review_screen.lines(review), as_json=self.as_json)
        return Refused.exit_code

    def refused_because(self, review: Review, refusal: Refused) -> int:
        """Print a review and why it was not signed although it does not refuse itself; without --json, raise."""
        if not self.as_json:
            raise refusal
        print_result(_refused_json(review, refusal), (), as_json=True)
        return refusal.exit_code

    def deliver(self, review: Review, signed: Delivered, more: Callable[[], Mapping[str, Any]] = dict) -> None:
        """Write the file, and print the JSON with what is asked for `more` then. Raises StorageFailed."""
        store.write_new(self.out, signed.document, force=self.force)
        if self.as_json:
            print_result({**_signed_json(review, signed), **more()}, (), as_json=True)

    def say(self, signed: Delivered) -> None:
        """Say what was done."""
        output.progress(_signed_sentence(signed, self.out))


def _signed_json(review: Review, signed: Delivered) -> Mapping[str, Any]:
    made = [each.to_json() for each in signed.made]
    return {**review.to_json(), "signed": made, "key": {"fingerprint": signed.fingerprint.hex(), "kind": signed.kind}}


def _refused_json(review: Review, refusal: Refused) -> Mapping[str, Any]:
    """The review, as at every exit 3, and why it was not signed although the review itself does not refuse."""
    error = {"code": refusal.code, "message": refusal.message, "hint": refusal.hint}
    return {**review.to_json(), "signed": [], "error": error}


def _signed_sentence(signed: Delivered, out: str) -> str:
    count = len(signed.made)
    return ngettext(
        "{count} signature made with key {fingerprint}, verified by a second engine, written to {out}.",
        "{count} signatures made with key {fingerprint}, verified by a second engine, written to {out}.",
        count,
    ).format(count=count, fingerprint=signed.fingerprint.hex(), out=called(out))

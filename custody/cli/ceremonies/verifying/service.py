"""The service of wallets, judged beside the sittings that it stands on: for a script, and for a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from custody.catalogue import _
from custody.ceremony.transcript.account import Account
from custody.ceremony.transcript.together import Together
from custody.cli.ceremonies.sittings.head import head_words, last_words
from custody.cli.ceremonies.verifying.account_screen import verdict_lines
from custody.errors import Refused
from custody.text import safe


@dataclass(frozen=True, slots=True)
class Service:
    """A service. `whole`: it passed, is signed, and every sitting of its plan is there and whole."""

    found: Account
    lacking: tuple[str, ...]
    whole: bool

    @classmethod
    def of(cls, found: Account, together: Together) -> "Service":
        """Judge one. Raises Mismatch and Alarm as `Together.is_served_by`."""
        return cls(found, together.lacking, together.is_served_by(found))

    def to_json(self) -> dict[str, Any]:
        """Return it as scripts read it."""
        standing = self.found.standing
        return {
            "whole": self.whole,
            "closed": standing.closed is not None,
            "passed": self.found.passed,
            "next": None if standing.next is None else standing.next.id,
            "sittings_lacking": list(self.lacking),
            "lacking": list(self.found.lacking),
            "refusing": list(self.found.refusing),
            "exceptions": [each.to_json() for each in standing.deviations],
            "proofs": [each.to_json() for each in standing.proofs],
            "head": head_words(self.found.transcript),
        }

    def lines(self) -> Iterator[str]:
        """Yield it as a person reads it."""
        yield ""
        yield _("Service:")
        for each in self.found.standing.deviations:
            yield _("exception, by {name}: {text}").format(name=each.by, text=safe(each.text))
        for proof in self.found.standing.proofs:
            yield _("a proof from the cards of {wallet}, which holds").format(wallet=proof.wallet)
        yield from verdict_lines(self.found)
        if self.lacking:
            yield _("It waits for these sittings to be shown, whole: {names}").format(names=", ".join(self.lacking))
        if (told := last_words(self.found)) is not None:
            yield _("What everybody wrote down at the end: {words}").format(words=told)


def require_whole(service: Service | None) -> None:
    """Raise Refused for a service that is not whole yet."""
    if service is not None and not service.whole:
        raise Refused(
            _("the wallets are not in service yet, and no book registers them before"),
            hint=_("Go on with custody ceremony service PLAN -o FILE; or enter the sittings alone, without --service."),
            code="not-whole",
        )

"""What several homes of one treasury must hold, as a few sets: the model that random work is compared with."""

from dataclasses import dataclass, field
from hashlib import sha256

from custody.ceremony.home.home import Home
from custody.ceremony.home.step import Step
from custody.governance import records
from custody.governance.known.lines import Known


@dataclass
class Said:
    """A line that a home wrote: its hash, and what it did. `what` is a halt's digest, a wallet's name, a payment."""

    hash: bytes
    kind: str
    what: object


@dataclass
class Model:
    """What was said, as far as some home still knows it, and which officers were let go."""

    said: list[Said] = field(default_factory=list)
    left: set[bytes] = field(default_factory=set)

    def known(self, known: Known, kind: str) -> list[Said]:
        """What of a kind stands in a book."""
        return [each for each in self.said if each.kind == kind and each.hash in known.nodes]

    def require(self, home: Home) -> None:
        """Raise AssertionError where a home that was verified holds anything that nobody said, or lacks what was."""
        known, state = home.book.known, home.book.state
        called = {said.halt.digest for _node, said in known.said if said.halt is not None}
        assert called <= {each.what for each in self.said if each.kind == "halt"}
        assert {each.what for each in self.known(known, "halt")} <= called
        cleared = {digest for each in self.known(known, "resume") for digest in each.what}  # type: ignore[attr-defined]
        assert state.rules.cleared <= cleared
        assert {each.name for each in state.rules.wallets} <= {each.what for each in self.known(known, "wallet")}
        for each in self.known(known, "signed"):
            assert home.book.signed_with(records.mark(f"coin:{each.what}"))
        gone = {officer for each in self.known(known, "retire") for officer in each.what}  # type: ignore[attr-defined]
        if not state.rules.contested:
            assert not gone & {officer.key for officer in state.roster.officers}


def objection(kind: str, document: bytes) -> Step:
    """A refusal, with the bytes kept."""
    what = records.Objection("policy", None, sha256(document).digest(), None, (), ())
    return Step(kind, what.to_json(), kept=(document,))

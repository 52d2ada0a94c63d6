"""Services for tests: a transcript that is written step by step, after sittings, with proofs that keys really made."""

from collections.abc import Callable, Sequence
from unittest.mock import patch

from custody.ceremony.plan.plan import Plan
from custody.ceremony.steps.step import Evidence, Step
from custody.ceremony.transcript import service
from custody.ceremony.transcript.account import account
from custody.ceremony.transcript.contents import SERVICE, Begun, Ink
from custody.ceremony.transcript.replay import begin
from custody.ceremony.transcript.service_lines import Proof, StandsOn
from custody.ceremony.transcript.signature import Says
from custody.ceremony.transcript.together import Together
from custody.ceremony.transcript.transcript import Transcript
from custody.chains.bitcoin.message.finish import finish
from custody.chains.bitcoin.message.funds import place_of
from custody.chains.bitcoin.message.request import request
from custody.chains.bitcoin.message.review import review_message
from custody.chains.bitcoin.wallet import wallet as wallets
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.governance.chain import Head
from custody.keys import signer
from custody.keys.hd import MasterKey
from custody.signing import Approval
from tests.ceremony.transcript.sittings import NOON, RUN, Sat, master_of

IN, OUT = "1" * 64, "2" * 64
"""Numbers of two transactions."""


def signed_by(wallet: Wallet, message: bytes, masters: Sequence[MasterKey], index: int = 0) -> str:
    """What holders of these keys bring: a signature for an address of their wallet."""
    with patch.multiple(
        wallets, GAP=2, LEAST_REACH=2
    ):  # no address is looked for, of which the derivation takes a second
        return _signed_by(wallet, request(message, place_of(wallet, 0, index), ()), masters)


def _signed_by(wallet: Wallet, document: bytes, masters: Sequence[MasterKey]) -> str:
    for master in masters:
        reviewed = review_message(document, [wallet])
        approval = Approval(reviewed.review.commitment, by="a test")
        owed = reviewed.signable.tasks(approval, master.fingerprint)
        document = reviewed.signable.attach([signer.sign(master, task, approval) for task in owed])
    reviewed = review_message(document, [wallet])
    text = finish(reviewed.draft, reviewed.signable.spends, None)
    assert text is not None
    return text


class Served(Sat):
    """A service of sittings that are whole, written down as it goes."""

    def __init__(self, plan: Plan, stands_on: StandsOn | None, *, run: bytes = RUN) -> None:
        begun = Begun(plan, SERVICE, False, run, "0.1")
        self.transcript = Transcript(())
        self.transcript = self.transcript.with_(self.transcript.next(begun, NOON))
        self.standing = begin(begun)
        self.fixed, self.spoken = None, None
        self.sets: dict[str, int] = {}
        if stands_on is not None:
            self.add(stands_on)

    @classmethod
    def of(cls, *sittings: Sat, run: bytes = RUN) -> "Served":
        together = Together.of([account(each.transcript) for each in sittings])
        served = cls(sittings[0].plan, together.stands_on, run=run)
        served.sets = {name: made.set for each in sittings for name, made in each.standing.made.items()}
        return served

    @property
    def message(self) -> bytes:
        """The text that the next step wants a proof of."""
        step = self.standing.next
        assert step is not None
        name = service.proof_at(step)
        assert name is not None
        line = self.transcript.lines[self.standing.done[service.compared_at(name)]]
        return service.message_of(self.standing, service.wallet_of(self.standing, name), line.hash)

    def masters(self) -> list[MasterKey]:
        """As many keys of the wallet that is proven next as it takes."""
        step = self.standing.next
        assert step is not None
        planned = next(each for each in self.plan.wallets if each.id == service.proof_at(step))
        keys = self.plan.keys_of(planned)[: planned.needed]
        return [master_of(key, number=self.sets.get(key.id, 17)) for key in keys]

    def proof(self, message: bytes | None = None, index: int = 0) -> Proof:
        step = self.standing.next
        assert step is not None
        name = service.proof_at(step)
        assert name is not None
        wallet = service.wallet_of(self.standing, name)
        return Proof(name, signed_by(wallet, self.message if message is None else message, self.masters(), index))

    def step(self, *, wrote: str = "text") -> "Served":
        step = self.standing.next
        assert step is not None
        if service.proof_at(step) is not None:
            self.add(self.proof())
        if step.evidence is Evidence.SIGNED:
            keyed = self.standing.here & self.plan.identities.keys()
            self.sign(Says.SAW, sorted(keyed))
            self.sign(Says.AGREED, sorted(name for name in keyed if not self.standing.has_said(name, Says.AGREED)))
            if keyed != self.standing.here:
                self.add(Ink(self.standing.here - keyed, Says.SAW))
        self.done(step, wrote=wrote)
        return self

    def written(self, step: Step, name: str, otherwise: str) -> str:
        if step.does.name in ("together", "address"):
            return service.measured(service.wallet_of(self.standing, step.id.split("/")[1]), step)[name]
        if step.does.name == "service" and self.spoken is not None:
            line = self.standing.told
            return self.spoken(self.plan, Head(line, self.transcript.lines[line].hash))
        small = {"written-deposit": IN, "written-withdrawal": OUT}
        return small.get(name) or step.expects.get(name, otherwise)

    def at(self, ending: str) -> "Served":
        """Go on until the next step has an id that ends so."""
        wanted: Callable[[Step], bool] = lambda step: step.id.endswith(ending)  # noqa: E731
        self.until(wanted)
        return self

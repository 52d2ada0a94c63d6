"""What people bring to a ceremony and take from it: plans, transcripts, signatures."""

from custody.ceremony.candidates.choice import choose
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.delivered import Delivered, Made
from custody.ceremony.plan.document import read_plan
from custody.ceremony.plan.plan import Threat
from custody.ceremony.receipts.receipt import Receipt
from custody.ceremony.transcript.line import Line
from custody.ceremony.transcript.replay import replay
from custody.ceremony.transcript.signature import Says, Signature
from custody.ceremony.transcript.transcript import Transcript
from custody.keys.kinds import Kind
from tests.ceremony.candidates.test_follows import WHOLE as FOLLOWS
from tests.ceremony.plan.plans import filled, wish
from tests.ceremony.receipts import held
from tests.ceremony.transcript.sittings import Sat, a_plan, of_each_kind
from tests.hunts.targets.target import Target

DELIVERED = Delivered(b"psbt", b"abcd", Kind.BIP39, (Made(0, "61626364", "02" * 33, "ecdsa"),))
PLANS = [filled(wish(threat, keys=3, quorum=2)).encode() for threat in Threat]
BEGUN = Sat(a_plan()).everybody().step().step()

TARGETS = (
    Target("what a signing delivers", Delivered.decode, [DELIVERED.encode()], Delivered.encode),
    Target("the plan of a ceremony", read_plan, PLANS),
    Target("what follows from a candidate", Follows.decode, [FOLLOWS.encode()], Follows.encode, exact=True),
    Target("the throws that choose a candidate", lambda rolls: choose(4, rolls), ["4", "653", "51"]),
    Target("a line of a transcript", Line.decode, [line.encode() for line in of_each_kind()], Line.encode, exact=True),
    Target("a transcript", lambda document: replay(Transcript.decode(document)), [BEGUN.encode()]),
    Target(
        "a participant's signature",
        Signature.decode,
        [BEGUN.signature(says, "witness-1").encode() for says in Says],
        Signature.encode,
        exact=True,
    ),
    Target("a receipt of a card", Receipt.decode, [held.receipt().encode()], Receipt.encode, exact=True),
)

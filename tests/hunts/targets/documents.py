"""What every room reads: JSON of both kinds, texts as people have them; a bundle's documents, a machine's report."""

import json

from custody import canonical, outside, strict_json
from custody.ceremony.candidates.choice import choose
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.plan.document import read_plan
from custody.ceremony.plan.plan import Threat
from custody.machine.reported import Reported
from custody.release import contents, signatures
from custody.release.contents import Bytes, Wheel
from custody.release.manifest import File, Manifest
from custody.release.root import Root
from custody.store.names import Name
from tests.ceremony.candidates.test_follows import WHOLE as FOLLOWS
from tests.ceremony.plan.plans import filled, wish
from tests.hunts.targets.target import Target
from tests.machine.test_reported import REPORT
from tests.release import bundles

HASH = "ab" * 32
MANIFEST = Manifest(
    (1, 2, 0), "2026-03-01", "2030-01-01", (File("a/b.py", 12, HASH), File("wheels/c-1.0.whl", 0, HASH))
)
CONTENTS = contents.encode(
    [
        Wheel("b-2.whl", (("b.dist-info/WHEEL", Bytes(10, HASH)), ("site-packages/b.py", Bytes(0, "cd" * 32)))),
        Wheel("c-1.whl", (("c.dist-info/WHEEL", Bytes(3, HASH)),)),
    ]
)
MADE = f"custody-made 1\nfile a/b.pyc 12 {HASH}\nfile bin/c 0 {HASH}\n".encode()
VALUE = {"a": [1, -2, {"b": None, "c": True}], "d": "Zo\u00eb \U0001f511", "e": {}}
JSON = [json.dumps(VALUE).encode(), b'{"a": 1.5e3, "b": [[], "\\u0041"]}', b"[]", json.dumps(VALUE, indent=2).encode()]
ANSWER = json.dumps({"result": {"psbt": "cHNidP8BAA==", "complete": False}}).encode()
PLANS = [filled(wish(threat, keys=3, quorum=2)).encode() for threat in Threat]
TEXTS = [b"70736274ff", b'  "70 73"\n', "cHNidP8=".encode("utf-16"), b"cHNidP8BAA==", b"a\r\nb\r\n"]

TARGETS = (
    Target("strict JSON", strict_json.parse, JSON),
    Target("canonical JSON", canonical.decode, [canonical.encode(VALUE), b"[]", b"0"], canonical.encode, exact=True),
    Target("a text as people have it", outside.plain, TEXTS, lambda text: text),
    Target("its one line", lambda text: outside.one_line(outside.bare(outside.plain(text))), TEXTS),
    Target("hex", outside.from_hex, [b"70736274ff", b"AB"], lambda found: found.hex().encode()),
    Target("base64", outside.from_base64, [b"cHNidP8BAA==", b"YWJj"]),
    Target("a node's answer", lambda document: outside.member(document, "psbt", "hex", str.isalnum), [ANSWER]),
    Target("a machine's report", Reported.parse, [REPORT.encode(), json.dumps(REPORT.to_json(), indent=1).encode()]),
    Target("the plan of a ceremony", read_plan, PLANS),
    Target("what follows from a candidate", Follows.decode, [FOLLOWS.encode()], Follows.encode, exact=True),
    Target("the throws that choose a candidate", lambda rolls: choose(4, rolls), ["4", "653", "51"]),
    Target(
        "a bundle's root",
        lambda document: Root.parse(document, "roots/1"),
        [bundles.ROOT_1.encode(), bundles.ROOT_2.encode()],
        Root.encode,
        exact=True,
    ),
    Target("what the wheels of a bundle hold", contents.parse, [CONTENTS], contents.encode, exact=True),
    Target("what an installer made", contents.parse_made, [MADE, b"custody-made 1\n"]),
    Target("a bundle's manifest", Manifest.parse, [MANIFEST.encode()], Manifest.encode, exact=True),
    Target(
        "a bundle's signatures",
        lambda document: signatures.parse(document, "manifest.sig"),
        [bundles.signed(b"a document", ("Ann", "Ben"))],
        signatures.encode,
        exact=True,
    ),
    Target("a file's name in a home", Name.parse, ["journal.jsonl", f"kept/{HASH}", "names.json"], str, exact=True),
)

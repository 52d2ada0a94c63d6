"""Registration on the command line: the words that signers read to one another, whose key is ours, and the list."""

import re
from hashlib import sha256

import pytest

from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.support import desk
from tests.support.aloud import WEIGHT, flat, spaced

BYTEWORDS = """
able acid also apex aqua arch atom aunt away axis back bald barn belt beta bias blue body brag brew bulb buzz calm
cash cats chef city claw code cola cook cost crux curl cusp cyan dark data days deli dice diet door down draw drop
drum dull duty each easy echo edge epic even exam exit eyes fact fair fern figs film fish fizz flap flew flux foxy
free frog fuel fund gala game gear gems gift girl glow good gray grim guru gush gyro half hang hard hawk heat help
high hill holy hope horn huts iced idea idle inch inky into iris iron item jade jazz join jolt jowl judo jugs jump
junk jury keep keno kept keys kick kiln king kite kiwi knob lamb lava lazy leaf legs liar limp lion list logo loud
love luau luck lung main many math maze memo menu meow mild mint miss monk nail navy need news next noon note numb
obey oboe omit onyx open oval owls paid part peck play plus poem pool pose puff puma purr quad quiz race ramp real
redo rich road rock roof ruby ruin runs rust safe saga scar sets silk skew slot soap solo song stub surf swan taco
task taxi tent tied time tiny toil tomb toys trip tuna twin ugly undo unit urge user vast very veto vial vibe view
visa void vows wall wand warm wasp wave waxy webs what when whiz wolf work yank yawn yell yoga yurt zaps zero zest
zinc zone zoom
"""
WORDS = BYTEWORDS.split()
"""The 256 words of BCR-2020-012, in order."""

QUORUM = desk.wallet("wsh(sortedmulti)").descriptor
SINGLE = desk.wallet("wpkh").descriptor
FINGERPRINTS = [desk.root(who).my_fingerprint.hex() for who in "ABC"]


def spoken(descriptor: str, network: str) -> list[str]:
    """docs/spec/wallet.md, "The policy digest", for a descriptor whose keys are sorted already or stand alone."""
    name, threshold, rest = descriptor.partition("sortedmulti(2,")
    keys, closing, more = rest.partition(")")
    text = f"{name}{threshold}{','.join(sorted(keys.split(',')))}{closing}{more}"
    digest = sha256(f"custody-policy/1\nbitcoin\n{network}\n{text}\n".encode()).digest()[:16]
    return [WORDS[byte] for byte in digest]


@pytest.fixture
def new(custody, tmp_path):
    """Register a wallet on regtest; return the answer and the file's name."""

    def run(descriptor: str, *more: str, name: str = "treasury", as_json: bool = True):
        path = tmp_path / f"{sha256(name.encode()).hexdigest()}.json"
        line = ["wallet", "new", name, "--descriptor", descriptor, "--network", "regtest", "-o", str(path), *more]
        return custody(*line, *(["--json"] if as_json else [])), str(path)

    return run


@pytest.mark.parametrize("descriptor", [QUORUM, SINGLE])
def test_the_words_are_those_that_anybody_can_compute(new, descriptor):
    made, _path = new(descriptor)
    assert made.json["policy_words"] == spoken(descriptor, "regtest")
    assert bytes(WORDS.index(word) for word in made.json["policy_words"]).hex() == made.json["policy_digest"]


def test_signers_who_name_the_keys_in_another_order_hear_the_same_words_and_a_swapped_key_other_ones(new):
    keys = desk.expressions("48h/1h/0h/2h")
    turned = "wsh(sortedmulti(2,{C},{A},{B}))".format(**keys)
    swapped = QUORUM.replace(keys["C"], desk.expressions("48h/1h/1h/2h")["C"])
    heard = [
        new(text, name=f"w{number}")[0].json["policy_words"] for number, text in enumerate([QUORUM, turned, swapped])
    ]
    assert heard[0] == heard[1] != heard[2]


def test_a_person_reads_the_words_in_numbered_rows_of_four(new):
    told, _path = new(QUORUM, as_json=False)
    words = spoken(QUORUM, "regtest")
    lines = told.stdout.splitlines()
    for row in range(4):
        expected = [part for number in range(4 * row, 4 * row + 4) for part in (str(number + 1), words[number])]
        assert expected in [line.split() for line in lines]


def test_our_own_key_is_marked_and_the_others_are_not(new):
    made, _path = new(QUORUM, "--own", FINGERPRINTS[1])
    assert [each["ours"] for each in made.json["cosigners"]] == [False, True, False]
    told, _path = new(QUORUM, "--own", FINGERPRINTS[1].upper(), as_json=False, name="again")
    assert f"Ours, cosigner 2: {FINGERPRINTS[1]}" in told.stdout
    assert f"\nCosigner 1: {FINGERPRINTS[0]}" in told.stdout
    assert "No key is marked" not in told.stdout


def test_without_it_nobody_is_marked_and_the_screen_says_so(new):
    made, _path = new(QUORUM)
    assert [each["ours"] for each in made.json["cosigners"]] == [None] * 3
    told, _path = new(QUORUM, as_json=False, name="again")
    assert "No key is marked as ours" in told.stdout
    assert "Ours" not in told.stdout


def test_our_own_key_may_be_given_whole_so_that_a_swapped_one_under_our_fingerprint_is_seen(new):
    keys = desk.expressions("48h/1h/0h/2h")
    whole = keys["B"].removesuffix("/<0;1>/*")
    assert [each["ours"] for each in new(QUORUM, "--own", whole)[0].json["cosigners"]] == [False, True, False]
    origin = keys["B"].partition("]")[0]
    swapped = QUORUM.replace(keys["B"], origin + keys["C"].partition("]")[1] + keys["C"].partition("]")[2])
    swapped = swapped.replace(keys["C"], desk.expressions("48h/1h/1h/2h")["C"])
    assert new(swapped, "--own", FINGERPRINTS[1], name="deceived")[0].code == 0  # which is why it is shown in full
    answer, _path = new(swapped, "--own", whole, name="seen")
    assert (answer.code, answer.json["error"]["code"]) == (5, "mismatch")
    assert "somebody may have put another key" in answer.json["error"]["hint"].lower()


@pytest.mark.parametrize("own", ["00000000", "[00000000/48h/1h/0h/2h]" + QUORUM.partition("]")[2].partition("/")[0]])
def test_a_key_that_does_not_stand_in_the_wallet_is_a_mismatch_and_nothing_is_written(new, tmp_path, own):
    answer, _path = new(QUORUM, "--own", own)
    assert answer.code == 5
    assert not list(tmp_path.iterdir())


def test_a_master_key_that_stands_there_twice_is_a_mismatch_as_ours_and_a_warning_as_anybodys(new):
    twice = "wsh(sortedmulti(2,{A},{B},%s))" % desk.expressions("48h/1h/1h/2h")["A"]  # noqa: UP031
    descriptor = twice.format(**desk.expressions("48h/1h/0h/2h"))
    assert new(descriptor, "--own", FINGERPRINTS[0])[0].code == 5
    made, _path = new(descriptor)
    assert made.code == 0
    assert any("one master key" in warning and "cosigners 1, 3 say" in warning for warning in made.json["warnings"])


def accounts(who: str, count: int) -> list[str]:
    """So many accounts of one master key."""
    return [desk.expressions(f"48h/1h/{number}h/2h")[who] for number in range(count)]


def test_what_many_keys_have_in_common_is_said_once(new):
    made, _path = new(f"wsh(sortedmulti(8,{','.join(accounts('A', 15))}))")
    known, one_master = made.json["warnings"]
    assert "publicly known" in known
    assert f"cosigners {', '.join(map(str, range(1, 16)))} say" in one_master


def test_a_key_without_its_master_is_warned_of_as_nobody_can_sign_with_it(new):
    named = QUORUM.partition("#")[0]
    origin = f"[{FINGERPRINTS[1]}/48h/1h/0h/2h]"
    assert named.count(origin) == 1
    for number, written in enumerate((f"[{'0' * 8}/48h/1h/0h/2h]", "")):
        made, _path = new(named.replace(origin, written), name=f"unnamed{number}")
        assert made.code == 0
        assert [warning for warning in made.json["warnings"] if "does not name its master" in warning] == [
            "the key of cosigner 2 does not name its master key, so nobody signs with it here. Ask its holder for the "
            "key with its origin, [fingerprint/path]"
        ]
    assert not any("its master key" in warning for warning in new(named, name="named")[0].json["warnings"])


@pytest.mark.parametrize("below", ["0/*", "1/*", "*"])
def test_a_wallet_of_one_branch_is_warned_of_as_its_other_branch_may_be_missing(new, below):
    made, _path = new(SINGLE.partition("#")[0].replace("<0;1>/*", below))
    assert made.code == 0
    assert any("one branch" in warning and "/<0;1>/*" in warning for warning in made.json["warnings"])
    assert not any("one branch" in warning for warning in new(SINGLE, name="both")[0].json["warnings"])


def test_the_words_and_each_key_stand_whole_on_one_screen_of_80_by_24_however_many_warnings_come_first(tmp_path):
    keys = [*accounts("A", 3), *accounts("B", 3), *accounts("C", 3)]
    line = ("wallet", "new", "t", "--descriptor", f"wsh(sortedmulti(5,{','.join(keys)}))", "--network", "regtest")
    with Screen(PROGRAM, *line, "-o", str(tmp_path / "w.json")) as screen:
        screen.until("Enter goes on")
        count = int(screen.text.partition("page 1 of ")[2].partition(":")[0])
        for number in range(1, count):
            screen.until(f"page {number} of {count}")
            screen.enter()
        assert screen.finish() == 0
        raw = screen.raw.decode("ascii").replace("\r\n", "\n")
    shown = [part.strip("\n") for part in re.split(r"-- page \d+ of \d+: Enter goes on -- ", raw)]
    assert len(shown) == count >= 3
    assert max(part.count("\n") + 1 for part in shown) <= 23
    (worded,) = [part for part in shown if "Policy words" in part]
    assert " 1 " in worded
    assert "  16 " in worded
    for number, key in enumerate(keys, 1):
        (holder,) = [part for part in shown if f"\nCosigner {number}:" in f"\n{part}"]
        assert key.partition("]")[2].partition("/")[0] in holder.replace("\n  ", "")


@pytest.mark.parametrize("own", ["", "73c5da0", "73c5da0g", "m/48h", "\uff17\uff13c5da0a", QUORUM])
def test_what_names_no_key_is_a_usage_error(new, own):
    answer, _path = new(QUORUM, "--own", own)
    assert answer.code == 2


def test_a_list_shows_what_every_signer_compares(custody, new):
    _made, one = new(QUORUM, name="treasury")
    _made, two = new(SINGLE, name="petty cash")
    listed = custody("wallet", "list", one, two, "--json").json["wallets"]
    assert [each["name"] for each in listed] == ["treasury", "petty cash"]
    assert [each["file"] for each in listed] == [one, two]
    assert [each["policy_words"] for each in listed] == [spoken(QUORUM, "regtest"), spoken(SINGLE, "regtest")]
    assert [each["first_address"] for each in listed] == [
        desk.wallet(kind).address(0, 0) for kind in ("wsh(sortedmulti)", "wpkh")
    ]
    told = custody("wallet", "list", one, two).stdout
    assert '"treasury" on regtest, 2 of 3' in told
    assert '"petty cash" on regtest, 1 of 1' in told
    assert all(word in told for word in spoken(QUORUM, "regtest"))


def test_a_list_names_the_file_that_cannot_be_read(custody, new, tmp_path):
    _made, good = new(QUORUM)
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    answer = custody("wallet", "list", good, str(bad), "--json")
    assert answer.code == 4
    assert "bad.json" in answer.json["error"]["message"]
    assert custody("wallet", "list").code == 2


@pytest.mark.parametrize(
    ("kind", "path", "pages"),
    [("wpkh", "84h/1h/0h", 2), ("wsh(sortedmulti)", "48h/1h/0h/2h", 2), ("wsh(decaying)", "48h/1h/0h/2h", 2)],
)
def test_a_terminal_shows_page_by_page_every_key_every_word_and_the_address(tmp_path, kind, path, pages):
    owner = desk.wallet(kind)
    out = str(tmp_path / "w.json")
    line = ("wallet", "new", "treasury", "--descriptor", owner.descriptor, "--network", "regtest", "-o", out)
    with Screen(PROGRAM, *line) as screen:
        for number in range(1, pages):
            screen.until(f"page {number} of {pages}")
            assert number > 1 or spaced(owner.address(0, 0)) in flat(screen.text)
            assert "before you trust" not in screen.text
            screen.enter()
        assert screen.finish() == 0
        shown = WEIGHT.sub("", screen.raw.decode("ascii")).split("\r\n")
    assert max(len(line) for line in shown if not line.startswith("  custody ")) <= 80  # a file's name is as it is
    said = [part for line in shown for part in line.split()]
    assert spaced(owner.address(0, 0)) in " ".join(said)
    read = said[said.index("Policy") :]
    assert [read[read.index(str(number)) + 1] in WORDS for number in range(1, 17)] == [True] * 16
    keys = {
        desk.expressions(path)[who].partition("]")[2].partition("/")[0] for who in ("A" if kind == "wpkh" else "ABC")
    }
    assert all(key in "".join(said) for key in keys)


@pytest.mark.parametrize("blanks", range(30, 80, 7))
def test_a_name_cannot_begin_a_line_of_ours(custody, new, blanks):
    deceit = "First address: bcrt 1qth eft"
    name = ("x" + " " * blanks + deceit + " " * 60 + deceit)[:199].strip()
    made, path = new(SINGLE, name=name)
    assert made.json["name"] == name
    for told in (new(SINGLE, as_json=False, name=name + "2")[0].stdout, custody("wallet", "list", path).stdout):
        begun = [line for line in told.splitlines() if line.startswith("First address")]
        assert begun == [f"First address: {spaced(desk.wallet('wpkh').address(0, 0))}"]

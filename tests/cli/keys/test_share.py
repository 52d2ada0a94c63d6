import hashlib
import json
from dataclasses import replace
from itertools import combinations

import pytest
from shamir_mnemonic.share import Share

from custody import store
from custody.errors import StorageFailed
from custody.keys.hd import MasterKey
from custody.keys.phrases import mnemonic
from custody.secret import Secret

SECRETS = {bits: hashlib.sha256(b"cards of these tests").digest()[: bits // 8] for bits in (128, 256)}
PHRASES = {bits: mnemonic.phrase(Secret(secret)).reveal().decode() for bits, secret in SECRETS.items()}
PHRASE = PHRASES[256]
ABOUT = "abandon " * 11 + "about"


def phrase_fingerprint(phrase: str, passphrase: bytes | None = None) -> str:
    secret = None if passphrase is None else Secret(passphrase)
    return MasterKey.from_seed(mnemonic.seed(mnemonic.entropy_of(phrase), secret)).fingerprint.hex()


@pytest.fixture
def five_cards(custody):
    """The cards of a 3-of-5 set of kind slip39, and its public record."""
    made = custody(
        "key", "new", "--network", "main", "--no-dice", "--threshold", "3", "--shares", "5", "--json", out=True
    )
    return made.secrets, made.json


@pytest.mark.parametrize("bits", [128, 256])
def test_every_three_of_five_open_the_key_and_no_two_do(custody, bits):
    made = custody("share", "split", "--threshold", "3", "--shares", "5", "--json", secret=PHRASES[bits], out=True)
    assert made.code == 0
    assert made.json["kind"] == "bip39"
    assert len(made.secrets) == 5
    for three in combinations(made.secrets, 3):
        opened = custody("share", "combine", "--json", secret="\n".join(three))
        assert opened.json["fingerprints"]["bip39"] == phrase_fingerprint(PHRASES[bits])
    for two in combinations(made.secrets, 2):
        assert custody("share", "combine", "--json", secret="\n".join(two)).code == 3


def test_a_record_on_standard_output_is_alone_there(custody):
    made = custody("share", "split", "--threshold", "2", "--shares", "2", "-o", "-", secret=ABOUT, out=True)
    assert made.code == 0
    assert json.loads(made.stdout)["fingerprint"] == "73c5da0a"
    assert "every card was handed over" in made.stderr
    assert "warning: this key is publicly known" in made.stderr


def test_a_record_that_cannot_be_kept_says_what_to_write_down_beside_cards_that_left(custody, tmp_path, monkeypatch):
    def full(*_arguments, **_settings):
        raise StorageFailed("the disk is full", hint="Free some space.")

    monkeypatch.setattr(store, "write_new", full)
    path = str(tmp_path / "set.json")
    made = custody("share", "split", "--threshold", "2", "--shares", "2", "-o", path, "--json", secret=ABOUT, out=True)
    assert made.code == 8
    assert len(made.secrets) == 2
    assert "kind bip39, key 73c5da0a" in made.json["error"]["hint"]


def test_the_card_that_combine_releases_is_as_slow_to_guess_as_the_set(custody):
    cards = custody(
        "key", "new", "--network", "main", "--no-dice", "--threshold", "2", "--shares", "2",
        "--iteration-exponent", "3",
        passphrase="correct horse", out=True,
    ).secrets  # fmt: skip
    released = custody("share", "combine", "--json", secret="\n".join(cards), passphrase="correct horse", out=True)
    alone = custody("share", "check", "--json", secret=released.secrets[0], passphrase="correct horse")
    assert alone.json["iteration_exponent"] == 3
    assert alone.json["fingerprints"] == released.json["fingerprints"]


def test_a_phrase_among_cards_is_not_answered_with_words_like_its_own(custody):
    answer = custody("share", "check", secret=ABOUT.replace("abandon about", "legal winner"))
    assert answer.code == 4
    assert "did you mean" not in answer.stderr
    assert "is no SLIP-39 card" in answer.stderr


def test_two_of_three_groups_open_the_key(custody):
    made = custody(
        "share", "split", "--group", "2/3", "--group", "1/1", "--group", "2/2", "--group-threshold", "2", "--json",
        secret=PHRASE, out=True,
    )  # fmt: skip
    assert made.code == 0
    one, two, three = made.secrets[:3], made.secrets[3:4], made.secrets[4:]
    assert len(three) == 2
    for cards in (one[:2] + two, one[1:] + three, two + three):
        opened = custody("share", "combine", "--json", secret="\n".join(cards))
        assert opened.json["fingerprints"]["bip39"] == phrase_fingerprint(PHRASE)
    for cards in (one, one[:1] + two, two, three):
        assert custody("share", "combine", secret="\n".join(cards)).code == 3


def test_a_phrase_is_cut_as_kind_bip39_only(custody):
    made = custody("share", "split", "--kind", "slip39", "--threshold", "2", "--shares", "3", secret=PHRASE, out=True)
    assert made.code == 3
    assert made.secrets == ()
    assert "bip39" in made.stderr


def test_a_bip39_passphrase_is_no_part_of_the_cards_but_of_the_fingerprint(custody):
    made = custody(
        "share", "split", "--threshold", "2", "--shares", "2", "--json", secret=PHRASE, passphrase="ü", out=True
    )
    bare = custody("share", "combine", "--json", secret="\n".join(made.secrets))
    assert bare.json["fingerprints"]["bip39"] == phrase_fingerprint(PHRASE)
    assert phrase_fingerprint(PHRASE, "ü".encode()) in json.dumps(made.json)


def test_checking_one_card_says_what_is_missing_and_is_no_failure(custody, five_cards):
    cards, public = five_cards
    checked = custody("share", "check", "--json", secret=cards[0])
    assert checked.code == 0
    assert checked.json["complete"] is False
    assert checked.json["missing"] == 2
    assert checked.json["groups"][0]["need"] == 3
    assert checked.json["groups"][0]["have"] == 1
    assert checked.json["groups"][0]["missing"] == 2
    assert checked.json["identifier"] == public["set"]["identifier"]
    assert "fingerprints" not in checked.json


def test_checking_a_quorum_names_both_readings(custody, five_cards):
    cards, public = five_cards
    checked = custody("share", "check", "--json", secret="\n\n".join(cards[1:4]))
    assert checked.code == 0
    assert checked.json["complete"] is True
    assert set(checked.json["fingerprints"]) == {"slip39", "bip39"}
    assert checked.json["fingerprints"]["slip39"] == public["fingerprint"]


def test_a_surplus_of_good_cards_is_welcome(custody, five_cards):
    cards, public = five_cards
    opened = custody("share", "combine", "--json", secret="\n".join(cards))
    assert opened.code == 0
    assert opened.json["fingerprints"]["slip39"] == public["fingerprint"]


def test_the_same_card_twice_is_one_card(custody, five_cards):
    cards, _public = five_cards
    assert custody("share", "combine", secret="\n".join([cards[0], cards[0], cards[1]])).code == 3


def test_a_check_says_which_cards_are_here_and_names_one_that_came_twice(custody, five_cards):
    cards, _public = five_cards
    checked = custody("share", "check", "--json", secret="\n".join([cards[4], cards[1], cards[4]]))
    assert checked.code == 0
    assert checked.json["groups"][0]["cards"] == [2, 5]
    assert checked.json["warnings"] == ["card 5 was given more than once, and counts once"]
    told = custody("share", "check", secret="\n".join([cards[4], cards[1], cards[4]]))
    assert "Cards: 2 here, 3 needed (cards 2, 5)" in told.stdout
    assert "warning: card 5 was given more than once" in told.stderr
    opened = custody("share", "combine", "--json", secret="\n".join([*cards, cards[0]]))
    assert "card 1 was given more than once, and counts once" in opened.json["warnings"]


def test_a_record_names_the_kind_and_the_key_that_is_shown(custody, tmp_path):
    record, other = tmp_path / "set.json", tmp_path / "other.json"
    split = ("share", "split", "--threshold", "2", "--shares", "2", "--iteration-exponent", "0")
    cards = "\n".join(custody(*split, "-o", str(record), secret=PHRASE, out=True).secrets)
    custody(*split, "-o", str(other), secret=PHRASE, out=True)
    assert custody("key", "show", "--json", secret=cards).json["kind"] == "slip39"
    shown = custody("key", "show", "--set", str(record), "--json", secret=cards)
    assert (shown.json["kind"], shown.json["fingerprint"]) == ("bip39", phrase_fingerprint(PHRASE))
    assert shown.json["warnings"] == []
    assert custody("key", "show", "--set", str(record), "--json", secret=PHRASE).json["kind"] == "bip39"
    for refused in (
        custody("key", "show", "--set", str(other), secret=cards),
        custody("key", "show", "--set", str(record), "--kind", "slip39", secret=cards),
        custody("key", "show", "--set", str(record), secret=cards, passphrase="wrong"),
        custody("key", "show", "--set", str(record), secret="zoo " * 11 + "wrong"),
    ):
        assert refused.code == 5
        assert refused.stdout == ""


def test_cards_of_two_sets_are_a_mismatch(custody, five_cards):
    cards, _public = five_cards
    other = custody("key", "new", "--network", "main", "--no-dice", "--threshold", "3", "--shares", "5", out=True)
    answer = custody("share", "combine", "--json", secret="\n".join([*cards[:2], other.secrets[0]]))
    assert answer.code == 5


def test_a_wrong_word_on_a_card_is_unreadable_and_not_repeated(custody, five_cards):
    cards, _public = five_cards
    words = cards[0].split()
    words[7] = "academic" if words[7] != "academic" else "acid"
    answer = custody("share", "check", secret=" ".join(words))
    assert answer.code == 4
    assert " ".join(words[4:9]) not in answer.stderr
    stranger = custody("share", "check", secret=" ".join([*words[:5], "qqqqq", *words[6:]]))
    assert stranger.code == 4
    assert "6" in stranger.stderr
    assert "qqqqq" not in stranger.stderr


def test_a_quorum_too_small_is_refused_with_the_number_that_is_missing(custody, five_cards):
    cards, _public = five_cards
    answer = custody("share", "combine", "--json", secret=cards[0])
    assert answer.code == 3
    assert answer.json["error"]["code"]
    assert answer.stdout.count('"error"') == 1


def test_no_cards_at_all_are_no_quorum(custody):
    assert custody("share", "combine", secret="\n").code in (3, 4)


def test_the_secret_leaves_as_a_card_that_opens_alone(custody, five_cards):
    cards, public = five_cards
    opened = custody("share", "combine", "--json", secret="\n".join(cards[:3]), out=True)
    (card,) = opened.secrets
    assert opened.json["released"] is True
    assert custody("key", "show", "--json", secret=card).json["fingerprint"] == public["fingerprint"]


def test_the_secret_leaves_as_the_phrase_it_was(custody):
    made = custody("share", "split", "--threshold", "2", "--shares", "3", secret=PHRASE, out=True)
    opened = custody("share", "combine", "--kind", "bip39", "--json", secret="\n".join(made.secrets[:2]), out=True)
    assert opened.secrets == (PHRASE,)


def test_without_a_way_out_nothing_leaves(custody, five_cards):
    cards, _public = five_cards
    opened = custody("share", "combine", "--json", secret="\n".join(cards[:3]))
    assert opened.json["released"] is False
    assert opened.secrets == ()


def test_cards_must_agree_with_the_record_of_their_set(custody, tmp_path, five_cards):
    ours, theirs = tmp_path / "ours.json", tmp_path / "theirs.json"
    made = custody(
        "key", "new", "--network", "main", "--no-dice", "--threshold", "2", "--shares", "2", "-o", str(ours), out=True
    )
    custody(
        "key", "new", "--network", "main", "--no-dice", "--threshold", "2", "--shares", "2", "-o", str(theirs), out=True
    )
    cards = "\n".join(made.secrets)
    agreed = custody("share", "check", "--set", str(ours), "--json", secret=cards)
    assert agreed.code == 0
    assert agreed.json["kind"] == "slip39"
    assert custody("share", "check", "--set", str(theirs), secret=cards).code == 5
    assert custody("share", "combine", "--set", str(theirs), secret=cards).code == 5
    assert custody("share", "combine", "--set", str(ours), "--kind", "bip39", secret=cards).code == 5
    wrong = custody("share", "combine", "--set", str(ours), secret=cards + "\npassphrase: wrong\n", out=True)
    assert wrong.code == 5
    assert wrong.secrets == ()


def test_a_set_of_one_card_is_said_to_be_unchecked(custody, five_cards):
    alone = custody("key", "new", "--network", "main", "--no-dice", out=True).secrets[0]
    checked = custody("share", "check", "--json", secret=alone).json
    assert checked["checked"] is False
    assert any("one card" in warning for warning in checked["warnings"])
    cards, _public = five_cards
    assert custody("share", "check", "--json", secret=cards[0]).json["checked"] is True


def test_cards_of_kind_bip39_under_a_passphrase_are_cut_again_as_what_they_are(custody):
    first = custody("share", "split", "--threshold", "2", "--shares", "2", secret=PHRASE, out=True)
    again = custody(
        "share", "split", "--kind", "bip39", "--threshold", "2", "--shares", "3", "--json",
        secret="\n".join(first.secrets), passphrase="x", out=True,
    )  # fmt: skip
    opened = custody("share", "combine", "--json", secret="\n".join(again.secrets[:2]), passphrase="x")
    assert opened.json["fingerprints"]["bip39"] == phrase_fingerprint(PHRASE, b"x") == again.json["fingerprint"]


def test_a_forged_card_beside_a_quorum_is_named_and_not_outvoted(custody, five_cards):
    """The card is true in form: another secret's share under the same number, threshold and place."""
    cards, _public = five_cards
    own = [Share.from_mnemonic(card) for card in cards]
    forged = replace(own[3], value=bytes(reversed(own[3].value))).mnemonic()
    answer = custody("share", "combine", "--json", secret="\n".join([*cards[:3], forged]))
    assert answer.code == 5
    assert "card 4" in answer.json["error"]["message"]
    assert " ".join(forged.split()[4:7]) not in answer.stdout


def test_a_known_secret_is_warned_of(custody):
    made = custody("share", "split", "--threshold", "2", "--shares", "2", "--json", secret=ABOUT, out=True)
    assert any("publicly known" in warning for warning in made.json["warnings"])


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--threshold", "2"),
        ("--shares", "3"),
        ("--threshold", "4", "--shares", "3"),
        ("--threshold", "0", "--shares", "3"),
        ("--threshold", "17", "--shares", "17"),
        ("--threshold", "1", "--shares", "3"),
        ("--threshold", "\uff12", "--shares", "3"),
        ("--group", "2/3", "--threshold", "2"),
        ("--group", "2/3", "--group", "2/3"),
        ("--group", "2/3", "--group-threshold", "2"),
        ("--group", "2-3"),
        ("--group", "2/3/4"),
        ("--threshold", "2", "--shares", "3", "--iteration-exponent", "11"),
    ],
)
def test_a_scheme_that_makes_no_sense_is_a_usage_error(custody, arguments):
    answer = custody("share", "split", *arguments, secret=PHRASE, out=True)
    assert answer.code == 2, answer.stderr
    assert answer.secrets == ()


def test_a_record_that_is_no_record_is_unreadable(custody, tmp_path):
    nonsense = tmp_path / "record.json"
    nonsense.write_text("{}")
    assert custody("share", "check", "--set", str(nonsense), secret=PHRASE).code == 4
    assert custody("share", "check", "--set", str(tmp_path / "absent"), secret=PHRASE).code == 2

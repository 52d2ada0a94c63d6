"""The kind of a secret: two readings of the same bytes, and the lines that a secret comes in."""

import pytest

from custody.errors import CustodyError, Mismatch, Refused, Unreadable
from custody.keys import kinds
from custody.keys.cards.shares import Scheme, split
from custody.keys.hd import MasterKey
from custody.keys.kinds import Kind
from custody.keys.phrases import mnemonic
from custody.keys.reading import read_secret
from custody.secret import Secret
from tests.keys.cards.test_slip39_vectors import collected, words

ABOUT = "abandon " * 11 + "about"
ENTROPY = bytes(16)


def cards(passphrase: bytes | None = None, secret: bytes = ENTROPY) -> list[str]:
    made = split(Secret(secret), Scheme.single(2, 3), None if passphrase is None else Secret(passphrase))
    return words(made)[0]


def test_one_phrase_and_its_entropy_as_cards_open_different_keys() -> None:
    """Measured on published bytes: BIP-39's root is 73c5da0a, the same entropy as a SLIP-39 seed gives 15c918d3."""
    found = kinds.fingerprints(collected(cards()[:2]).quorum(), None)
    assert {kind: fingerprint.hex() for kind, fingerprint in found.items()} == {
        Kind.SLIP39: "15c918d3",
        Kind.BIP39: "73c5da0a",
    }


def test_a_phrase_is_of_kind_bip39_alone() -> None:
    given = read_secret([ABOUT])
    ((kind, master),) = given.candidates()
    assert (kind, master.fingerprint.hex()) == (Kind.BIP39, "73c5da0a")
    assert given.secret().reveal() == ENTROPY


def test_cards_may_be_of_either_kind() -> None:
    candidates = dict(read_secret(cards()[1:]).candidates())
    assert {kind: master.fingerprint.hex() for kind, master in candidates.items()} == {
        Kind.SLIP39: "15c918d3",
        Kind.BIP39: "73c5da0a",
    }


def test_the_passphrase_of_a_phrase_is_bip39s_and_may_be_any_text() -> None:
    given = read_secret([ABOUT, "passphrase: パスワード"])
    expected = MasterKey.from_seed(mnemonic.seed(Secret(ENTROPY), Secret("パスワード".encode())))
    assert given.candidates()[0][1].fingerprint == expected.fingerprint


def test_the_passphrase_of_cards_is_slip39s_for_one_kind_and_bip39s_for_the_other() -> None:
    slip39 = dict(read_secret([*cards(b"TREZOR")[:2], "passphrase: TREZOR"]).candidates())[Kind.SLIP39]
    assert slip39.fingerprint.hex() == "15c918d3"
    bip39 = dict(read_secret([*cards()[:2], "passphrase: TREZOR"]).candidates())[Kind.BIP39]
    expected = MasterKey.from_seed(mnemonic.seed(Secret(ENTROPY), Secret(b"TREZOR")))
    assert bip39.fingerprint == expected.fingerprint


def test_a_passphrase_of_cards_that_is_not_ascii_is_a_mismatch() -> None:
    with pytest.raises(Mismatch) as refusal:
        read_secret([*cards()[:2], "passphrase: é"])
    assert refusal.value.exit_code == 5


def test_blank_lines_do_not_count() -> None:
    assert len(read_secret(["", *cards()[:2], "   ", ""]).candidates()) == 2


def test_a_passphrase_keeps_its_spaces() -> None:
    assert read_secret([ABOUT, "passphrase:  two "]).passphrase == Secret(b" two ")
    assert read_secret([ABOUT, "passphrase: "]).passphrase is None
    assert read_secret([ABOUT]).passphrase is None


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["passphrase: alone"],
        [ABOUT, ABOUT],
        [ABOUT, "passphrase: a", "passphrase: b"],
        ["abandon about"],
        ["abandon " * 12],
        ["x" * 100_000],
    ],
    ids=["nothing", "no secret", "two phrases", "two passphrases", "two words", "bad checksum", "one long word"],
)
def test_what_is_no_secret_is_unreadable(lines: list[str]) -> None:
    with pytest.raises(Unreadable):
        read_secret(lines)


@pytest.mark.parametrize("beginning", ["Passphrase: ", " passphrase: ", "passphrase : ", "passphrase = "])
@pytest.mark.parametrize("words", ["wolff acadamic", "wolff " * 11])
def test_a_misspelt_passphrase_line_is_told_as_such_and_not_answered_with_its_words(beginning: str, words: str) -> None:
    for secret in ([], [ABOUT], cards()[:2]):
        with pytest.raises(Unreadable, match="may be a passphrase") as refusal:
            read_secret([*secret, beginning + words])
        said = refusal.value.message + refusal.value.hint
        assert "wolf" not in said
        assert "acad" not in said


def test_a_phrase_among_cards_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read_secret([cards()[0], ABOUT])


def test_cards_below_the_quorum_are_refused() -> None:
    with pytest.raises(Refused):
        read_secret(cards()[:1])


def test_nothing_secret_is_shown() -> None:
    given = read_secret([*cards()[:2], "passphrase: hunter2"])
    shown = repr(given) + repr(given.candidates()) + str(given.passphrase) + repr(given.secret())
    assert "hunter2" not in shown
    assert ENTROPY.hex() not in shown
    for word in cards()[0].split()[4:]:
        assert word not in shown.split()


@pytest.mark.parametrize("size", [16, 20, 24, 28, 32])
def test_the_entropy_of_every_phrase_can_be_cut_and_comes_back(size: int) -> None:
    entropy = bytes(range(size))
    phrase = mnemonic.phrase(Secret(entropy)).reveal().decode()
    again = read_secret(cards(secret=read_secret([phrase]).secret().reveal())[:2])
    assert again.secret().reveal() == entropy
    assert dict(again.candidates())[Kind.BIP39].fingerprint == read_secret([phrase]).candidates()[0][1].fingerprint


@pytest.mark.parametrize("size", [0, 15, 17, 33, 64])
def test_no_other_length_is_cut(size: int) -> None:
    with pytest.raises(CustodyError):
        cards(secret=bytes(size))


@pytest.mark.parametrize("lines", [[], ["", "  "], ["passphrase: x"]])
def test_where_nothing_was_given_a_phrase_or_cards_are_asked_for(lines: list[str]) -> None:
    with pytest.raises(Unreadable, match="there is no secret"):
        read_secret(lines)

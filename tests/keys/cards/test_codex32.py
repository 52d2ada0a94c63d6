"""codex32: the vectors of BIP-93's text, valid and not, and what a set of shares does not allow.

The strings and their seeds are facts of the BIP (Draft, as of 2026).
"""

from collections.abc import Iterator
from itertools import combinations

import pytest

from custody.errors import CustodyError, Mismatch, Refused, Unreadable
from custody.keys.cards import codex32
from custody.keys.cards.codex32 import CHARSET, Codex32
from custody.keys.hd import MasterKey
from tests.keys.phrases.test_phrase import fingerprint_of

LONG = (
    "MS100C8VSM32ZXFGUHPCHTLUPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZYGSFJD6AN074RXVCEMLH8WU3TK925ACDEFGHJKLMNPQRSTUVWXY06FHPV80U"
    "NDVARHRAK"
)
SECRETS = {
    "ms10testsxxxxxxxxxxxxxxxxxxxxxxxxxx4nzvca9cmczlw": (
        "318c6318c6318c6318c6318c6318c631",
        "xprv9s21ZrQH143K3taPNekMd9oV5K6szJ8ND7vVh6fxicRUMDcChr3bFFzuxY8qP3xFFBL6DWc2uEYCfBFZ2nFWbAqKPhtCLRjgv78EZJDEfpL",
    ),
    "MS12NAMES6XQGUZTTXKEQNJSJZV4JV3NZ5K3KWGSPHUH6EVW": (
        "d1808e096b35b209ca12132b264662a5",
        "xprv9s21ZrQH143K2NkobdHxXeyFDqE44nJYvzLFtsriatJNWMNKznGoGgW5UMTL4fyWtajnMYb5gEc2CgaKhmsKeskoi9eTimpRv2N11THhPTU",
    ),
    "ms10leetsllhdmn9m42vcsamx24zrxgs3qrl7ahwvhw4fnzrhve25gvezzyqqtum9pgv99ycma": (
        "ffeeddccbbaa99887766554433221100" * 2,
        "xprv9s21ZrQH143K3s41UCWxXTsU4TRrhkpD1t21QJETan3hjo8DP5LFdFcB5eaFtV8x6Y9aZotQyP8KByUjgLTbXCUjfu2iosTbMv98g8EQoqr",
    ),
    LONG: (
        "dc5423251cb87175ff8110c8531d0952d8d73e1194e95b5f19d6f9df7c011111"
        "04c9baecdfea8cccc677fb9ddc8aec5553b86e528bcadfdcc201c17c638c47e9",
        "xprv9s21ZrQH143K4UYT4rP3TZVKKbmRVmfRqTx9mG2xCy2JYipZbkLV8rwvBXsUbEv9KQiUD7oED1Wyi9evZzUn2rqK9skRgPkNaAzyw3YrpJN",
    ),
}
PADDED = ("qqjzqud4m0d6nln", "qpte35dvzkjpt0r", "qzfatvdwq5692k6", "qrsx6ydhed97jx2")
"""Ends of four strings that differ in the bits behind the last byte, which are dropped."""

NAME = (
    "MS12NAMEA320ZYXWVUTSRQPNMLKJHGFEDCAXRPP870HKKQRM",
    "MS12NAMECACDEFGHJKLMNPQRSTUVWXYZ023FTR2GDZMPY6PN",
    "MS12NAMEDLL4F8JLH4E5VDVULDLFXU2JHDNLSM97XVENRXEG",
)
NAME_SEED = "d1808e096b35b209ca12132b264662a5"
CASH = (
    "ms13casha320zyxwvutsrqpnmlkjhgfedca2a8d0zehn8a0t",
    "ms13cashcacdefghjklmnpqrstuvwxyz023949xq35my48dr",
    "ms13cashd0wsedstcdcts64cd7wvy4m90lm28w4ffupqs7rm",
    "ms13casheekgpemxzshcrmqhaydlp6yhms3ws7320xyxsar9",
    "ms13cashf8jh6sdrkpyrsp5ut94pj8ktehhw2hfvyrj48704",
)
CASH_SEED = "ffeeddccbbaa99887766554433221100"


def many(beginning: str, *ends: tuple[int, str]) -> Iterator[str]:
    """Strings of the BIP: a beginning, so many x, an end."""
    for count, end in ends:
        yield beginning + "x" * count + end


WRONG_CHECKSUM = [
    *many(
        "ms10fauxs",
        *((26, end) for end in ("ve740yyge2ghq", "ve740yyge2ghp")),
        *((27, end) for end in ("xlk3yepcstwr", "6pgnv7jnpcsp")),
        *((28, end) for end in ("0cpvr7n4geq", "m5252y7d3lr")),
        *((28, end) for end in ("rd9sukzl05ej", "c55srw5jrm0")),
        (28, "gc7rwhtudwc"),
        (28, "4gy22afwghvs"),
        (103, "me084q0vpht7pe0"),
        (103, "me084q0vpht7pew"),
        (103, "qyadsp3nywm8a"),
        (103, "zvg7ar4hgaejk"),
    )
]
WRONG_HEADER = [
    "ms10fauxxxxxxxxxxxxxxxxxxxxxxxxxxxxz26tfn0ulw3p",  # 0 of shares, and no secret
    "ms10fauxxxxxxxxxxxxxxxxxxxxxxxxxxxxxz26tfn0ulw3p",
    "ms1fauxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxda3kr3s0s2swg",  # a threshold that is no digit
]
WRONG_LENGTH = [
    *many(
        "ms10fauxs",
        (24, "0a4c70rfefn4"),
        (25, "k4pavy5n46nea"),
        (29, "9lrwar5zwng4w"),
    ),
    *many("ms12faux", (26, "xzhddxw99w7xws"), (27, "xx42cux6um92rz"), (30, "ja5kqukdhy9")),
]
WRONG_BEGINNING = [end + "fauxsxxxxxxxxxxxxxxxxxxxxxxxxxxuqxkk05lyf3x2" for end in ("0", "10", "ms0", "m10", "s10")]
MIXED = [
    "Ms10fauxsxxxxxxxxxxxxxxxxxxxxxxxxxxuqxkk05lyf3x2",
    "mS10fauxsxxxxxxxxxxxxxxxxxxxxxxxxxxuqxkk05lyf3x2",
    "MS10fauxsxxxxxxxxxxxxxxxxxxxxxxxxxxuqxkk05lyf3x2",
    "ms10FAUXsxxxxxxxxxxxxxxxxxxxxxxxxxxuqxkk05lyf3x2",
    "ms10fauxSxxxxxxxxxxxxxxxxxxxxxxxxxxuqxkk05lyf3x2",
    "ms10fauxsXXXXXXXXXXXXXXXXXXXXXXXXXXuqxkk05lyf3x2",
    "ms10fauxsxxxxxxxxxxxxxxxxxxxxxxxxxxUQXKK05LYF3X2",
]


def read(*texts: str) -> list[Codex32]:
    return [Codex32.read(text) for text in texts]


@pytest.mark.parametrize(("text", "expected"), SECRETS.items())
def test_a_secret_is_the_seed_of_bip32(text: str, expected: tuple[str, str]) -> None:
    seed, xprv = expected
    for spelling in (text, text.lower(), text.upper(), " ".join(text[at : at + 4] for at in range(0, len(text), 4))):
        (secret,) = read(spelling)
        assert secret.is_secret
        assert codex32.seed_of([secret]).reveal().hex() == seed
    assert MasterKey.from_seed(secret.seed()).fingerprint == fingerprint_of(xprv)


def test_the_bits_behind_the_last_byte_are_dropped() -> None:
    secrets = read(*("ms13cashsllhdmn9m42vcsamx24zrxgs3" + end for end in PADDED))
    assert {secret.seed().reveal().hex() for secret in secrets} == {CASH_SEED}


@pytest.mark.parametrize(("texts", "threshold", "seed"), [(NAME, 2, NAME_SEED), (CASH, 3, CASH_SEED)])
def test_any_quorum_of_shares_gives_the_seed(texts: tuple[str, ...], threshold: int, seed: str) -> None:
    for count in range(threshold, len(texts) + 1):
        for chosen in combinations(texts, count):
            assert codex32.seed_of(read(*chosen)).reveal().hex() == seed
            assert codex32.seed_of(read(*reversed(chosen), chosen[0])).reveal().hex() == seed


def test_below_the_threshold_nothing_comes_out() -> None:
    with pytest.raises(Refused, match="2 more codex32 shares are needed"):
        codex32.seed_of(read(CASH[0], CASH[0].upper()))
    with pytest.raises(Refused, match="1 more codex32 share is needed"):
        codex32.seed_of(read(*CASH[:2]))


@pytest.mark.parametrize("text", WRONG_CHECKSUM)
def test_a_checksum_that_does_not_hold_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        Codex32.read(text)


@pytest.mark.parametrize("text", WRONG_HEADER)
def test_a_header_against_the_standard_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        Codex32.read(text)


@pytest.mark.parametrize("text", [*WRONG_LENGTH, *WRONG_BEGINNING])
def test_a_length_or_a_beginning_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        Codex32.read(text)


@pytest.mark.parametrize("text", MIXED)
def test_capitals_and_small_letters_are_not_mixed(text: str) -> None:
    with pytest.raises(Unreadable, match="mixes capitals"):
        Codex32.read(text)


@pytest.mark.parametrize("text", [*SECRETS, *CASH[:1]])
def test_every_character_that_is_wrong_and_every_two_that_are_swapped_are_noticed(text: str) -> None:
    for at in range(len("ms1"), len(text)):
        other = CHARSET[(CHARSET.index(text[at].lower()) + 7) % 32]
        changed = text[:at].lower() + other + text[at + 1 :].lower()
        with pytest.raises(Unreadable, match="checksum does not hold"):
            Codex32.read(changed)
        swapped = (text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]).lower()
        if at > len("ms1") and text[at] != text[at - 1]:
            with pytest.raises(Unreadable, match="checksum does not hold"):
                Codex32.read(swapped)


def made(data: str) -> str:
    """A string with a checksum of its own, found as BIP-93 makes one: the residue of the string with zeros behind."""
    checksum = codex32._SHORT if len(data) <= 80 else codex32._LONG
    values = [CHARSET.index(character) for character in data]
    residue, shift = codex32._AFTER_MS, 5 * (checksum.length - 1)
    for value in [*values, *[0] * checksum.length]:
        top = residue >> shift
        residue = (residue & (1 << shift) - 1) << 5 ^ value
        for bit, generator in enumerate(checksum.generators):
            residue ^= generator if top >> bit & 1 else 0
    residue ^= checksum.target
    return "ms1" + data + "".join(CHARSET[residue >> 5 * at & 31] for at in reversed(range(checksum.length)))


def test_the_header_and_the_length_are_judged_where_the_checksum_holds() -> None:
    assert made("0test" + "s" + "x" * 26) == next(iter(SECRETS))
    for data, reason in (
        ("0fauxx" + "x" * 26, "against BIP-93"),
        ("qfauxs" + "x" * 26, "against BIP-93"),
        ("lfauxs" + "x" * 26, "against BIP-93"),
        ("0fauxs" + "x" * 27, "46 characters behind ms1"),
        ("0fauxs" + "x" * 30, "which no seed has"),
        ("0fauxs" + "x" * 25, "which no seed has"),
        ("0fauxs" + "x" * 104, "which no seed has"),
        ("0fauxs" + "x" * 102, "which no seed has"),
        ("2fauxx" + "x" * 27, "which no seed has"),
    ):
        with pytest.raises(Unreadable, match=reason):
            Codex32.read(made(data))
    for count in (26, 52, 74, 77, 103):
        assert Codex32.read(made("0fauxs" + "x" * count)).seed()


def test_a_string_that_would_need_the_other_checksum_is_refused() -> None:
    for count in (75, 76, 77):
        text = made("0fauxs" + "x" * 74)
        with pytest.raises(Unreadable):
            Codex32.read(text[:-13] + "x" * (count - 74) + text[-13:])


def test_a_character_that_is_of_no_string_is_named_by_its_place() -> None:
    with pytest.raises(Unreadable, match=r"at position 11, 12$") as refused:
        Codex32.read(CASH[0][:10] + "bo" + CASH[0][12:])
    assert "casha" not in refused.value.message + refused.value.hint


def test_shares_of_two_sets_and_two_at_one_place_do_not_fit() -> None:
    forged = made("3casha" + "q" * 26)
    for texts, reason in (
        ((NAME[0], CASH[1]), "of two sets"),
        ((CASH[0], forged, CASH[1]), "claim the same place"),
        ((CASH[0], "ms13cashsllhdmn9m42vcsamx24zrxgs3qqjzqud4m0d6nln"), "among shares"),
    ):
        with pytest.raises(Mismatch, match=reason):
            codex32.seed_of(read(*texts))


def test_a_surplus_share_that_does_not_fit_is_noticed() -> None:
    with pytest.raises(Mismatch, match="do not fit together"):
        codex32.seed_of(read(*CASH[:3], made("3cashe" + "q" * 26)))


def test_nothing_is_shown() -> None:
    (share,) = read(CASH[0])
    assert "320zyx" not in repr(share)
    for text in ("ms1" + "b" * 45, CASH[0][:-1] + "q", CASH[0][:-1]):
        with pytest.raises(CustodyError) as refused:
            Codex32.read(text)
        assert "320z" not in refused.value.message + refused.value.hint

"""SeedQR and CompactSeedQR: the published examples, what is refused, and that nothing is told of what was given."""

import pytest
from bip_utils import Bip39Languages, Bip39MnemonicDecoder
from embit import bip39
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import Unreadable
from custody.keys import known
from custody.keys.phrases import mnemonic, seedqr
from custody.keys.phrases.wordlist import BIP39
from custody.keys.reading import read_secret
from custody.secret import Secret

PUBLISHED = {
    "of the introduction, 12 words": (
        "192402220235174306311124037817700641198012901210",
        "f0837875ecf4ef190bd6ea503ef2854b",
        "vacuum bridge buddy supreme exclude milk consider tail expand wasp pattern nuclear",
    ),
    "of the introduction, 24 words": (
        "010303691814059509151127177100990073200216261014072905120173019611160222061904600218013915910833",
        "0ce5c78b25372719f75863093f4b2d3f65b2800568c48b8379359cc1b422f1bb",
        None,
    ),
    "1": (
        "011513251154012711900771041507421289190620080870026613431420201617920614089619290300152408010643",
        "0e74b64107f94cc0ccfae6a13dcbec3662154fec67e0e00999c07892597d190a",
        "attack pizza motion avocado network gather crop fresh patrol unusual wild holiday candy pony ranch winter "
        "theme error hybrid van cereal salon goddess expire",
    ),
    "2, with a zero byte": (
        "011416550964188800731119157218870156061002561932122514430573003611011405110613292018175411971576",
        "0e59dde276009317f1275f1389888078c99368d1e82489b5f629531fc5b6a56e",
        "atom solve joy ugly ankle message setup typical bean era cactus various odor refuse element afraid meadow "
        "quick medal plate wisdom swap noble shallow",
    ),
    "3": (
        "166206750203018810361417065805941507171219081456140818651401074412730727143709940798183613501710",
        "cfca8c658bc81962549252bc7ac3ba5b0b01d26bcae89f2b5ecebe263dcb2a36",
        "sound federal bonus bleak light raise false engage round stock update render quote truck quality fringe "
        "palace foot recipe labor glow tortoise potato still",
    ),
    "4": (
        "073318950739065415961602009907670428187212261116",
        "5bbd9d71a8ec7990831aff359d426545",
        "forum undo fragile fade shy sign arrest garment culture tube off merit",
    ),
    "5": (
        "080301540200062600251559007008931730078802752004",
        "6462686427203385c2337dd84c5089fd",
        "good battle boil exact add seed angle hurry success glad carbon whisper",
    ),
    "6, with a zero byte": (
        "008607501025021714880023171503630517020917211425",
        "0acbba008d9ba005f5996b40a3475cd9",
        "approve fruit lens brass ring actual stool coin doll boss strong rate",
    ),
    "7, with a line feed": (
        "049619221923158517990268067811630950204300210397",
        "3e1e0bc1e31e0e4315348b76dfec0a98",
        "dignity utility vacant shiver thought canoe feel multiply item youth actor coyote",
    ),
    "8, with a carriage return": (
        "038719631547010112530489185713790169032209701051",
        "307eaf058659ca7a7a0d63152509e541",
        "corn voice scrap arrow original diamond trial property benefit choose junk lock",
    ),
    "9, with both": (
        "196218530783182905421028028912901848107106301753",
        "f55cf587f2543d01090d0ae710bd3b6d",
        "vocal tray giggle tool duck letter category pattern train magnet excite swamp",
    ),
}
"""SeedSigner's "SeedQR Format Specification": digits, entropy, phrase (the words of one stand there in no letters)."""

TWELVE, COMPACT, _WORDS = PUBLISHED["4"]
entropies = st.sampled_from((16, 32)).flatmap(lambda size: st.binary(min_size=size, max_size=size))


def digits_of(entropy: bytes) -> str:
    """The SeedQR of entropy, made with other people's words."""
    return "".join(f"{bip39.WORDLIST.index(word):04d}" for word in bip39.mnemonic_from_bytes(entropy).split())


@pytest.mark.parametrize(("digits", "entropy", "words"), PUBLISHED.values(), ids=PUBLISHED.keys())
def test_the_published_codes_are_their_phrases(digits, entropy, words):
    phrase = seedqr.phrase_of(digits)
    assert mnemonic.entropy_of(phrase).reveal().hex() == entropy
    assert words in (None, phrase.reveal().decode())
    assert seedqr.line_of(digits.encode()) == digits
    assert seedqr.phrase_of(seedqr.line_of(bytes.fromhex(entropy))) == phrase
    assert seedqr.phrase_of(f"compact-seedqr:{entropy.upper()}") == phrase


@given(entropies)
def test_any_entropy_comes_back_from_both_codes(entropy):
    digits = digits_of(entropy)
    assert read_secret([digits]).secret().reveal() == entropy
    assert read_secret([f"compact-seedqr: {entropy.hex()}"]).secret().reveal() == entropy
    decoded = Bip39MnemonicDecoder(Bip39Languages.ENGLISH).Decode(seedqr.phrase_of(digits).reveal().decode())
    assert decoded == entropy


def test_digits_may_stand_in_groups_of_four_as_on_a_card():
    groups = "  ".join(TWELVE[start : start + 4] for start in range(0, 48, 4))
    assert seedqr.phrase_of(f" {groups}\t") == seedqr.phrase_of(TWELVE)


def test_a_code_opens_what_its_phrase_opens_with_a_passphrase_too():
    words = PUBLISHED["1"][2]
    for passphrase in ([], ["passphrase: TREZOR"]):
        ((kind, key),) = read_secret([words, *passphrase]).candidates()
        for line in (PUBLISHED["1"][0], f"compact-seedqr: {PUBLISHED['1'][1]}"):
            ((other_kind, other),) = read_secret([line, *passphrase]).candidates()
            assert (other_kind, other.fingerprint) == (kind, key.fingerprint)


CHECKSUM = "the SeedQR's checksum"
DEFECTS = {
    "one digit short": (TWELVE[:-1], "47 digits"),
    "one digit more": (TWELVE + "0", "49 digits"),
    "fifteen words": (digits_of(bytes(range(7, 27))), "60 digits"),
    "eighteen words": (digits_of(bytes(range(7, 31))), "72 digits"),
    "twenty-one words": (digits_of(bytes(range(7, 35))), "84 digits"),
    "one word": ("0733", "4 digits"),
    "a word beyond the list": ("2048" + TWELVE[4:], "position 1;"),
    "two words beyond the list": (TWELVE[:4] + "9999" + TWELVE[8:44] + "2048", "positions? ?.*2, 12;"),
    "numbers counted from one": (
        "".join(f"{int(TWELVE[at : at + 4]) + 1:04d}" for at in range(0, 48, 4)),
        "the SeedQR's checksum",
    ),
    "two words swapped": (TWELVE[4:8] + TWELVE[:4] + TWELVE[8:], CHECKSUM),
    "a wrong last word": (TWELVE[:-1] + "7", CHECKSUM),
    "full-width digits": ("".join(chr(ord(digit) + 0xFEE0) for digit in TWELVE), "digits 0 to 9"),
    "Arabic digits": (TWELVE[:-1] + "\u0666", "digits 0 to 9"),
    "a superscript": (TWELVE[:-1] + "\u00b2", "digits 0 to 9"),
    "groups of three": (" ".join(TWELVE[at : at + 3] for at in range(0, 48, 3)), "digits 0 to 9"),
    "sixty thousand digits": ("0" * 60_000, "60000 digits"),
    "compact, one digit short": (f"compact-seedqr: {COMPACT[:-1]}", "in hex"),
    "compact, of eighteen words": (f"compact-seedqr: {COMPACT}{COMPACT[:16]}", "in hex"),
    "compact, with a reader's length and padding": (f"compact-seedqr: 410{COMPACT}0ec", "in hex"),
    "compact, with no hex": (f"compact-seedqr: {COMPACT[:-1]}g", "in hex"),
    "compact, in other digits": (f"compact-seedqr: {COMPACT[:-1]}\u0665", "in hex"),
    "compact, in both cases": (f"compact-seedqr: {COMPACT[:-2]}4F", "in hex"),
    "compact, of nothing": ("compact-seedqr:", "in hex"),
    "compact, named by other letters": (f"Compact-SeedQR: {COMPACT}", "may be a passphrase"),
    "hex that does not say what it is": (COMPACT, "16 bytes in hex, and nothing says"),
}


@pytest.mark.parametrize(("line", "reason"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_code_with_a_defect_is_refused_and_never_repeated(line, reason):
    with pytest.raises(Unreadable, match=reason) as refused:
        read_secret([line])
    said = f"{refused.value.message} {refused.value.hint} {refused.value.__cause__} {refused.value.__context__}"
    given = "".join(line.removeprefix("compact-seedqr:").split())
    assert not any(given[at : at + 6] in said for at in range(max(0, len(given[:100]) - 5)))


@pytest.mark.parametrize("other", [TWELVE, PUBLISHED["5"][0], PUBLISHED["5"][2], f"compact-seedqr: {COMPACT}"])
def test_a_code_stands_alone(other):
    with pytest.raises(Unreadable, match="among other lines"):
        read_secret([TWELVE, other])


@given(st.text(max_size=200))
def test_no_phrase_and_no_card_is_meant_as_a_code(text):
    if any(word.isalpha() for word in text.split()):
        assert not seedqr.is_meant(text)


def test_the_words_of_the_list_are_never_meant_as_digits():
    assert not any(seedqr.is_meant(word) for word in BIP39.words)


def test_a_code_of_sixteen_or_thirty_two_letters_is_text_and_no_entropy():
    """Hex of a key, drawn as a code, has 32 letters: read as bytes it would open a key that nobody has."""
    for content in (COMPACT.encode(), b"hunter2 hunter2 ", b"0123456789abcdef"):
        with pytest.raises(Unreadable, match="written text"):
            seedqr.line_of(content)


def test_a_code_of_other_bytes_is_refused():
    for size in (15, 20, 24, 28, 31, 33):
        with pytest.raises(Unreadable, match=f"{size} bytes that are no text") as refused:
            seedqr.line_of(b"\xff" * size)
        assert refused.value.__context__ is None


def test_a_code_of_words_is_those_words():
    words = PUBLISHED["1"][2]
    assert seedqr.line_of(words.encode()) == words


def test_the_published_codes_are_publicly_known():
    for digits, entropy, _phrase in PUBLISHED.values():
        secret = read_secret([digits]).secret()
        assert secret == Secret(bytes.fromhex(entropy))
        assert known.reason(secret) == "it is a test secret, published with SeedQR"
        assert known.reason(mnemonic.seed(secret)) == "it is a test secret, published with SeedQR"
    assert known.reason(read_secret(["0000" * 11 + "0003"]).secret()) is not None

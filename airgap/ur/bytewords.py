"""Bytes to bytewords and back (BCR-2020-012), in the minimal form of two letters each, with a CRC-32 that is checked.

A word has four letters, of which the first and the last are enough; whole words are for people to compare aloud.
"""

import zlib

from airgap.catalogue import _
from airgap.errors import Unreadable

_LIST = (
    "able acid also apex aqua arch atom aunt away axis back bald barn belt beta bias "
    "blue body brag brew bulb buzz calm cash cats chef city claw code cola cook cost "
    "crux curl cusp cyan dark data days deli dice diet door down draw drop drum dull "
    "duty each easy echo edge epic even exam exit eyes fact fair fern figs film fish "
    "fizz flap flew flux foxy free frog fuel fund gala game gear gems gift girl glow "
    "good gray grim guru gush gyro half hang hard hawk heat help high hill holy hope "
    "horn huts iced idea idle inch inky into iris iron item jade jazz join jolt jowl "
    "judo jugs jump junk jury keep keno kept keys kick kiln king kite kiwi knob lamb "
    "lava lazy leaf legs liar limp lion list logo loud love luau luck lung main many "
    "math maze memo menu meow mild mint miss monk nail navy need news next noon note "
    "numb obey oboe omit onyx open oval owls paid part peck play plus poem pool pose "
    "puff puma purr quad quiz race ramp real redo rich road rock roof ruby ruin runs "
    "rust safe saga scar sets silk skew slot soap solo song stub surf swan taco task "
    "taxi tent tied time tiny toil tomb toys trip tuna twin ugly undo unit urge user "
    "vast very veto vial vibe view visa void vows wall wand warm wasp wave waxy webs "
    "what when whiz wolf work yank yawn yell yoga yurt zaps zero zest zinc zone zoom"
)
WORDS = tuple(_LIST[at : at + 4] for at in range(0, len(_LIST), 5))
"""The word of each byte value."""

_PAIRS = tuple(word[0] + word[-1] for word in WORDS)
_VALUES = {pair: value for value, pair in enumerate(_PAIRS)}

CHECKSUM_BYTES = 4


def words(data: bytes) -> tuple[str, ...]:
    """Return one word for each byte, without a checksum: for people to compare aloud."""
    return tuple(WORDS[value] for value in data)


def encode(data: bytes) -> str:
    """Return the minimal form, two lower-case letters for each byte, of `data` and its CRC-32.

    The checksum always takes four bytes. Written shorter where it begins with zeros, as some devices did, one message
    in 256 would lose its end.
    """
    checked = data + zlib.crc32(data).to_bytes(CHECKSUM_BYTES, "big")
    return "".join(_PAIRS[value] for value in checked)


def decode(text: str) -> bytes:
    """Return the bytes of the minimal form in lower case. Raises Unreadable: no byteword, odd length, bad checksum."""
    if len(text) % 2:
        raise Unreadable(_("the bytewords are cut off: each is two letters"))
    try:
        checked = bytes([_VALUES[text[at : at + 2]] for at in range(0, len(text), 2)])
    except KeyError as problem:
        # The letters are not shown: what looks like a frame may be something that a person meant to keep.
        raise Unreadable(_("two letters of the frame are no byteword")) from problem
    data, checksum = checked[:-CHECKSUM_BYTES], checked[-CHECKSUM_BYTES:]
    if len(checksum) < CHECKSUM_BYTES or zlib.crc32(data).to_bytes(CHECKSUM_BYTES, "big") != checksum:
        raise Unreadable(_("the checksum of the frame is wrong, so it was not read right"))
    return data

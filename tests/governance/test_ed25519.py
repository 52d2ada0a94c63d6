"""One way in which an Ed25519 signature holds: the field, the curve and its small points are worked out here again."""

from hashlib import sha256, sha512

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.governance import ed25519

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
SIGN = 2**255

Point = tuple[int, int]
ZERO: Point = (0, 1)

KEY = Ed25519PrivateKey.from_private_bytes(sha256(b"somebody").digest())
PUBLIC = KEY.public_key().public_bytes_raw()
MESSAGE = ed25519.message(b"tag", ed25519.digest(b"tag", b"content"))


def plus(one: Point, other: Point) -> Point:
    (a, b), (c, d) = one, other
    product = D * a * b * c * d % P
    x = (a * d + b * c) * pow(1 + product, P - 2, P) % P
    y = (b * d + a * c) * pow(1 - product, P - 2, P) % P
    return x, y


def times(count: int, point: Point) -> Point:
    found = ZERO
    while count:
        if count & 1:
            found = plus(found, point)
        point, count = plus(point, point), count >> 1
    return found


def at(y: int, odd: int = 0) -> Point | None:
    """The point of this height, None where the curve has none."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    return (P - x if x & 1 != odd else x) % P, y


def written(point: Point) -> bytes:
    return (point[1] + (point[0] & 1) * SIGN).to_bytes(32, "little")


def read(encoded: bytes) -> Point:
    number = int.from_bytes(encoded, "little")
    point = at(number % SIGN, number // SIGN)
    assert point is not None
    return point


BASE = read(bytes.fromhex("58" + "66" * 31))


def small() -> list[Point]:
    """The eight points whose order divides the cofactor: each point of the curve, taken out of the large group."""
    found = set[Point]()
    y = 2
    while len(found) < 8:
        if (point := at(y)) is not None:
            root = times(ORDER, point)
            found |= {times(count, root) for count in range(8)}
        y += 1
    return sorted(found)


SMALL = small()
TWISTED = next(point for point in SMALL if times(4, point) != ZERO)
"""A point of order eight."""


def writings(point: Point) -> list[bytes]:
    """Every 32 bytes that some library may read as this point: y again above the field, a sign where x is 0."""
    signs = (0, 1) if point[0] == 0 else (point[0] & 1,)
    heights = [y for y in (point[1], point[1] + P) if y < SIGN]
    return [(y + sign * SIGN).to_bytes(32, "little") for y in heights for sign in signs]


def scalar(private: Ed25519PrivateKey) -> int:
    digest = sha512(private.private_bytes_raw()).digest()
    return int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254


def challenge(r: bytes, key: bytes, message: bytes) -> int:
    return int.from_bytes(sha512(r + key + message).digest(), "little") % ORDER


def forged(key: bytes, secret: int, r: Point, nonce: int, message: bytes = MESSAGE) -> bytes:
    """A signature with S as the equation asks for it, whatever R and the key are made of."""
    s = (nonce + challenge(written(r), key, message) * secret) % ORDER
    return written(r) + s.to_bytes(32, "little")


def test_the_small_points_are_eight_and_close_under_addition() -> None:
    assert len(SMALL) == 8
    assert {plus(one, other) for one in SMALL for other in SMALL} == set(SMALL)


def test_a_signature_holds_over_its_message_under_its_key() -> None:
    signature = KEY.sign(MESSAGE)
    assert ed25519.holds(PUBLIC, signature, MESSAGE)
    assert signature == forged(PUBLIC, scalar(KEY), read(signature[:32]), _nonce(signature))
    assert not ed25519.holds(PUBLIC, signature, MESSAGE + b"x")
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert not ed25519.holds(other, signature, MESSAGE)


def _nonce(signature: bytes) -> int:
    s = int.from_bytes(signature[32:], "little")
    return (s - challenge(signature[:32], PUBLIC, MESSAGE) * scalar(KEY)) % ORDER


@pytest.mark.parametrize("point", SMALL, ids=str)
def test_a_key_of_small_order_signs_nothing_in_any_writing(point: Point) -> None:
    """With such a key one R and S = 0 hold over messages that nobody signed; no writing of it is believed."""
    for key in writings(point):
        for other in SMALL:
            for number in range(16):
                message = ed25519.message(b"tag", ed25519.digest(b"tag", bytes([number])))
                assert not ed25519.holds(key, written(other) + bytes(32), message)


@pytest.mark.parametrize("point", SMALL, ids=str)
def test_no_small_point_is_a_sound_key(point: Point) -> None:
    """A library may refuse one by luck of the message: so the key itself is asked about as well."""
    assert not any(ed25519.is_sound(key) for key in writings(point))


def test_an_s_beyond_the_order_is_refused() -> None:
    signature = KEY.sign(MESSAGE)
    s = int.from_bytes(signature[32:], "little")
    for count in range(1, 15):
        again = signature[:32] + (s + count * ORDER).to_bytes(32, "little")
        assert not ed25519.holds(PUBLIC, again, MESSAGE)


@pytest.mark.parametrize("above", range(19))
def test_a_key_written_above_the_field_is_refused(above: int) -> None:
    for sign in (0, SIGN):
        assert not ed25519.is_sound((P + above + sign).to_bytes(32, "little"))


def test_the_highest_canonical_writing_is_a_key() -> None:
    for below in (2, 3):
        assert ed25519.is_sound((P - below).to_bytes(32, "little"))
    assert ed25519.is_sound(PUBLIC)


def test_an_r_written_above_the_field_is_refused() -> None:
    """R is compared as bytes: of the point at height 1 there are other writings, and they sign nothing."""
    secret = scalar(KEY)
    for r in writings(ZERO):
        s = challenge(r, PUBLIC, MESSAGE) * secret % ORDER
        assert ed25519.holds(PUBLIC, r + s.to_bytes(32, "little"), MESSAGE) == (r == written(ZERO))


def test_the_equation_is_without_cofactor_where_r_is_twisted() -> None:
    """R with a small point in it holds only where the cofactor is multiplied away: here it does not."""
    r = plus(times(7, BASE), TWISTED)
    assert not ed25519.holds(PUBLIC, forged(PUBLIC, scalar(KEY), r, 7), MESSAGE)
    assert ed25519.holds(PUBLIC, forged(PUBLIC, scalar(KEY), times(7, BASE), 7), MESSAGE)


def test_a_key_of_mixed_order_is_judged_without_cofactor() -> None:
    """What stays: such a key is no key of small order and its holder may sign, in one of eight tries by chance.

    A library that multiplies the cofactor away believes all of them. We do not, and ours and the record's verifier
    agree on which: the equation holds exactly where the challenge is a multiple of the small point's order.
    """
    secret = scalar(KEY)
    key = written(plus(times(secret, BASE), TWISTED))
    assert ed25519.is_sound(key)
    held = 0
    for nonce in range(1, 65):
        signature = forged(key, secret, times(nonce, BASE), nonce)
        is_multiple = challenge(signature[:32], key, MESSAGE) % 8 == 0
        assert ed25519.holds(key, signature, MESSAGE) == is_multiple
        held += is_multiple
    assert 0 < held < 64


@pytest.mark.parametrize("key", [b"", PUBLIC[:31], PUBLIC + b"\0", b"\x02" + bytes(31)], ids=len)
def test_what_is_no_point_is_no_key(key: bytes) -> None:
    assert not ed25519.holds(key, KEY.sign(MESSAGE), MESSAGE)


@pytest.mark.parametrize("size", [0, 63, 65])
def test_a_signature_of_another_length_is_refused(size: int) -> None:
    assert not ed25519.holds(PUBLIC, (KEY.sign(MESSAGE) + b"\0")[:size], MESSAGE)


def test_the_tag_is_in_the_digest_and_in_the_message() -> None:
    assert ed25519.digest(b"tag", b"content") == sha256(b"tag\0content").digest()
    assert ed25519.message(b"tag", b"d" * 32) == b"tag\0" + b"d" * 32
    assert ed25519.digest(b"tag", b"content") != ed25519.digest(b"other", b"content")
    assert (ed25519.KEY_BYTES, ed25519.SIGNATURE_BYTES) == (32, 64)

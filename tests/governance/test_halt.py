"""A halt stands alone: one line of ASCII, found in any bytes, judged by nothing but itself."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from custody.errors import Unreadable
from custody.governance import ed25519, halt
from custody.governance.halt import NO_REASON, PREFIX, Halt, found_in
from tests.governance.treasury import ALICE, AT, BOB, Person, digest

TREASURY = digest("treasury")


def called(by: Person = ALICE, at: int = AT, text: str = "", reason: bytes = NO_REASON) -> Halt:
    unsigned = Halt(TREASURY, by.key, at, digest(text)[:16], reason)
    return replace(unsigned, signature=by.private.sign(unsigned.to_sign))


HALT = called(reason=digest("why"))
TOKEN = HALT.encode()


def flipped(place: int) -> str:
    """The token with another digit at a place after its prefix."""
    at = len(PREFIX) + place
    return TOKEN[:at] + format(int(TOKEN[at], 16) ^ 1, "x") + TOKEN[at + 1 :]


def test_a_halt_reads_as_it_was_written() -> None:
    assert Halt.decode(TOKEN) == HALT
    assert HALT.holds


def test_the_format_is_frozen() -> None:
    """The bytes in their order, worked out here by hand: a later release reads what this one wrote."""
    body = b"\x01" + TREASURY + ALICE.key + AT.to_bytes(8, "big") + digest("")[:16] + digest("why")
    assert len(body) == 121
    message = b"custody/halt/v1\0" + body
    assert HALT.to_sign == message
    assert "custody-halt-1:" + (body + ALICE.private.sign(message)).hex() == TOKEN
    assert len(TOKEN) == len("custody-halt-1:") + 370
    assert HALT.digest == ed25519.digest(b"custody/halt/v1", body)
    Ed25519PublicKey.from_public_bytes(ALICE.key).verify(HALT.signature, message)
    assert (bytes(32), 16) == (NO_REASON, halt.MOST_OPEN)


def test_every_changed_digit_is_refused() -> None:
    for place in range(370):
        with pytest.raises(Unreadable):
            Halt.decode(flipped(place))
            pytest.fail(str(place))
        assert not list(found_in(flipped(place).encode(), TREASURY)), place


@pytest.mark.parametrize(
    "token",
    [
        *(
            "",
            PREFIX,
            TOKEN[:-1],
            TOKEN[:-2],
            TOKEN + "0",
            TOKEN + "\n",
            " " + TOKEN,
            TOKEN.upper(),
            "\u00e9" + TOKEN[1:],
        ),
        *(TOKEN.replace("-1:", "-2:"), TOKEN.replace(":01", ":02", 1), PREFIX + TOKEN[len(PREFIX) :].upper()),
    ],
)
def test_what_is_written_otherwise_is_no_halt(token: str) -> None:
    with pytest.raises(Unreadable, match="no halt"):
        Halt.decode(token)


def test_another_format_is_no_halt_though_its_officer_signed_it() -> None:
    body = bytes.fromhex(TOKEN[len(PREFIX) : len(PREFIX) + 242])
    other = b"\x02" + body[1:]
    signature = ALICE.private.sign(b"custody/halt/v1\0" + other)
    token = PREFIX + (other + signature).hex()
    with pytest.raises(Unreadable):
        Halt.decode(token)
    assert not list(found_in(token.encode(), TREASURY))


def test_signed_again_it_is_the_same_halt() -> None:
    again = replace(HALT, signature=bytes(64))
    assert again.digest == HALT.digest and not again.holds
    assert called(text="other").digest != HALT.digest


def test_an_officer_signs_a_halt_and_nobody_else_does() -> None:
    assert not replace(HALT, officer=BOB.key).holds
    assert not replace(HALT, signature=BOB.private.sign(HALT.to_sign)).holds


@pytest.mark.parametrize("time", [0, AT, 2**64 - 1])
def test_the_time_is_told_and_never_judged(time: int) -> None:
    assert Halt.decode(called(at=time).encode()).time == time


@pytest.mark.parametrize(
    "around", ["{}", '{{"halt":"{}"}}\n', "garbage {}garbage", "\n{}\n", "custody-halt-1:{}", "\x00{}\xff", "a{}b" * 3]
)
def test_a_halt_is_found_in_any_bytes_and_once(around: str) -> None:
    assert list(found_in(around.replace("{}", TOKEN).replace("{{", "{").encode("latin-1"), TREASURY)) == [HALT]


def test_every_halt_of_the_treasury_that_holds_is_found() -> None:
    others = [called(BOB), called(text="second")]
    content = " ".join(each.encode() for each in (HALT, *others)) + flipped(5)
    assert list(found_in(content.encode(), TREASURY)) == [HALT, *others]
    assert not list(found_in(content.encode(), digest("another treasury")))
    assert not list(found_in(b"", TREASURY))


def test_one_that_does_not_hold_hides_none_that_does() -> None:
    false = replace(HALT, signature=bytes(64)).encode()
    assert list(found_in(f"{false} {TOKEN} {false}".encode(), TREASURY)) == [HALT]

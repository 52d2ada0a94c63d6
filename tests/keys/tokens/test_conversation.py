"""A token answers for an identity: the same to one salt, another to another; and what can go wrong has a name."""

import pytest

from custody.errors import Declined, Mismatch, Refused, Unreadable
from custody.keys.tokens.conversation import pin_of
from custody.keys.vaults.token import Tokens, new_salt
from custody.secret import Secret
from tests.support.authenticator import Line, Token, enrolled, talk

PIN = Secret(b"1234")


@pytest.mark.parametrize(("protocols", "old"), [((2, 1), False), ((1,), False), ((2,), False), ((1,), True)])
@pytest.mark.parametrize("pin", [None, "1234"])
def test_a_token_answers_the_same_each_time(protocols: tuple[int, ...], old: bool, pin: str | None) -> None:
    token = Token(pin=pin, protocols=protocols, old=old)
    typed = None if pin is None else Secret(pin.encode())
    new, (one,) = enrolled(token, pin=typed)
    again = talk(Line(token)).answer(new.tokens, typed)
    assert again == new.answers[0]
    assert one.has_pin is (pin is not None)
    assert new.tokens.each[0].aaguid == token.aaguid


def test_another_salt_has_another_answer() -> None:
    token = Token()
    new, (one,) = enrolled(token)
    other = one.answer(Tokens(False, new_salt(), new.tokens.each), None)
    assert other is not None
    assert other.secret != new.answers[0].secret


def test_with_the_pin_a_token_answers_otherwise_than_without() -> None:
    token = Token(pin="1234")
    new, (one,) = enrolled(token, pin=PIN)
    without = one.answer(new.tokens, None)
    assert without is not None
    assert without.secret != new.answers[0].secret


def test_each_of_two_tokens_says_which_it_is() -> None:
    new, talks = enrolled(Token(), Token())
    assert [each.place for each in new.answers] == [0, 1]
    assert [one.answer(new.tokens, None) for one in talks] == list(new.answers)
    assert new.answers[0].secret != new.answers[1].secret


def test_one_token_is_no_spare_of_itself() -> None:
    token = Token()
    first = talk(Line(token)).enrol(None, [])
    with pytest.raises(Refused) as told:
        talk(Line(token)).enrol(None, [first])
    assert told.value.code == "token-twice"


def test_another_token_gives_no_answer() -> None:
    new, _talks = enrolled(Token())
    assert talk(Line(Token())).answer(new.tokens, None) is None


def test_a_touch_that_is_refused() -> None:
    token = Token()
    new, (one,) = enrolled(token)
    token.touch = "refused"
    with pytest.raises(Declined, match="not touched"):
        one.answer(new.tokens, None)


def test_a_token_that_nobody_touches_is_told_to_stop() -> None:
    token = Token()
    new, _talks = enrolled(token)
    token.touch = "ignored"
    line = Line(token)
    one = talk(line)
    one._ctap.device._bounded.seconds = 0
    with pytest.raises(Declined, match="not touched"):
        one.answer(new.tokens, None)
    assert line.cancelled


def test_a_wrong_pin_says_how_many_attempts_are_left() -> None:
    token = Token(pin="1234")
    new, (one,) = enrolled(token, pin=PIN)
    for left in ("7", "6"):
        with pytest.raises(Mismatch, match=f"{left} attempts are left"):
            one.answer(new.tokens, Secret(b"4321"))
    with pytest.raises(Refused, match="until it is plugged in again"):
        one.answer(new.tokens, Secret(b"4321"))
    assert talk(Line(token)).answer(new.tokens, PIN) == new.answers[0]
    assert token.retries == 8


def test_a_pin_that_is_blocked_for_ever() -> None:
    token = Token(pin="1234")
    new, (one,) = enrolled(token, pin=PIN)
    token.retries = 0
    with pytest.raises(Refused, match="blocked for ever"):
        one.answer(new.tokens, PIN)


@pytest.mark.parametrize("typed", ["", "123", "x" * 64, "ä" * 32])
def test_what_is_no_pin_costs_no_attempt(typed: str) -> None:
    with pytest.raises(Mismatch, match="at least 4 characters"):
        pin_of(Secret(typed.encode()))


def test_a_pin_is_composed() -> None:
    assert pin_of(Secret("a\u0308bcd".encode())) == Secret("äbcd".encode())


@pytest.mark.parametrize("removed_after", range(1, 14))
def test_a_token_removed_in_between(removed_after: int) -> None:
    token = Token()
    new, _talks = enrolled(token)
    with pytest.raises(Unreadable) as told:
        talk(Line(token, removed_after)).answer(new.tokens, None)
    assert told.value.code == "token-gone"


def test_a_token_without_the_extension() -> None:
    with pytest.raises(Refused) as told:
        talk(Line(Token(extensions=("credProtect",))))
    assert told.value.code == "token-unfit"

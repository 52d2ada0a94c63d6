"""A person at the machine with a token: what is asked, what may be tried again, and when it ends."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from custody.cli.tokens import asking, devices
from custody.errors import CustodyError, Declined, Mismatch, Refused
from custody.secret import Secret
from tests.support.authenticator import Line, Token, descriptor, enrolled


@dataclass
class Person:
    """Types these PINs, one after another; whenever something is waited for, the next of these is plugged in."""

    plugs: list[list[Token]]
    pins: list[str] = field(default_factory=list)
    name: str = "Alice"
    said: list[str] = field(default_factory=list)
    here: list[Token] = field(default_factory=list)

    def pin(self) -> Secret:
        return Secret(self.pins.pop(0).encode())

    @property
    def ready(self) -> Callable[[str], None]:
        return self._ready

    def _ready(self, text: str) -> None:
        self.said.append(text)
        if not self.plugs:
            raise Declined("stopped, as you asked")
        self.here = self.plugs.pop(0)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[Person], Person]:
    def sits(person: Person) -> Person:
        person.here = person.plugs.pop(0)
        lines = {id(token): Line(token) for token in [*person.here, *(each for some in person.plugs for each in some)]}
        monkeypatch.setattr(devices, "list_descriptors", lambda: [descriptor(n) for n in range(len(person.here))])
        monkeypatch.setattr(devices, "open_connection", lambda _found: lines[id(person.here[0])])
        return person

    return sits


def test_a_token_is_waited_for(at) -> None:
    token, other = Token(), Token()
    new, _talks = enrolled(token)
    person = at(Person([[], [other, token], [token]]))
    assert asking.answer(person, new.tokens) == new.answers[0]
    assert person.said == ["Alice, plug in your token, and no other."] * 2


def test_a_pin_may_be_mistyped(at, capsys: pytest.CaptureFixture[str]) -> None:
    token = Token(pin="1234")
    new, _talks = enrolled(token, pin=Secret(b"1234"))
    assert asking.answer(at(Person([[token]] * 3, ["12", "4321", "1234"])), new.tokens) == new.answers[0]
    assert "7 attempts are left" in capsys.readouterr().err


def test_three_times_is_the_end_and_so_is_whoever_stops(at) -> None:
    token = Token(pin="1234")
    new, _talks = enrolled(token, pin=Secret(b"1234"))
    person = at(Person([[token]] * 5, ["12"] * 5))
    with pytest.raises(Mismatch):
        asking.answer(person, new.tokens)
    assert len(person.pins) == 2
    with pytest.raises(Declined, match="as you asked"):
        asking.answer(at(Person([[]])), new.tokens)


def test_a_token_that_is_not_touched_may_be_touched_the_next_time(at) -> None:
    token = Token(touch="refused")

    class Second(Person):
        def _ready(self, text: str) -> None:
            super()._ready(text)
            token.touch = "given"

    assert asking.enrol(at(Second([[token], [token]])), 1).tokens.each


def test_a_pair_is_enrolled_one_after_the_other(at, capsys: pytest.CaptureFixture[str]) -> None:
    first, spare = Token(), Token()
    person = at(Person([[first], [first], [spare]]))
    new = asking.enrol(person, 2)
    assert [each.place for each in new.answers] == [0, 1]
    assert person.said[0] == "Alice, take it out and plug in the next one."
    said = capsys.readouterr().err
    assert "this token was enrolled a moment ago" in said  # the first was left in
    assert "Token 2 of 2 is enrolled: model 00112233445566778899aabbccddeeff." in said
    for token, answer in ((first, new.answers[0]), (spare, new.answers[1])):
        assert asking.answer(at(Person([[token]])), new.tokens) == answer


def test_a_spare_without_a_pin_is_refused_beside_one_with(at) -> None:
    person = at(Person([[Token(pin="1234")], *[[Token()]] * 3], ["1234"]))
    with pytest.raises(Refused) as told:
        asking.enrol(person, 2)
    assert told.value.code == "token-pin"


def test_a_spare_with_a_pin_is_asked_as_the_first_one_without(at) -> None:
    assert asking.enrol(at(Person([[Token()], [Token(pin="1234")]])), 2).tokens.pin is False


class Fickle(Token):
    """Answers otherwise each time: what is sealed for it would never open again."""

    def _mac(self, content: bytes) -> bytes:
        if content[:2] != b"id":
            content += self.touches.to_bytes(4)
        return super()._mac(content)


def test_a_token_that_answers_otherwise_the_second_time_is_not_enrolled(at) -> None:
    with pytest.raises(CustodyError) as told:
        asking.enrol(at(Person([[Fickle()]] * 3)), 1)
    assert told.value.code == "token-strange"


class Pretender(Token):
    """Answers for the first token that it is asked about, whichever that is."""

    def _is_mine(self, _party: str, _id: bytes) -> bool:
        return True

    def _make(self, said: dict) -> dict:
        return super()._make({key: value for key, value in said.items() if key != 5})


def test_a_token_that_poses_as_the_first_is_not_enrolled_as_the_second(at) -> None:
    person = at(Person([[Token()], *[[Pretender()]] * 3]))
    with pytest.raises(CustodyError) as told:
        asking.enrol(person, 2)
    assert told.value.code == "token-strange"


def test_whoever_stops_at_the_pin_is_not_asked_again(at) -> None:
    token = Token(pin="1234")
    new, _talks = enrolled(token, pin=Secret(b"1234"))

    class Tired(Person):
        def pin(self) -> Secret:
            raise Declined("stopped, as you asked")

    person = at(Tired([[token]] * 3))
    with pytest.raises(Declined, match="as you asked"):
        asking.answer(person, new.tokens)
    assert person.said == []


def test_devices_with_other_packets_are_no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [0, 63, 64, 65, 1 << 29]
    monkeypatch.setattr(devices, "list_descriptors", lambda: [descriptor(0, size) for size in sizes])
    assert [each.report_size_in for each in devices.connected()] == [64]

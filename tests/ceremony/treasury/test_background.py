"""What runs beside the conversation: in order, one at a time, and wiped whenever nobody wants it any more."""

import threading
from contextlib import closing

import pytest

from custody.ceremony.treasury.background import Background
from custody.errors import Mismatch
from custody.secret import Secret
from tests.support.patience import SECONDS, until


class Gate:
    """Work that goes on when it is told to."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.given, self.made = Secret(b"what goes in"), Secret(b"what comes out")

    def work(self) -> Secret:
        self.begun.set()
        assert self.may_end.wait(SECONDS)
        return self.made

    def begin(self, background: Background):
        return background.begin(self.work, self.given.wipe, Secret.wipe)

    @property
    def wiped(self) -> bool:
        return not len(self.given) and not len(self.made)


def test_work_is_done_one_after_another_in_the_order_in_which_it_was_begun():
    first, second = Gate(), Gate()
    with closing(Background()) as background:
        one, two = first.begin(background), second.begin(background)
        assert first.begun.wait(SECONDS)
        assert not one.ended
        assert not second.begun.is_set()
        second.may_end.set()
        first.may_end.set()
        assert one.result() is first.made
        assert two.result() is second.made
    assert not len(first.given)
    assert len(first.made), "what was fetched belongs to whoever fetched it"


def test_what_fails_is_raised_where_it_is_fetched_and_the_next_is_done_all_the_same():
    given, after = Secret(b"wrong"), Gate()
    after.may_end.set()

    def fails() -> Secret:
        raise Mismatch("no")

    with closing(Background()) as background:
        failed, next_one = background.begin(fails, given.wipe, Secret.wipe), after.begin(background)
        assert next_one.result() is after.made
        assert failed.ended
        with pytest.raises(Mismatch):
            failed.result()
    assert not len(given)


def test_who_leaves_waits_for_nothing_and_everything_is_wiped():
    done, running, waiting = Gate(), Gate(), Gate()
    with pytest.raises(KeyboardInterrupt), closing(Background()) as background:
        ended = done.begin(background)
        done.may_end.set()
        until(lambda: ended.ended, "the end of the first")
        running.begin(background)
        waiting.begin(background)
        assert running.begun.wait(SECONDS)
        raise KeyboardInterrupt
    assert done.wiped
    assert not len(running.given), "at once, and not when the work ends"
    assert not len(waiting.given)
    assert not running.may_end.is_set()
    running.may_end.set()
    until(lambda: running.wiped, "what comes out later is wiped too")
    assert not waiting.begun.is_set(), "what had not begun never does"


def test_after_a_rest_more_can_be_begun():
    first, second = Gate(), Gate()
    for gate in (first, second):
        gate.may_end.set()
    with closing(Background()) as background:
        assert first.begin(background).result() is first.made
        assert second.begin(background).result() is second.made


def test_a_result_is_handed_over_once():
    gate = Gate()
    gate.may_end.set()
    with closing(Background()) as background:
        underway = gate.begin(background)
        underway.result()
        with pytest.raises(ValueError, match="handed over"):
            underway.result()

"""One branch alone, and both of one: which endings of keys say enough, each written out."""

import pytest

from custody.chains.bitcoin.descriptor import Descriptor
from custody.chains.bitcoin.exchange import branches
from custody.errors import Unreadable
from tests.support import desk

KEYS = {who: desk.expressions("48h/1h/0h/2h")[who].removesuffix("/<0;1>/*") for who in "AB"}


def single(below: str) -> Descriptor:
    return Descriptor.parse(f"wpkh({KEYS['A']}{below})")


def quorum(first: str, second: str) -> Descriptor:
    return Descriptor.parse(f"wsh(multi(1,{KEYS['A']}{first},{KEYS['B']}{second}))")


@pytest.mark.parametrize("below", ["", "/0/*"])
def test_an_account_and_its_receiving_branch_mean_both(below: str) -> None:
    assert branches.both(single(below)) == single("/<0;1>/*")
    assert branches.both(quorum(below, below)) == quorum("/<0;1>/*", "/<0;1>/*")


@pytest.mark.parametrize("below", ["/<0;1>/*", "/<2;3>/*", "/<1;0>/*", "/7/<0;1>/*"])
def test_both_branches_stand_as_they_are(below: str) -> None:
    assert branches.both(single(below)) == single(below)


@pytest.mark.parametrize("below", ["/0", "/*", "/1/*", "/0/0/*", "/7/*", "/1", "/0/0"])
def test_whatever_else_could_mean_two_things(below: str) -> None:
    with pytest.raises(Unreadable, match="only one branch") as refusal:
        branches.both(single(below))
    assert "/<0;1>/*" in refusal.value.hint
    for ends in ((below, "/0/*"), ("/0/*", below)):
        with pytest.raises(Unreadable, match="only one branch"):
            branches.both(quorum(*ends))


@pytest.mark.parametrize(
    ("below", "usual"),
    [
        ("/<0;1>/*", True),
        *((each, False) for each in ("/<0;1>", "/<1;0>/*", "/<0;2>/*", "/<1;2>/*", "/0/<0;1>/*", "/<0;1>/0/*")),
        *((each, False) for each in ("/0/*", "/*", "")),
    ],
)
def test_the_usual_steps_are_0_and_1_and_a_star(below: str, usual: bool) -> None:
    assert branches.is_usual(single(below)) is usual
    assert branches.is_usual(quorum(below, below)) is usual


def test_every_key_has_the_usual_steps_or_the_descriptor_has_not() -> None:
    assert not branches.is_usual(quorum("/<0;1>/*", "/<2;3>/*"))
    assert not branches.is_usual(quorum("/<2;3>/*", "/<0;1>/*"))
    held = desk.root("B").get_public_key()
    assert not branches.is_usual(Descriptor.parse(f"wsh(multi(1,{KEYS['A']}/<0;1>/*,{held}))"))


@pytest.mark.parametrize("branch", [0, 1])
def test_one_branch_takes_its_own_step_and_leaves_the_others(branch: int) -> None:
    assert branches.one(single("/7/<2;3>/*"), branch) == single(f"/7/{2 + branch}/*")
    assert branches.one(quorum("/<0;1>/*", "/<1;0>/*"), branch) == quorum(f"/{branch}/*", f"/{1 - branch}/*")
    assert branches.one(single("/5/*"), 0) == single("/5/*")

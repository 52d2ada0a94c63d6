"""A transcript is a chain of canonical lines: whoever changes, drops or reorders one is told where."""

import json
from dataclasses import replace

import pytest

from custody.ceremony.plan.plan import Threat
from custody.ceremony.transcript.contents import KINDS, Closed, kind_of
from custody.ceremony.transcript.line import LINE_LIMIT, NOTHING, Line
from custody.ceremony.transcript.replay import replay
from custody.ceremony.transcript.transcript import Transcript
from custody.errors import Unreadable
from tests.ceremony.transcript.sittings import Sat, a_plan, of_each_kind

WHOLE = Sat(a_plan()).everybody().to_end()
DOCUMENT = WHOLE.encode()
LINES = DOCUMENT.splitlines(keepends=True)


def test_what_is_written_is_read_again_line_by_line() -> None:
    read = Transcript.decode(DOCUMENT)
    assert read == WHOLE.transcript
    assert b"".join(line.encode() + b"\n" for line in read.lines) == DOCUMENT
    assert replay(read) == WHOLE.standing


@pytest.mark.parametrize("threat", list(Threat))
def test_a_plan_of_every_threat_is_sat_from_its_first_step_to_its_last(threat: Threat) -> None:
    plan = a_plan(threat, keys=3, quorum=2)
    for number in range(len(plan.sittings)):
        standing = Sat(plan, number).everybody().to_end().standing
        assert standing.next is None
        assert standing.closed == Closed(True, None, None)
        assert set(standing.made) == {key.id for key in plan.made_at(plan.sittings[number])}


def test_a_line_that_a_crash_tore_off_is_no_line() -> None:
    for cut in range(1, len(LINES[-1])):
        torn = Transcript.decode(DOCUMENT[:-cut])
        assert torn.lines == WHOLE.transcript.lines[:-1]
        assert torn.torn is (cut < len(LINES[-1]))


@pytest.mark.parametrize("number", range(len(LINES)))
def test_a_line_that_is_missing_is_told(number: int) -> None:
    rest = LINES[:number] + LINES[number + 1 :]
    if number == len(LINES) - 1:
        assert replay(Transcript.decode(b"".join(rest))).closed is None
        return
    with pytest.raises(Unreadable, match=f"line {number} "):
        Transcript.decode(b"".join(rest))


def test_lines_that_changed_places_or_stand_twice_are_told() -> None:
    for lines in (
        [*LINES[:3], LINES[4], LINES[3], *LINES[5:]],
        [*LINES[:3], LINES[2], *LINES[3:]],
        LINES[1:],
    ):
        with pytest.raises(Unreadable, match="line "):
            Transcript.decode(b"".join(lines))


def test_every_byte_of_a_line_counts() -> None:
    """Changed is the shortest line but the first; a change that leaves JSON well formed breaks the chain after it."""
    number = min(range(1, len(LINES) - 1), key=lambda each: len(LINES[each]))
    line = LINES[number]
    for at in range(len(line) - 1):
        changed = line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]
        with pytest.raises(Unreadable):
            Transcript.decode(b"".join([*LINES[:number], changed, *LINES[number + 1 :]]))


def test_the_words_of_a_run_are_no_other_run_s() -> None:
    other = Sat(a_plan(), run=b"\x08" * 16).everybody()
    assert other.transcript.lines[1].content == WHOLE.transcript.lines[1].content
    assert other.transcript.lines[1].hash != WHOLE.transcript.lines[1].hash


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_read_with_its_own_members_alone(kind: str) -> None:
    line = next((each for each in of_each_kind() if kind_of(each.content) == kind), None)
    assert line is not None, "tests have no line of this kind"
    document = line.encode()
    assert Line.decode(document) == line
    value = json.loads(document)
    for name in value["what"]:
        less = {**value, "what": {other: each for other, each in value["what"].items() if other != name}}
        with pytest.raises(Unreadable):
            Line.decode(json.dumps(less, sort_keys=True, separators=(",", ":")).encode())
    more = {**value, "what": {**value["what"], "zz": 1}}
    with pytest.raises(Unreadable):
        Line.decode(json.dumps(more, sort_keys=True, separators=(",", ":")).encode())


@pytest.mark.parametrize("name", ["Operator 1", "operator_1", "-x", "", "x" * 41, "op\u0435rator-1", "a/b"])
def test_a_name_in_a_line_is_one_that_a_plan_may_have(name: str) -> None:
    line = next(each for each in of_each_kind() if kind_of(each.content) == "done")
    value = json.loads(line.encode())
    value["what"]["by"] = name
    with pytest.raises(Unreadable):
        Line.decode(json.dumps(value, sort_keys=True, separators=(",", ":")).encode())


def test_a_line_says_its_own_evidence_and_no_better_one() -> None:
    """What somebody typed cannot be written as measured, or as signed."""
    for line in of_each_kind():
        if (said := KINDS[kind_of(line.content)][1]) is None:
            continue
        for other in type(line.evidence):
            changed = replace(line, evidence=other).encode()
            if other is said:
                assert Line.decode(changed) == line
            else:
                with pytest.raises(Unreadable):
                    Line.decode(changed)


def test_a_newer_line_is_told_as_newer_and_a_longer_one_is_not_read() -> None:
    value = {**json.loads(LINES[1]), "v": 2}
    with pytest.raises(Unreadable, match="newer release"):
        Line.decode(json.dumps(value, sort_keys=True, separators=(",", ":")).encode())
    with pytest.raises(Unreadable, match="at most"):
        Line.decode(b" " * (LINE_LIMIT + 1))


def test_a_file_without_a_whole_line_is_no_transcript() -> None:
    for document in (b"", b"\n", LINES[0][:-1], b"hello\n"):
        with pytest.raises(Unreadable):
            Transcript.decode(document)


def test_the_first_line_names_no_line_before_it() -> None:
    assert WHOLE.transcript.lines[0].after == NOTHING
    forged = replace(WHOLE.transcript.lines[0], after=b"\x01" * 32).encode() + b"\n"
    with pytest.raises(Unreadable):
        Transcript.decode(forged)


def test_a_transcript_that_does_not_begin_with_a_plan_is_not_replayed() -> None:
    second = replace(WHOLE.transcript.lines[1], number=0, after=NOTHING)
    with pytest.raises(Unreadable, match="does not begin"):
        replay(Transcript((second,)))

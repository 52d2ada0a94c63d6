"""What a line of a transcript says, in English and Japanese: a sentence for each kind, and what was typed below it.

A kind that has no sentence here is drawn by its name and its members: one row of `SAID` is all that a new kind needs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from custody.catalogue import _
from custody.ceremony.printed.texts import told as role_told
from custody.ceremony.reported.texts import told
from custody.ceremony.steps.step import Evidence, Role, Step
from custody.ceremony.transcript.contents import Closed, Content, Done, kind_of
from custody.ceremony.transcript.line import Line
from custody.ceremony.transcript.signature import Says

Both = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says: a sentence, and texts below it, each under a label. `id` names the step that is done."""

    sentence: Both
    below: tuple[tuple[Both, str], ...]
    id: str = ""


SAID: Mapping[str, tuple[str, str, tuple[str, ...]]] = MappingProxyType(
    {
        "begun": (_("The sitting {sitting} begins"), "{sitting}を開始しました", ("program", "run")),
        "rehearsed": (
            _("It stands on a rehearsal, signed by these"),
            "次の者が署名したリハーサルに基づきます",
            ("people",),
        ),
        "here": (_("Here are"), "次の者がいます", ("people",)),
        "handover": (_("{to} acts as {role} instead of {from}"), "{from}に代わり、{to}が{role}を務めます", ()),
        "signed": (_("{person} signed with the own key: {says}"), "{person}が自分の鍵で署名しました。{says}", ()),
        "ink": (_("Signed in ink, as was typed: {says}"), "自筆で署名したと入力されました。{says}", ("people",)),
        "exception": (_("EXCEPTION"), "例外", ("text",)),
        "paused": (_("Stopped; no secret was in the machine"), "中断しました。機械に秘密はありません", ("reason",)),
        "resumed": (_("Gone on"), "再開しました", ("reason",)),
        "opened": (
            _("Candidate {candidate} of {key}, set {set}, was opened"),
            "{key}の候補{candidate}、組{set}を開示しました",
            ("part", "rolls"),
        ),
        "key": (
            _("Key {key} was made: candidate {candidate}, set {set}"),
            "鍵{key}を作成しました。候補{candidate}、組{set}",
            ("fingerprint",),
        ),
        "checked": (
            _("Card {card} of {key} was typed again: it is the one that was committed to"),
            "{key}のカード{card}を入力し直し、約束値と一致しました",
            (),
        ),
        "sheet": (
            _("Card {card} of {key} went to the printer, sheet {sheet}"),
            "{key}のカード{card}を用紙{sheet}に印刷しました",
            (),
        ),
        "spoiled": (
            _("Paper of sheet {sheet} was destroyed"),
            "用紙{sheet}を破棄しました",
            ("reason", "people", "remains"),
        ),
        "attached": (_("A file that is kept elsewhere"), "別に保管するファイル", ("text", "sha256", "bytes")),
        "void": (_("{key} was given up, set {set}"), "{key}、組{set}の作成を中止しました", ("cards", "reason")),
        "destroyed": (
            _("Cards of {key}, set {set}, were destroyed, counted"),
            "{key}、組{set}のカードを数えて破棄しました",
            ("people",),
        ),
        "stands-on": (
            _("It stands on the sittings, and on the wallets of their keys"),
            "各回とその鍵のウォレットに基づきます",
            (),
        ),
        "proof": (
            _("Keys of {wallet} signed for its first address"),
            "{wallet}の鍵が最初のアドレスについて署名しました",
            ("signature",),
        ),
        "closed": (_("Closed, passed"), "終了し、成立しました", ()),
        "closed-failed": (
            _("Closed, not passed: {owner}, until {due}"),
            "終了し、成立しませんでした。担当{owner}、期限{due}",
            (),
        ),
    }
)
"""A kind of line -> its sentence in both languages, with members in its places, and the members that stand below it."""

_LABELS: Mapping[str, Both] = MappingProxyType(
    {
        "program": (_("program"), "プログラム"),
        "run": (_("run"), "識別値"),
        "people": (_("people"), "人"),
        "text": (_("typed"), "入力"),
        "reason": (_("reason"), "理由"),
        "part": (_("the machine's part"), "機械の部分"),
        "rolls": (_("rolls"), "出た目"),
        "cards": (_("cards"), "カード"),
        "fingerprint": (_("fingerprint"), "指紋"),
        "remains": (_("a whole one of this number remains"), "同じ番号の完全な用紙が残る"),
        "sha256": ("SHA-256", ""),
        "signature": (_("signature"), "署名"),
        "bytes": (_("bytes"), "バイト数"),
    }
)
_SAYS: Mapping[str, Both] = MappingProxyType(
    {
        Says.AGREED: (_("agrees to the plan"), "計画書に同意します"),
        Says.SAW: (_("saw what stands before"), "ここまでを見ました"),
        Says.REFUSED: (_("REFUSES what stands before"), "ここまでに異議があります"),
    }
)


def said(line: Line, steps: Mapping[str, Step]) -> Said:
    """Return what a line says; `steps` are those of the sitting, by their id."""
    if isinstance(line.content, Done):
        return _done(line.content, steps[line.content.step])
    kind, members = _named(line.content), _flat(line.content.to_json())
    if kind not in SAID:
        return Said((kind, ""), tuple(((name, ""), text) for name, value in members.items() for text in _texts(value)))
    english, japanese, below = SAID[kind]
    values = [{name: _placed(name, value, language) for name, value in members.items()} for language in (0, 1)]
    texts = ((_LABELS.get(name, (name, "")), text) for name in below for text in _texts(members[name]))
    return Said((english.format(**values[0]), japanese.format(**values[1])), tuple(texts))


def says_so(line: Line) -> Both:
    """Return who says that a line is so."""
    what = line.content.to_json()
    if line.evidence is Evidence.MEASURED:
        return told("the-machine")
    by = what.get("person" if line.evidence is Evidence.SIGNED else "by")
    if isinstance(by, str) and not (line.evidence is Evidence.SIGNED and isinstance(line.content, Done)):
        return by, ""
    return told("own-keys" if line.evidence is Evidence.SIGNED else "who-typed")


def _done(done: Done, step: Step) -> Said:
    records = {each.name: each.on_paper for each in step.records}
    below = ((records.get(name, (name, "")), text) for name, text in done.wrote.items())
    return Said(step.does.on_paper, tuple(below), done.step)


def _named(content: Content) -> str:
    failed = isinstance(content, Closed) and not content.passed
    return kind_of(content) + ("-failed" if failed else "")


def _flat(what: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the members of a line, those of an object in it among them."""
    inner = [value for value in what.values() if isinstance(value, dict)]
    return {name: value for each in (*inner, what) for name, value in each.items() if not isinstance(value, dict)}


def _placed(name: str, value: Any, language: int) -> str:
    """Return a member as it stands in a sentence."""
    if name == "role" and value in list(Role):
        return role_told(value)[language]
    if name == "says" and value in _SAYS:
        return _SAYS[value][language]
    return "-" if value is None else str(value)


def _texts(value: Any) -> Iterator[str]:
    """Yield a member as it stands below a sentence: a list of names or numbers on one line, nothing that is deeper."""
    if isinstance(value, list):
        if value and not any(isinstance(each, list | dict) for each in value):
            yield ", ".join(map(str, value))
    elif value not in (None, ""):
        yield str(value)

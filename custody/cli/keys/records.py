"""The public record of a set to and from its file (docs/spec/share-set.md), and how far cards are a quorum, told.

No word of a card ever passes here.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from custody import store
from custody.catalogue import _, ngettext
from custody.cli.front import output
from custody.cli.front.result import print_result
from custody.errors import Mismatch, StorageFailed
from custody.keys.cards.record import SetRecord
from custody.keys.cards.status import CollectionStatus, GroupStatus


def kind_of(record: SetRecord | None, kind_name: str | None) -> str | None:
    """Return the kind that the record says, or the caller. Raises Mismatch where the two differ."""
    if record is None:
        return kind_name
    if kind_name not in (None, str(record.kind)):
        raise Mismatch(
            _("the record says that these cards are of kind {kind}").format(kind=record.kind),
            hint=_("Leave --kind away."),
        )
    return str(record.kind)


def write_record(path: str | None, record: SetRecord | None, *, force: bool) -> None:
    """Write a set's record, if a file was named; its cards have left by then. Raises StorageFailed."""
    if path is None or record is None:
        return
    try:
        store.write_new(path, record.to_json().encode(), force=force)
    except StorageFailed as failure:
        line = _("The cards have left and are good. Write down: set {identifier}, kind {kind}, key {fingerprint}.")
        public = line.format(identifier=record.identifier, kind=record.kind, fingerprint=record.fingerprint.hex())
        raise StorageFailed(failure.message, hint=f"{failure.hint}\n{public}") from None


def carried_record(record: SetRecord | None) -> str | None:
    """Write a record for the process that goes on without the cards."""
    return None if record is None else record.to_json()


def record_of(carried: str | None) -> SetRecord | None:
    """Read what `carried_record` wrote. Raises Unreadable."""
    return None if carried is None else SetRecord.from_json(carried)


def give_result(public: Mapping[str, Any], lines: Iterator[str], record_path: str | None, *, as_json: bool) -> None:
    """Give the result of a command that wrote a record: beside it, where the record took standard output."""
    if record_path == store.STANDARD:
        output.tell(public, lines)
    else:
        print_result(public, lines, as_json=as_json)


def refuse_record_name(path: str | None, *, force: bool) -> None:
    """Refuse a file that could not be written, before any card is shown. Raises StorageFailed."""
    if path is not None:
        store.refuse_taken(path, force=force)


def record_json(record: SetRecord) -> dict[str, Any]:
    """Return a record as part of a result."""
    content: dict[str, Any] = json.loads(record.to_json())
    return content


def status_json(status: CollectionStatus, record: SetRecord | None) -> dict[str, Any]:
    """Return how far a collection is: the set, its groups, what is missing."""
    return {
        "identifier": status.identifier,
        "kind": None if record is None else str(record.kind),
        "extendable": status.extendable,
        "iteration_exponent": status.iteration_exponent,
        "group_threshold": status.group_threshold,
        "groups": [group_json(group) for group in status.groups],
        "missing": status.missing,
        "complete": status.complete,
        "checked": status.checked,
        "warnings": [],
    }


def group_json(group: GroupStatus) -> dict[str, Any]:
    """Return how far a group is; `need` and `missing` are null while no card of it was seen."""
    missing = None if group.threshold is None else max(0, group.threshold - group.have)
    return {
        "group": group.index + 1,
        "have": group.have,
        "cards": list(group.cards),
        "need": group.threshold,
        "missing": missing,
    }


def status_lines(public: Mapping[str, Any]) -> Iterator[str]:
    """Tell a person what `status_json` tells a machine, and which key the cards open where that is known."""
    groups = public["groups"]
    for group in groups:
        name = _("Group {number}").format(number=group["group"]) if len(groups) > 1 else _("Cards")
        if group["need"] is None:
            yield _("{name}: none yet").format(name=name)
        else:
            numbers = ", ".join(map(str, group["cards"]))
            yield ngettext(
                "{name}: {have} here, {need} needed (card {numbers})",
                "{name}: {have} here, {need} needed (cards {numbers})",
                group["have"],
            ).format(name=name, numbers=numbers, **_counts(group))
    if len(groups) > 1:
        yield ngettext("{count} group is needed.", "{count} groups are needed.", public["group_threshold"]).format(
            count=public["group_threshold"]
        )
    for kind, fingerprint in public.get("fingerprints", {}).items():
        yield _("Read as {kind} they open key {fingerprint}").format(kind=kind, fingerprint=fingerprint)


def _counts(group: Mapping[str, Any]) -> dict[str, int]:
    return {"have": group["have"], "need": group["need"]}

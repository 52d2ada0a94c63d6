"""Several PSBTs of one transaction to one with the fields of all, joined map by map; nothing is verified.

The result holds the same fields in whatever order the files come. The first file's stand in their own order, then what
the others add, sorted. Two values of one field raise Mismatch.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import and_, or_
from typing import NoReturn

from custody.catalogue import _
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.findings import at_input, at_output
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.psbt import keytypes as key
from custody.chains.bitcoin.psbt.envelope import MAGIC
from custody.chains.bitcoin.psbt.global_map import MAY_GROW
from custody.chains.bitcoin.psbt.pairs import Pair, RawMap
from custody.chains.bitcoin.psbt.values import previous_transaction
from custody.chains.bitcoin.roles.opening import is_cleared
from custody.chains.bitcoin.roles.source import Source
from custody.errors import Alarm, Mismatch

_SIGNATURES = (key.IN_PARTIAL_SIG, key.IN_TAP_KEY_SIG, key.IN_TAP_SCRIPT_SIG)
_FINAL = (bytes([key.IN_FINAL_SCRIPTSIG]), bytes([key.IN_FINAL_SCRIPTWITNESS]))
_Map = tuple[Source, Sequence[Pair]]
"""One file's version of a map."""


def union(sources: Sequence[Source]) -> Psbt:
    """Put files of the identical unsigned transaction together.

    Raises Mismatch for another transaction, another PSBT version, or two values of one field, naming file and place;
    Alarm where two files state a coin differently. Two signatures of one key for one place both belong there; the
    smaller one is kept.
    """
    first, *others = sources
    for other in others:
        check_same(first, other)
    flags = _flags(sources)
    parts = [
        _joined(_("the global map"), [(each, each.psbt.header.with_modifiable(flags).pairs) for each in sources]),
        *(
            _joined_input(at_input(index), [(each, each.psbt.inputs[index].pairs) for each in sources])
            for index in range(len(first.psbt.inputs))
        ),
        *(
            _joined(at_output(index), [(each, each.psbt.outputs[index].pairs) for each in sources])
            for index in range(len(first.psbt.outputs))
        ),
    ]
    joined = Psbt.parse(MAGIC + b"".join(RawMap(b"\x00").with_pairs(pairs).encoded for pairs in parts))
    if joined.transaction != first.psbt.transaction:  # in version 2 the inputs' lock times make it (BIP-370)
        raise Mismatch(
            _("{file} and the others ask for lock times that make another transaction of them together").format(
                file=first.shown
            ),
            hint=_("Let every cosigner sign the same file."),
            code="transaction-mismatch",
        )
    return joined


def check_same(first: Source, other: Source) -> None:
    """Raise Mismatch unless two files hold the identical unsigned transaction, in the same PSBT version."""
    if other.psbt.version != first.psbt.version:
        raise Mismatch(
            _("{file} is a PSBT of version {theirs}, and {first} of version {ours}").format(
                file=other.shown, first=first.shown, theirs=other.psbt.version, ours=first.psbt.version
            ),
            hint=_("Let every cosigner sign the same file; one that came back in another version is exported again."),
            code="version-mismatch",
        )
    what = next(_differences(first.psbt.transaction, other.psbt.transaction), None)
    if what is not None:
        raise Mismatch(
            _("{file} holds another transaction than {first}: {what}").format(
                file=other.shown, first=first.shown, what=what
            ),
            hint=_("Nothing was combined. Find out why it differs before anybody signs or sends it."),
            code="transaction-mismatch",
        )


def _flags(sources: Sequence[Source]) -> int:
    """Join version 2's flags: where one file is closed, all are; what else one says holds. None said is zero (BIP-370).

    A signer closes what its signature covers, and not every program does so: files of one transaction may differ here.
    """
    said = [each.psbt.modifiable or 0 for each in sources]
    return reduce(and_, said) & MAY_GROW | reduce(or_, said) & ~MAY_GROW


def _differences(ours: Transaction, theirs: Transaction) -> Iterator[str]:
    if ours == theirs:
        return
    if (ours.version, ours.locktime) != (theirs.version, theirs.locktime):
        yield _("its version or its lock time differs")
    if (len(ours.inputs), len(ours.outputs)) != (len(theirs.inputs), len(theirs.outputs)):
        yield _("it has another number of inputs or outputs")
    for index, pair in enumerate(zip(ours.outputs, theirs.outputs, strict=False)):
        if pair[0] != pair[1]:
            yield _("{where} differs").format(where=at_output(index))
    for index, (one, other) in enumerate(zip(ours.inputs, theirs.inputs, strict=False)):
        if one != other:
            yield _("{where} differs").format(where=at_input(index))


def _joined(place: str, versions: Sequence[_Map]) -> list[Pair]:
    (first, pairs), *others = versions
    known = dict(pairs)
    gained: dict[bytes, bytes] = {}
    for other, theirs in others:
        for name, value in theirs:
            there = known.get(name, gained.get(name))
            if there is None:
                gained[name] = value
            elif there != value:
                kept = _kept(name, there, value) if place.startswith("input") else None
                if kept is None:
                    _refuse(place, first, other, name)
                (known if name in known else gained)[name] = kept
    return [*known.items(), *sorted(gained.items())]


def _joined_input(place: str, versions: Sequence[_Map]) -> list[Pair]:
    """Once one file has an input final, the others' ways to it are dropped (BIP-174 "Input Finalizer")."""
    finals = [
        (source, tuple(dict(pairs).get(name) for name in _FINAL))
        for source, pairs in versions
        if any(name in _FINAL for name, _value in pairs)
    ]
    if not finals:
        return _joined(place, versions)
    first, opened = finals[0]
    for other, theirs in finals[1:]:
        if theirs != opened:
            raise Mismatch(
                _("{file} has {where} final in another way than {first}").format(
                    file=other.shown, where=place, first=first.shown
                ),
                hint=_("Both may be right. Choose one of the two files."),
                code="field-conflict",
            )
    return _joined(place, [(each, [pair for pair in pairs if not is_cleared(pair[0])]) for each, pairs in versions])


def _kept(name: bytes, one: bytes, other: bytes) -> bytes | None:
    """Choose between two values that are equally good, the same one whatever the files' order; None: they are not."""
    if name[0] in _SIGNATURES:
        return min(one, other, key=_by_size)
    if name == bytes([key.IN_NON_WITNESS_UTXO]):  # with its witnesses, or without
        same = previous_transaction(one).txid == previous_transaction(other).txid
        return max(one, other, key=_by_size) if same else None
    return None


def _by_size(value: bytes) -> tuple[int, bytes]:
    return len(value), value


def _refuse(place: str, first: Source, other: Source, name: bytes) -> NoReturn:
    message = _("{file} and {first} disagree about {where}, field {field}").format(
        file=other.shown, first=first.shown, where=place, field=f"0x{name[0]:02x}"
    )
    if place.startswith("input") and name in (bytes([key.IN_NON_WITNESS_UTXO]), bytes([key.IN_WITNESS_UTXO])):
        raise Alarm(
            message, hint=_("One of the two states a coin falsely. Keep both files."), code="coin-contradiction"
        )
    raise Mismatch(message, hint=_("Export that file again."), code="field-conflict")

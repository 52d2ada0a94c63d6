"""`custody share split`, `check`, `combine`: a secret to cards; cards to their set, the key they open, or the secret.

Missing cards are an answer of `check` and a refusal of `combine`. Cards that the set's record denies raise Mismatch.
"""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from custody import canonical
from custody.catalogue import _
from custody.ceremony.recover import collect, known_warnings, progress, release
from custody.ceremony.split import SplitWish, cut
from custody.cli.front import output
from custody.cli.front.documents import refuse_two_results
from custody.cli.front.hardened import done_apart, harden_for
from custody.cli.front.result import print_result
from custody.cli.keys.records import (
    carried_record,
    give_result,
    kind_of,
    record_json,
    refuse_record_name,
    status_json,
    status_lines,
    write_record,
)
from custody.cli.keys.schemes import SchemeOptions
from custody.cli.people.asked_network import network_for
from custody.cli.people.operators import FrontOperator, outlet
from custody.cli.people.secrets import SecretPipe
from custody.cli.people.terminal import Terminal, standard_terminal
from custody.cli.people.typed_secret import obtain_secret, read_record, record_lines
from custody.errors import Refused, Usage
from custody.keys import kinds
from custody.keys.cards import rehearsal
from custody.keys.cards.collection import Quorum, UntrustedCollection
from custody.keys.cards.record import SetRecord
from custody.keys.cards.shares import Scheme
from custody.keys.cards.status import CollectionStatus
from custody.keys.kinds import Kind, SecretInput
from custody.keys.reading import read_secret
from custody.secret import Secret


def split(
    kind_name: str | None,
    network_name: str | None,
    with_dice: bool | None,
    show_machine_part: bool,
    secret_fd: int | None,
    passphrase_fd: int | None,
    secret_out_fd: int | None,
    record_path: str | None,
    force: bool,
    as_json: bool,
    **cards: Any,
) -> None:
    """Cut a secret into cards."""
    options = SchemeOptions(**cards)
    main_network = network_name is not None and network_for(network_name).is_main
    scheme = _scheme(options, mixed=bool(with_dice or show_machine_part))
    refuse_two_results(record_path, as_json=as_json)
    harden_for(network_name)
    refuse_record_name(record_path, force=force)
    terminal = standard_terminal()
    pipe = outlet(terminal, secret_out_fd)
    operator = FrontOperator(terminal, secret_fd=secret_fd, passphrase_fd=passphrase_fd, pipe=pipe)
    if secret_fd is None:
        output.announce()

    def work() -> bytes:
        dice_wanted = _dice_wanted(operator, with_dice, scheme)
        secret = _secret_to_split(operator, terminal, passphrase_fd)
        kind = _kind_to_split(secret, kind_name)
        warnings = known_warnings(secret.secret(kind), main_network=main_network)
        made = cut(
            secret.secret(kind),
            SplitWish(kind, scheme, options.iteration_exponent),
            operator,
            secret.passphrase,
            with_dice=dice_wanted,
            release_machine_part=show_machine_part,
        )
        told = {"commitment": made.commitment, "dice": made.rolls, "warnings": warnings}
        return canonical.encode([carried_record(made.record), told])

    carried, told = canonical.decode(done_apart(work))
    record = SetRecord.from_json(carried)
    write_record(record_path, record, force=force)
    give_result({**record_json(record), **told}, _split_lines(record, told), record_path, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _OfOneCard:
    """What goes with a transcript (`ceremonies.cards.check`), and with nothing else."""

    plan_file: str | None
    receipts: tuple[str, ...]
    from_bag: str | None
    identity_file: str | None
    bag: str | None
    key_file: str | None
    yes: bool
    out: str | None
    force: bool


def check(
    record_path: str | None, secret_fd: int | None, passphrase_fd: int | None, as_json: bool, **of_one_card: Any
) -> None:
    """Check cards. `of_one_card`: what goes with a transcript, and none was named; raises Usage where any was said."""
    if any(astuple(_OfOneCard(**of_one_card))):
        raise Usage(
            _("this is of one card alone, which is held against a transcript, and none was named"),
            hint=_("Say --transcript FILE, or leave the other options out."),
        )
    record = read_record(record_path)
    harden_for(None)
    operator = _reader(secret_fd, passphrase_fd, record=record)

    def work() -> bytes:
        collection = collect(operator, record)
        status = collection.status()
        public = status_json(status, record) | {"warnings": [*_repeated(collection), *_may_be_a_rehearsals(status)]}
        if status.complete:
            _passphrase, opened = _open(collection.quorum(), operator, record, checked=status.checked)
            public |= {**opened, "warnings": [*public["warnings"], *opened["warnings"]]}
        return canonical.encode([public, progress(status)])

    public, told = canonical.decode(done_apart(work))
    print_result(public, _lines(public, told), as_json=as_json)


def combine(
    record_path: str | None,
    kind_name: str | None,
    secret_fd: int | None,
    passphrase_fd: int | None,
    secret_out_fd: int | None,
    as_json: bool,
) -> None:
    """Combine cards."""
    record = read_record(record_path)
    kind = Kind(kind_of(record, kind_name) or Kind.SLIP39)
    harden_for(None)
    pipe = None if secret_out_fd is None else SecretPipe.checked(secret_out_fd)
    operator = _reader(secret_fd, passphrase_fd, pipe, record)

    def work() -> bytes:
        collection = collect(operator, record)
        status = collection.status()
        quorum = collection.quorum()
        passphrase, opened = _open(quorum, operator, record, checked=status.checked)
        public = status_json(status, record) | opened
        public["warnings"] = [*_repeated(collection), *opened["warnings"]]
        if pipe is not None:
            release(quorum, kind, operator, passphrase)
        public["released"] = pipe is not None
        return canonical.encode([public, progress(status)])

    public, told = canonical.decode(done_apart(work))
    print_result(public, _lines(public, told), as_json=as_json)


def _repeated(collection: UntrustedCollection) -> list[str]:
    """Name the cards that came twice."""
    return [_("{card} was given more than once, and counts once").format(card=card) for card in collection.repeated]


def _may_be_a_rehearsals(status: CollectionStatus) -> list[str]:
    """Say so of cards whose number allows it; a quorum is either refused or proven to be real."""
    suspicion = None if status.complete else rehearsal.suspicion(status.identifier)
    return [] if suspicion is None else [suspicion]


def _open(
    quorum: Quorum, operator: FrontOperator, record: SetRecord | None, *, checked: bool
) -> tuple[Secret | None, dict[str, Any]]:
    """Open a quorum; return its passphrase, and what is public. Raises Mismatch where the record names another key."""

    def opened(passphrase: Secret | None) -> tuple[Secret | None, dict[str, Any]]:
        return passphrase, _opened_json(quorum, passphrase, record, checked=checked)

    return operator.open(opened, known=record is not None)


def _reader(
    secret_fd: int | None, passphrase_fd: int | None, pipe: SecretPipe | None = None, record: SetRecord | None = None
) -> FrontOperator:
    """Return who brings the cards; a person is told first which ones the record wants."""
    terminal = standard_terminal()
    if secret_fd is None:
        terminal.require(_("Give the cards with --secret-fd N, one per line, or run the command on a terminal."))
        for line in () if record is None else record_lines(record):
            output.say(line)
    return FrontOperator(terminal, secret_fd=secret_fd, passphrase_fd=passphrase_fd, pipe=pipe)


def _scheme(options: SchemeOptions, *, mixed: bool) -> Scheme:
    """Return the scheme that was said, for which dice or a machine's part may be wanted. Raises Usage."""
    scheme = options.scheme()
    if scheme is None:
        raise Usage(_("say how many cards to make"), hint=_("For three of five: --threshold 3 --shares 5"))
    if mixed and not scheme.is_random:
        raise Usage(
            _("a card that opens alone has nothing random in it: no dice and no machine's part belong to it"),
            hint=_("Leave --dice and --show-machine-part away, or ask for a quorum: --threshold 3 --shares 5"),
        )
    return scheme


def _dice_wanted(operator: FrontOperator, with_dice: bool | None, scheme: Scheme) -> bool:
    """Whether dice are asked for: as was said; otherwise of every person, and of a script that brings some.

    Raises Unreadable for dice of a script that would be passed over.
    """
    brought = operator.scripted and operator.given.dice is not None
    asked = brought or not operator.scripted if with_dice is None else with_dice
    if brought and not (asked and scheme.is_random):
        operator.given.refuse_dice()
    return asked


def _secret_to_split(operator: FrontOperator, terminal: Terminal, passphrase_fd: int | None) -> SecretInput:
    """Read the secret beside the dice of a script, or ask a person for it."""
    if operator.scripted:
        return read_secret(operator.given.secret_lines(dice_too=True))
    return obtain_secret(terminal, None, passphrase_fd)


def _kind_to_split(secret: SecretInput, kind_name: str | None) -> Kind:
    """A phrase is entropy and nothing else; cards are what their maker says. Raises Refused."""
    possible = [kind for kind, _master in secret.candidates()]
    if kind_name is None:
        return possible[0]
    kind = Kind(kind_name)
    if kind not in possible:
        if kind is Kind.BIP39:
            raise Refused(
                _("a seed is cut as kind slip39 only: it is no entropy of a phrase"),
                hint=_("Leave --kind away, and tell every holder that the cards are of kind slip39."),
            )
        raise Refused(
            _("a BIP-39 phrase is cut as kind bip39 only: as slip39 its cards would open another, empty wallet"),
            hint=_("Leave --kind away, and tell every holder that the cards are of kind bip39."),
        )
    return kind


def _opened_json(
    quorum: Quorum, passphrase: Secret | None, record: SetRecord | None, *, checked: bool
) -> dict[str, Any]:
    """Say which key a quorum opens, in both readings. Raises Mismatch where the record names another."""
    fingerprints = kinds.fingerprints(quorum, passphrase)
    if record is not None:
        record.check_fingerprints(fingerprints, passphrase=passphrase is not None)
    entropy = () if passphrase is None else (quorum.recover(None),)  # of kind bip39: its passphrase is not the cards'
    warnings = known_warnings(quorum.recover(passphrase), *entropy)
    if not checked:
        warnings.append(_("a set of one card cannot tell a forged card from a true one: compare the fingerprint"))
    warnings += [
        _("{card} could not be proven: its group lacks more cards, and only they can deny it").format(card=card)
        for card in quorum.unproven
    ]
    if record is None:
        warnings.append(_("cards cannot say their kind: compare both fingerprints with the record of the set"))
    return {
        "fingerprints": {str(kind): fingerprint.hex() for kind, fingerprint in fingerprints.items()},
        "warnings": warnings,
    }


def _split_lines(record: SetRecord, told: Mapping[str, Any]) -> Iterator[str]:
    yield _("Set {identifier}, kind {kind}, key {fingerprint}: every card was handed over.").format(
        identifier=record.identifier, kind=record.kind, fingerprint=record.fingerprint.hex()
    )
    yield _("Every quorum was tried before the first card left, and opened this key.")
    if told["commitment"] is not None:
        yield _("Commitment {commitment}").format(commitment=told["commitment"])


def _lines(public: Mapping[str, Any], sentence: str) -> Iterator[str]:
    yield sentence
    yield from status_lines(public)

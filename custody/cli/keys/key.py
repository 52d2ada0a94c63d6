"""`custody key new` and `key show`: makes a key and hands it over; a secret to its fingerprint and public keys.

The secret leaves by its operator alone; the result is public. A kind that the secret cannot be of raises Mismatch.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from custody import canonical, store
from custody.catalogue import _
from custody.ceremony.create import Created, KeyWish, create
from custody.ceremony.recover import known_warnings
from custody.chains.bitcoin.consensus.network import Network
from custody.cli.front import output
from custody.cli.front.documents import refuse_two_results
from custody.cli.front.hardened import done_apart, harden_for
from custody.cli.front.result import print_result
from custody.cli.keys.options import BITS_OF_WORDS
from custody.cli.keys.records import (
    carried_record,
    give_result,
    kind_of,
    record_json,
    record_of,
    refuse_record_name,
    write_record,
)
from custody.cli.keys.schemes import SchemeOptions
from custody.cli.people.asked_network import network_for
from custody.cli.people.operators import FrontOperator, outlet
from custody.cli.people.terminal import standard_terminal
from custody.cli.people.typed_secret import Wanted, obtain_secret, read_record
from custody.derivation import Path, format_path, parse_path
from custody.errors import Mismatch
from custody.keys.cards.record import SetRecord
from custody.keys.hd import MasterKey
from custody.keys.kinds import Kind, SecretInput
from custody.text import safe

CARDS = "cards"
"""An ending: the key left as cards, which can be tried."""


def new(
    kind_name: str,
    words: str,
    with_dice: bool,
    network_name: str | None,
    show_machine_part: bool,
    secret_fd: int | None,
    passphrase_fd: int | None,
    ask_passphrase: bool,
    secret_out_fd: int | None,
    record_path: str | None,
    force: bool,
    as_json: bool,
    **cards: Any,
) -> None:
    """Make a key."""
    options = SchemeOptions(**cards)
    scheme = options.scheme()
    refuse_two_results(record_path, as_json=as_json)
    refuse_record_name(record_path, force=force)
    network_of_key = network_for(network_name)
    wish = KeyWish(
        kind=Kind(kind_name),
        bits=BITS_OF_WORDS[words],
        with_dice=with_dice,
        scheme=scheme,
        iteration_exponent=options.iteration_exponent,
        release_machine_part=show_machine_part,
        main_network=network_of_key.is_main,
    )
    harden_for(network_of_key.name)
    terminal = standard_terminal()
    if with_dice and secret_fd is None:
        terminal.require(_("Give the dice on --secret-fd N as a line dice: 3161..., or say --no-dice."))
    operator = FrontOperator(
        terminal,
        secret_fd=secret_fd,
        passphrase_fd=passphrase_fd,
        pipe=outlet(terminal, secret_out_fd),
        ask_passphrase=ask_passphrase,
    )
    output.announce()

    def work() -> bytes:
        created = create(wish, operator)
        public = _created_json(created, wish, network_of_key, words)
        return canonical.encode([public, carried_record(created.record)])

    public, carried = canonical.decode(done_apart(work))
    record = record_of(carried)
    write_record(record_path, record, force=force)
    if wish.scheme is not None:
        output.ended(CARDS)
    lines = [*_created_lines(public), *_record_lines(record, record_path)]
    give_result(public, iter(lines), record_path, as_json=as_json)


def show(
    path_text: str | None,
    kind_name: str | None,
    network_name: str | None,
    record_path: str | None,
    secret_fd: int | None,
    passphrase_fd: int | None,
    as_json: bool,
) -> None:
    """Say which key it is."""
    record = read_record(record_path)
    kind_name = kind_of(record, kind_name)
    path = None if path_text is None else parse_path(path_text)
    of_network = None if path is None and network_name is None else network_for(network_name, hidden=secret_fd is None)
    harden_for(None if of_network is None else of_network.name)
    if secret_fd is None:
        output.announce()

    def work() -> bytes:
        secret = obtain_secret(standard_terminal(), secret_fd, passphrase_fd, Wanted(record))
        return canonical.encode(_public(secret, kind_name, path, of_network))

    public = canonical.decode(done_apart(work))
    print_result(public, _shown_lines(public), as_json=as_json)


def _public(
    secret: SecretInput, kind_name: str | None, path: Path | None, of_network: Network | None
) -> dict[str, Any]:
    """Return what the world may know of a secret. Raises Mismatch for a kind that it cannot be of."""
    masters = dict(secret.candidates())
    kind = _chosen_kind(masters, kind_name)
    master = masters[kind]
    public = {
        "fingerprint": master.fingerprint.hex(),
        "kind": str(kind),
        "fingerprints": {str(other): candidate.fingerprint.hex() for other, candidate in masters.items()},
        "warnings": _warnings(secret, masters, kind_name, main_network=of_network is not None and of_network.is_main),
    }
    if path is not None and of_network is not None:
        public |= _account(master, path, of_network)
    return public


def _chosen_kind(masters: Mapping[Kind, MasterKey], kind_name: str | None) -> Kind:
    """The kind that was asked for, or the only one, or the default one. Raises Mismatch."""
    if kind_name is None:
        return Kind.SLIP39 if Kind.SLIP39 in masters else Kind.BIP39
    kind = Kind(kind_name)
    if kind not in masters:
        raise Mismatch(
            _("this secret is not of the kind {kind}").format(kind=kind),
            hint=_("Leave --kind away."),
        )
    return kind


def _warnings(
    secret: SecretInput, masters: Mapping[Kind, MasterKey], kind_name: str | None, *, main_network: bool
) -> list[str]:
    warnings = known_warnings(*(secret.content(kind) for kind in masters), main_network=main_network)
    if len(masters) > 1 and kind_name is None:
        warnings.append(_("cards cannot say their kind: compare both fingerprints with the record of the set"))
    return warnings


def _account(master: MasterKey, path: Path, of_network: Network) -> dict[str, str]:
    xpub = master.account_xpub(path, of_network.xpub)
    origin = f"[{format_path(path, 'h', master.fingerprint.hex())}]{xpub}"
    return {"network": of_network.name, "path": format_path(path), "xpub": xpub, "key": origin}


def _shown_lines(public: Mapping[str, Any]) -> Iterator[str]:
    yield _("Fingerprint   {fingerprint}   ({kind})").format(fingerprint=public["fingerprint"], kind=public["kind"])
    for kind, fingerprint in public["fingerprints"].items():
        if kind != public["kind"]:
            yield _("Read as {kind} it is key {fingerprint}").format(kind=kind, fingerprint=fingerprint)
    if "xpub" in public:
        yield _("Public key at {path} on {network}, as a descriptor takes it:").format(**public)
        yield public["key"]


def _created_json(created: Created, wish: KeyWish, of_network: Network, words: str) -> dict[str, Any]:
    return {
        "fingerprint": created.fingerprint.hex(),
        "kind": str(wish.kind),
        "words": int(words),
        "bits": wish.bits,
        "network": of_network.name,
        "commitment": created.commitment,
        "dice": created.rolls,
        "set": None if created.record is None else record_json(created.record),
        "warnings": created.warnings,
    }


def _created_lines(public: Mapping[str, Any]) -> Iterator[str]:
    yield _("Key {fingerprint} is made, {bits} bits, kind {kind}.").format(**public)
    yield _("Commitment {commitment}").format(**public)
    yield _("Write the fingerprint on every card: it tells later whether this key came back.")


def _record_lines(record: SetRecord | None, record_path: str | None) -> Iterator[str]:
    """Say where the record of the cards is."""
    if record is not None and record_path not in (None, store.STANDARD):
        yield _("What is public of the cards is in {path}: keep a copy beside the wallet.").format(
            path=safe(record_path or "")
        )
    elif record is not None and record_path is None:
        yield _(
            "No record of the cards was kept; -o set.json keeps one. Write down: set {identifier}, kind {kind}."
        ).format(identifier=record.identifier, kind=record.kind)

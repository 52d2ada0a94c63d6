"""`custody message sign` and `prove`: options, or files of cosigners, to a request (BIP-322) that `job` answers.

Files are put together only where no review of one refuses; else Refused is raised (docs/spec/message.md).
"""

from collections.abc import Callable, Sequence
from typing import Any

from custody import store
from custody.aloud import ungrouped
from custody.catalogue import _
from custody.chains.bitcoin.message import device_request
from custody.chains.bitcoin.message.device_request import DeviceRequest
from custody.chains.bitcoin.message.finish import combine
from custody.chains.bitcoin.message.funds import (
    coins_of_psbt,
    coins_of_transactions,
    owners_of_outputs,
    owners_of_psbt,
)
from custody.chains.bitcoin.message.request import OwnCoin, request
from custody.chains.bitcoin.message.review import review_message
from custody.chains.bitcoin.message.text_rules import read_message as read_signable
from custody.chains.bitcoin.psbt.envelope import FILE_LIMIT, is_claimed
from custody.chains.bitcoin.review.ownership import Place
from custody.chains.bitcoin.roles.source import Source
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.front import output
from custody.cli.front.documents import refuse_one_input_twice
from custody.cli.messages.inputs import choose_place, read_message, stated
from custody.cli.messages.job import Answering, answer
from custody.cli.transactions.raw_transactions import parse_outpoint, read_transaction
from custody.cli.transactions.vault_key import key_wish, signers
from custody.derivation import format_path
from custody.errors import Mismatch, Unreadable, Usage
from custody.signing import Review, Severity
from custody.text import safe

FILES_LIMIT = 20
"""Files to combine: a quorum has at most 15 cosigners."""


def sign(
    files: tuple[str, ...],
    message: str | None,
    message_file: str | None,
    address: str | None,
    index: int | None,
    change: bool,
    limit: int,
    time: int,
    age: int,
    form: str | None,
    armour: bool,
    only_combine: bool,
    wallet: tuple[str, ...],
    home_path: str | None,
    only_request: bool,
    out: str,
    force: bool,
    as_json: bool,
    **keys: Any,
) -> int:
    """Sign a message, or continue what cosigners have begun."""
    how = Answering(
        key_wish(home_path, **keys), form, not (only_combine or only_request), out, force, as_json, armour=armour
    )
    with signers(home_path, wallet) as (home, wallets):
        if files:
            if message is not None or message_file is not None or time or age:
                raise _brought()
            documents = _read(files)
            asked = _of_device(documents)
            if asked is None:
                if address is not None or index is not None or change or only_request:
                    raise _brought()
                return answer(_combined(files, documents, wallets), wallets, how, home)
            if only_combine:
                raise Usage(_("--combine wants the files that cosigners signed, and this is a request"))
            return answer(
                request(asked.message, _place_asked(asked, wallets, address, index, change=change, limit=limit)),
                wallets,
                how,
                home,
            )
        if only_combine:
            raise Usage(_("--combine wants the files that cosigners signed"))
        owner = _owner(wallets, address, limit)
        text = read_message(message, message_file)
        read_signable(text)
        if device_request.is_one(text):
            output.warn(
                _(
                    "this message looks like a device's request, and is signed as it stands, letter by letter. What it "
                    "asks for is signed by: custody message sign FILE"
                )
            )
        place = choose_place(owner, address, index, change=change, limit=limit)
        if place is None:
            raise Usage(_("which address signs? --address ADDRESS or --index I"))
        return answer(request(text, place, time=time, age=age), wallets, how, home)


def prove(
    message: str | None,
    message_file: str | None,
    address: str | None,
    index: int | None,
    change: bool,
    limit: int,
    time: int,
    age: int,
    coins: str | None,
    transactions: tuple[str, ...],
    outpoints: tuple[str, ...],
    date: str | None,
    block: str | None,
    wallet: tuple[str, ...],
    home_path: str | None,
    only_request: bool,
    out: str,
    force: bool,
    as_json: bool,
    **keys: Any,
) -> int:
    """Prove control of coins."""
    how = Answering(key_wish(home_path, **keys), None, not only_request, out, force, as_json, armour=False)
    with signers(home_path, wallet) as (home, wallets):
        told = message is not None or message_file is not None or not (date or block)
        text = stated(read_message(message, message_file) if told else b"", date, block)
        read_signable(text)
        shown = _coins(wallets, address, coins, transactions, outpoints, limit)
        owner = shown[0].place.wallet
        place = choose_place(owner, address, index, change=change, limit=limit) or shown[0].place
        return answer(request(text, place, shown, time=time, age=age), wallets, how, home)


def _coins(
    wallets: Sequence[Wallet],
    address: str | None,
    psbt: str | None,
    transactions: Sequence[str],
    outpoints: Sequence[str],
    limit: int,
) -> tuple[OwnCoin, ...]:
    """Return the coins to show, of the one wallet whose they are, or of the one that the address is of."""
    if (psbt is None) == (not transactions):
        raise Usage(_("which coins? A PSBT that spends them (--coins), or the transactions that made them (--tx)"))
    if psbt is not None:
        if outpoints:
            raise Usage(_("--utxo chooses among the outputs of --tx; a PSBT names its coins itself"))
        document = store.read(psbt, FILE_LIMIT)
        owner = _owner_of_coins(wallets, address, limit, lambda: owners_of_psbt(document, wallets))
        return coins_of_psbt(document, owner, limit)
    wanted, made = [parse_outpoint(each) for each in outpoints], [read_transaction(path) for path in transactions]
    owner = _owner_of_coins(wallets, address, limit, lambda: owners_of_outputs(made, wanted, wallets))
    return coins_of_transactions(made, wanted, owner, limit)


def _read(files: Sequence[str]) -> tuple[bytes, ...]:
    if len(files) > FILES_LIMIT:
        raise Usage(_("at most {count} files are put together").format(count=FILES_LIMIT))
    refuse_one_input_twice(files)
    return tuple(store.read(file, FILE_LIMIT) for file in files)


def _of_device(documents: Sequence[bytes]) -> DeviceRequest | None:
    """Return a device's request; None where the files are PSBTs. Raises Unreadable for one file that is neither."""
    if len(documents) > 1:
        return None
    if device_request.is_one(documents[0]):
        return device_request.read(documents[0])
    if is_claimed(documents[0]):
        return None
    raise Unreadable(
        _("this is no request for a signature: neither a PSBT nor a device's text that names a path"),
        hint=_("To sign this file's own bytes as a message, give it with --file and say which address signs."),
    )


def _place_asked(
    asked: DeviceRequest, wallets: Sequence[Wallet], address: str | None, index: int | None, *, change: bool, limit: int
) -> Place:
    """Return the address that a request leads to. Raises Mismatch where there is none, or the options name another."""
    places = [place for place in map(asked.place, wallets) if place is not None]
    if not places:
        raise Mismatch(
            _("the path of the request, {path}, leads to no address of the wallet").format(
                path=format_path(asked.path)
            ),
            hint=_("Compare the path, and the network in it, with: custody wallet address WALLET --json."),
        )
    if len(places) > 1:
        raise Usage(_("one wallet signs a message; name it with --wallet FILE, or the address with --address"))
    wanted = choose_place(places[0].wallet, address, index, change=change, limit=limit)
    if wanted is not None and (wanted.branch, wanted.index) != (places[0].branch, places[0].index):
        raise Mismatch(
            _("the request is for {asked}, and the options name {wanted}").format(
                asked=places[0].path, wanted=wanted.path
            ),
            hint=_("Leave the options away, or have the request made again."),
        )
    return places[0]


def _brought() -> Usage:
    return Usage(_("a FILE brings its message and its address; give either the file or the words"))


def _combined(files: Sequence[str], documents: Sequence[bytes], wallets: Sequence[Wallet]) -> bytes:
    """Return one file as it is, or several put together in the first one's form, each of them reviewed before."""
    if len(documents) == 1:
        return documents[0]
    sources = [Source.read(file, document) for file, document in zip(files, documents, strict=True)]
    combined = combine(sources)
    for source, document in zip(sources, documents, strict=True):
        _check(source, review_message(document, wallets).review)
    return sources[0].envelope.seal(combined.serialize())


def _check(source: Source, review: Review) -> None:
    """Raise Refused for the first objection to a file, so that a signature that does not hold never comes in."""
    for objection in review.findings:
        if objection.severity is Severity.REFUSE:
            raise source.refused(objection)


def _owner(wallets: Sequence[Wallet], address: str | None, limit: int) -> Wallet:
    """Return the wallet that signs: the only one, or the one that the address is of."""
    if len(wallets) == 1:
        return wallets[0]
    owners = [each for each in wallets if address is not None and each.find(ungrouped(address), limit) is not None]
    if len(owners) != 1:
        raise Usage(_("one wallet signs a message; name it with --wallet FILE, or the address with --address"))
    return owners[0]


def _owner_of_coins(
    wallets: Sequence[Wallet], address: str | None, limit: int, owners: Callable[[], Sequence[Wallet]]
) -> Wallet:
    """Return the wallet that shows its coins: as `_owner`, or else whose the coins are. Raises Usage and Mismatch."""
    if len(wallets) == 1 or address is not None:
        return _owner(wallets, address, limit)
    found = owners()
    if not found:
        raise Mismatch(
            _("none of these coins is proven to belong to a wallet that is named"),
            hint=_("Look whether the wallet's file is among them, or export with derivation paths."),
        )
    if len(found) > 1:
        names = ", ".join(safe(each.name, 30) for each in found)
        raise Usage(
            _("the coins are of several wallets: {names}").format(names=names),
            hint=_("Show coins of one wallet at a time: name it with --wallet FILE, or its coins with --utxo."),
        )
    return found[0]

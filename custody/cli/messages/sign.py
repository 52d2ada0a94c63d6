"""`custody message sign` and `prove`: options, or files of cosigners, to a request (BIP-322) that `job` answers.

Files are put together only where no review of one refuses; else Refused is raised (docs/spec/message.md).
"""

from collections.abc import Sequence
from typing import Any

from custody import store
from custody.catalogue import _
from custody.chains.bitcoin.message.finish import combine
from custody.chains.bitcoin.message.funds import coins_of_psbt, coins_of_transactions
from custody.chains.bitcoin.message.request import OwnCoin, request
from custody.chains.bitcoin.message.review import review_message
from custody.chains.bitcoin.message.text_rules import read_message as read_signable
from custody.chains.bitcoin.psbt.envelope import FILE_LIMIT
from custody.chains.bitcoin.roles.source import Source
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.messages.inputs import BLANKS, choose_place, read_message, stated
from custody.cli.messages.job import Answering, answer
from custody.cli.transactions.raw_transactions import parse_outpoint, read_transaction
from custody.cli.transactions.vault_key import key_wish, signers
from custody.errors import Usage
from custody.signing import Review, Severity

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
    how = Answering(key_wish(home_path, **keys), form, not (only_combine or only_request), out, force, as_json)
    with signers(home_path, wallet) as (home, wallets):
        if files:
            told = (message, message_file, address, index)
            if any(each is not None for each in told) or change or only_request or time or age:
                raise Usage(_("a FILE brings its message and its address; give either the file or the words"))
            return answer(_combined(files, wallets), wallets, how, home)
        if only_combine:
            raise Usage(_("--combine wants the files that cosigners signed"))
        owner = _owner(wallets, address, limit)
        text = read_message(message, message_file)
        read_signable(text)
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
    how = Answering(key_wish(home_path, **keys), None, not only_request, out, force, as_json)
    with signers(home_path, wallet) as (home, wallets):
        owner = _owner(wallets, address, limit)
        told = message is not None or message_file is not None or not (date or block)
        text = stated(read_message(message, message_file) if told else b"", date, block)
        read_signable(text)
        shown = _coins(owner, coins, transactions, outpoints, limit)
        place = choose_place(owner, address, index, change=change, limit=limit) or shown[0].place
        return answer(request(text, place, shown, time=time, age=age), wallets, how, home)


def _coins(
    wallet: Wallet, psbt: str | None, transactions: Sequence[str], outpoints: Sequence[str], limit: int
) -> tuple[OwnCoin, ...]:
    if (psbt is None) == (not transactions):
        raise Usage(_("which coins? A PSBT that spends them (--coins), or the transactions that made them (--tx)"))
    if psbt is not None:
        if outpoints:
            raise Usage(_("--utxo chooses among the outputs of --tx; a PSBT names its coins itself"))
        return coins_of_psbt(store.read(psbt, FILE_LIMIT), wallet, limit)
    wanted = [parse_outpoint(each) for each in outpoints]
    return coins_of_transactions([read_transaction(path) for path in transactions], wanted, wallet, limit)


def _combined(files: Sequence[str], wallets: Sequence[Wallet]) -> bytes:
    """Read one file as it is, or several put together in the first one's form, each of them reviewed before."""
    if len(files) > FILES_LIMIT:
        raise Usage(_("at most {count} files are put together").format(count=FILES_LIMIT))
    documents = [store.read(file, FILE_LIMIT) for file in files]
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
    owners = [each for each in wallets if address is not None and each.find(address.strip(BLANKS), limit) is not None]
    if len(owners) != 1:
        raise Usage(_("one wallet signs a message; name it with --wallet FILE, or the address with --address"))
    return owners[0]

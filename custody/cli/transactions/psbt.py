"""`custody psbt complete|combine|finalize|extract`: files to one PSBT, or to the finished transaction, without any key.

By the roles of `chains.bitcoin.roles` (docs/spec/psbt-roles.md). A file that could not be written is refused before
anything is read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from custody import store
from custody.catalogue import _
from custody.chains.bitcoin import roles
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.psbt.envelope import FILE_LIMIT
from custody.chains.bitcoin.roles import PreviousTransaction, Source
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.front import output
from custody.cli.front.documents import refuse_one_input_twice, refuse_two_results
from custody.cli.front.result import print_result
from custody.cli.transactions.beside import naming
from custody.cli.transactions.raw_transactions import read_transaction
from custody.cli.transactions.screens import psbt as psbt_screen
from custody.cli.wallets.files import load_wallets
from custody.errors import Usage

FILES_LIMIT = 20
"""Files to combine: a quorum has at most 15 cosigners."""


def complete(file: str, transactions: tuple[str, ...], out: str, force: bool, as_json: bool) -> None:
    """Complete a PSBT; exit 0 even where some transactions are still missing, which it says."""
    _check_names((file, *transactions), out, force=force, as_json=as_json)
    source = _read(file)
    completed = roles.complete(source, [_read_previous(path) for path in transactions])
    public = psbt_screen.completed_json(completed, source)
    lines = psbt_screen.completed_lines(completed, out)
    _finish(source, completed.psbt, public, lines, out, force=force, as_json=as_json)


def combine(files: tuple[str, ...], wallet: tuple[str, ...], out: str, force: bool, as_json: bool) -> None:
    """Combine PSBTs into one, in the first one's form."""
    if len(files) > FILES_LIMIT:
        raise Usage(_("at most {count} files are put together").format(count=FILES_LIMIT))
    _check_names((*files, *wallet), out, force=force, as_json=as_json)
    wallets = load_wallets(wallet)
    sources = list(_read_all(files))
    combined = roles.combine(sources, wallets)
    public = psbt_screen.status_json(combined.psbt, sources[0], combined.inputs)
    lines = psbt_screen.status_lines(combined.inputs, _owners(combined.wallets), out)
    _finish(sources[0], combined.psbt, public, lines, out, force=force, as_json=as_json)


def finalize(file: str, wallet: tuple[str, ...], out: str, force: bool, as_json: bool) -> None:
    """Finalise a PSBT; exit 3 where signatures are missing, with whose they are."""
    _check_names((file, *wallet), out, force=force, as_json=as_json)
    wallets = load_wallets(wallet)
    source = _read(file)
    finalized = roles.finalize(source, wallets)
    public = psbt_screen.status_json(finalized.psbt, source, finalized.inputs)
    lines = psbt_screen.finalized_lines(finalized.inputs, _owners(finalized.wallets), out)
    _finish(source, finalized.psbt, public, lines, out, force=force, as_json=as_json)


def extract(file: str, binary: bool, out: str | None, force: bool, as_json: bool) -> None:
    """Extract the transaction; without -o its hex is the result."""
    if binary and out is None:
        raise Usage(_("--binary wants a file: -o OUT, or -o - for standard output"))
    _check_names((file,), out, force=force, as_json=as_json)
    extracted = roles.extract(_read(file))
    raw = extracted.transaction.serialize()
    public = psbt_screen.extracted_json(extracted, spoken=not as_json)
    if out is None:
        print_result(public, [raw.hex()], as_json=as_json)
        return
    store.write_new(out, raw if binary else f"{raw.hex()}\n".encode(), force=force)
    _tell(public, psbt_screen.extracted_lines(extracted, out), out, as_json=as_json)


def _owners(wallets: Sequence[Wallet]) -> list[str]:
    """Name the wallets whose coins these are; the screens that follow are about their network."""
    for wallet in wallets:
        output.about(wallet.network.name)
    return [wallet.name for wallet in wallets]


def _check_names(inputs: Sequence[str], out: str | None, *, force: bool, as_json: bool) -> None:
    """Refuse, before anything is read, what could not be read or written."""
    refuse_one_input_twice(inputs)
    refuse_two_results(out, as_json=as_json)
    if out is not None:
        store.refuse_taken(out, force=force)


def _read(file: str, limit: int = FILE_LIMIT) -> Source:
    content = store.read(file, limit)
    with naming(file):
        return Source.read(file, content)


def _read_all(files: Sequence[str]) -> Iterator[Source]:
    """Read each file. All of them together may be as large as a single one."""
    left = FILE_LIMIT
    for file in files:
        source = _read(file, left)
        left -= len(source.envelope.payload)
        yield source


def _read_previous(path: str) -> PreviousTransaction:
    with naming(path):
        return PreviousTransaction(path, read_transaction(path))


def _finish(
    source: Source,
    psbt: Psbt,
    public: Mapping[str, Any],
    lines: Iterable[str],
    out: str,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Write the PSBT in its source's form, and say what was done."""
    store.write_new(out, source.envelope.seal(psbt.serialize()), force=force)
    if public["complete"]:
        output.ended(output.COMPLETE)
    _tell(public, lines, out, as_json=as_json)


def _tell(public: Mapping[str, Any], lines: Iterable[str], out: str, *, as_json: bool) -> None:
    if out == store.STANDARD:
        output.tell(public, () if output.is_quiet() else lines)
    else:
        print_result(public, lines, as_json=as_json)

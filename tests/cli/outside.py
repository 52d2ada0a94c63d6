"""The places where text from outside comes in: each takes a string, and says what is wrong with the screen then."""

import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from embit.networks import NETWORKS

from custody.chains.bitcoin.exchange.formats import WRITTEN
from custody.chains.bitcoin.message.funds import place_of
from custody.chains.bitcoin.message.request import request
from custody.chains.bitcoin.message.review import review_message
from custody.chains.bitcoin.review.review import review
from custody.cli.messages import screen
from custody.errors import Unreadable
from tests.chains.bitcoin.review.drafts import Draft, honest, registered
from tests.cli.truth import (
    SENDS,
    SENTENCES,
    Shown,
    clean,
    emulated,
    faults_of_refusal,
    faults_of_review,
    is_ours,
    shown,
)
from tests.support import desk
from tests.support.aloud import spaced


def raw(hostile: str) -> bytes:
    """A string as bytes of a file."""
    return hostile.encode("utf-8", "surrogatepass")


def in_unknown_fields(draft: Draft, content: bytes) -> None:
    """Proprietary fields (BIP-174) and fields that nobody knows, keys and values, in every kind of map."""
    short = content[:200]
    pairs = [(b"\xfc" + desk.sized(short) + b"\x00" + short, content), (b"\xee" + short, content)]
    draft.globals += pairs
    draft.inputs[0] += pairs
    draft.outputs[0][2].extend(pairs)
    draft.outputs[1][2].extend(pairs)


def in_data(draft: Draft, content: bytes) -> None:
    """What an OP_RETURN output carries."""
    data = content[:500]
    push = bytes([len(data)]) if len(data) < 76 else b"\x4d" + len(data).to_bytes(2, "little")
    draft.outputs.append((b"\x6a" + push + data, 0, []))


def in_commitment(draft: Draft, content: bytes) -> None:
    """PSBT_IN_POR_COMMITMENT, a text for people (BIP-127)."""
    draft.put(0, b"\x09", content)


def in_message(draft: Draft, content: bytes) -> None:
    """PSBT_GLOBAL_GENERIC_SIGNED_MESSAGE, a text for people (BIP-322)."""
    draft.globals.append((b"\x09", content))


def in_preimage(draft: Draft, content: bytes) -> None:
    """PSBT_IN_SHA256: a preimage under its hash."""
    draft.put(0, b"\x0b" + sha256(content).digest(), content)


def in_path_of_key(draft: Draft, content: bytes) -> None:
    """PSBT_GLOBAL_XPUB: the path of an account key, four bytes to a step."""
    account = desk.root("B").derive("m/84h/1h/0h").to_public()
    path = content[:36].ljust(4 * account.depth, b"\x00")[: 4 * account.depth]
    draft.globals.append((b"\x01" + account.serialize(), desk.root("B").my_fingerprint + path))


FIELDS = (in_unknown_fields, in_data, in_commitment, in_message, in_preimage, in_path_of_key)


def reviewed(place: Path, content: bytes, wallet: Path | None = None) -> list[str]:
    """Review a PSBT for a person and for a script; return what is wrong with the screen."""
    (place / "hostile.psbt").write_bytes(content)
    arguments = ("review", str(place / "hostile.psbt"), "--wallet", str(wallet or place / "wallet.json"))
    answer, what = shown(*arguments, "--json"), shown(*arguments)
    parsed = json.loads(answer.written)
    faults = list(clean(answer))
    if what.code == 4:
        return [*faults, *faults_of_refusal(what, 4)]
    if (answer.code, what.code) != ((3, 3) if parsed["verdict"] == "refuse" else (0, 0)):
        faults.append(f"exits {answer.code} and {what.code} with {parsed['verdict']}")
    return [*faults, *faults_of_review(what, parsed["verdict"])]


def field_faults(place: Path, hostile: str) -> Iterator[tuple[str, list[str]]]:
    """Put a string into each field of a PSBT."""
    for put in FIELDS:
        draft = honest()
        put(draft, raw(hostile))
        yield put.__name__, reviewed(place, draft.psbt())


def wallet_faults(place: Path, hostile: str) -> Iterator[tuple[str, list[str]]]:
    """Put a string into each field of a wallet's file, into its keys, and in place of the file."""
    honest_file = json.loads((place / "wallet.json").read_text())
    descriptor = honest_file["descriptor"]
    path = place / "hostile.json"
    files: dict[str, object] = {key: honest_file | {key: hostile} for key in honest_file}
    files |= {
        "a key of JSON": honest_file | {hostile: 1},
        "the descriptor's origin": honest_file | {"descriptor": descriptor.replace("84h", hostile[:300], 1)},
        "the descriptor's branches": honest_file | {"descriptor": descriptor.replace("<0;1>", hostile[:300], 1)},
        "the descriptor's function": honest_file | {"descriptor": descriptor.replace("wpkh", hostile[:300], 1)},
        "the descriptor's checksum": honest_file | {"descriptor": descriptor.split("#")[0] + "#" + hostile[:300]},
    }
    for name, content in files.items():
        path.write_text(json.dumps(content))
        what = shown("review", str(place / "request.psbt"), "--wallet", str(path))
        if what.code == 0:
            yield name, list(faults_of_review(what, "accept"))
        else:
            yield name, list(faults_of_refusal(what, 3, 4, 5))
    path.write_bytes(raw(hostile))
    yield "the file", list(faults_of_refusal(shown("review", str(place / "request.psbt"), "--wallet", str(path)), 4))


def label_faults(place: Path, hostile: str) -> Iterator[tuple[str, list[str]]]:
    """Put a string into a desk's labels (BIP-329): of every type, of every output and coin, as label and beside it."""
    draft, wallet = honest(), registered("wpkh")
    txid = review((place / "request.psbt").read_bytes(), (wallet,)).psbt.transaction.txid_hex
    (source, vout), coin = draft.outpoints[0], desk.wallet("wpkh").derive(0, 0)
    references = [
        ("tx", txid),
        *(("output", f"{txid}:{index}") for index in range(2)),
        ("input", f"{txid}:0"),
        ("output", f"{source[::-1].hex()}:{vout}"),
        *(("addr", line.replace(" ", "")) for line in SENDS if line.strip().startswith("bcrt 1")),
        ("addr", coin.address(NETWORKS["regtest"])),
        ("pubkey", coin.key.sec().hex()),
        ("xpub", wallet.account_keys[0].extended_key.serialize()),
        ("output", hostile),
        (hostile, txid),
    ]
    lines = [json.dumps({"type": kind, "ref": ref, "label": hostile, "origin": hostile}) for kind, ref in references]
    for name, document in (("labels", "\n".join(lines).encode()), ("a file of labels", raw(hostile))):
        (place / "labels").write_bytes(document)
        what = shown(
            "review",
            str(place / "request.psbt"),
            "--wallet",
            str(place / "wallet.json"),
            "--labels",
            str(place / "labels"),
        )
        faults = list(faults_of_review(what, "accept") if what.code == 0 else faults_of_refusal(what, 4))
        told = sum("| label in the desk's file" in line for line in what.lines)
        if what.code == 0 and name == "labels" and told < 8:
            faults.append(f"only {told} labels shown")
        yield name, faults


def argument_faults(place: Path, hostile: str) -> Iterator[tuple[str, list[str]]]:
    """Give a string as each kind of argument: files there and not there, names, addresses, options, commands."""
    argument = hostile.replace("\0", "")[:3000]  # no argument holds a NUL: the kernel ends it there
    wallet, request = str(place / "wallet.json"), str(place / "request.psbt")
    tries = {
        "an absent file": ("review", argument, "--wallet", wallet),
        "absent labels": ("review", request, "--wallet", wallet, "--labels", argument),
        "an absent earlier file": ("review", request, "--wallet", wallet, "--before", argument),
        "an absent wallet": ("review", request, "--wallet", argument),
        "a wallet's name": ("wallet", "new", argument, "--descriptor", "wpkh(x)", "-o", str(place / "new.json")),
        "a descriptor": ("wallet", "new", "w", "--descriptor", argument, "-o", str(place / "new.json")),
        "a network": ("wallet", "new", "w", "--descriptor", "wpkh(x)", "--network", argument, "-o", "w.json"),
        "an address": ("wallet", "find", wallet, argument),
        "a number": ("wallet", "address", wallet, "--index", argument),
        "a command": (argument.lstrip("-") or "x",),
        "an option": ("review", f"--{argument}"),
        "a salt": ("compare", request, "--salt", argument),
        "a code": ("compare", request, "--with", argument),
        "an output": ("compare", request, "--show", "-o", str(place / "absent" / argument[:100])),
        "a signed message": (
            "message",
            "verify",
            "--address",
            argument,
            "--message",
            argument,
            "--signature",
            argument,
        ),
    }
    for name, arguments in tries.items():
        yield name, list(faults_of_refusal(shown(*arguments), 2, 4, 5, 8))


def message_faults(_place: Path, hostile: str) -> Iterator[tuple[str, list[str]]]:
    """Show a string as a message: whole, each of its lines behind a bar, a long one behind bent bars."""
    lines = list(screen.message_lines(hostile))
    what = Shown(0, "\n".join(lines), emulated("\n".join(lines)))
    faults = list(clean(what))
    told = [line for line in what.lines[1:] if line]
    if any(not line.startswith(("   | ", "   \\ ", "   |")) for line in told) or any(map(is_ours, told)):
        faults.append(f"a line without its bar: {told[:5]}")
    if len(told) != len(lines) - 1:
        faults.append("lines were lost or overwritten")
    yield "a message", faults
    try:
        message = review_message(
            request(raw(hostile), place_of(registered("wpkh"), 0, 0)), (registered("wpkh"),)
        ).review
    except Unreadable:
        return
    written = "\n".join(screen.lines(message))
    what = Shown(0, written, emulated(written))
    ours = [line for line in what.lines if is_ours(line)]
    faults = list(clean(what))
    if ours != [f" {SENTENCES[message.verdict]}", " SHA-256 of what was read:"] or what.lines.index(ours[0]) > 2:
        faults.append(f"the verdict is not at its place, or a line looks like ours: {what.lines[:3]} {ours}")
    if what.lines.count(f"   {spaced(desk.wallet('wpkh').address(0, 0))}") != 1:
        faults.append("the address is not shown as it is")
    yield "a message to sign", faults


def file_name_faults(place: Path, hostile: str) -> Iterator[tuple[str, list[str]]]:
    """Give a string as the name of files that are there, as far as a file can be called so."""
    name = raw(hostile).replace(b"\0", b"").replace(b"/", b"")[:200]
    folder = place / "named"
    folder.mkdir(exist_ok=True)
    path = os.fsdecode(os.fsencode(folder) + b"/" + (name or b"x"))
    Path(path).write_bytes(b"\x80 no PSBT and no wallet")
    request, wallet = str(place / "request.psbt"), str(place / "wallet.json")
    yield "a file that is no PSBT", list(faults_of_refusal(shown("review", path, "--wallet", wallet), 4))
    yield "a file that is no wallet", list(faults_of_refusal(shown("review", request, "--wallet", path), 4))
    Path(path).write_bytes(honest().psbt())
    batch = shown("review", path, request, "--wallet", wallet)
    yield "a file of a batch", [*clean(batch), *([f"exit {batch.code}"] if batch.code not in (0, 3) else [])]
    taken = shown("compare", request, "--show", "-o", path)
    yield "a file that is there already", list(faults_of_refusal(taken, 8))
    Path(path).unlink()


IMPORTED = {
    "core": ('"desc": "wsh', '"active"', '"timestamp"'),
    "sparrow": ("# Receive\n", "/<0;1>/*"),
    "electrum": ('"2of3"', '"bip32"', '"73c5da0a"'),
    "specter": ('"treasury"', '"other"'),
    "caravan": ('"treasury"', '"P2WSH"', '"b8688df1"'),
    "coldcard": ("treasury", "2 of 3", "P2WSH", "# Coldcard"),
    "bsms": ("BSMS 1.0", "/0/*,/1/*", "bcrt1"),
    "policy": ('"treasury"', "@1"),
}
"""Other programs' files -> pieces of ours in that format, of which a string takes the place or the inside."""


@cache
def exported(name: str) -> str:
    """Our wallet in another program's format."""
    return WRITTEN[name](registered("wsh(sortedmulti)")).decode()


def import_faults(place: Path, hostile: str) -> Iterator[tuple[str, list[str]]]:
    """Put a string into another program's file, from which a wallet is registered."""
    path = place / "import"
    for name, pieces in IMPORTED.items():
        for piece in pieces:
            inside = json.dumps(hostile) if piece.startswith('"') and piece.endswith('"') else hostile
            path.write_bytes(raw(exported(name).replace(piece, inside, 1)))
            what = shown(
                "wallet",
                "new",
                "w",
                "--from",
                str(path),
                "--network",
                "regtest",
                "-o",
                str(place / "new.json"),
                "--force",
            )
            yield f"{name}, {piece}", list(faults_of_registration(what))
    for name, content in (("a file of another program", hostile), ("a UR", f"ur:crypto-output/{hostile}")):
        path.write_bytes(raw(content))
        what = shown("wallet", "new", "w", "--from", str(path), "-o", str(place / "new.json"), "--force")
        yield name, list(faults_of_refusal(what, 4, 5))


def faults_of_registration(what: Shown) -> Iterator[str]:
    """Say what is wrong with the screen of a wallet that was registered, or refused."""
    if what.code:
        yield from faults_of_refusal(what, 2, 4, 5)
        return
    yield from clean(what)
    rows = spaced(desk.wallet("wsh(sortedmulti)").address(0, 0))
    true = ('Wallet "w" on regtest, 2 of 3', f"First address: {rows[:39]}", f"{' ' * 15}{rows[40:]}")
    if any(what.lines.count(line) != 1 for line in true):
        yield f"what is registered is not told as it is: {what.lines[:6]}"


PLACES: tuple[Callable[[Path, str], Iterator[tuple[str, list[str]]]], ...] = (
    field_faults,
    wallet_faults,
    label_faults,
    argument_faults,
    file_name_faults,
    import_faults,
    message_faults,
)


def all_faults(place: Path, hostile: str) -> list[tuple[str, str]]:
    """Everything that a string does wherever it comes in."""
    return [(name, fault) for each in PLACES for name, faults in each(place, hostile) for fault in faults]

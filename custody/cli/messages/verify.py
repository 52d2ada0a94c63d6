"""`custody message verify`: an address, a message and a signature to valid, invalid, malformed or inconclusive.

It needs no wallet, no key and no network (docs/spec/message.md). What does not hold is raised; with `--json` it is the
result.
"""

from typing import Any

from custody import store
from custody.catalogue import _
from custody.chains.bitcoin.addresses.address import address as address_of
from custody.chains.bitcoin.addresses.address import script_of
from custody.chains.bitcoin.consensus.network import NETWORKS, Network
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid
from custody.chains.bitcoin.message.encoding import TEXT_LIMIT, Variant
from custody.chains.bitcoin.message.verification import Verified
from custody.chains.bitcoin.message.verification import verify as verify_message
from custody.cli.front.result import print_result
from custody.cli.messages import screen
from custody.cli.messages.inputs import BLANKS, read_message
from custody.errors import CustodyError, Mismatch, Unreadable, Usage

_FORMATS = {
    Variant.SIMPLE: "simple",
    Variant.FULL: "full",
    Variant.PROOF_OF_FUNDS: "proof-of-funds",
    Variant.LEGACY: "legacy",
}


def verify(
    file: str | None,
    signature: str | None,
    address: str,
    message: str | None,
    message_file: str | None,
    as_json: bool,
) -> int:
    """Verify a signature."""
    if "-" == file == message_file:
        raise Usage(_("standard input holds the message or the signature, not both"))
    address = address.strip(BLANKS)
    script, network = _challenge(address)
    content = read_message(message, message_file)
    text = _signature(file, signature)
    public: dict[str, Any] = {"address": address, "network": network.name, "message": _decoded(content)}
    try:
        verified = verify_message(script, content, text)
    except (Invalid, Inconclusive, Unreadable) as failure:
        if not as_json:
            raise
        print_result({"valid": False, "state": _state(failure), **public, **_error(failure)}, (), as_json=True)
        return failure.exit_code
    lines = screen.verified_lines(verified, address, public["message"])
    print_result({"valid": True, **_proven(verified, network), **public}, lines, as_json=as_json)
    return 0


def _challenge(address: str) -> tuple[bytes, Network]:
    """Return the script of an address of any network, and the first network that it belongs to. Raises Unreadable."""
    for network in NETWORKS.values():
        try:
            return script_of(address, network), network
        except Mismatch:
            continue
    raise Unreadable(_("this address belongs to no network that is known"))


def _signature(file: str | None, signature: str | None) -> str:
    """Return the signature's text, without the end of its line."""
    if (file is None) == (signature is None):
        raise Usage(_("the signature is wanted once: --signature TEXT or a FILE"))
    if file is None:
        return signature or ""
    try:
        text = store.read(file, TEXT_LIMIT + 2).decode("ascii")
    except UnicodeDecodeError:
        raise Unreadable(
            _("the file holds no signature: a signature is one line of base64"),
            hint=_("A PSBT that cosigners have yet to sign goes to: custody message sign FILE."),
        ) from None
    return text.removesuffix("\n").removesuffix("\r")


def _decoded(message: bytes) -> str:
    try:
        return message.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(_("the message is not text (UTF-8)")) from None


def _proven(verified: Verified, network: Network) -> dict[str, Any]:
    return {
        "state": "valid-at" if verified.locked else "valid",
        "format": _FORMATS[verified.variant],
        "time": verified.time,
        "age": verified.age,
        "signed": verified.signed,
        "coins": [
            {
                "outpoint": str(coin.outpoint),
                "atoms": coin.output.amount,
                "address": address_of(coin.output.script, network),
                "amount_proven": coin.amount_proven,
                "sequence": coin.sequence,
                "signed": coin.signed,
            }
            for coin in verified.coins
        ],
        "total": {
            "atoms": sum(coin.output.amount for coin in verified.coins),
            "proven_atoms": sum(coin.output.amount for coin in verified.coins if coin.shown),
            "coins": len(verified.coins),
        },
    }


def _state(failure: CustodyError) -> str:
    if isinstance(failure, Inconclusive):
        return "inconclusive"
    return "invalid" if isinstance(failure, Invalid) else "malformed"


def _error(failure: CustodyError) -> dict[str, Any]:
    return {"error": {"code": failure.code, "message": failure.message, "hint": failure.hint}}

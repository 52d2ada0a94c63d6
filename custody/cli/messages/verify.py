"""`custody message verify`: an address, a message and a signature to valid, invalid, malformed or inconclusive.

It needs no wallet, no key and no network (docs/spec/message.md). What does not hold is raised; with `--json` it is the
result.
"""

from typing import Any

from custody import store
from custody.aloud import ungrouped
from custody.catalogue import _
from custody.chains.bitcoin.addresses.address import address as address_of
from custody.chains.bitcoin.consensus.network import Network
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid
from custody.chains.bitcoin.message import armour
from custody.chains.bitcoin.message.armour import StatedSignature
from custody.chains.bitcoin.message.encoding import Variant
from custody.chains.bitcoin.message.verification import Verified
from custody.chains.bitcoin.message.verification import verify as verify_message
from custody.chains.bitcoin.psbt.envelope import FILE_LIMIT, is_claimed
from custody.cli.front import output
from custody.cli.front.result import print_result
from custody.cli.messages import screen
from custody.cli.messages.inputs import read_message
from custody.errors import CustodyError, Unreadable, Usage

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
    address = ungrouped(address)
    script, network = armour.challenge(address)
    output.about(network.name)
    content = read_message(message, message_file)
    given = _signature(file, signature)
    public: dict[str, Any] = {"address": address, "network": network.name, "message": _decoded(content)}
    try:
        stated = _read(given)
        stated.refuse_another(content, address)
        verified = verify_message(script, content, stated.text)
    except (Invalid, Inconclusive, Unreadable) as failure:
        if not as_json:
            raise
        print_result({"valid": False, "state": _state(failure), **public, **_error(failure)}, (), as_json=True)
        return failure.exit_code
    lines = screen.verified_lines(verified, address, public["message"])
    print_result({"valid": True, **_proven(verified, network), **public}, lines, as_json=as_json)
    return 0


def _signature(file: str | None, signature: str | None) -> bytes:
    """Return what holds the signature."""
    if (file is None) == (signature is None):
        raise Usage(_("the signature is wanted once: --signature TEXT or a FILE"))
    if file is None:
        return (signature or "").encode("utf-8", "surrogateescape")
    return store.read(file, FILE_LIMIT)


def _read(content: bytes) -> StatedSignature:
    try:
        return armour.read(content)
    except Unreadable as failure:
        if not is_claimed(content):
            raise
        raise Unreadable(
            failure.message, hint=_("A PSBT that cosigners have yet to sign goes to: custody message sign FILE.")
        ) from None


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

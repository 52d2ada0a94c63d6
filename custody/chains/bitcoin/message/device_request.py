"""A request for a message's signature, as other signers' users have it, to the message, the path and the form it names.

Three kinds: Coldcard's JSON, its text of two or three lines, and the line "signmessage PATH ascii:TEXT" of SeedSigner
and Specter. Each names a path, and no plain text is read here: what asks for nothing is not a request.
"""

import re
from dataclasses import dataclass
from typing import Any

from custody import outside, strict_json
from custody.catalogue import _
from custody.chains.bitcoin.consensus.script import ScriptKind, classify
from custody.chains.bitcoin.descriptor import Derived
from custody.chains.bitcoin.message.funds import place_of
from custody.chains.bitcoin.review.ownership import Place
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.derivation import Path, format_path, parse_path
from custody.errors import Mismatch, Unreadable
from custody.text import safe

_MEMBERS = ("msg", "subpath", "addr_fmt")
_LINE = re.compile(r"\s*signmessage[ \t]+(?P<path>m\S*)[ \t]+(?P<kind>[a-z0-9]+):(?P<message>.*)", re.ASCII | re.DOTALL)
_LINES = re.compile(
    r"(?P<message>[^\r\n]*)\r?\n[ \t]*(?P<path>m/[^\s]*)[ \t]*(?:\r?\n[ \t]*(?P<form>[a-z0-9-]*)[ \t]*)?\s*", re.ASCII
)
_LINE_END = re.compile(r"\r?\n\Z")
_OTHER_ORDER = {"p2wpkh-p2sh": "p2sh-p2wpkh", "p2wsh-p2sh": "p2sh-p2wsh"}
_NESTED = {ScriptKind.P2WPKH: "p2sh-p2wpkh", ScriptKind.P2WSH: "p2sh-p2wsh"}
_NAMES = {ScriptKind.P2PKH: "p2pkh", ScriptKind.P2WPKH: "p2wpkh", ScriptKind.P2WSH: "p2wsh", ScriptKind.P2TR: "p2tr"}


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """A message as it is to be signed, the path of a key, and the form of its address, where one is named."""

    message: bytes
    path: Path
    form: str | None

    def place(self, wallet: Wallet) -> Place | None:
        """Return the address of the wallet that the path leads to; None where it leads to none.

        Raises Mismatch where the form that is named is not the address's, or two addresses have keys there.
        """
        found = {wallet.locate(fingerprint, self.path) for fingerprint in wallet.fingerprints} - {None}
        if not found:
            return None
        if len(found) > 1:
            raise Mismatch(
                _("the path of the request leads to more than one address of {wallet}").format(wallet=safe(wallet.name))
            )
        [(branch, index)] = (each for each in found if each is not None)
        place = place_of(wallet, branch, index)
        if self.form not in (None, form_of(place.derived)):
            raise Mismatch(
                _("the request asks for an address of the form {asked}, and {path} of {wallet} is {form}").format(
                    asked=safe(self.form or ""),
                    path=format_path(self.path),
                    wallet=safe(wallet.name),
                    form=form_of(place.derived),
                ),
                hint=_("Make the request again, for an address of this wallet."),
            )
        return place


def is_one(content: bytes) -> bool:
    """Say whether a file is a request of a device, or claims to be one. Then only `read` says what is in it."""
    text = _text(content)
    if text is None:
        return False
    if outside.is_json(outside.bare(text.encode())):
        return re.search(r'"msg"\s*:', text) is not None
    return text.lstrip().startswith("signmessage") or _LINES.fullmatch(text) is not None


def read(content: bytes) -> DeviceRequest:
    """Read a request. The message is what stands there, byte for byte; a file's last line end is not part of it.

    Raises Unreadable for what is malformed, names no path, or says more than is understood.
    """
    text = _text(content) or ""
    written = outside.bare(text.encode())
    if outside.is_json(written):
        return _of_json(strict_json.parse(written))
    match = _LINE.fullmatch(_LINE_END.sub("", text))
    if match is not None:
        if match["kind"] != "ascii":
            raise _malformed(_('its message is not "ascii:"'))
        return DeviceRequest(match["message"].encode(), parse_path(match["path"]), None)
    match = _LINES.fullmatch(text)
    if match is None:
        raise _malformed(_("it is cut off"))
    return DeviceRequest(match["message"].encode(), parse_path(match["path"]), _form(match["form"] or ""))


def form_of(derived: Derived) -> str:
    """Name the form of an address, as devices do."""
    kind = classify(derived.script).kind
    if kind is ScriptKind.P2SH:
        return _NESTED.get(classify(derived.redeem_script or b"").kind, "p2sh")
    return _NAMES.get(kind, str(kind))


def _of_json(fields: Any) -> DeviceRequest:
    if not isinstance(fields, dict) or not all(isinstance(fields.get(name, ""), str) for name in _MEMBERS):
        raise _malformed(_("a member is not a text"))
    strange = next((name for name in fields if name not in _MEMBERS), None)
    if strange is not None:
        raise _malformed(_("its member {name} is not understood").format(name=safe(strange)))
    if "msg" not in fields:
        raise _malformed(_("it holds no message (msg)"))
    if not fields.get("subpath"):
        raise _malformed(_("it names no path (subpath)"))
    return DeviceRequest(fields["msg"].encode(), parse_path(fields["subpath"]), _form(fields.get("addr_fmt", "")))


def _form(text: str) -> str | None:
    return _OTHER_ORDER.get(text, text) or None


def _text(content: bytes) -> str | None:
    try:
        return outside.plain(content).decode()
    except Unreadable:
        return None


def _malformed(reason: str) -> Unreadable:
    return Unreadable(
        _("the request cannot be read: {reason}").format(reason=reason),
        hint=_("To sign this file's own bytes as a message, give it with --file and say which address signs."),
    )

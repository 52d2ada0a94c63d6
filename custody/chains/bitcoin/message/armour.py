"""A signature's file as people have it to the signature's text, with the message and the address that stand beside it.

A signature comes alone, wrapped or quoted, in a device's JSON, or in armour ("-----BEGIN BITCOIN SIGNED MESSAGE-----").
What stands beside it is never what is verified: it is there to be compared with what was asked.
"""

import re
from dataclasses import dataclass

from custody import outside, strict_json
from custody.catalogue import _
from custody.chains.bitcoin.addresses.address import script_of
from custody.chains.bitcoin.consensus.network import NETWORKS, Network
from custody.chains.bitcoin.interpreter.verdicts import Invalid
from custody.errors import Mismatch, Refused, Unreadable
from custody.text import safe

_BEGIN = "-----BEGIN BITCOIN SIGNED MESSAGE-----"
_BETWEEN, _END = "-----BEGIN BITCOIN SIGNATURE-----", "-----END BITCOIN SIGNATURE-----"
_ARMOUR = re.compile(
    r"\s*-----BEGIN BITCOIN SIGNED MESSAGE-----[ \t]*(?P<line_end>\r?\n)(?P<message>.*)"
    r"\n-----BEGIN (?:BITCOIN )?SIGNATURE-----[ \t]*\r?\n(?P<signature>.*)"
    r"\n-----END BITCOIN (?:SIGNED MESSAGE|SIGNATURE)-----\s*",
    re.ASCII | re.DOTALL,
)
_SIGNATURE_BEGINS = re.compile(r"^-----BEGIN (?:BITCOIN )?SIGNATURE-----", re.ASCII | re.MULTILINE)
_BEGINS = re.compile(r"^-----(?:BEGIN BITCOIN SIGNED MESSAGE|END BITCOIN)", re.ASCII | re.MULTILINE)
_SAYS_NOTHING = ("version", "comment")
"""Headers of a signature that older programs wrote."""


@dataclass(frozen=True, slots=True)
class StatedSignature:
    """A signature's text, and what its file says that it is of; None where the file does not say."""

    text: str
    message: str | None = None
    address: str | None = None
    crlf: bool = False

    def refuse_another(self, message: bytes, address: str) -> None:
        """Raise Invalid where the file is about another message, or another address, than the one asked for."""
        if self.message is not None and message not in self._messages():
            raise Invalid(
                _("the file is about another message than the one that was asked for"),
                hint=_("Compare them letter by letter, spaces and line ends included."),
            )
        if self.address is not None and _script(self.address) != _script(address):
            raise Invalid(
                _("the file is of the address {stated}, and {asked} was asked for").format(
                    stated=safe(self.address), asked=safe(address)
                ),
                hint=_("Ask whoever sent it for a signature of the address that you mean."),
            )

    def _messages(self) -> tuple[bytes, ...]:
        """The message as it stands; where the file has the line ends of Windows, they may be the file's own."""
        stated = (self.message or "").encode()
        return (stated, stated.replace(b"\r\n", b"\n")) if self.crlf else (stated,)


def read(content: bytes) -> StatedSignature:
    """Read a signature's file. Raises Unreadable for what holds none, or more than one."""
    text = outside.plain(content)
    written = outside.bare(text)
    if written.startswith(b"-----"):
        return _unarmoured(text.decode())
    if not outside.is_json(written):
        return StatedSignature(_ascii(outside.one_line(written)))
    signature = outside.bare(outside.member(written, "signature", "psbt", _never))
    fields = strict_json.parse(written)
    fields = fields.get("result", fields)
    beside = [fields.get(name) if isinstance(fields, dict) else None for name in ("message", "address")]
    message, address = (each if isinstance(each, str) else None for each in beside)
    return StatedSignature(_ascii(outside.one_line(signature)), message, address)


def write(message: str, address: str, signature: str) -> str:
    """Write a signature in armour, as devices do. Raises Refused for a message that armour cannot hold."""
    armoured = "\n".join((_BEGIN, message, _BETWEEN, address, signature, _END, ""))
    try:
        whole = read(armoured.encode()) == StatedSignature(signature, message, address)
    except Unreadable:
        whole = False
    if not whole:
        raise Refused(
            _("the message holds lines of an armour itself, so nobody could tell where it ends"),
            hint=_("Leave --armour away."),
        )
    return armoured


def challenge(address: str) -> tuple[bytes, Network]:
    """Return the script of an address of any network, and the first network that it belongs to. Raises Unreadable."""
    for network in NETWORKS.values():
        try:
            return script_of(address, network), network
        except Mismatch:
            continue
    raise Unreadable(_("this address belongs to no network that is known"))


def _unarmoured(text: str) -> StatedSignature:
    if len(_SIGNATURE_BEGINS.findall(text)) > 1 or len(_BEGINS.findall(text)) > 2:
        raise Unreadable(
            _("the armour holds more than one signature, or a message that looks like one"),
            hint=_("Give the signature's own text alone."),
        )
    match = _ARMOUR.fullmatch(text)
    if match is None:
        raise Unreadable(
            _("the armour of the signature is not whole"),
            hint=_("It begins with {begin} and ends with {end}, and nothing stands beside it.").format(
                begin=_BEGIN, end=_END
            ),
        )
    crlf = match["line_end"] == "\r\n"
    message = match["message"].removesuffix("\r") if crlf else match["message"]
    lines = [line.strip(" \t\r") for line in match["signature"].split("\n")]
    lines = [line for line in lines if line]
    address = None
    while lines and ":" in lines[0]:
        name, _colon, value = lines.pop(0).partition(":")
        if name.lower() == "address" and address is None:
            address = value.strip()
        elif name.lower() not in _SAYS_NOTHING:
            raise Unreadable(_("the armour has a line that is not understood: {line}").format(line=safe(name)))
    if address is None and lines and _is_address(lines[0]):
        address = lines.pop(0)
    return StatedSignature(_ascii(outside.one_line("\n".join(lines).encode())), message, address, crlf)


def _is_address(text: str) -> bool:
    try:
        challenge(text)
    except Unreadable:
        return False
    return True


def _script(address: str) -> tuple[bytes, Network] | None:
    try:
        return challenge(address)
    except Unreadable:
        return None


def _ascii(line: bytes) -> str:
    try:
        return line.decode("ascii")
    except UnicodeDecodeError:
        raise Unreadable(
            _("the signature holds characters that no signature has"), hint=_("Copy it again, whole.")
        ) from None


def _never(_text: str) -> bool:
    return False

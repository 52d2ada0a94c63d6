"""Coldcard's text file that sets a multisig wallet up, read and written, as other programs do too.

The keys are always sorted (BIP-67), and addresses numbered one way only: 0/* to receive and 1/* for change. Some
programs write keys in SLIP-132's letters, and a phone that holds keys itself may write their phrases too: such a file
is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Form, KeyExpression
from custody.chains.bitcoin.descriptor.expression import around
from custody.chains.bitcoin.exchange import private_keys, slip132
from custody.chains.bitcoin.exchange.documents import TEXT_LIMIT, cannot_hold, text_lines
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.wallet.wallet import AccountKey, Wallet
from custody.derivation import Path, format_path, parse_path
from custody.errors import Unreadable

FORMATS = {
    "p2sh": Form.SH,
    "p2sh-p2wsh": Form.SH_WSH,
    "p2wsh-p2sh": Form.SH_WSH,
    "p2wsh": Form.WSH,
}
"""The format line's names, in small letters -> what stands around the quorum. The nested one goes by two names."""

NAME_LIMIT = 20
"""Characters of a wallet's name that the device takes."""

_MARK = re.compile(rb"^[ \t]*policy[ \t]*:", re.IGNORECASE | re.MULTILINE)
_LABEL = re.compile(r"([^:]+):(.*)")
_POLICY = re.compile(r"([1-9][0-9]?)\s*(?:of|/)\s*([1-9][0-9]?)", re.IGNORECASE)
_FINGERPRINT = re.compile(r"[0-9a-fA-F]{8}")
_BOTH = "<0;1>/*"
_SECRETS = ("seed", "passphrase")
"""Lines of a phone's own backup."""


@dataclass(frozen=True, slots=True)
class _Key:
    """A line of a key. Whether its letters fit is known once the format is."""

    fingerprint: str
    xpub: str
    path: Path

    def expression(self, form: Form) -> str:
        extended = slip132.read_for(self.xpub, form, is_quorum=True)
        return f"[{format_path(self.path, 'h', self.fingerprint.lower())}]{extended.serialize()}/{_BOTH}"


@dataclass(slots=True)
class _Setup:
    """What the lines have said so far. A derivation holds for the keys that follow it."""

    fields: dict[str, str] = field(default_factory=dict)
    derivation: Path | None = None
    keys: list[_Key] = field(default_factory=list)


def is_one(document: bytes) -> bool:
    """Say whether a file has the line that names the policy, which no other format has."""
    return _MARK.search(document[:TEXT_LIMIT]) is not None


def read(document: bytes) -> Imported:
    """Read a multisig setup file. Raises Unreadable for a line that is not of the format, there twice, or secret."""
    setup = _Setup()
    for line in _meant(document):
        label, value = _split(line)
        if label in _SECRETS:
            raise private_keys.exposed()
        if label == "derivation":
            setup.derivation = parse_path(value)
        elif _FINGERPRINT.fullmatch(label):
            setup.keys.append(_key(label, value, setup.derivation))
        elif label not in ("name", "policy", "format") or label in setup.fields:
            raise _malformed(_("a line is unknown, or there twice"))
        else:
            setup.fields[label] = value
    if not {"policy", "format"} <= setup.fields.keys():
        raise _malformed(_("the policy or the format is missing"))
    return Imported((_descriptor(setup),), setup.fields.get("name"))


def write(wallet: Wallet) -> bytes:
    """Write a multisig setup file. Raises Usage for a wallet that the format cannot hold."""
    descriptor = wallet.descriptor
    if not descriptor.is_sorted or not all(_is_plain(key) for key in descriptor.keys):
        raise cannot_hold(
            "coldcard", _("the format is for sortedmulti, and for keys with an origin that end in /<0;1>/* alone")
        )
    name = next(each for each, form in FORMATS.items() if form is descriptor.form)
    lines = [
        "# Coldcard Multisig setup file",
        f"Name: {wallet.name[:NAME_LIMIT].strip()}",
        f"Policy: {descriptor.threshold} of {len(descriptor.keys)}",
        f"Format: {name.upper()}",
        *(line for key in wallet.account_keys for line in _key_lines(key)),
    ]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def _key_lines(key: AccountKey) -> Iterator[str]:
    yield ""
    yield f"Derivation: {format_path(key.origin_path)}"
    yield f"{key.fingerprint.hex().upper()}: {key.extended_key.serialize()}"


def _is_plain(key: KeyExpression) -> bool:
    return key.extended is not None and key.has_origin and key.ranged and key.steps == ((0, 1),)


def _meant(document: bytes) -> Iterator[str]:
    """Yield the lines that are neither blank nor comments."""
    lines = (line.strip() for line in text_lines(document))
    return (line for line in lines if line and not line.startswith("#"))


def _split(line: str) -> tuple[str, str]:
    found = _LABEL.fullmatch(line)
    if found is None:
        raise _malformed(_("a line is not a label, a colon and a value"))
    return found[1].strip().lower(), found[2].strip()


def _key(fingerprint: str, xpub: str, path: Path | None) -> _Key:
    if path is None:
        raise _malformed(_("a key stands before any derivation"))
    return _Key(fingerprint, xpub, path)


def _descriptor(setup: _Setup) -> str:
    policy = _POLICY.fullmatch(setup.fields["policy"])
    form = FORMATS.get(setup.fields["format"].lower())
    if policy is None or form is None:
        raise _malformed(_("the policy is not of the form 2 of 3, or the format is not P2WSH, P2SH-P2WSH or P2SH"))
    if int(policy[2]) != len(setup.keys):
        raise _malformed(
            _("the policy counts {said} keys and the file holds {found}").format(said=policy[2], found=len(setup.keys))
        )
    keys = ",".join(key.expression(form) for key in setup.keys)
    return around(form, f"sortedmulti({policy[1]},{keys})")


def _malformed(what: str) -> Unreadable:
    return Unreadable(
        _("the multisig setup file cannot be read: {what}").format(what=what),
        hint=_("Export it again from the wallet or the device that made it."),
    )

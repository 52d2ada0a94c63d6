"""Coldcard's text file that sets a multisig wallet up, read and written, as other programs do too.

The keys are sorted (BIP-67) unless a line of Jade's and Specter's says otherwise, and addresses numbered one way only:
0/* to receive and 1/* for change. Where no line says the format it is P2SH. Some programs write keys in SLIP-132's
letters, and a phone that holds keys itself may write their phrases too: such a file is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Form, KeyExpression
from custody.chains.bitcoin.descriptor.expression import around
from custody.chains.bitcoin.exchange import private_keys, slip132
from custody.chains.bitcoin.exchange.documents import TEXT_LIMIT, at_line, cannot_hold, meant
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.wallet.wallet import AccountKey, Wallet
from custody.derivation import HARDENED, Path, format_path, parse_path
from custody.errors import Unreadable
from custody.text import safe

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
_LABELS = ("name", "policy", "format", "sorted")
_SORTED = {"true": "sortedmulti", "false": "multi"}
_SCRIPTS_OF_BIP48 = {HARDENED + 1: Form.SH_WSH, HARDENED + 2: Form.WSH}
"""The last step of a path of BIP-48 -> its script."""
_WHAT = _("a Coldcard multisig setup file")
_SECRETS = ("seed", "passphrase")
"""Lines of a phone's own backup."""


@dataclass(frozen=True, slots=True)
class _Key:
    """A line of a key, and its number. Whether its letters fit is known once the format is."""

    number: int
    fingerprint: str
    xpub: str
    path: Path

    def expression(self, form: Form) -> str:
        with at_line(self.number, _WHAT):
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
    for number, line in meant(document):
        with at_line(number, _WHAT):
            _take(setup, number, *_split(line))
    if "policy" not in setup.fields:
        raise _malformed(_("the line Policy is missing"))
    return Imported((_descriptor(setup),), setup.fields.get("name"))


def _take(setup: _Setup, number: int, label: str, value: str) -> None:
    """Take what one line says."""
    if label in _SECRETS:
        raise private_keys.exposed()
    if label == "derivation":
        setup.derivation = parse_path(value)
    elif _FINGERPRINT.fullmatch(label):
        if setup.derivation is None:
            raise _unreadable(_("a key stands before any derivation"))
        setup.keys.append(_Key(number, label, value, setup.derivation))
    elif label not in _LABELS:
        raise _unreadable(_("the label {label} is not known").format(label=safe(label)))
    elif label in setup.fields:
        raise _unreadable(_("the label {label} stands there twice").format(label=label))
    else:
        setup.fields[label] = value


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


def _split(line: str) -> tuple[str, str]:
    found = _LABEL.fullmatch(line)
    if found is None:
        raise _unreadable(_("it is not a label, a colon and a value"))
    return found[1].strip().lower(), found[2].strip()


def _descriptor(setup: _Setup) -> str:
    policy = _POLICY.fullmatch(setup.fields["policy"])
    if policy is None:
        raise _malformed(_("the policy is not of the form 2 of 3"))
    if int(policy[2]) != len(setup.keys):
        raise _malformed(
            _("the policy counts {said} keys and the file holds {found}").format(said=policy[2], found=len(setup.keys))
        )
    form, name = _form(setup), _SORTED.get(setup.fields.get("sorted", "true").lower())
    if name is None:
        raise _malformed(_("the line Sorted says neither True nor False"))
    keys = ",".join(key.expression(form) for key in setup.keys)
    return around(form, f"{name}({policy[1]},{keys})")


def _form(setup: _Setup) -> Form:
    """The script around the quorum: P2SH where no line says it, unless the path of a key says otherwise (BIP-48)."""
    said = setup.fields.get("format")
    if said is None:
        if any(key.path[:1] == (HARDENED + 48,) and key.path[-1] in _SCRIPTS_OF_BIP48 for key in setup.keys):
            raise _malformed(_("no line says the format, which means P2SH, and the path of a key is for another one"))
        return Form.SH
    form = FORMATS.get(said.lower())
    if form is None:
        raise _malformed(_("the format is not P2WSH, P2SH-P2WSH or P2SH"))
    return form


def _malformed(what: str) -> Unreadable:
    return _unreadable(_("{dialect} cannot be read: {what}").format(dialect=_WHAT, what=what))


def _unreadable(message: str) -> Unreadable:
    return Unreadable(message, hint=_("Export it again from the wallet or the device that made it."))

"""SLIP-132: an extended key (ypub, zpub, Ypub, Zpub) to its xpub or tpub and the script it is for, and back.

Some programs keep the script's kind in the version bytes and nowhere else. An xpub or a tpub says pkh of a single key
and sh of a quorum, to those programs alone; to all others it says nothing.
"""

from custody.catalogue import _
from custody.chains.bitcoin.addresses import base58
from custody.chains.bitcoin.descriptor import Form
from custody.chains.extended_key import ExtendedKey
from custody.errors import Unreadable
from custody.text import safe

MAIN, TEST = bytes.fromhex("0488b21e"), bytes.fromhex("043587cf")

_SINGLE = {
    MAIN: {"0488b21e": Form.PKH, "049d7cb2": Form.SH_WPKH, "04b24746": Form.WPKH},
    TEST: {"043587cf": Form.PKH, "044a5262": Form.SH_WPKH, "045f1cf6": Form.WPKH},
}
_QUORUM = {
    MAIN: {"0488b21e": Form.SH, "0295b43f": Form.SH_WSH, "02aa7ed3": Form.WSH},
    TEST: {"043587cf": Form.SH, "024289ef": Form.SH_WSH, "02575483": Form.WSH},
}
_READ = {
    is_quorum: {
        bytes.fromhex(version): (plain, form) for plain, versions in table.items() for version, form in versions.items()
    }
    for is_quorum, table in ((False, _SINGLE), (True, _QUORUM))
}
_WRITTEN = {(plain, form): version for table in _READ.values() for version, (plain, form) in table.items()}


def read(text: str, *, is_quorum: bool) -> tuple[ExtendedKey, Form]:
    """Read an extended key, and the form that its version stands for. Raises Unreadable; a private key is refused.

    The version of a single key is refused in a quorum, and the other way round.
    """
    data = _decode(text)
    plain, form = _READ[is_quorum].get(data[:4], (None, None))
    if plain is None or form is None:
        if data[:4] not in _READ[not is_quorum]:
            ExtendedKey.from_bytes(data)  # names what it is, where it is a private key or none at all
        raise _disagrees(text)
    return ExtendedKey.from_bytes(plain + data[4:]), form


def read_for(text: str, form: Form, *, is_quorum: bool) -> ExtendedKey:
    """Read an extended key that stands in a script of a known form: an xpub or tpub, or the form's own version."""
    data = _decode(text)
    if data[:4] in (MAIN, TEST):
        return ExtendedKey.from_bytes(data)
    key, said = read(text, is_quorum=is_quorum)
    if said is not form:
        raise _disagrees(text)
    return key


def write(key: ExtendedKey, form: Form) -> str:
    """Write an extended key with the version that says its form. Raises KeyError for a form that has none."""
    return base58.encode_check(_WRITTEN[key.version, form] + key.to_bytes()[4:])


def _decode(text: str) -> bytes:
    try:
        return base58.decode_check(text)
    except Unreadable:
        ExtendedKey.parse(text)  # says so where it looks like a private key
        raise


def _disagrees(text: str) -> Unreadable:
    return Unreadable(
        _("the letters of an extended key ({letters}) belong to another script than the one around it").format(
            letters=safe(text[:4])
        ),
        hint=_(
            "ypub and upub are for P2SH-P2WPKH, zpub and vpub for P2WPKH; Ypub and Upub for quorums in P2SH-P2WSH,"
            " Zpub and Vpub for quorums in P2WSH. Ask for the key of the right account."
        ),
    )

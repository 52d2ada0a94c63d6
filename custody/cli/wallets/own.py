"""`--own`: a fingerprint or a whole key to the one key of a wallet that is ours; Mismatch unless it is there once.

Whether we hold the private key is seen at signing.
"""

import re
from dataclasses import replace

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import KeyExpression
from custody.chains.bitcoin.wallet.wallet import AccountKey, Wallet
from custody.chains.extended_key import ExtendedKey
from custody.errors import Mismatch, Usage

_FINGERPRINT = re.compile(r"[0-9a-fA-F]{8}")


def find_own(wallet: Wallet, own: str) -> AccountKey:
    """Return the one key of a wallet that `own` names, by its master fingerprint or as a whole, "[origin]xpub".

    Raises Usage for what is neither, and Mismatch where it does not stand in the wallet exactly once.
    """
    own = own.strip(" \t\r\n")
    if _FINGERPRINT.fullmatch(own):
        found = [key for key in wallet.account_keys if key.fingerprint.hex() == own.lower()]
    elif own.startswith("["):
        given = KeyExpression.parse(own)
        found = [
            key
            for key in wallet.account_keys
            if (key.fingerprint, key.origin_path) == (given.fingerprint, given.origin_path)
            and _is_same(key.extended_key, given.extended)
        ]
    else:
        raise Usage(
            _("--own takes a master fingerprint, or a key with its origin"),
            hint=_("custody key show prints both: 73c5da0a, or [73c5da0a/84h/0h/0h]xpub..."),
        )
    if len(found) != 1:
        raise _not_once(len(found))
    return found[0]


def _is_same(ours: ExtendedKey, given: ExtendedKey | None) -> bool:
    """Compare what makes the children. A UR may leave the parent's fingerprint out, which makes none."""
    return given is not None and replace(given, parent_fingerprint=ours.parent_fingerprint) == ours


def _not_once(count: int) -> Mismatch:
    if count:
        return Mismatch(
            _("our own key stands in this wallet {count} times, and it must stand there once").format(count=count),
            hint=_("Whoever holds one master key would count as several people."),
        )
    return Mismatch(
        _("our own key does not stand in this wallet"),
        hint=_(
            "Do not use it. Somebody may have put another key in the place of yours: compare it with what "
            "custody key show says."
        ),
    )

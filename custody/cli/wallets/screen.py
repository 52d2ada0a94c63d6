"""A registered wallet to JSON and to lines: all that cosigners compare before they trust it, every key in full."""

import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from types import MappingProxyType
from typing import Any

from custody import words
from custody.catalogue import _, ngettext
from custody.chains.bitcoin.descriptor import Form
from custody.chains.bitcoin.wallet.policy_digest import policy_digest
from custody.chains.bitcoin.wallet.wallet import AccountKey, Wallet
from custody.chains.extended_key import ExtendedKey
from custody.cli.front.layout import address_lines
from custody.cli.wallets.known_keys import KNOWN
from custody.cli.wallets.waiting import waiting
from custody.derivation import format_path
from custody.text import safe

WIDTH = 79
_WORDS_IN_A_ROW = 4
_HALF_A_KEY = 56
_ORDINARY = "/<0;1>/*"
_BRANCHES = re.compile("<([0-9]+);([0-9]+)>")
_FORMS = MappingProxyType(
    {
        Form.PKH: _("legacy, a single key (P2PKH)"),
        Form.WPKH: _("native segwit, a single key (P2WPKH)"),
        Form.SH_WPKH: _("segwit in a script hash, a single key (P2SH-P2WPKH)"),
        Form.TR: _("taproot (P2TR)"),
        Form.SH: _("legacy script hash (P2SH)"),
        Form.WSH: _("native segwit script (P2WSH)"),
        Form.SH_WSH: _("segwit script in a script hash (P2SH-P2WSH)"),
    }
)


def public(wallet: Wallet, ours: AccountKey | None = None) -> dict[str, Any]:
    """Return everything that a cosigner compares before the wallet is trusted. `ours` is the key named as our own."""
    digest = policy_digest(wallet.descriptor, wallet.network)
    return {
        "name": wallet.name,
        "network": wallet.network.name,
        "descriptor": wallet.descriptor.with_checksum(),
        "threshold": None if wallet.descriptor.is_policy else wallet.descriptor.threshold or 1,
        "policy": list(wallet.policy),
        "cosigners": [{**_cosigner(key, ours), "branches": _branches(wallet, key)} for key in wallet.account_keys],
        "script": _script(wallet),
        "branches": _branches(wallet),
        "used_to": wallet.used_to,
        "waits": wallet.waits,
        "reach": wallet.reach,
        "first_address": wallet.address(0, 0),
        "policy_digest": digest.hex(),
        "policy_words": list(words.words(digest)),
        "warnings": list(_warnings(wallet)),
    }


def identity(wallet: Wallet) -> dict[str, Any]:
    """Return what tells a wallet from others, and its cosigners' sameness from a difference."""
    digest = policy_digest(wallet.descriptor, wallet.network)
    return {
        "wallet": wallet.name,
        "network": wallet.network.name,
        "first_address": wallet.address(0, 0),
        "policy_digest": digest.hex(),
        "policy_words": list(words.words(digest)),
    }


def registered(shown: Mapping[str, Any], *, fold: bool = False) -> Iterator[str]:
    """Tell a wallet that was just registered, with every key in full: each is compared with its cosigner.

    `fold` cuts a key in two, for a terminal; else it stays one line, for whoever searches it.
    """
    yield from _hanging(title(shown))
    yield ""
    yield from address_lines(shown["first_address"], _("First address: "))
    yield from _hanging(_("Script: {script}").format(script=shown["script"]))
    alike = all(cosigner["branches"] == shown["branches"] for cosigner in shown["cosigners"])
    yield from _hanging(_below_each_key(shown["branches"], alike=alike))
    yield from _hanging(_reach(shown))
    yield ""
    yield from policy_words(shown["policy_words"])  # so early that no page ends between them
    yield from _policy(shown["policy"])
    for number, cosigner in enumerate(shown["cosigners"], 1):
        yield ""
        told = _cosigner_line(number, cosigner)
        if not alike:
            told = _("{cosigner}, then {branches}").format(cosigner=told, branches="; ".join(cosigner["branches"]))
        yield from _hanging(told)
        key = cosigner["xpub"]
        at = _HALF_A_KEY if fold else len(key)
        yield from (f"  {part}" for part in (key[:at], key[at:]) if part)
    yield ""
    if all(cosigner["ours"] is None for cosigner in shown["cosigners"]):
        yield from wrap(_("No key is marked as ours. With --own, this machine looks for yours."), WIDTH)
    yield from wrap(_("Compare all keys and this address with each cosigner before you trust them."), WIDTH)


def listed(shown: Mapping[str, Any]) -> Iterator[str]:
    """Tell a wallet among others: which it is, its first address and its words."""
    yield from _hanging(title(shown))
    yield from _hanging(_("File: {file}").format(file=safe(shown["file"])))
    yield from address_lines(shown["first_address"], _("First address: "))
    yield from policy_words(shown["policy_words"])


def warnings(given: Sequence[str]) -> Iterator[str]:
    """Tell what must not be overlooked, as part of a page."""
    for text in given:
        yield from _hanging(_("warning: {text}").format(text=text))
    if given:
        yield ""


def exported(shown: Mapping[str, Any]) -> Iterator[str]:
    """Tell what to do with a file that was written for another program."""
    if shown["file"] is not None:
        yield _("Written to {file}.").format(file=safe(shown["file"]))
    yield shown["next"]
    yield from first_there(shown["first_address"])


def first_there(address: str) -> Iterator[str]:
    """Say what to compare on the other program's screen."""
    yield _("There, the first address must be")
    yield from address_lines(address, "  ")


def title(shown: Mapping[str, Any]) -> str:
    """Name a wallet, its network, and how many of how many sign."""
    count = len(shown["cosigners"])
    names = {"name": safe(shown["name"]), "network": shown["network"], "count": count}
    if shown["threshold"] is not None:
        return _('Wallet "{name}" on {network}, {threshold} of {count}').format(threshold=shown["threshold"], **names)
    return ngettext(
        'Wallet "{name}" on {network}, a policy over {count} cosigner',
        'Wallet "{name}" on {network}, a policy over {count} cosigners',
        count,
    ).format(**names)


def policy_words(given: Sequence[str]) -> Iterator[str]:
    """Show the words in rows of four, numbered, as they are read aloud."""
    yield _("Policy words. Every signer reads them aloud; all must have the same:")
    numbered = [f"{number:>4} {word}" for number, word in enumerate(given, 1)]
    for first in range(0, len(numbered), _WORDS_IN_A_ROW):
        yield "".join(f"{each:<12}" for each in numbered[first : first + _WORDS_IN_A_ROW]).rstrip()


def _hanging(line: str) -> list[str]:
    """Fold a line that holds somebody's text; it goes on further in, so that it never begins a line of ours."""
    return wrap(line, WIDTH, subsequent_indent=" " * 4, break_on_hyphens=False)


def _cosigner(key: AccountKey, ours: AccountKey | None) -> dict[str, Any]:
    return {
        "fingerprint": key.fingerprint.hex(),
        "path": format_path(key.origin_path),
        "xpub": key.extended_key.serialize(),
        "ours": None if ours is None else key == ours,
    }


def _cosigner_line(number: int, cosigner: Mapping[str, Any]) -> str:
    named = {"number": number, "fingerprint": cosigner["fingerprint"], "path": cosigner["path"]}
    if cosigner["ours"]:
        return _("Ours, cosigner {number}: {fingerprint}, {path}").format(**named)
    return _("Cosigner {number}: {fingerprint}, {path}").format(**named)


def _policy(ways: Sequence[str]) -> Iterator[str]:
    """Tell who can spend, a paragraph for each way."""
    if not ways:
        return
    yield ""
    yield _("Who can spend:")
    for way in ways:
        yield from wrap(way, WIDTH, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False)


def _warnings(wallet: Wallet) -> Iterator[str]:
    """Say what none of the checks refuses, and somebody should know."""
    keys = wallet.account_keys
    yield from waiting(wallet)
    yield from _known_keys(keys)
    yield from _keys_of_one_master(keys)
    for number, key in enumerate(keys, 1):
        if not any(key.fingerprint) or (key.extended_key.depth and not key.origin_path):
            yield _(
                "the key of cosigner {number} does not name its master key, so nobody signs with it here. Ask its "
                "holder for the key with its origin, [fingerprint/path]"
            ).format(number=number)
        if key.extended_key.depth > 1 and not any(key.extended_key.parent_fingerprint):
            yield _(
                "the key of cosigner {number} does not name its parent, as when a file leaves that out: whoever has it "
                "with its parent sees another key and other policy words. Register one file on all machines"
            ).format(number=number)
    if wallet.descriptor.branches == 2 and not _has_plain_branches(wallet):
        yield _(
            "the addresses lie below the keys in an unusual way, which is shown; ordinary is {ordinary} alone. Other "
            "programs may not find them, and whoever chose the numbers knows them: ask the cosigners why"
        ).format(ordinary=_ORDINARY)
    if wallet.descriptor.branches == 1:
        yield _(
            "the wallet has one branch, so its change goes to the addresses that also receive. If it has another one "
            "for change, register both: /<0;1>/*"
        )


def _script(wallet: Wallet) -> str:
    """Say in words what its addresses are, and whether the order of the keys is part of them."""
    form = _FORMS[wallet.descriptor.form]
    if wallet.descriptor.threshold is None:
        return form
    order = _("keys sorted") if wallet.descriptor.is_sorted else _("keys in the order below")
    return f"{form}, {order}"


def _branches(wallet: Wallet, account: AccountKey | None = None) -> list[str]:
    """The steps between the account keys, or one of them, and its addresses, each way once: "/<0;1>/*"."""
    return list(
        dict.fromkeys(
            key.below
            for key in wallet.descriptor.signing_keys
            if account is None
            or (key.fingerprint, key.origin_path, key.extended)
            == (account.fingerprint, account.origin_path, account.extended_key)
        )
    )


def _below_each_key(branches: Sequence[str], *, alike: bool) -> str:
    if not alike:
        return _("Below each key: as said with it; of <0;1> the first number receives, the second is change")
    numbers = _BRANCHES.search(branches[0])
    if numbers is None:
        return _("Below each key: {branches}").format(branches="; ".join(branches))
    return _("Below each key: {branches} ({receives} receives, {change} is change)").format(
        branches="; ".join(branches), receives=numbers[1], change=numbers[2]
    )


def _has_plain_branches(wallet: Wallet) -> bool:
    """Whether every account key has its branches from 0 on and nothing between (BIP-389; BIP-388 where it repeats)."""
    seen: dict[ExtendedKey | None, list[str]] = {}
    for key in wallet.descriptor.signing_keys:
        seen.setdefault(key.extended, []).append(key.below)
    return all(
        sorted(ways) == sorted(f"/<{2 * number};{2 * number + 1}>/*" for number in range(len(ways)))
        for ways in seen.values()
    )


def _reach(shown: Mapping[str, Any]) -> str:
    if shown["used_to"] is None:
        return _("Change may go to addresses up to number {reach}; none is registered as in use.").format(
            reach=shown["reach"]
        )
    return _("Change may go to addresses up to number {reach}; those up to {used} are registered as in use.").format(
        reach=shown["reach"], used=shown["used_to"]
    )


def _known_keys(keys: Sequence[AccountKey]) -> Iterator[str]:
    for fingerprint in dict.fromkeys(key.fingerprint for key in keys):
        if fingerprint in KNOWN:
            yield _("key {fingerprint} is publicly known ({source}): use this wallet on test networks only").format(
                fingerprint=fingerprint.hex(), source=KNOWN[fingerprint]
            )


def _keys_of_one_master(keys: Sequence[AccountKey]) -> Iterator[str]:
    """Several accounts of one master key are as many keys to the script, and one to whoever holds the master."""
    for fingerprint in dict.fromkeys(key.fingerprint for key in keys if any(key.fingerprint)):
        numbers = [str(number) for number, key in enumerate(keys, 1) if key.fingerprint == fingerprint]
        if len(numbers) > 1:
            yield _(
                "cosigners {numbers} say that they come from one master key, {fingerprint}: whoever holds it signs for "
                "all of them"
            ).format(numbers=", ".join(numbers), fingerprint=fingerprint.hex())

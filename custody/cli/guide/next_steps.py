"""What comes after each command that ended well: a sentence, and the command to type, with the names that were said.

`STEPS` and `ENDS` hold every command of `front.table`. A step may depend on what was said on the command line, or on
how the command ended, which its job tells by `output.ended`.
"""

import shlex
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import click

from custody import store
from custody.catalogue import _
from custody.cli.front import output
from custody.text import safe


class Step(NamedTuple):
    """What to do next, why, and the command for it, if one of ours does it.

    `line` has {places} (`_Said`). The step is told where `when` was said or ended so, or, behind a "not ", was not.
    """

    why: str
    line: str = ""
    when: str = ""


_TRY_CARDS = _("try the cards while their holders are here")
_ACCOUNT = _("the account's public key, of which a wallet is made")
_COMPARE_ADDRESS = _("compare the first address, aloud and whole, with the other programs'")
_DESK_ASKS = _("once the desk asks for a payment, read what it does")
_BACKUP = _("back up again: an older backup opens for the older roster")
_KEY_SHOW = "custody key show{set} --network {network} --path m/84h/{coin}h/0h"

STEPS: Mapping[str, tuple[Step, ...]] = {
    "key new": (
        Step(_TRY_CARDS, "custody share combine{set}", "cards"),
        Step(_ACCOUNT, _KEY_SHOW),
    ),
    "key show": (
        Step(
            _("register the wallet; KEY is the line above"),
            "custody wallet new NAME --network {network} --descriptor {descriptor} -o wallet.json",
            "path_text",
        ),
        Step(_ACCOUNT, _KEY_SHOW, "not path_text"),
    ),
    "share split": (Step(_TRY_CARDS, "custody share combine{set}"),),
    "share check": (
        Step(_("a quorum of cards brings the key back"), "custody share combine{set}", "not transcript"),
        Step(_("put it into its new bag; hand the receipt to whoever keeps the transcript"), when="identity_file"),
    ),
    "share combine": (Step(_ACCOUNT, _KEY_SHOW),),
    "wallet new": (
        Step(_COMPARE_ADDRESS, "custody wallet address {out}", "out"),
        Step(_DESK_ASKS, "custody review request.psbt{home}", "not out"),
    ),
    "wallet address": (Step(_DESK_ASKS, "custody review request.psbt{wallet}"),),
    "wallet export": (Step(_COMPARE_ADDRESS, "custody wallet address {registered}"),),
    "review": (
        Step(
            _("compare each address with what its payee told you another way; then"),
            "custody sign {file}{wallet}{home} -o signed.psbt",
        ),
    ),
    "sign": (Step(_("show it to the desk, and compare the four words"), "airgap show {out}"),),
    "psbt complete": (
        Step(_("read what it does"), "custody review {out} --wallet WALLET", "complete"),
        Step(
            _("fetch the transactions that are missing, and add them"),
            "custody psbt complete {out} --tx RAW -o OUT",
            "not complete",
        ),
    ),
    "psbt combine": (
        Step(_("make it final"), "custody psbt finalize {out}{wallet} -o final.psbt", "complete"),
        Step(_("the next cosigner signs"), "custody sign {out} --wallet WALLET -o signed.psbt", "not complete"),
    ),
    "psbt finalize": (Step(_("take the transaction out"), "custody psbt extract {out} -o transaction.hex"),),
    "psbt extract": (Step(_("compare txid and fee with the review; then the desk broadcasts it")),),
    "message sign": (
        Step(_("verify it as its reader will"), "custody message verify {out} --address ADDRESS", "complete"),
        Step(_("the next cosigner goes on"), "custody message sign {out}{wallet} -o OUT", "not complete"),
    ),
    "message prove": (
        Step(_("verify it as its reader will"), "custody message verify {out} --address ADDRESS", "complete"),
        Step(_("the next cosigner goes on"), "custody message sign {out}{wallet} -o OUT", "not complete"),
    ),
    "officer enrol": (Step(_BACKUP, "custody home backup{home} -o BACKUP"),),
    "officer retire": (Step(_BACKUP, "custody home backup{home} -o BACKUP"),),
    "officer passphrase": (
        Step(_BACKUP, "custody home backup{home} -o BACKUP", "forgotten"),
        Step(
            _("back up again: an older copy opens with the older passphrase"),
            "custody home backup{home} -o BACKUP",
            "not forgotten",
        ),
    ),
    "officer rules": (Step(_BACKUP, "custody home backup{home} -o BACKUP"),),
    "officer carry": (
        Step(
            _("show it to the other machine; there it goes in as --officer-file"),
            "airgap show {out}",
            "not as_code",
        ),
        Step(
            _("there, read the picture; the file goes in as --officer-file"), "airgap scan PICTURES -o FILE", "as_code"
        ),
    ),
    "halt": (Step(_("once it is cleared up, a quorum goes on"), "custody resume{home}"),),
    "journal export": (Step(_("on the other machine"), "custody journal import {out} --home HOME"),),
    "home new": (
        Step(_("register the wallet"), "custody wallet new main{home} --network {network} --from WALLET", "not joined"),
        Step(
            _("once a quorum has admitted it, take in what is known there"),
            "custody journal import FILE{home}",
            "joined",
        ),
    ),
    "home admit": (Step(_("carry an export to the machine"), "custody journal export{home} -o FILE"),),
    "home end": (Step(_("carry an export to every other machine"), "custody journal export{home} -o FILE"),),
    "journal answer": (Step(_("carry it back to the machine that asks")),),
    "home backup": (
        Step(_("carry it away from here; if this machine is lost"), "custody home restore {out} --home HOME"),
    ),
    "ceremony plan": (
        Step(_("fill it in; then see what is wrong with it"), "custody ceremony plan {out}", "begin"),
        Step(_("read the words to everybody who signs it"), when="not begin"),
    ),
    "ceremony identity": (Step(_("give its line to whoever writes the plan, and read out its words")),),
    "ceremony sign": (Step(_("hand over the signature to whoever keeps the plan, or the transcript")),),
    "ceremony rehearse": (Step(_("see what it comes to, and who signed it"), "custody ceremony verify {out}"),),
    "ceremony run": (
        Step(
            _("write the records of its cards and wallets"),
            "custody ceremony verify {out} --plan {file} --records FOLDER",
        ),
    ),
    "ceremony service": (
        Step(
            _("see what it comes to, and write the wallet's file anew"),
            "custody ceremony verify SITTING --service {out} --plan {file} --records FOLDER",
        ),
    ),
    "ceremony verify": (Step(_("compare what it says everybody wrote down with the papers")),),
    "ceremony enter": (Step(_("carry an export to every other machine"), "custody journal export{home} -o FILE"),),
    "ceremony print": (Step(_("print it for each person at the table, and compare the words on its cover")),),
    "doctor": (
        Step(_("there, read the picture, and keep the file"), "airgap scan PICTURES -o FILE", "as_code"),
        Step(_("begin; what is told above is for you to judge"), when="not as_code"),
    ),
    "selftest": (Step(_("find out what is unknown above; then measure the machine"), "custody doctor"),),
    "verify-bundle": (Step(_("read the words to somebody who verified it too; then lay it (install.py)")),),
}
"""A command -> what comes next, in this order."""

_HEAD_TOLD = "the head for the paper is its last word"

ENDS: Mapping[str, str] = {
    "wallet list": "its words are read aloud, and nothing follows",
    "wallet find": "it answers a question",
    "compare": "two people say SAME or DIFFERENT",
    "message verify": "it answers a question",
    "key restore": _HEAD_TOLD,
    "officer absence": _HEAD_TOLD,
    "resume": _HEAD_TOLD,
    "journal import": _HEAD_TOLD,
    "journal adopt": _HEAD_TOLD,
    "home exception": _HEAD_TOLD,
    "home renew": _HEAD_TOLD,
    "home restore": _HEAD_TOLD,
    "status": "it answers a question",
    "officer list": "it answers a question",
    "journal show": "it answers a question",
    "journal verify": "it answers a question",
    "completion": "a shell reads it",
}
"""A command after which nothing comes -> why."""

_DESCRIPTORS = {
    "44": "pkh(KEY/<0;1>/*)",
    "49": "sh(wpkh(KEY/<0;1>/*))",
    "84": "wpkh(KEY/<0;1>/*)",
    "86": "tr(KEY/<0;1>/*)",
}
"""The purpose of a path (BIP-44, 49, 84, 86) -> the descriptor of a wallet of one key there."""


def say(context: click.Context) -> None:
    """Say on standard error what comes after the command of this context, unless a script has called it."""
    said = context.params
    if said.get("as_json") or output.is_quiet():
        return
    name = context.command_path.partition(" ")[2]
    for step in steps(name, said, output.endings()):
        output.say("\n".join(lines(step, said)))


def steps(name: str, said: Mapping[str, Any], endings: Collection[str]) -> Iterator[Step]:
    """Yield what comes after a command: what was `said` on its line, and the `endings` that its job told."""
    for step in STEPS.get(name, ()):
        word = step.when.removeprefix("not ")
        if not word or (bool(said.get(word)) or word in endings) == (word == step.when):
            yield step


def lines(step: Step, said: Mapping[str, Any]) -> Iterator[str]:
    """Yield a step as it is told: why, and the command, a line each, so that it can be copied."""
    yield _("next: {why}").format(why=step.why)
    if step.line:
        yield "  " + step.line.format_map(_places(said))


def _places(said: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands in a line's places. What was not said is a word in capitals, to be filled in."""
    network = said.get("network_name") or ("main" if output.banner() else None)  # answered at a question
    return {
        "out": _named(said.get("out"), "FILE"),
        "file": _named(said.get("file") or next(iter(said.get("files", ())), None), "FILE"),
        "set": _of_cards(said),
        "registered": _named(said.get("wallet"), "WALLET"),
        "wallet": _option("--wallet", said.get("wallet")),
        "home": _option("--home", said.get("home_path")),
        "network": network or "NETWORK",
        "coin": "0" if network in ("main", "mainnet", "bitcoin") else "1",
        "descriptor": shlex.quote(_descriptor(said.get("path_text") or "")),
    }


def _of_cards(said: Mapping[str, Any]) -> str:
    """Say whose cards are meant: by their record or, where none was kept, by their kind."""
    record = said.get("record_path")
    if record is None or store.is_stream(record):
        return " --kind bip39" if said.get("kind_name") == "bip39" else ""
    return _option("--set", record)


def _option(option: str, value: str | tuple[str, ...] | None) -> str:
    """Write an option with its value or values; nothing where it was not said."""
    values = (value,) if isinstance(value, str) else value or ()
    return "".join(f" {option} {_named(each, 'FILE')}" for each in values)


def _named(name: str | None, otherwise: str) -> str:
    """Write a file's name for a shell; what is no file has a word in its place."""
    return otherwise if name is None or store.is_stream(str(name)) else shlex.quote(safe(str(name)))


def _descriptor(path: str) -> str:
    purpose = path.removeprefix("m/").partition("/")[0].rstrip("h'H")
    return _DESCRIPTORS.get(purpose, "DESCRIPTOR")

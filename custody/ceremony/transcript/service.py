"""The rules of a service: what it stands on, what is written down at its steps, and which proof is one.

docs/spec/transcript.md, "Into service". A proof is verified by whoever replays, from what stands in the transcript.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from custody import words
from custody.catalogue import _
from custody.ceremony.plan.plan import Plan
from custody.ceremony.plan.plan import Wallet as Planned
from custody.ceremony.steps.step import Step
from custody.ceremony.transcript.service_lines import MOST_OF_SIGNATURE, Proof, StandsOn
from custody.ceremony.transcript.standing import Standing
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.descriptor import Form
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid
from custody.chains.bitcoin.message import armour
from custody.chains.bitcoin.message.encoding import Variant
from custody.chains.bitcoin.message.verification import verify
from custody.chains.bitcoin.wallet.policy_digest import policy_digest
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Mismatch, Unreadable

_TRANSACTION = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FORMS = {"wpkh": Form.WPKH, "tr": Form.TR, "wsh": Form.WSH}
_TAKEN = (Variant.SIMPLE, Variant.FULL)
"""Forms of a signature that commit to its address, and to nothing beside it."""


def stands_on(standing: Standing, content: StandsOn) -> Standing:
    """Take what a service stands on. Raises Unreadable where it is none, or not all of the plan's."""
    plan = standing.plan
    if not standing.begun.is_service or standing.stands_on is not None:
        raise Unreadable(_("this is no service, or one that stands on its sittings already"))
    if [each.sitting for each in content.sittings] != [each.id for each in plan.sittings]:
        raise Unreadable(_("a service stands on every sitting of its plan"))
    if [each.wallet for each in content.wallets] != [each.id for each in plan.wallets]:
        raise Unreadable(_("a service is of every wallet of its plan"))
    for planned, made in zip(plan.wallets, content.wallets, strict=True):
        _require_planned(planned, _registered(plan, made.wallet, made.descriptor))
    return replace(standing, stands_on=content)


def wallet_of(standing: Standing, name: str) -> Wallet:
    """Return a wallet that is put into service, by its name in the plan. Raises KeyError where there is none."""
    for each in () if standing.stands_on is None else standing.stands_on.wallets:
        if each.wallet == name:
            return _registered(standing.plan, name, each.descriptor)
    raise KeyError(name)


def message_of(standing: Standing, wallet: Wallet, after: bytes) -> bytes:
    """Return the text that proves a wallet. `after`: the hash of the line at which its address was compared."""
    sittings = () if standing.stands_on is None else standing.stands_on.sittings
    lines = (
        "custody-proof/1",
        f"plan {standing.plan.digest.hex()}",
        *(f"sitting {each.sitting} {each.head.hex()}" for each in sittings),
        f"wallet {wallet.name}",
        f"address {wallet.address(0, 0)}",
        f"after {after.hex()}",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def compared_at(name: str) -> str:
    """Return the id of the step at which a wallet's address is compared."""
    return f"service/{name}/address"


def proof_at(step: Step) -> str | None:
    """Return which wallet is proven at a step, by its name in the plan; None where none is."""
    return step.id.split("/")[1] if step.id.startswith("service/") and step.does.name == "proof" else None


def proof_from(step: Step, content: bytes) -> Proof:
    """Return what somebody brought at a step: a signature's text, alone or in armour. Raises Unreadable."""
    name = proof_at(step)
    if name is None:
        raise Unreadable(_("no proof is wanted here"))
    text = armour.read(content).text
    if not 1 <= len(text) <= MOST_OF_SIGNATURE:
        raise Unreadable(
            _("this is no signature of a message: it has 1 to {most} characters").format(most=MOST_OF_SIGNATURE)
        )
    return Proof(name, text)


def proven(standing: Standing, proof: Proof, heads: Mapping[bytes, int]) -> Standing:
    """Take a proof, once it holds. `heads`: the hash of each line to its number. Raises Unreadable with the reason."""
    step = standing.next
    if step is None or proof_at(step) != proof.wallet or is_proven(standing, proof.wallet):
        raise Unreadable(_("no proof of {wallet} is wanted here").format(wallet=proof.wallet))
    line = standing.done[compared_at(proof.wallet)]
    after = next(each for each, number in heads.items() if number == line)
    wallet = wallet_of(standing, proof.wallet)
    try:
        found = verify(wallet.derive(0, 0).script, message_of(standing, wallet, after), proof.signature)
    except (Invalid, Inconclusive) as failure:
        raise Unreadable(_("the proof is not taken: {reason}").format(reason=failure.message), hint=_HINT) from None
    if found.variant not in _TAKEN or found.locked or not found.signed:
        raise Unreadable(_("the proof is not taken: it is of another form than BIP-322's simple or full"), hint=_HINT)
    return replace(standing, proofs=(*standing.proofs, proof))


def is_proven(standing: Standing, name: str) -> bool:
    """Say whether a proof of a wallet was taken."""
    return any(each.wallet == name for each in standing.proofs)


def lacks(standing: Standing, step: Step) -> str | None:
    """Return why a step of a service cannot be done yet, None where nothing keeps it."""
    if not standing.begun.is_service:
        return None
    if standing.stands_on is None:
        return _("it does not stand on its sittings yet")
    if (name := proof_at(step)) is not None and not is_proven(standing, name):
        return _("no proof of {wallet} was brought").format(wallet=name)
    return None


def measured(wallet: Wallet, step: Step) -> Mapping[str, str]:
    """Return what the machine writes down of a wallet at a step: the words of its policy, or its first address."""
    if step.does.name == "together":
        return {"written-words": " ".join(words.words(policy_digest(wallet.descriptor, wallet.network)))}
    return {"written-address": wallet.address(0, 0)} if step.does.name == "address" else {}


def require_written(standing: Standing, step: Step, wrote: Mapping[str, str]) -> None:
    """Raise Unreadable where something else is written down at a step of a service than follows from its wallet."""
    if not standing.begun.is_service or standing.stands_on is None:
        return
    if step.does.name in ("together", "address"):
        for name, expected in measured(wallet_of(standing, step.id.split("/")[1]), step).items():
            if wrote[name] != expected:
                raise Unreadable(
                    _("the wallet's keys make {expected}, and {found} is told").format(
                        expected=expected, found=wrote[name]
                    )
                )
    if step.does.name == "small":
        both = (wrote["written-deposit"], wrote["written-withdrawal"])
        if not all(map(_TRANSACTION.fullmatch, both)) or both[0] == both[1]:
            raise Unreadable(
                _("these are no numbers of two transactions"),
                hint=_("Each has 64 digits, 0 to 9 and a to f; what pays out is another one than what paid in."),
            )


def _registered(plan: Plan, name: str, descriptor: str) -> Wallet:
    try:
        wallet = Wallet.register(name, [descriptor], network(plan.network))
    except Mismatch as failure:
        raise Unreadable(failure.message, hint=failure.hint) from None
    if wallet.descriptor.with_checksum() != descriptor:
        raise Unreadable(
            _("the descriptor of {wallet} is written in another way than by this format").format(wallet=name)
        )
    return wallet


def _require_planned(planned: Planned, wallet: Wallet) -> None:
    found = wallet.descriptor
    form = (found.form, found.threshold or 1, len(wallet.account_keys), found.is_policy)
    if form != (_FORMS[planned.script], planned.needed, len(planned.keys), False):
        raise Unreadable(_("the descriptor of {wallet} is of another wallet than the plan's").format(wallet=planned.id))


_HINT = _("Sign exactly the text of this page, by the first address: custody message sign --file FILE --index 0")

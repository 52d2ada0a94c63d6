"""`custody ceremony plan --new`: writes a plan to be filled in."""

from collections.abc import Sequence

from custody import store
from custody.catalogue import _
from custody.ceremony.plan.document import read_plan
from custody.ceremony.plan.plan import Threat
from custody.ceremony.plan.template import Wish, template
from custody.cli.front.result import print_result
from custody.cli.people.asked_network import network_for
from custody.errors import Usage


def begin(
    *,
    file: str | None,
    network_name: str | None,
    threat: str | None,
    signatures: Sequence[str],
    needed: int,
    cards: int,
    quorum: int,
    keys: int,
    out: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write a plan that can be read at once, and be signed once it is filled in."""
    if file is not None or out is None or signatures:
        raise Usage(
            _("--new writes a plan, and its file is named with -o"),
            hint=_("For instance: custody ceremony plan --new --threat insider -o plan.toml"),
        )
    if threat is None:
        raise Usage(
            _("a plan says what the ceremony must withstand"),
            hint=_("--threat accident: a person's own. --threat insider: a team's. --threat targeted: a treasury's."),
        )
    if quorum > keys or needed > cards or (needed == 1 and cards > 1):
        raise Usage(
            _("a quorum is no more than there are, and where one card opens a key there is but one"),
            hint=_("For instance: --needed 3 --cards 5, and --quorum 2 --keys 3."),
        )
    wish = Wish(network_for(network_name).name, Threat(threat), needed, cards, keys, quorum)
    document = template(wish).encode()
    read_plan(document)
    store.write_new(out, document, force=force)
    lines = [_('Written: {file}. Every "?" is still to be filled in.').format(file=out)]
    print_result({"file": out, "threat": threat, "network": wish.network}, lines, as_json=as_json)

"""`--network`: the network of a key, a wallet or a treasury: named, known from a file, or asked for; never a default.

Nobody named it and nobody is there to ask: Usage, with the names. Who stops raises Declined.
"""

from custody.catalogue import _
from custody.chains.bitcoin.consensus.network import NETWORKS, Network, network
from custody.cli.front import output
from custody.cli.people.terminal import Terminal, standard_terminal
from custody.errors import Usage


def network_for(name: str | None, known: str | None = None, *, hidden: bool = False) -> Network:
    """Return the network that was named, or the one that a file is `known` to be of, or the one that a person types.

    Whether the two agree is for whoever read the file. `hidden`: a secret is asked for next, and somebody may type it
    already. From here on the command is about this network. Raises Usage and Declined.
    """
    name = known if name is None else name
    chosen = _asked(standard_terminal(), hidden=hidden) if name is None else network(name)
    output.about(chosen.name)
    return chosen


def _asked(terminal: Terminal, *, hidden: bool) -> Network:
    names = ", ".join(NETWORKS)
    if not terminal.present:
        raise Usage(
            _("no network was named, and none is taken for granted"),
            hint=_("Say --network with one of: {names}.").format(names=names),
        )
    output.say(_("For which network? On main it is real money, on the others test money."))
    question = _("One of {names}: ").format(names=names)
    while True:
        typed = (terminal.ask_hidden(question) if hidden else terminal.ask(question)).strip()
        try:
            chosen = network(typed)
        except Usage:
            output.say(_("That is none of them. Ctrl-C stops."))
            continue
        if hidden:
            output.say(_("Network: {name}").format(name=chosen.name))
        return chosen

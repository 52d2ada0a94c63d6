"""`custody ceremony identity`: makes a key to sign ceremonies with, sealed for its owner, and says its public half."""

from custody import store
from custody.catalogue import _
from custody.ceremony.plan.identity import identity_words
from custody.ceremony.table.stakes import stakes_of
from custody.cli.ceremonies.owner import Owner
from custody.cli.ceremonies.plan_screen import word_lines
from custody.cli.front import output
from custody.cli.front.documents import refuse_two_results
from custody.cli.front.hardened import done_apart, harden_for
from custody.cli.front.result import print_result
from custody.cli.people.asked_network import network_for
from custody.errors import Usage
from custody.keys.vaults.sealed import officer_file, read_officer_file
from custody.text import safe


def identity(
    *,
    network_name: str | None,
    out: str | None,
    key_file: str | None,
    passphrase_fd: int | None,
    yes: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Draw the key, seal it and write it, in this order."""
    if out is None:
        raise Usage(_("nothing says where the identity goes"), hint=_("Name a file with -o FILE."))
    refuse_two_results(out, as_json=as_json)
    store.refuse_taken(out, force=force)
    network = network_for(network_name).name
    harden_for(network)

    def work() -> bytes:
        owner = Owner.of(stakes_of(network), passphrase_fd, key_file, yes=yes)
        keys, sealed = owner.new_identity()
        with keys:
            return officer_file(sealed)

    content = done_apart(work)
    key = read_officer_file(content).public.officer
    words = identity_words(key)
    store.write_new(out, content, force=force)
    public = {
        "output": out,
        "network": network,
        "key": key.hex(),
        "words": " ".join(words),
        "key_file": key_file is not None,
    }
    lines = [
        _("The identity is in {path}, under your passphrase. Keep a copy elsewhere.").format(path=safe(out)),
        "",
        _("Its line for the plan, with your name there, under [identities]:"),
        f'name = "{key.hex()}"',
        "",
        _("Its words. Write them down, and compare them with those that the plan shows:"),
        *word_lines(words),
    ]
    if out == store.STANDARD:
        output.tell({}, lines[2:])
    else:
        print_result(public, lines, as_json=as_json)

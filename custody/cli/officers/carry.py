"""`custody officer carry`: an officer's sealed identity and name to a file for another machine of the treasury.

No secret is opened, and nothing of the home changes.
"""

from typing import Any

from custody import store
from custody.catalogue import _, ngettext
from custody.ceremony.home.home import Home
from custody.ceremony.table.by_name import find
from custody.ceremony.table.carried import carried_file
from custody.cli.front import output
from custody.cli.front.documents import refuse_two_results
from custody.cli.front.result import print_result
from custody.cli.treasury.looking import looking
from custody.errors import Usage
from custody.text import safe


def carry(name: str, home_path: str | None, out: str | None, force: bool, as_json: bool) -> None:
    """Write the file."""
    if out is None:
        raise Usage(
            _("nothing says where the officer's file goes"),
            hint=_("Name a file with -o FILE, or show it in this window with --qr."),
        )
    refuse_two_results(out, as_json=as_json)
    with looking(home_path) as home:
        public, content = carried(home, name)
    store.write_new(out, content, force=force)
    lines = told({"output": out, **public})
    if out == store.STANDARD:
        output.tell({}, lines)
    else:
        print_result({"output": out, **public}, lines, as_json=as_json)


def carried(home: Home, name: str) -> tuple[dict[str, Any], bytes]:
    """Return what is told of an officer's file, and its bytes. Raises as `find` and `carried_file`."""
    officer = find(home, name)
    content = carried_file(home, officer)
    identity = home.identity(officer)
    public = {
        "name": home.name_of(officer),
        "officer": officer.key.hex(),
        "bytes": len(content),
        "key_file": identity is not None and identity.needs_key_file,
        "tokens": 0 if identity is None or identity.tokens is None else len(identity.tokens.each),
    }
    return public, content


def told(public: dict[str, Any]) -> list[str]:
    """Say what the file is, and what whoever finds it may do."""
    name, out = safe(public["name"]), public.get("output")
    sentence = _("The sealed identity and the name of {name} ({size}).")
    if out not in (None, store.STANDARD):
        sentence = _("The sealed identity and the name of {name} ({size}) are in {path}.")
    size = ngettext("{count} byte", "{count} bytes", public["bytes"]).format(count=public["bytes"])
    return [
        sentence.format(name=name, size=size, path=safe(str(out))),
        _guess(public).format(name=name),
        _("Carry it yourself, and leave no copy on the way. The name in it is readable."),
    ]


def _guess(public: dict[str, Any]) -> str:
    """Say what whoever finds the file may do."""
    if public["tokens"] and public["key_file"]:
        return _(
            "Whoever gets it, the key file and a token can guess the passphrase in peace, and acts as {name} once it "
            "is found."
        )
    if public["tokens"]:
        return _("Whoever gets it and a token can guess the passphrase in peace, and acts as {name} once it is found.")
    if public["key_file"]:
        return _(
            "Whoever gets it and the key file can guess the passphrase in peace, and acts as {name} once it is found."
        )
    return _("Whoever gets it can guess the passphrase in peace, and acts as {name} once it is found.")

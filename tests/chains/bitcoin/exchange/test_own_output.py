"""What our own commands print of a key or a wallet is read back; what was changed, or shows no key, is refused."""

import json
from typing import Any

import pytest

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.own_output import within
from custody.errors import CustodyError, Unreadable, Usage
from tests.support import desk
from tests.support.officers import custody

REGTEST = network("regtest")
SECRET = desk.PHRASES["A"] + "\n"
FORMS = {"m/44h/1h/0h": "pkh(", "m/49h/1h/0h": "sh(wpkh(", "m/84h/1h/7h": "wpkh(", "m/86h/1h/0h": "tr("}


def shown(*options: str) -> str:
    answer = custody("key", "show", *options, secret=SECRET)
    assert answer.code == 0, answer
    return answer.out


def at(path: str, *options: str) -> str:
    return shown("--path", path, "--network", "regtest", *options)


@pytest.mark.parametrize("options", [(), ("--json",)], ids=str)
@pytest.mark.parametrize("path", FORMS)
def test_a_key_that_was_shown_is_a_wallet_of_its_paths_script(path: str, options: tuple[str, ...]) -> None:
    key = json.loads(at(path, "--json"))["key"]
    imported = recognise(at(path, *options).encode())
    assert imported.descriptors[0].startswith(f"{FORMS[path]}{key}/<0;1>/*)")
    assert imported.network == ("regtest" if options else None)
    assert imported.register("x", REGTEST).network is REGTEST


@pytest.mark.parametrize("options", [(), ("--json",)], ids=str)
@pytest.mark.parametrize(
    ("path", "code", "place"),
    [
        ("m/48h/1h/0h/2h", "cosigner-key", "wsh(sortedmulti(M,"),
        ("m/48h/1h/0h/1h", "cosigner-key", "sh(wsh(sortedmulti(M,"),
        ("m/48h/1h/0h/3h", "script-unsaid", "tr("),
        ("m/87h/1h/0h", "script-unsaid", "wpkh("),
        ("m/84/1/0", "script-unsaid", "wpkh("),
    ],
)
def test_a_key_of_no_single_script_is_written_out_for_its_descriptor(
    path: str, code: str, place: str, options: tuple[str, ...]
) -> None:
    with pytest.raises(Unreadable) as refused:
        recognise(at(path, *options).encode())
    assert refused.value.code == code
    assert place + json.loads(at(path, "--json"))["key"] in refused.value.hint


@pytest.mark.parametrize("options", [(), ("--json",)], ids=str)
def test_where_no_key_was_shown_it_is_said_how_to_show_one(options: tuple[str, ...]) -> None:
    for document in (shown(*options), shown(*options).rstrip()):
        with pytest.raises(Unreadable, match="shows no public key") as refused:
            recognise(document.encode())
        assert "key show --path" in refused.value.hint


OTHER = "00000000"


@pytest.mark.parametrize(
    "more",
    [{"fingerprint": OTHER}, {"key": 7}, {"key": "xpub"}, {"network": None}, {"network": 7}, {"key": f"[{OTHER}]"}],
    ids=str,
)
def test_a_key_in_json_that_was_changed_is_refused(more: dict[str, Any]) -> None:
    changed = json.loads(at("m/84h/1h/0h", "--json")) | more
    with pytest.raises(Unreadable):
        recognise(json.dumps(changed).encode())


def test_a_text_that_was_put_together_is_refused() -> None:
    text = at("m/84h/1h/0h")
    fingerprint = json.loads(at("m/84h/1h/0h", "--json"))["fingerprint"]
    for changed in (text.replace(f"   {fingerprint}", f"   {OTHER}"), text + at("m/86h/1h/0h")):
        with pytest.raises(Unreadable, match="not what one command said of one key"):
            recognise(changed.encode())


def test_a_text_in_another_language_and_with_other_ends_of_lines_is_read() -> None:
    head, sentence, key = at("m/84h/1h/0h").splitlines()
    other = "\r\n".join([head.replace("Fingerprint", "Schlüssel"), "…" * len(sentence), key, ""])
    assert recognise(other.encode()).descriptors[0].startswith(f"wpkh({key}")


def test_a_registered_wallet_in_json_is_read_with_its_network_and_first_address(tmp_path: Any) -> None:
    descriptor = desk.wallet("tr").single(0)
    line = ("wallet", "new", "pay", "--descriptor", descriptor, "--network", "regtest", "--json", "--used-to", "5")
    made = custody(*line, "-o", str(tmp_path / "wallet"))
    public = json.loads(made.out)
    imported = recognise(made.out.encode())
    assert (imported.descriptors, imported.network, imported.used_to) == ((public["descriptor"],), "regtest", 5)
    assert imported.register("again", REGTEST).address(0, 0) == public["first_address"]
    listed = {
        "wallets": [public, public | {"name": "other", "descriptor": desk.wallet("wpkh").descriptor}],
        "warnings": [],
    }
    assert recognise(json.dumps(listed).encode(), "pay") == imported
    for account in (None, "nobody"):
        with pytest.raises(Usage, match="account"):
            recognise(json.dumps(listed).encode(), account)
    for wallets in ([], [public, public]):
        with pytest.raises(Unreadable):
            recognise(json.dumps(listed | {"wallets": wallets}).encode(), "pay")
    for more in ({"first_address": desk.wallet("wpkh").address(0, 0)}, {"network": "main"}, {"used_to": -1}):
        with pytest.raises(CustodyError):
            recognise(json.dumps(public | more).encode()).register("again", REGTEST)


def test_a_file_within_the_json_of_an_export_is_taken_out_once_and_nothing_else_is() -> None:
    inner = {"to": "core", "content": "the file\n", "policy_digest": "00"}
    document = json.dumps(inner).encode()
    assert within(document) == b"the file\n"
    assert within(json.dumps(inner | {"content": document.decode()}).encode()) == document
    for other in (b"content", b'["content"]', b'{"content": "a", "to": "b"}'):
        assert within(other) == other
    for broken in (document[:-1], json.dumps(inner | {"content": 7}).encode()):
        with pytest.raises(Unreadable):
            within(broken)

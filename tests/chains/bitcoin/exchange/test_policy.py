"""Wallet policies (BIP-388): the published ones, ours read back, and one defect in each."""

import json
from typing import Any

import pytest

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.descriptor import Descriptor
from custody.chains.bitcoin.exchange.programs import policy
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import CustodyError, Unreadable, Usage
from tests.chains.bitcoin.exchange.published import PUBLISHED
from tests.support import desk

MAIN, REGTEST = NETWORKS["main"], NETWORKS["regtest"]
VALID = PUBLISHED["policies"]["valid"]
INVALID = PUBLISHED["policies"]["invalid"]
KEYS = [key.rpartition("/<")[0] for key in map(desk.expressions("48h/1h/0h/2h").get, "ABC") if key]
QUORUM = {"name": "treasury", "descriptor_template": "wsh(sortedmulti(2,@0/**,@1/**,@2/**))", "keys_info": KEYS}


def document(fields: object) -> bytes:
    return json.dumps(fields).encode()


@pytest.mark.parametrize("vector", VALID)
def test_the_published_policies_make_the_published_descriptors(vector: dict[str, Any]) -> None:
    given = document({"name": "x", "descriptor_template": vector["template"], "keys_info": vector["keys"]})
    if "musig(" in vector["template"]:
        with pytest.raises(Unreadable):  # MuSig2 is not signed here
            policy.read(given)
        return
    (text,) = policy.read(given).descriptors
    assert text == vector["descriptor"].replace("'", "h")
    assert policy.read(given).register("x", MAIN).descriptor == Descriptor.parse(vector["descriptor"])


@pytest.mark.parametrize("vector", INVALID, ids=lambda vector: vector["why"])
def test_the_published_invalid_templates_are_refused(vector: dict[str, Any]) -> None:
    count = max(int(found) for found in "012" if f"@{found}" in vector["template"]) + 1
    for keys in (KEYS[:count], KEYS[: vector["template"].count("@")]):
        with pytest.raises(Unreadable):
            policy.read(document({"name": "x", "descriptor_template": vector["template"], "keys_info": keys}))


@pytest.mark.parametrize("kind", [kind for kind in (*desk.KINDS, *desk.POLICIES) if "nobody" not in kind])
def test_what_is_written_is_read_back_as_the_same_wallet(kind: str) -> None:
    wallet = Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST)
    written = policy.write(wallet)
    assert policy.read(written).register("treasury", REGTEST) == wallet
    assert policy.read(written).name == "treasury"


def test_the_published_templates_are_written_as_they_were_published() -> None:
    for vector in VALID[:-1]:
        wallet = Wallet.register("x", [vector["descriptor"]], MAIN)
        written = json.loads(policy.write(wallet))
        assert (written["descriptor_template"], written["keys_info"]) == (vector["template"], vector["keys"])


@pytest.mark.parametrize("kind", [kind for kind in desk.POLICIES if "nobody" in kind])
def test_a_key_that_is_no_placeholder_cannot_be_written(kind: str) -> None:
    wallet = Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST)
    if "{HX}" in desk.POLICIES[kind][0]:  # an extended key over nobody's is a key like others to the BIP
        assert policy.read(policy.write(wallet)).register("treasury", REGTEST) == wallet
        return
    with pytest.raises(Usage, match="policy"):
        policy.write(wallet)


def test_a_wallet_of_one_branch_cannot_be_written() -> None:
    with pytest.raises(Usage):
        policy.write(Wallet.register("t", [desk.wallet("wpkh").single(0)], REGTEST))


@pytest.mark.parametrize("template", policy.TEMPLATES)
@pytest.mark.parametrize("keys", policy.KEY_LISTS)
def test_the_fields_names_in_use_are_read(template: str, keys: str) -> None:
    fields = {"name": "x", template: QUORUM["descriptor_template"], keys: KEYS}
    assert policy.read(document(fields)).descriptors == policy.read(document(QUORUM)).descriptors


def test_a_description_beside_a_template_is_a_text_for_people() -> None:
    fields = QUORUM | {"description": "the board's @0 wallet"}
    assert policy.read(document(fields)).descriptors == policy.read(document(QUORUM)).descriptors


DEFECTS: dict[str, object] = {
    "a list": [QUORUM],
    "a text": "wsh(pk(@0/**))",
    "an unknown field": QUORUM | {"script": "x"},
    "no keys": {"name": "x", "descriptor_template": "wpkh(@0/**)"},
    "two lists of keys": QUORUM | {"keys": KEYS},
    "two templates": QUORUM | {"template": QUORUM["descriptor_template"]},
    "a key that is a number": QUORUM | {"keys_info": [*KEYS[:2], 7]},
    "keys as one text": QUORUM | {"keys_info": KEYS[0]},
    "a name that is a number": QUORUM | {"name": 7},
    "a key too few": QUORUM | {"keys_info": KEYS[:2]},
    "a key too many": QUORUM | {"keys_info": [*KEYS, desk.expressions("48h/1h/9h/2h")["A"].rpartition("/<")[0]]},
    "one key twice": QUORUM | {"keys_info": [*KEYS[:2], KEYS[1]]},
    "one key twice under two origins": QUORUM | {"keys_info": [*KEYS[:2], "[00000000/1h]" + KEYS[1].split("]")[1]]},
    "a key with steps below it": QUORUM | {"keys_info": [*KEYS[:2], KEYS[2] + "/0"]},
    "a key with its star": QUORUM | {"keys_info": [*KEYS[:2], KEYS[2] + "/<0;1>/*"]},
    "a plain key": QUORUM | {"keys_info": [*KEYS[:2], "02" + "11" * 32]},
    "a private key": QUORUM | {"keys_info": [*KEYS[:2], "L5TXU4SdD9e6QGgBjxeegJKxt4FgATLG1TCnFM8JLyEkFuyHEqNM"]},
    "a key beside the placeholders": QUORUM
    | {"descriptor_template": f"wsh(sortedmulti(2,@0/**,@1/**,@2/**,{KEYS[0]}/<6;7>/*))"},
    "a nought before a number": QUORUM | {"descriptor_template": "wsh(sortedmulti(2,@00/**,@1/**,@2/**))"},
    "a number of another script": QUORUM | {"descriptor_template": "wsh(sortedmulti(2,@\u0660/**,@1/**,@2/**))"},
    "more behind the star": QUORUM | {"descriptor_template": "wsh(sortedmulti(2,@0/**,@1/**,@2/**/0))"},
    "a pair of one number twice": QUORUM | {"descriptor_template": "wsh(sortedmulti(2,@0/**,@1/**,@2/<3;3>/*))"},
    "no placeholder": {"name": "x", "descriptor_template": "wsh()", "keys_info": KEYS},
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_policy_with_a_defect_is_refused(defect: str) -> None:
    with pytest.raises(Unreadable):
        policy.read(document(DEFECTS[defect]))


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b'{"name": NaN}', b"[" * 5_000, b'{"name": "x", "name": "y"}'])
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(Unreadable):
        policy.read(text)


def test_no_refusal_repeats_a_private_key() -> None:
    with pytest.raises(CustodyError) as refusal:
        policy.read(document(DEFECTS["a private key"]))
    assert "L5TXU4" not in refusal.value.message + refusal.value.hint


# --- at the edges ---


def refusal(fields: object) -> str:
    with pytest.raises(Unreadable) as refused:
        policy.read(document(fields))
    return refused.value.message


def test_a_list_has_1_to_1_000_keys() -> None:
    """One that is too long is refused as that; the longest for what stands in it, the same key twice."""
    for keys, told in (
        ([], "not a list of texts"),
        (KEYS[:1] * 1_000, "stands in its list twice"),
        (KEYS[:1] * 1_001, "not a list of texts"),
        ([*KEYS[:2], None], "not a list of texts"),
        ({KEYS[0]: 1}, "not a list of texts"),
        ([KEYS[0] + "/0"], "names steps below it"),
        ([KEYS[0] + "/*"], "names steps below it"),
        ([desk.root("A").get_public_key().sec().hex()], "no extended key"),
    ):
        assert told in refusal(QUORUM | {"keys_info": keys})


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("wsh(sortedmulti(2,@0/**,@2/**,@1/**))", "not numbered in order"),
        ("wsh(sortedmulti(2,@1/**,@2/**,@3/**))", "not numbered in order"),
        ("wsh(sortedmulti(2,@0/**,@1/**))", "not numbered in order"),
        ("wsh(sortedmulti(2,@0/**,@1/**,@2))", "a placeholder of its template"),
        ("wsh(sortedmulti(2,@0/**,@1/**,@2/*))", "a placeholder of its template"),
        ("wsh(sortedmulti(2,@0/**,@1/**,@2/<0;1>))", "a placeholder of its template"),
        ("wsh(sortedmulti(2,@0/**,@1/**,@2/<0;1;2>/*))", "a placeholder of its template"),
        ("wsh(sortedmulti(2,@0/**,@1/**,@2/<00;1>/*))", "a placeholder of its template"),
        ("wsh(sortedmulti(2,@0/**,@1/**,@2/***))", "a placeholder of its template"),
        ("wsh(sortedmulti(2,@0/**,@1/**,@2/**", "a placeholder of its template"),
        ("wsh()", "a placeholder of its template"),
        ("wsh(sortedmulti(2,@0/**,@1/**,@2/**,@0/**))", "one key twice on the same branch"),
        ("wsh(sortedmulti(2,@0/**,@1/**,@2/**,@0/<1;2>/*))", "one key twice on the same branch"),
        ("wsh(sortedmulti(2,@0/<2;3>/*,@1/**,@2/**,@0/<3;4>/*))", "one key twice on the same branch"),
    ],
)
def test_a_template_with_a_defect_is_refused_for_it(template: str, told: str) -> None:
    assert told in refusal(QUORUM | {"descriptor_template": template})


@pytest.mark.parametrize("pair", ["0;1", "2;3", "2147483646;2147483647"])
def test_a_placeholder_may_have_other_branches(pair: str) -> None:
    template = f"wsh(sortedmulti(2,@0/**,@1/<{pair}>/*,@2/**))"
    (text,) = policy.read(document(QUORUM | {"descriptor_template": template})).descriptors
    assert f"{KEYS[1]}/<{pair}>/*" in text
    wallet = Wallet.register("x", [text], REGTEST)
    written = json.loads(policy.write(wallet))["descriptor_template"]
    assert written == (template if pair != "0;1" else QUORUM["descriptor_template"])


def test_a_key_may_stand_twice_on_branches_of_its_own() -> None:
    template = "wsh(or_d(multi(2,@0/**,@1/**),and_v(v:pkh(@0/<2;3>/*),older(9))))"
    fields = {"descriptor_template": template, "keys_info": KEYS[:2]}
    wallet = policy.read(document(fields)).register("x", REGTEST)
    assert policy.read(document(fields)).name is None
    assert json.loads(policy.write(wallet)) == {
        "name": "x",
        "descriptor_template": template,
        "keys_info": [key.replace("h/", "'/").replace("h]", "']") for key in KEYS[:2]],
    }


@pytest.mark.parametrize("below", ["/0/*", "/*", "/0/<0;1>/*", "/<0;1>/0/*"])
def test_keys_that_end_otherwise_are_not_written(below: str) -> None:
    with pytest.raises(Usage, match="policy"):
        policy.write(Wallet.register("t", [f"wpkh({KEYS[0]}{below})"], REGTEST))


@pytest.mark.parametrize(
    "changes",
    [{"descriptor_template": 7}, {"descriptor_template": None}, {"name": 7}, {"name": ["x"]}, {"name": True}],
)
def test_a_template_and_a_name_are_texts(changes: dict[str, Any]) -> None:
    assert "its template or its name is not a text" in refusal(QUORUM | changes)


def test_each_field_is_there_once() -> None:
    for fields in (
        {"keys_info": KEYS},
        {"descriptor_template": QUORUM["descriptor_template"]},
        QUORUM | {"keys": KEYS},
        QUORUM | {"template": "x"},
        QUORUM | {"template": "x", "description": "y"},
    ):
        assert "missing, or there twice" in refusal(fields)
    for unknown in ("Name", "descriptor", "keysInfo"):
        assert "a field that is not known" in refusal(QUORUM | {unknown: "x"})

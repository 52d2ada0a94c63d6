"""Wallets in the CBOR of Blockchain Commons: the published ones, ours read back, and one defect in each."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from airgap.message import Message
from airgap.ur import multipart
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.descriptor import Descriptor
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.programs import ur, ur_keys
from custody.chains.bitcoin.exchange.programs.ur import UrType
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.chains.cbor_values import Tagged, decode, encode
from custody.errors import Unreadable, Usage
from tests.chains.bitcoin.exchange.published import PUBLISHED
from tests.support import desk

MAIN, REGTEST = NETWORKS["main"], NETWORKS["regtest"]
ACCOUNT = PUBLISHED["crypto-account"]
NAMED = PUBLISHED["output-descriptor"]
OUTPUTS = PUBLISHED["crypto-output"]["vectors"]
SIMPLE = ["pkh", "sh(wpkh)", "wpkh", "tr", "sh(multi)", "wsh(sortedmulti)", "sh(wsh(sortedmulti))"]


def wallet(kind: str) -> Wallet:
    return Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST)


def replaced(value: Any, old: Any, new: Any) -> Any:
    """The same tree of values, with one value in the place of another wherever it stands."""
    if type(value) is type(old) and value == old:
        return new
    if isinstance(value, Tagged):
        return Tagged(replaced(value.tag, old, new), replaced(value.content, old, new))
    if isinstance(value, Mapping):
        return {replaced(key, old, new): replaced(each, old, new) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [replaced(each, old, new) for each in value]
    return value


# --- what is published ---


@pytest.mark.parametrize("vector", [OUTPUTS[0], OUTPUTS[1], OUTPUTS[2], OUTPUTS[4]])
def test_the_published_outputs_are_the_published_descriptors(vector: dict[str, str]) -> None:
    """Of the fourth, whose depth and path disagree, see below."""
    (text,) = ur.read(bytes.fromhex(vector["cbor"])).descriptors
    read, published = Descriptor.parse(text), Descriptor.parse(vector["descriptor"])
    assert [read.derive(0, index).script for index in range(3)] == [
        published.derive(0, index).script for index in range(3)
    ]
    assert read.text() == published.text() or "[bd16bee5/0]" in read.text()  # which the text leaves out


def test_the_published_output_whose_depth_and_path_disagree_derives_the_published_keys() -> None:
    vector = OUTPUTS[3]
    (text,) = ur.read(bytes.fromhex(vector["cbor"])).descriptors
    read, published = Descriptor.parse(text).keys[0], Descriptor.parse(vector["descriptor"]).keys[0]
    assert read.derive(0, 7) == published.derive(0, 7)
    assert read.extended is not None
    assert published.extended is not None
    assert (read.extended.depth, read.extended.parent_fingerprint) == (4, published.extended.parent_fingerprint)


@pytest.mark.parametrize("vector", [*OUTPUTS, ACCOUNT])
def test_the_published_letters_carry_the_published_cbor(vector: dict[str, str]) -> None:
    message = multipart.parse(vector["ur"])
    assert isinstance(message, Message)
    assert message.payload.hex() == vector["cbor"]


@pytest.mark.parametrize("name,number", [("bip44", 0), ("bip49", 1), ("bip84", 2), ("bip86", 6)])
def test_the_published_accounts_single_keys_are_wallets(name: str, number: int) -> None:
    (text,) = ur.read(bytes.fromhex(ACCOUNT["cbor"]), account=name).descriptors
    published = ACCOUNT["descriptors"][number].replace("'", "h")
    head, _closed, closing = published.partition(")")
    assert text == f"{head}/<0;1>/*){closing}"
    assert Wallet.register("x", [text], MAIN).descriptor.branches == 2


def test_which_account_is_wanted_must_be_said_and_cosigners_keys_are_none() -> None:
    with pytest.raises(Usage, match="several") as refusal:
        ur.read(bytes.fromhex(ACCOUNT["cbor"]))
    assert "bip44, bip49, bip84, bip86" in refusal.value.hint
    with pytest.raises(Usage, match="no account of that name"):
        ur.read(bytes.fromhex(ACCOUNT["cbor"]), account="bip48")
    account = decode(bytes.fromhex(ACCOUNT["cbor"]))
    assert isinstance(account, Mapping)
    cosigners = {1: account[1], 2: account[2][3:6]}
    with pytest.raises(Unreadable, match="no account of a single key"):
        ur.read(encode(cosigners))
    with pytest.raises(Unreadable, match="one cosigner"):
        ur.read(encode(cosigners[2][0]))


def test_the_published_output_descriptor_has_its_keys_and_its_name() -> None:
    imported = ur.read(bytes.fromhex(NAMED["cbor"]))
    assert imported.name == NAMED["name"]
    assert imported.descriptors == (NAMED["descriptor"].replace("'", "h"),)
    wallet = imported.register(NAMED["name"], MAIN)
    published = decode(bytes.fromhex(NAMED["cbor"]))
    written = decode(b"\xd9\x9d\x74" + ur.write(wallet, UrType.DESCRIPTOR))
    assert _without_depth(written) == published


def _without_depth(value: Any) -> Any:
    """We also write the depth of a key, which the BCR leaves free."""
    if isinstance(value, Tagged) and value.tag == 40304:
        return Tagged(value.tag, {key: each for key, each in value.content.items() if key != 3})
    if isinstance(value, Tagged):
        return Tagged(value.tag, _without_depth(value.content))
    if isinstance(value, Mapping):
        return {key: _without_depth(each) for key, each in value.items()}
    return [_without_depth(each) for each in value] if isinstance(value, list) else value


# --- what we write ---


@pytest.mark.parametrize("kind", [*desk.KINDS, *desk.POLICIES])
def test_an_output_descriptor_holds_every_wallet(kind: str) -> None:
    written = ur.write(wallet(kind), UrType.DESCRIPTOR)
    imported = ur.read(written, "output-descriptor")
    assert imported.name == "treasury"
    assert imported.register("treasury", REGTEST) == wallet(kind)


@pytest.mark.parametrize("kind", SIMPLE)
def test_a_crypto_output_holds_single_keys_and_quorums(kind: str) -> None:
    assert ur.read(ur.write(wallet(kind)), "crypto-output").register("treasury", REGTEST) == wallet(kind)


@pytest.mark.parametrize("kind", desk.POLICIES)
@pytest.mark.parametrize("ur_type", [UrType.OUTPUT, UrType.ACCOUNT])
def test_a_policy_fits_an_output_descriptor_only(kind: str, ur_type: UrType) -> None:
    with pytest.raises(Usage, match=ur_type):
        ur.write(wallet(kind), ur_type)


@pytest.mark.parametrize("kind", ["pkh", "sh(wpkh)", "wpkh", "tr"])
def test_a_crypto_account_holds_a_single_key(kind: str) -> None:
    assert ur.read(ur.write(wallet(kind), UrType.ACCOUNT), "crypto-account").register("treasury", REGTEST) == wallet(
        kind
    )


@pytest.mark.parametrize("kind", ["wsh(sortedmulti)", "sh(multi)"])
def test_a_crypto_account_holds_no_quorum(kind: str) -> None:
    with pytest.raises(Usage, match="crypto-account"):
        ur.write(wallet(kind), UrType.ACCOUNT)


def test_the_published_account_is_written_as_it_was_published() -> None:
    """One script type of it at a time; only the depth, which the BCR leaves free, is more than is published."""
    published = decode(bytes.fromhex(ACCOUNT["cbor"]))
    assert isinstance(published, Mapping)
    for name, number in (("bip44", 0), ("bip49", 1), ("bip84", 2), ("bip86", 6)):
        imported = ur.read(bytes.fromhex(ACCOUNT["cbor"]), account=name)
        written = decode(ur.write(imported.register("x", MAIN), UrType.ACCOUNT))
        assert isinstance(written, Mapping)
        assert written[1] == published[1]
        assert _fields_of_key(written[2][0]) == _fields_of_key(published[2][number]) | {"depth": 3}


def _fields_of_key(value: Any) -> dict[Any, Any]:
    while value.tag != 303:
        value = value.content
    origin = value.content[6].content
    return {**value.content, 6: origin[1], "source": origin[2]} | ({"depth": origin[3]} if 3 in origin else {})


def test_a_key_without_origin_keeps_its_place_in_the_tree() -> None:
    text = desk.wallet("wpkh").descriptor
    bare = Wallet.register("t", [text[:5] + text.partition("]")[2]], REGTEST)
    for ur_type in (UrType.OUTPUT, UrType.DESCRIPTOR):
        assert ur.read(ur.write(bare, ur_type)).register("t", REGTEST) == bare


def test_a_top_level_tag_is_tolerated() -> None:
    content = decode(ur.write(wallet("wpkh")))
    assert ur.read(encode(Tagged(308, content))).register("treasury", REGTEST) == wallet("wpkh")


def test_the_usual_branches_are_left_unsaid_and_others_are_not() -> None:
    """As desktop wallets write a crypto-output; a device that cannot read a pair of branches reads it all the same."""
    assert 7 not in KEY
    text = desk.wallet("wpkh").descriptor
    for below in ("<2;3>/*", "5/<0;1>/*", "7/*"):
        other = Wallet.register("t", [text.replace("<0;1>/*", below)], REGTEST)
        assert ur.read(ur.write(other)).register("t", REGTEST) == other


@pytest.mark.parametrize("children", [[[0, False, 1, False], [], False], [[0, 1], False, [], False]])
def test_the_usual_branches_may_be_a_pair_or_a_range_of_two(children: Any) -> None:
    value = hdkey(_7=Tagged(304, {1: children}))
    assert ur.read(encode(value)).register("treasury", REGTEST) == wallet("wpkh")


# --- one defect in each ---

WPKH = decode(ur.write(wallet("wpkh")))
QUORUM = decode(ur.write(wallet("wsh(sortedmulti)")))
TEXT = decode(ur.write(wallet("wsh(sortedmulti)"), UrType.DESCRIPTOR))
KEY: Any = WPKH.content.content


def hdkey(**fields: Any) -> Tagged:
    """A wpkh whose key's fields are other ones."""
    return Tagged(404, Tagged(303, {**KEY, **{int(name[1:]): value for name, value in fields.items()}}))


DEFECTS: dict[str, Any] = {
    "a number": 7,
    "a script that is not known": Tagged(405, WPKH.content),
    "a bare key": WPKH.content,
    "a master key, which is private": hdkey(_1=True),
    "a private key": hdkey(_2=True),
    "a key a byte short": hdkey(_3=KEY[3][:-1]),
    "no point of the curve": hdkey(_3=b"\x02" + b"\xff" * 32),
    "no chain code": hdkey(_4=b""),
    "another coin": hdkey(_5=Tagged(305, {1: 60, 2: 1})),
    "a network that is not known": hdkey(_5=Tagged(305, {2: 2})),
    "a network that is a truth": hdkey(_5=Tagged(305, {2: True})),
    "an unknown field of a key": hdkey(_11=1),
    "an origin of the other version": hdkey(_6=Tagged(40304, KEY[6].content)),
    "an origin of half a step": hdkey(_6=Tagged(304, {1: [84, True, 1], 2: 1})),
    "an origin of 65 steps": hdkey(_6=Tagged(304, {1: [84, True] * 65, 2: 1})),
    "a hardened that is a number": hdkey(_6=Tagged(304, {1: [84, 1], 2: 1})),
    "a step from 2**31": hdkey(_6=Tagged(304, {1: [2**31, True], 2: 1})),
    "a negative step": hdkey(_6=Tagged(304, {1: [-1, True], 2: 1})),
    "a fingerprint of five bytes": hdkey(_6=Tagged(304, {1: [84, True], 2: 2**32})),
    "a depth of two bytes": hdkey(_6=Tagged(304, {1: [84, True], 2: 1, 3: 256})),
    "hardened children": hdkey(_7=Tagged(304, {1: [[0, False, 1, True], [], False]})),
    "a hardened star": hdkey(_7=Tagged(304, {1: [0, False, [], True]})),
    "a range of three": hdkey(_7=Tagged(304, {1: [[0, 2], False, [], False]})),
    "three branches": hdkey(_7=Tagged(304, {1: [[0, False, 1, False, 2, False], [], False]})),
    "children that are no list": hdkey(_7=Tagged(304, {1: b"\x00\x01"})),
    "a star that ends without its flag": hdkey(_7=Tagged(304, {1: [0, False, []]})),
    "a parent of five bytes": hdkey(_8=2**32),
    "a threshold that is a text": replaced(QUORUM, 2, "2"),
    "a quorum of no keys": Tagged(401, Tagged(407, {1: 1, 2: []})),
    "more keys than a quorum has": Tagged(401, Tagged(407, {1: 1, 2: [WPKH.content] * 1001})),
    "an unknown field of a quorum": Tagged(401, Tagged(407, {1: 1, 2: [], 3: 0})),
    "a placeholder without a key": {**TEXT, 1: "wsh(sortedmulti(2,@0,@1,@2,@3))"},
    "a key without a placeholder": {**TEXT, 1: "wsh(sortedmulti(2,@0,@1))"},
    "a placeholder with a nought": {**TEXT, 1: "wsh(sortedmulti(2,@00,@1,@2))"},
    "a name that is a number": {**TEXT, 3: 7},
    "a note that is a number": {**TEXT, 4: 7},
    "an unknown field of a descriptor": {**TEXT, 5: 7},
    "an account without a fingerprint": {2: [Tagged(308, WPKH)]},
    "an account twice": {1: 1, 2: [Tagged(308, WPKH), Tagged(308, WPKH)]},
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_cbor_with_a_defect_is_refused(defect: str) -> None:
    with pytest.raises(Unreadable):
        Wallet.register("x", ur.read(encode(DEFECTS[defect])).descriptors, REGTEST)


@pytest.mark.parametrize("text", ["", "00", "d9019400", "f5", "a0", "80", "ff", "d90194", "a1f500", "a201010101"])
def test_bytes_that_are_no_wallet_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        ur.read(bytes.fromhex(text))


@pytest.mark.parametrize("claimed", ["crypto-account", "output-descriptor", "crypto-psbt"])
def test_a_type_that_the_content_is_not_of_is_refused(claimed: str) -> None:
    with pytest.raises(Unreadable, match="another type"):
        ur.read(encode(WPKH), claimed)


# --- keys, and accounts of both versions ---


def _hdkey(tags: ur_keys.Tags, path: str, **changes: Any) -> Tagged:
    """A key of A's in CBOR, with its origin, without its children."""
    steps = [part for step in path.split("/") for part in (int(step.rstrip("h")), step.endswith("h"))]
    account = desk.root("A").derive(f"m/{path}").to_public()
    origin = {1: steps, 2: int.from_bytes(desk.root("A").my_fingerprint), 3: len(steps) // 2}
    fields: dict[Any, Any] = {
        3: account.sec(),
        4: account.chain_code,
        5: Tagged(tags.coin_info, {2: 1}),
        6: Tagged(tags.keypath, origin),
        8: int.from_bytes(account.fingerprint),
    }
    return Tagged(
        tags.hdkey, {key: value for key, value in {**fields, **_numbered(changes)}.items() if value is not None}
    )


def _numbered(changes: Mapping[str, Any]) -> dict[int, Any]:
    return {int(name.removeprefix("_")): value for name, value in changes.items()}


def _expression(path: str) -> str:
    return desk.expressions(path)["A"].removesuffix("/<0;1>/*")


@pytest.mark.parametrize(("tags", "ur_type"), [(ur_keys.VERSION_1, "crypto-hdkey"), (ur_keys.VERSION_2, "hdkey")])
def test_one_key_says_nothing_of_its_script_and_is_written_out(tags: ur_keys.Tags, ur_type: str) -> None:
    tagged = _hdkey(tags, "84h/1h/0h")
    for value in (tagged, tagged.content):
        for said in (ur_type, None):
            with pytest.raises(Unreadable, match="nothing says for which script") as refusal:
                ur.read(encode(value), said)
            assert f"wpkh({_expression('84h/1h/0h')}/<0;1>/*)" in refusal.value.hint.splitlines()
    with pytest.raises(Unreadable, match="nothing says"):
        recognise(encode(tagged.content))
    with pytest.raises(Unreadable, match="another type"):
        ur.read(encode(tagged), "crypto-output")
    with pytest.raises(Unreadable) as refusal:
        ur.read(encode(_hdkey(tags, "84h/1h/0h", _2=True)), ur_type)
    assert refusal.value.code == "private-key"


def _accounts(*outputs: Any) -> bytes:
    return encode({1: int.from_bytes(desk.root("A").my_fingerprint), 2: list(outputs)})


def _described(text: str, path: str, tag: bool = True) -> Any:
    content = {1: text, 2: [_hdkey(ur_keys.VERSION_2, path)]}
    return Tagged(40308, content) if tag else content


@pytest.mark.parametrize("tag", [True, False])
def test_an_account_descriptor_holds_wallets_and_one_cosigners_keys(tag: bool) -> None:
    document = _accounts(
        _described("wpkh(@0)", "84h/1h/0h", tag),
        _described("sh(wpkh(@0))", "49h/1h/0h", tag),
        _described("wsh(cosigner(@0))", "48h/1h/0h/2h", tag),
    )
    for kind, name in (("wpkh", "bip84"), ("sh(wpkh)", "bip49")):
        for said in ("account-descriptor", None):
            imported = ur.read(document, said, name)
            assert imported.register("treasury", REGTEST) == wallet(kind)
        assert ur.read(encode(Tagged(40311, decode(document))), None, name) == imported
    with pytest.raises(Usage, match="several") as refusal:
        ur.read(document)
    assert f"wsh(sortedmulti(M,{_expression('48h/1h/0h/2h')}/<0;1>/*,...))" in refusal.value.hint
    with pytest.raises(Unreadable, match="another type"):
        ur.read(document, "crypto-account")


@pytest.mark.parametrize(
    ("text", "path", "form"),
    [
        ("wsh(cosigner(@0))", "48h/1h/0h/2h", "wsh({})"),
        ("sh(wsh(cosigner(@0)))", "48h/1h/0h/1h", "sh(wsh({}))"),
        ("sh(cosigner(@0))", "45h", "sh({})"),
    ],
)
def test_cosigners_keys_of_both_versions_are_written_out_for_their_quorums(text: str, path: str, form: str) -> None:
    key = _hdkey(ur_keys.VERSION_1, path)
    tags = {"wsh({})": (401,), "sh(wsh({}))": (400, 401), "sh({})": (400,)}[form]
    marked, plain = Tagged(410, key), key
    for tag in reversed(tags):
        marked, plain = Tagged(tag, marked), Tagged(tag, plain)
    wanted = form.format(f"sortedmulti(M,{_expression(path)}/<0;1>/*,...)")
    for document in (_accounts(marked), _accounts(plain), _accounts(_described(text, path)), encode(marked)):
        with pytest.raises(Unreadable, match="one cosigner") as refusal:
            ur.read(document)
        assert wanted in refusal.value.hint.splitlines()
        assert refusal.value.code == "cosigner-key"


@pytest.mark.parametrize(
    "outputs",
    [
        (_described("wpkh(@0)", "84h/1h/0h"), _described("wpkh(@0)", "84h/1h/1h")),
        (_described("wsh(sortedmulti(1,@0))", "48h/1h/0h/2h"),),
        (_described("wpkh(cosigner(@0))", "84h/1h/0h"),),
        (_described("wpkh(@1)", "84h/1h/0h"),),
        (_described("wpkh(@0/1/*)", "84h/1h/0h"),),
        (_described("wsh(cosigner(@0)", "84h/1h/0h"),),
        (_described("wpkh(@0)", "84h/1h/0h"), 7),
    ],
)
def test_an_account_descriptor_with_a_defect_is_refused(outputs: Sequence[Any]) -> None:
    with pytest.raises(Unreadable) as refusal:
        ur.read(_accounts(*outputs))
    assert refusal.value.code == "unreadable"


@pytest.mark.parametrize(
    ("use", "path", "version"),
    [
        ({}, "84h/1h/0h", "xpub"),
        ({2: 1}, "84h/0h/0h", "tpub"),
        ({1: 1}, "84h/0h/0h", "xpub"),
        ({1: 1}, "84h/1h/0h", "tpub"),
        ({1: 1, 2: 0}, "84h/0h/0h", "xpub"),
        ({1: 1, 2: 1}, "84h/0h/0h", "tpub"),
        ({1: 1}, "84h/2h/0h", None),
        ({1: 1}, "84h", None),
        ({1: 2}, "84h/0h/0h", None),
        ({2: 2}, "84h/0h/0h", None),
    ],
)
def test_a_coin_info_says_the_network_and_the_path_where_it_says_two(
    use: dict[int, int], path: str, version: str | None
) -> None:
    key = _hdkey(ur_keys.VERSION_1, path, _5=Tagged(305, use))
    if version is None:
        with pytest.raises(Unreadable):
            ur_keys.read_key(key)
    else:
        assert f"]{version}" in ur_keys.read_key(key)


# --- which type it is, at the edges ---

TYPES: dict[str, list[Any]] = {
    "crypto-output": [WPKH, Tagged(308, WPKH), QUORUM],
    "output-descriptor": [TEXT, Tagged(40308, TEXT)],
    "crypto-account": [{1: 1, 2: [WPKH]}, Tagged(311, {1: 1, 2: [Tagged(308, WPKH)]}), {1: 1, 2: []}],
    "account-descriptor": [
        {1: 1, 2: [_described("wpkh(@0)", "84h/1h/0h")]},
        Tagged(40311, {1: 1, 2: [_described("wpkh(@0)", "84h/1h/0h", tag=False)]}),
    ],
    "hdkey": [_hdkey(ur_keys.VERSION_2, "84h/1h/0h"), _hdkey(ur_keys.VERSION_1, "84h/1h/0h").content],
}
TYPES["crypto-hdkey"] = TYPES["hdkey"]
"""A type -> forms of its own content, with the tag before it and without. One key has two names."""


@pytest.mark.parametrize("form", TYPES)
@pytest.mark.parametrize("said", TYPES)
def test_a_form_is_read_under_the_name_of_its_own_type_alone(form: str, said: str) -> None:
    for value in TYPES[form]:
        refusal = _refusal(encode(value), said)
        assert ("another type" in refusal) is (TYPES[form] is not TYPES[said])


def _refusal(document: bytes, said: str | None = None) -> str:
    """Why a document is refused; nothing where it is a wallet."""
    try:
        ur.read(document, said)
    except Unreadable as refusal:
        return refusal.message
    return ""


def test_a_tag_beside_that_of_a_type_is_none() -> None:
    for value in (WPKH, TEXT, {1: 1, 2: [WPKH]}):
        for tag in (307, 309, 310, 312, 40307, 40309, 40310, 40312):
            with pytest.raises(Unreadable):
                ur.read(encode(Tagged(tag, value)))


@pytest.mark.parametrize("script", [WPKH, QUORUM, decode(ur.write(wallet("sh(wpkh)"))), decode(ur.write(wallet("tr")))])
def test_the_tag_of_a_script_is_one_of_the_registry(script: Tagged) -> None:
    for near in (script.tag - 1, script.tag + 1):
        found = ur.read(encode(script)).descriptors
        try:
            assert ur.read(encode(Tagged(near, script.content))).descriptors != found
        except Unreadable:
            continue
    (inner,) = {each.tag for each in [script.content] if isinstance(each, Tagged)}
    assert inner in (303, 404, 407)


def test_a_document_begins_with_a_tag_of_two_bytes_or_a_map_of_one_to_ten_fields() -> None:
    assert [first for first in range(256) if ur.is_one(bytes([first]))] == [*range(0xA1, 0xAB), 0xD9]
    assert not ur.is_one(b"")


def test_one_account_of_version_2_makes_all_of_them_such() -> None:
    """Each of the others must be one as well, and is not passed over as a script that is not known."""
    described = _described("wpkh(@0)", "84h/1h/0h")
    for other in (Tagged(308, WPKH), 7, {}):
        with pytest.raises(Unreadable, match=r"a map is missing|text, name or note") as refusal:
            ur.read(_accounts(described, other), "account-descriptor")
        assert refusal.value.code == "unreadable"


# --- accounts ---


@pytest.mark.parametrize("master", [0, 1, 2**32 - 1])
@pytest.mark.parametrize("output", [WPKH, _described("wpkh(@0)", "84h/1h/0h")])
def test_the_masters_fingerprint_has_four_bytes(master: int, output: Any) -> None:
    assert len(ur.read(encode({1: master, 2: [output]})).descriptors) == 1
    for wrong in (-1, 2**32, True, b"\0\0\0\1"):
        with pytest.raises(Unreadable, match="master fingerprint"):
            ur.read(encode({1: wrong, 2: [output]}))


def test_a_key_takes_the_accounts_fingerprint_only_where_it_names_none() -> None:
    account = _hdkey(ur_keys.VERSION_1, "84h/1h/0h")
    unnamed = _hdkey(ur_keys.VERSION_1, "84h/1h/0h", _6=Tagged(304, {1: [84, True, 1, True, 0, True]}))
    for key, fingerprint in ((account, desk.root("A").my_fingerprint.hex()), (unnamed, "00000007")):
        (text,) = ur.read(encode({1: 7, 2: [Tagged(404, key)]})).descriptors
        assert text.startswith(f"wpkh([{fingerprint}/84h/1h/0h]")


def test_a_script_that_no_account_has_is_passed_over_beside_one_that_has() -> None:
    key = _hdkey(ur_keys.VERSION_1, "84h/1h/0h")
    odd = [Tagged(401, Tagged(404, key)), Tagged(403, Tagged(404, key)), 7, QUORUM]
    assert ur.read(encode({1: 1, 2: [*odd, WPKH]})).descriptors == ur.read(encode({1: 1, 2: [WPKH]})).descriptors


@pytest.mark.parametrize(
    ("tags", "name"), [((403,), "bip44"), ((400, 404), "bip49"), ((404,), "bip84"), ((409,), "bip86")]
)
def test_every_single_keys_script_has_its_account_of_both_versions(tags: tuple[int, ...], name: str) -> None:
    path = f"{name[3:]}h/1h/0h"
    script: Any = _hdkey(ur_keys.VERSION_1, path)
    for tag in reversed(tags):
        script = Tagged(tag, script)
    kind = {"bip44": "pkh", "bip49": "sh(wpkh)", "bip84": "wpkh", "bip86": "tr"}[name]
    text = wallet(kind).descriptor.text().replace(_expression(path) + "/<0;1>/*", "@0")
    for output in (script, Tagged(308, script), _described(text, path)):
        imported = ur.read(_accounts(output), account=name)
        assert imported.register("treasury", REGTEST) == wallet(kind)


@pytest.mark.parametrize("tags", [(403,), (404,), (409,), (400, 404), (401, 400), (400, 400), (401, 401)])
def test_a_cosigners_key_stands_in_a_script_of_quorums_alone(tags: tuple[int, ...]) -> None:
    marked: Any = Tagged(410, _hdkey(ur_keys.VERSION_1, "48h/1h/0h/2h"))
    for tag in reversed(tags):
        marked = Tagged(tag, marked)
    with pytest.raises(Unreadable, match="another script than sh"):
        ur.read(encode(marked))


# --- lists and texts ---


def test_a_list_has_at_most_a_thousand_members() -> None:
    """One that is too long is refused as that, before anything in it is read."""
    for members, told in ((1_000, False), (1_001, True)):
        listed = [7] * members
        for value in (
            Tagged(401, Tagged(406, {1: 1, 2: listed})),
            {1: "wsh(multi(1,@0))", 2: listed},
            Tagged(40311, {1: 1, 2: listed}),
        ):
            assert ("a list is missing or too long" in _refusal(encode(value))) is told
        assert (_refusal(encode({1: 1, 2: [*listed[1:], WPKH]})) == "") is not told


@pytest.mark.parametrize("wrong", [None, 7, "text", b"bytes", {1: 2}])
def test_what_is_no_list_is_refused_as_that(wrong: Any) -> None:
    for fields in ({1: 1, 2: wrong}, {1: "wsh(multi(1,@0))", 2: wrong}):
        if wrong is None and isinstance(fields[1], str):
            continue  # a text of plain keys needs no list
        value = {key: each for key, each in fields.items() if each is not None}
        with pytest.raises(Unreadable, match="a list is missing"):
            ur.read(encode(value))
    with pytest.raises(Unreadable, match="a list is missing"):
        ur.read(encode(Tagged(401, Tagged(406, {1: 1} | ({} if wrong is None else {2: wrong})))))


@pytest.mark.parametrize("threshold", [None, True, "2", b"\x02"])
def test_a_threshold_is_a_number(threshold: Any) -> None:
    content: Any = QUORUM.content
    fields = {2: content.content[2]} | ({} if threshold is None else {1: threshold})
    with pytest.raises(Unreadable, match="threshold of a quorum is not a number"):
        ur.read(encode(Tagged(401, Tagged(content.tag, fields))))


@pytest.mark.parametrize("content", [{}, {1: 1, 2: [], 3: 0}, {1: 1, 2: [], 0: 0}, {1: 1, 2: [], "1": 0}, [], 7])
def test_a_quorum_has_its_two_fields_and_no_other(content: Any) -> None:
    for kind in (406, 407):
        with pytest.raises(Unreadable, match=r"a map is missing|a list is missing"):
            ur.read(encode(Tagged(401, Tagged(kind, content))))


def test_a_descriptor_may_have_a_name_and_a_note_and_they_are_texts() -> None:
    source: Any = TEXT
    for changes, name in (({}, "treasury"), ({3: ""}, ""), ({4: "in the cellar"}, "treasury")):
        assert ur.read(encode({**source, **changes})).name == name
    assert ur.read(encode({key: each for key, each in source.items() if key != 3})).name is None
    for wrong in (7, True, b"x", [], {}):
        for field in (3, 4):
            with pytest.raises(Unreadable, match="its text, name or note is malformed"):
                ur.read(encode({**source, field: wrong}))
    for wrong in (7, True, b"x", [], {}):
        with pytest.raises(Unreadable):
            ur.read(encode(Tagged(40308, {**source, 1: wrong})))


def test_placeholders_stand_in_any_order_and_as_often_as_they_like() -> None:
    first, second = (_hdkey(ur_keys.VERSION_2, path) for path in ("48h/1h/0h/2h", "48h/1h/1h/2h"))
    texts = [_expression("48h/1h/0h/2h"), _expression("48h/1h/1h/2h")]
    for source, wanted in (
        ("wsh(multi(1,@0/0/*,@1/0/*))", f"wsh(multi(1,{texts[0]}/0/*,{texts[1]}/0/*))"),
        ("wsh(multi(1,@1/0/*,@0/0/*))", f"wsh(multi(1,{texts[1]}/0/*,{texts[0]}/0/*))"),
        ("wsh(multi(1,@0/0/*,@1/0/*,@0/1/*))", f"wsh(multi(1,{texts[0]}/0/*,{texts[1]}/0/*,{texts[0]}/1/*))"),
    ):
        assert ur.read(encode({1: source, 2: [first, second]})).descriptors == (wanted,)
    for source in ("wsh(multi(1,@0))", "wsh(multi(1,@1))", "wsh(multi(1,@0,@2))", "wsh(multi(1,@0,@1,@))", "@0@1@x"):
        with pytest.raises(Unreadable, match="do not match"):
            ur.read(encode({1: source, 2: [first, second]}))


def test_what_an_hdkey_cannot_hold_stays_in_the_text() -> None:
    """A plain key, and one whose master's fingerprint is zeros: the field must not hold them."""
    account = desk.root("A").derive("m/84h/1h/0h").to_public().to_base58()
    held, named = f"[00000000/84h/1h/0h]{account}/<0;1>/*", desk.expressions("48h/1h/0h/2h")["B"]
    for text, sources in (
        (f"wpkh({held})", (f"wpkh({held})", 0)),
        (f"wsh(multi(1,{held},{named}))", (f"wsh(multi(1,{held},@0))", 1)),
    ):
        made = Wallet.register("t", [text], REGTEST)
        content: Any = decode(ur.write(made, UrType.DESCRIPTOR))
        assert (content[1], len(content.get(2, ()))) == sources
        assert (2 in content) is bool(sources[1])
        assert ur.read(encode(content)).register("t", REGTEST) == made


@pytest.mark.parametrize(
    "text",
    [
        desk.wallet("wpkh").descriptor.replace("/<0;1>/*", "/0/*"),
        desk.wallet("wpkh").descriptor.replace("/<0;1>/*", "/<2;3>/*"),
        desk.wallet("wpkh").descriptor.replace("/<0;1>/*", "/<0;1>/7/*"),
        f"wpkh({desk.wallet('wpkh').descriptor.partition(']')[2]}",
        desk.wallet("wsh(sortedmulti)").descriptor,
    ],
)
def test_what_a_crypto_account_has_no_words_for_is_not_written(text: str) -> None:
    with pytest.raises(Usage, match="crypto-account"):
        ur.write(Wallet.register("t", [text], REGTEST), UrType.ACCOUNT)


def test_a_quorum_or_a_key_without_a_script_around_it_is_none() -> None:
    key: Any = WPKH.content
    for bare in (Tagged(406, {1: 1, 2: [key]}), Tagged(407, {1: 1, 2: [key]}), Tagged(410, key), Tagged(405, key)):
        for value in (bare, Tagged(308, bare)):
            with pytest.raises(Unreadable, match="its script is not one of sh, wsh, pkh, wpkh and tr"):
                ur.read(encode(value))

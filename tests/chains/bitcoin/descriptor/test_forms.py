"""Descriptors: the forms that are read, those that are refused, and the scripts they stand for."""

import json
from pathlib import Path

import pytest
from embit.descriptor import Descriptor as EmbitDescriptor
from embit.descriptor.checksum import checksum as embit_checksum
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.descriptor import Descriptor, Form, merge
from custody.chains.bitcoin.descriptor.checksum import checksum
from custody.chains.extended_key import ExtendedKey
from custody.errors import CustodyError, Unreadable
from tests.support import desk

KEY = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
XPUB = "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8"
XPRV = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"
WIF = "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn"
OTHERS = [f"[0000000{number}]{XPUB}/{number}/*" for number in range(10)]


@pytest.mark.parametrize(
    ("text", "form", "script"),
    [
        (f"pkh({KEY})", Form.PKH, "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac"),
        (f"wpkh({KEY})", Form.WPKH, "0014751e76e8199196d454941c45d1b3a323f1433bd6"),
        (f"sh(wpkh({KEY}))", Form.SH_WPKH, "a914bcfeb728b584253d5f3f70bcb780e9ef218a68f487"),
        (
            "tr(a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd)",
            Form.TR,
            "512077aab6e066f8a7419c5ab714c12c67d25007ed55a43cadcacb4d7a970a093f11",
        ),
        (
            "sh(multi(2,022f01e5e15cca351daff3843fb70f3c2f0a1bdd05e5af888a67784ef3e10a2a01,"
            "03acd484e2f0c7f65309ad178a9f559abde09796974c57e714c35f110dfc27ccbe))",
            Form.SH,
            "a914a6a8b030a38762f4c1f5cbe387b61a3c5da5cd2687",
        ),
    ],
    ids=["pkh", "wpkh", "sh(wpkh)", "tr", "sh(multi)"],
)
def test_a_fixed_key_makes_the_script_that_others_make(text: str, form: Form, script: str) -> None:
    descriptor = Descriptor.parse(text)
    assert descriptor.form is form
    assert descriptor.derive(0, 0).script.hex() == script
    assert bytes(EmbitDescriptor.from_string(text).script_pubkey().data).hex() == script


@pytest.mark.parametrize("kind", desk.KINDS)
def test_a_descriptor_is_written_as_it_was_read(kind: str) -> None:
    text = desk.wallet(kind).descriptor
    descriptor = Descriptor.parse(text)
    assert descriptor.text() == text
    assert Descriptor.parse(descriptor.with_checksum()) == descriptor
    assert (descriptor.branches, descriptor.ranged) == (2, True)


@pytest.mark.parametrize("kind", desk.KINDS)
def test_scripts_and_keys_agree_with_embit(kind: str) -> None:
    owner = desk.wallet(kind)
    descriptor = Descriptor.parse(owner.descriptor)
    for branch in (0, 1):
        for index in (0, 1, 7, 2**31 - 1):
            derived, theirs = descriptor.derive(branch, index), owner.derive(branch, index)
            assert derived.script == owner.script(branch, index)
            assert [(key.fingerprint, key.path) for key in derived.keys] == [
                (key.fingerprint, tuple(key.derivation)) for key in theirs.keys
            ]
            witness = theirs.witness_script()
            assert derived.witness_script == (None if witness is None else bytes(witness.data))


def test_sorted_keys_are_sorted_at_every_address_and_unsorted_are_not() -> None:
    sorted_form = Descriptor.parse(f"wsh(sortedmulti(2,{','.join(OTHERS[:3])}))")
    written = Descriptor.parse(f"wsh(multi(2,{','.join(OTHERS[:3])}))")
    differing = 0
    for index in range(10):
        keys = [key.public_key for key in written.derive(0, index).keys]
        script = written.derive(0, index).witness_script or b""
        assert script == b"\x52" + b"".join(b"\x21" + key for key in keys) + b"\x53\xae"
        in_order = sorted_form.derive(0, index).witness_script or b""
        assert in_order == b"\x52" + b"".join(b"\x21" + key for key in sorted(keys)) + b"\x53\xae"
        differing += script != in_order
    assert differing


def test_hardened_marks_may_be_either_of_two_and_come_out_as_h() -> None:
    texts = [f"wpkh([d34db33f/84{mark}/0{mark}/0{mark}]{XPUB}/<0;1>/*)" for mark in "h'"]
    assert {Descriptor.parse(text).text() for text in texts} == {texts[0]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "wpkh",
        "wpkh()",
        "wpkh(",
        f"wpkh({KEY}",
        f"wpkh({KEY}))",
        f"wpkh({KEY}]",
        f"sh(wpkh({KEY})]",
        f"sh(wpkh({KEY})",
        f" wpkh({KEY})",
        f"wpkh({KEY}) ",
        f"wpkh({KEY[2:]})",
        f"wpkh({'04' + KEY[2:]})",
        f"wpkh(02{'f' * 64})",
        f"wsh(wpkh({KEY}))",
        f"sh(sh(wpkh({KEY})))",
        f"wpkh(wpkh({KEY}))",
        f"sh(tr({KEY}))",
        f"tr({KEY[2:]},pk({KEY[2:]}))",  # the same key twice
        f"pk({KEY})",
        f"combo({KEY})",
        "addr(bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4)",
        "raw(51)",
        f"rawtr({KEY[2:]})",
        f"wsh(pk({KEY})",
        f"wsh(and_v(pk({KEY}),older(10)))",
        f"wsh(or_d(pk({KEY}),and_v(v:pk({KEY}),older(10))))",
        f"sh(and_v(v:pk({KEY}),older(10)))",
        f"wsh(sortedmulti_a(1,{KEY}))",
        f"tr({KEY[2:]},)",
        f"tr({KEY[2:]},{KEY[2:]})",
        f"multi(1,{KEY})",
        f"wsh(multi(0,{KEY}))",
        f"wsh(multi(2,{KEY}))",
        "wsh(multi(1))",
        f"wsh(multi(,{KEY}))",
        f"wsh(multi(-1,{KEY}))",
        f"wsh(multi(+1,{KEY}))",
        f"wsh(multi(01,{KEY}))",
        f"wsh(multi(1 ,{KEY}))",
        f"wsh(multi(a,{KEY}))",
        f"wsh(multi(1,{KEY},))",
        f"wsh(multi(1,{','.join([KEY] * 16)}))",
        f"wsh(multi(9999999999999999999,{KEY}))",
        f"wpkh({XPUB}/0'/*)",
        f"wpkh({XPUB}/*')",
        f"wpkh({XPUB}/*/0)",
        f"wpkh({XPUB}/**)",
        f"wpkh({XPUB}//0)",
        f"wpkh({XPUB}/)",
        f"wpkh({XPUB}/2147483648)",
        f"wpkh({XPUB}/-1)",
        f"wpkh({XPUB}{'/0' * 64}/*)",
        f"wpkh({XPUB}/<0>/*)",
        f"wpkh({XPUB}/<>/*)",
        f"wpkh({XPUB}/<0;0>/*)",
        f"wpkh({XPUB}/<0;1>/<2;3>/*)",
        f"wpkh({XPUB}/<0;1/*)",
        f"wpkh({XPUB}/<0;12/*)",
        f"wpkh({XPUB}/10;1>/*)",
        f"wpkh({XPUB}/0;1/*)",
        f"wpkh({XPUB}/<0';1'>/*)",
        f"wsh(multi(1,{XPUB}/<0;1>/*,{XPUB}/<0;1;2>/*))",
        f"wpkh([deadbee]{XPUB}/*)",
        f"wpkh([deadbeeff]{XPUB}/*)",
        f"wpkh([deadbeeg]{XPUB}/*)",
        f"wpkh([deadbeef{XPUB}/*)",
        f"wpkh([deadbeef/]{XPUB}/*)",
        f"wpkh([deadbeef/0''']{XPUB}/*)",
        f"wpkh([deadbeef/0H/0H/0H]{XPUB}/*)",
        f"wpkh([deadbeef]/0{XPUB}/*)",
        f"wpkh([deadbeef][deadbeef]{XPUB}/*)",
        f"wpkh({KEY}/0)",
        f"wpkh({KEY})#",
        f"wpkh({KEY})#8zl0zxm",
        f"wpkh({KEY})#8zl0zxmaa",
        f"wpkh({KEY})##8zl0zxma",
        f"wpkh({KEY})#aaaaaaaa",
        "wpkh(\u0261)",
        "x" * 10_001,
    ],
    ids=lambda text: repr(text.replace(XPUB, "XPUB").replace(KEY, "KEY")[:60]),
)
def test_what_is_malformed_or_not_supported_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        Descriptor.parse(text)
    assert refusal.value.message.isprintable()


@pytest.mark.parametrize("secret", [XPRV, WIF])
@pytest.mark.parametrize("form", ["wpkh({})", "sh(wpkh({}))", "tr({})", "wsh(multi(1,{}))", "pkh([d34db33f/0h]{})"])
def test_a_private_key_is_refused_and_never_repeated(secret: str, form: str) -> None:
    with pytest.raises(Unreadable, match="private key") as refusal:
        Descriptor.parse(form.format(secret))
    assert secret not in refusal.value.message + refusal.value.hint


def test_two_branches_merge_into_one_descriptor() -> None:
    for kind in desk.KINDS:
        owner = desk.wallet(kind)
        both = merge(Descriptor.parse(owner.single(0)), Descriptor.parse(owner.single(1)))
        assert both == Descriptor.parse(owner.descriptor)
    deeper = merge(Descriptor.parse(f"wpkh({XPUB}/7/8/2/*)"), Descriptor.parse(f"wpkh({XPUB}/7/8/3/*)"))
    assert deeper == Descriptor.parse(f"wpkh({XPUB}/7/8/<2;3>/*)")


def test_descriptors_of_two_wallets_do_not_merge() -> None:
    wpkh, tr = (desk.wallet(kind) for kind in ("wpkh", "tr"))
    pairs = [
        (wpkh.single(0), tr.single(1)),
        (wpkh.single(0), wpkh.single(0)),
        (wpkh.descriptor, wpkh.single(1)),
        (f"wpkh({XPUB}/0/*)", f"wpkh({OTHERS[1]})"),
        (f"wpkh({KEY})", f"wpkh({KEY})"),
        (f"wpkh({XPUB}/0/*)", f"wpkh({XPUB}/*)"),
        (f"wpkh({XPUB}/*)", f"wpkh({XPUB}/1/*)"),
        (f"wpkh({XPUB}/0/0/*)", f"wpkh({XPUB}/1/1/*)"),
        (f"wsh(multi(1,{OTHERS[0]},{OTHERS[1]}))", f"wsh(multi(1,{OTHERS[0]}))"),
        (f"wsh(multi(1,{XPUB}/0/*))", f"wsh(sortedmulti(1,{XPUB}/1/*))"),
        (f"wsh(multi(1,{XPUB}/0/*,{KEY}))", f"wsh(multi(2,{XPUB}/1/*,{KEY}))"),
    ]
    nobodys = desk.expressions("86h/1h/0h")["HX"].removesuffix("/<0;1>/*")
    pairs.append((f"tr({nobodys}/0/*,pk({XPUB}/0/*))", f"tr({nobodys}/0/*,pk({XPUB}/1/*))"))
    for receive, change in pairs:
        with pytest.raises(Unreadable, match="two branches"):
            merge(Descriptor.parse(receive), Descriptor.parse(change))


@pytest.mark.parametrize("path", [(5,), (0, 7), (1, 0), (9, 7, 3)])
def test_a_child_of_a_key_is_known_by_its_depth_and_origin(path: tuple[int, ...]) -> None:
    child = ExtendedKey.parse(XPUB)
    for number in path:
        child = child.child(number)
    steps = "/".join(map(str, path))
    (parent,) = Descriptor.parse(f"wpkh({XPUB}/<0;1>/*)").keys
    (below,) = Descriptor.parse(f"wpkh([00000000/{steps}]{child.serialize()}/<0;1>/*)").keys
    assert parent.is_above(below)
    assert not below.is_above(parent)
    assert not parent.is_above(parent)
    next_to_it = "/".join(map(str, (*path[:-1], path[-1] + 1)))
    (elsewhere,) = Descriptor.parse(f"wpkh([00000000/{next_to_it}]{child.serialize()}/<0;1>/*)").keys
    assert not parent.is_above(elsewhere)
    (hardened,) = Descriptor.parse(f"wpkh([00000000/{steps}h]{child.serialize()}/<0;1>/*)").keys
    assert not parent.is_above(hardened)
    (fixed,) = Descriptor.parse(f"wpkh({KEY})").keys
    assert not parent.is_above(fixed)
    assert not fixed.is_above(parent)


@pytest.mark.parametrize(("path", "known"), [((5,), True), ((0, 7), True), ((1, 7), True), ((9, 7), False)])
def test_a_child_without_origin_is_known_by_its_number_right_below_a_key_in_use(
    path: tuple[int, ...], known: bool
) -> None:
    child = ExtendedKey.parse(XPUB)
    for number in path:
        child = child.child(number)
    (parent,) = Descriptor.parse(f"wpkh({XPUB}/<0;1>/*)").keys
    (below,) = Descriptor.parse(f"wpkh({child.serialize()}/<0;1>/*)").keys
    assert parent.is_above(below) is known


@pytest.mark.parametrize(("branch", "index"), [(2, 0), (-1, 0), (0, -1), (0, 2**31)])
def test_there_is_no_address_outside_its_branches_and_indexes(branch: int, index: int) -> None:
    for text in (f"wpkh({XPUB}/<0;1>/*)", f"wpkh({XPUB}/<0;1>)"):
        with pytest.raises(Unreadable, match="no address"):
            Descriptor.parse(text).derive(branch, index)


@given(st.text(alphabet=[chr(code) for code in range(32, 127)], max_size=40))
def test_checksums_of_any_length_and_group_agree_with_embit(text: str) -> None:
    assert checksum(text) == embit_checksum(text)


descriptor_text = st.text(alphabet="wpkhstrmulti(),/*<;>0123456789abcdef#[]'", max_size=80)


@given(descriptor_text | st.text(max_size=50))
def test_any_text_is_a_descriptor_or_an_error_of_ours(text: str) -> None:
    try:
        Descriptor.parse(text)
    except CustodyError as refusal:
        assert refusal.message.isprintable()


# --- what is refused by its name, and where ---


@pytest.mark.parametrize("behind", ["?label=savings", "?bh=800000&gl=20", "?"])
def test_annotations_are_refused_by_their_name(behind: str) -> None:
    text = f"wpkh({XPUB}/<0;1>/*){behind}"
    for each in (text, f"{text}#{checksum(text)}"):
        with pytest.raises(Unreadable, match="BIP-393") as refusal:
            Descriptor.parse(each)
        assert "Take off" in refusal.value.hint


def test_a_key_of_several_signers_is_refused_by_its_name(vectors: Path) -> None:
    """Written as musig(), or as the extended key that BIP-328 makes of their keys."""
    aggregates = [each["xpub"] for each in json.loads((vectors / "bip328" / "vectors.json").read_text())]
    for text in (
        f"tr(musig({XPUB},{OTHERS[0]})/<0;1>/*)",
        f"tr({XPUB}/*,pk(musig({XPUB},{XPUB})/*))",
        *[f"tr({xpub}/<0;1>/*)" for xpub in aggregates],
        f"wsh(multi(1,{XPUB}/*,{aggregates[0]}/*))",
    ):
        with pytest.raises(Unreadable, match=r"musig\(\)") as refusal:
            Descriptor.parse(text)
        assert "sortedmulti_a" in refusal.value.hint


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("[73c5da0a/48h/1h/0h]" + XPUB[:-1] + "9", "base58"),
        ("[73C5DA0A/48h/x]" + XPUB, "malformed"),
        ("[73c5da0a]" + XPUB + "/0h/*", "hardened"),
        ("[73c5da0a]" + XPRV, "private key"),
    ],
)
@pytest.mark.parametrize("number", [1, 3])
def test_an_error_in_one_key_of_a_quorum_says_whose_it_is(broken: str, reason: str, number: int) -> None:
    keys = [f"{OTHERS[1]}", f"{OTHERS[2]}"]
    keys.insert(number - 1, broken)
    for form in ("wsh(sortedmulti(2,{}))", "sh(multi(2,{}))", f"tr({OTHERS[3]},sortedmulti_a(2,{{}}))"):
        with pytest.raises(Unreadable, match=rf"^cosigner {number} \(73c5da0a\): .*{reason}") as refusal:
            Descriptor.parse(form.format(",".join(keys)))
        assert XPRV not in refusal.value.message
        assert (refusal.value.code == "private-key") is (reason == "private key")


def test_a_cosigner_without_an_origin_goes_by_its_number() -> None:
    with pytest.raises(Unreadable, match=r"^cosigner 2 \(without an origin\): "):
        Descriptor.parse(f"wsh(multi(1,{XPUB}/*,{XPUB}/x/*))")


def test_blanks_that_were_added_are_told_from_a_character_that_is_wrong() -> None:
    text = f"wsh(multi(1,{XPUB}/*,{OTHERS[1]}))"
    spaced = text.replace(",", ", ")
    with pytest.raises(Unreadable, match="without them its checksum holds"):
        Descriptor.parse(f"{spaced}#{checksum(text)}")
    with pytest.raises(Unreadable, match="without them its checksum holds"):
        Descriptor.parse(f"{text[:40]}\n{text[40:]}#{checksum(text)}")
    for other in (spaced, f"{spaced}#qqqqqqqq", f"{spaced}#{checksum(spaced)}"):
        with pytest.raises(Unreadable, match="blanks or line ends stand"):
            Descriptor.parse(other)
    with pytest.raises(Unreadable, match="does not hold"):
        Descriptor.parse(f"{text}#qqqqqqqq")


@pytest.mark.parametrize("mark", "\u2018\u2019\u201b\u2032\u00b4")
def test_a_curly_apostrophe_is_called_one(mark: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        Descriptor.parse(f"wpkh([73c5da0a/84{mark}/0{mark}]{XPUB}/*)")
    assert "curly apostrophe" in refusal.value.message
    assert f"U+{ord(mark):04X}" in refusal.value.message
    assert refusal.value.message.isascii()


def test_another_strange_character_is_named() -> None:
    with pytest.raises(Unreadable, match=r"U\+00E9"):
        Descriptor.parse(f"wpkh({XPUB}/*)\u00e9")

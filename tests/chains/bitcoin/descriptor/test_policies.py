"""Descriptors of a policy: read, written, derived as embit, libwally and rust-miniscript do, and their limits."""

import bdkpython
import pytest
import wallycore
from embit.descriptor import Descriptor as EmbitDescriptor
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.chains.bitcoin.addresses.address import address
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.descriptor import Descriptor, Form
from custody.errors import Unreadable
from tests.support import desk

REGTEST = network("regtest")
PLACES = [(branch, index) for branch in (0, 1) for index in (0, 1, 19, 2**31 - 1)]
KEY = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
XPUB = "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8"
SHORT = [f"{XPUB}/{number}/*" for number in range(70)]


@pytest.mark.parametrize("kind", desk.POLICIES)
def test_a_policy_is_written_as_it_was_read(kind: str) -> None:
    text = desk.wallet(kind).descriptor
    descriptor = Descriptor.parse(text)
    assert descriptor.text() == text
    assert Descriptor.parse(descriptor.with_checksum()) == descriptor
    assert (descriptor.branches, descriptor.ranged, descriptor.is_policy) == (2, True, True)
    assert (descriptor.threshold, descriptor.is_sorted) == (None, False)


@pytest.mark.parametrize("kind", desk.POLICIES)
def test_scripts_keys_and_leaves_agree_with_embit(kind: str) -> None:
    owner = desk.wallet(kind)
    descriptor = Descriptor.parse(owner.descriptor)
    for branch, index in PLACES:
        derived, theirs = descriptor.derive(branch, index), owner.derive(branch, index)
        assert derived.script == owner.script(branch, index)
        witness = theirs.witness_script()
        assert derived.witness_script == (None if witness is None else bytes(witness.data))
        held = [key for key in theirs.keys if "nobody" not in kind or key is not theirs.key]
        assert [(key.fingerprint, key.path) for key in derived.keys] == [
            (key.fingerprint, tuple(key.derivation)) for key in held
        ]
        told = {
            (key[1:], value[:-1])
            for key, value in desk.input_pairs(owner, coin(owner, branch, index))
            if key[0] == 0x15
        }
        assert {(leaf.control_block, leaf.script) for leaf in derived.leaves} == told
        assert [leaf.leaf_hash for leaf in derived.leaves] == [leaf.hash for leaf in desk.leaves(theirs)]


def coin(owner: desk.Wallet, branch: int, index: int) -> desk.Coin:
    return desk.Coin(branch, index, 1, owner.script(branch, index), b"", 0)


@pytest.mark.parametrize("kind", [kind for kind in desk.POLICIES if "sortedmulti_a" not in desk.POLICIES[kind][0]])
@pytest.mark.parametrize("branch", [0, 1])
def test_the_first_addresses_agree_with_rust_miniscript_and_libwally(kind: str, branch: int) -> None:
    owner = desk.wallet(kind)
    descriptor = Descriptor.parse(owner.descriptor)
    rust = bdkpython.Descriptor(owner.single(branch), bdkpython.NetworkKind.TEST)
    for index in range(10):
        ours = address(descriptor.derive(branch, index).script, REGTEST)
        assert ours == str(rust.derive_address(index, bdkpython.Network.REGTEST))
        if not kind.startswith("tr"):  # libwally reads no trees, and neither of the two sortedmulti_a
            theirs = wallycore.descriptor_parse(owner.descriptor, None, wallycore.WALLY_NETWORK_BITCOIN_REGTEST, 0)
            assert ours == wallycore.descriptor_to_address(theirs, 0, branch, index, 0)


def test_sorted_keys_of_a_leaf_are_sorted_at_every_address_by_x_alone() -> None:
    keys = ",".join(SHORT[:3])
    in_order = Descriptor.parse(f"tr({desk.NUMS},sortedmulti_a(2,{keys}))")
    written = Descriptor.parse(f"tr({desk.NUMS},multi_a(2,{keys}))")
    differing = 0
    for index in range(10):
        (leaf,) = in_order.derive(0, index).leaves
        shown = [leaf.script[1 + 34 * at :][:32] for at in range(3)]
        assert shown == sorted(shown) == sorted(key.public_key[1:] for key in written.derive(0, index).keys)
        differing += written.derive(0, index).leaves[0].script != leaf.script
    assert differing


def test_a_quorum_in_wsh_is_a_quorum_and_no_policy() -> None:
    for name in ("multi", "sortedmulti"):
        descriptor = Descriptor.parse(f"wsh({name}(2,{','.join(SHORT[:3])}))")
        assert (descriptor.threshold, descriptor.is_policy, descriptor.form) == (2, False, Form.WSH)
        assert descriptor.derive(0, 0).largest_witness is None


def test_bip386s_trees_are_derived() -> None:
    key, other = (
        "a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd",
        "669b8afcec803a0d323e9a17f3ea8e68e8abe5a278020a929adbec52421adbd0",
    )
    descriptor = Descriptor.parse(f"tr({key},pk({other}))")
    assert (
        descriptor.derive(0, 0).script.hex() == "512017cf18db381d836d8923b1bdb246cfcd818da1a9f0e6e7907f187f0b2f937754"
    )


def test_a_key_is_known_as_nobodys_only_where_that_is_proven() -> None:
    for text, held in ((desk.NUMS, False), ("02" + desk.NUMS, False), (KEY[2:], True), (f"{XPUB}/0/*", True)):
        descriptor = Descriptor.parse(f"tr({text},pk({SHORT[1]}))")
        assert descriptor.is_key_path_open is held
        assert len(descriptor.signing_keys) == 1 + held
        assert len(descriptor.derive(0, 0).keys) == 1 + held
    assert Descriptor.parse(f"tr({desk.NUMS})").is_key_path_open  # no tree: there is no other way


def is_point(x_only: str) -> bool:
    try:
        wallycore.ec_public_key_verify(bytes.fromhex("02" + x_only))
    except ValueError:
        return False
    return True


POINTS = [key for key in (f"{number:064x}" for number in range(1, 300)) if is_point(key)][:70]

trees = st.recursive(
    st.sampled_from(["pk(@)", "and_v(v:pk(@),older(9))", "multi_a(2,@,@,@)", "sortedmulti_a(1,@,@)", "pkh(@)"]),
    lambda inner: st.tuples(inner, inner).map(lambda pair: f"{{{pair[0]},{pair[1]}}}"),
    max_leaves=12,
)


@settings(max_examples=50, deadline=None)
@given(trees, st.permutations(POINTS))
def test_a_tree_of_any_shape_is_derived_as_embit_derives_it(shape: str, keys: list[str]) -> None:
    text = f"tr({KEY[2:]},{shape})"
    for key in keys[: text.count("@")]:
        text = text.replace("@", key, 1)
    descriptor = Descriptor.parse(text)
    assert descriptor.text() == text
    assert descriptor.derive(0, 0).script == bytes(EmbitDescriptor.from_string(text).script_pubkey().data)


def leaf_of(count: int, name: str = "multi_a") -> str:
    return f"tr({desk.NUMS},{name}({count},{','.join(SHORT[:count])}))"


@pytest.mark.parametrize("name", ["multi_a", "sortedmulti_a"])
def test_a_quorum_of_a_leaf_holds_up_to_15_keys(name: str) -> None:
    assert len(Descriptor.parse(leaf_of(15, name)).derive(0, 0).keys) == 15
    with pytest.raises(Unreadable, match="15"):
        Descriptor.parse(leaf_of(16, name))


def test_a_quorum_of_a_policy_holds_up_to_15_keys() -> None:
    policy = "wsh(and_v(v:pk({}),multi(1,{})))"
    assert Descriptor.parse(policy.format(SHORT[69], ",".join(SHORT[:15])))
    with pytest.raises(Unreadable, match="15"):
        Descriptor.parse(policy.format(SHORT[69], ",".join(SHORT[:16])))


def test_a_tree_of_64_leaves_is_read_and_a_deeper_or_wider_one_is_not() -> None:
    keys = POINTS
    balanced = [f"pk({key})" for key in keys[:64]]
    while len(balanced) > 1:
        balanced = [f"{{{left},{right}}}" for left, right in zip(balanced[::2], balanced[1::2], strict=True)]
    derived = Descriptor.parse(f"tr({desk.NUMS},{balanced[0]})").derive(0, 0)
    assert len(derived.leaves) == 64
    assert {len(leaf.control_block) for leaf in derived.leaves} == {33 + 32 * 6}
    with pytest.raises(Unreadable, match="64"):
        Descriptor.parse(f"tr({desk.NUMS},{{{balanced[0]},pk({keys[65]})}})")
    deep = f"pk({keys[0]})"
    for key in keys[1:17]:
        deep = f"{{pk({key}),{deep}}}"
    assert (
        max(len(leaf.control_block) for leaf in Descriptor.parse(f"tr({desk.NUMS},{deep})").derive(0, 0).leaves)
        == 33 + 32 * 16
    )
    with pytest.raises(Unreadable, match="deeper"):
        Descriptor.parse(f"tr({desk.NUMS},{{pk({keys[20]}),{deep}}})")


@pytest.mark.parametrize(
    "text",
    [
        f"tr({KEY[2:]},sortedmulti_a(1,{SHORT[0]},sortedmulti_a(1,{SHORT[1]})))",
        f"tr({KEY[2:]},and_v(v:sortedmulti_a(1,{SHORT[0]}),older(9)))",
        f"tr({KEY[2:]},sortedmulti(1,{SHORT[0]}))",
        f"tr({KEY[2:]},tr({SHORT[0]}))",
        f"tr({KEY[2:]},{{pk({SHORT[0]})}})",
        f"tr({KEY[2:]},pk({SHORT[0]}),pk({SHORT[1]}))",
        f"tr(,pk({SHORT[0]}))",
        f"tr({{pk({SHORT[0]}),pk({SHORT[1]})}})",
        f"wsh({{pk({SHORT[0]}),pk({SHORT[1]})}})",
        f"sh(or_d(pk({SHORT[0]}),and_v(v:pk({SHORT[1]}),older(9))))",
        f"sh(sh(wsh(or_d(pk({SHORT[0]}),and_v(v:pk({SHORT[1]}),older(9))))))",
        f"or_d(pk({SHORT[0]}),and_v(v:pk({SHORT[1]}),older(9)))",
        f"wsh(or_d(pk({SHORT[0]}),and_v(v:pk({SHORT[1]}),older(9)))",
        f"wsh(or_d(pk({SHORT[0]}),and_v(v:pk({SHORT[1]}),older(09))))",
        f"wsh(or_d(pk({XPUB}/<0;1>/*),and_v(v:pk({XPUB}/<2;3;4>/*),older(9))))",
        f"wsh(or_d(pk({SHORT[0]}),and_v(v:pk({SHORT[0]}),older(9))))",
        f"tr({SHORT[0]},pk({SHORT[0]}))",
    ],
)
def test_a_malformed_or_misplaced_policy_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        Descriptor.parse(text)


@pytest.mark.parametrize("form", ["wsh(and_v(v:pk({}),older(9)))", "tr({1},pk({0}))", "tr({1},sortedmulti_a(1,{0}))"])
def test_a_private_key_in_a_policy_is_refused_and_never_quoted(form: str) -> None:
    private = "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn"
    with pytest.raises(Unreadable) as refusal:
        Descriptor.parse(form.format(private, SHORT[0]))
    assert refusal.value.code == "private-key"
    assert private[:6] not in refusal.value.message + refusal.value.hint

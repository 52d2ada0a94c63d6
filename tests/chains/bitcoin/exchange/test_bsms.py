"""BSMS records (BIP-129): the published ones, ours read back, and one defect in each."""

import bdkpython
import pytest
from embit.descriptor import Descriptor as EmbitDescriptor
from embit.networks import NETWORKS as EMBIT

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.programs import bsms
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Mismatch, Unreadable
from tests.chains.bitcoin.exchange.published import PUBLISHED
from tests.support import desk

MAIN, REGTEST = NETWORKS["main"], NETWORKS["regtest"]
BSMS = PUBLISHED["bsms"]
PLAIN = BSMS["records"][1]


def register(record: str) -> Wallet:
    return bsms.read(record.encode()).register("treasury", MAIN)


@pytest.mark.parametrize("record", BSMS["records"][1:])
def test_the_published_records_are_registered_with_the_first_address_that_they_give(record: str) -> None:
    wallet = register(record)
    assert wallet.address(0, 0) == record.strip().split("\n")[3]
    assert wallet.descriptor.branches == 2
    assert wallet.descriptor.threshold == 2


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\n\n"])
def test_the_end_of_the_last_line_and_the_system_that_ended_the_lines_do_not_matter(ending: str) -> None:
    assert register(PLAIN + ending) == register(PLAIN)
    assert register(PLAIN.replace("\n", "\r\n") + ending) == register(PLAIN)


def test_a_record_of_plain_keys_is_no_wallet() -> None:
    """The BIP's first example has keys that derive nothing: one address for ever."""
    with pytest.raises(Unreadable, match="extended keys"):
        register(BSMS["records"][0])


@pytest.mark.parametrize("record", BSMS["encrypted"])
def test_an_encrypted_record_is_named_as_what_it_is(record: str) -> None:
    with pytest.raises(Unreadable, match="encrypted") as refusal:
        bsms.read(record.encode())
    assert "NO_ENCRYPTION" in refusal.value.hint


@pytest.mark.parametrize("record", BSMS["key_records"])
def test_the_record_of_one_key_is_no_wallet(record: str) -> None:
    with pytest.raises(Unreadable, match="of one key"):
        bsms.read(record.encode())


def test_another_first_address_is_a_mismatch() -> None:
    lines = PLAIN.split("\n")
    lines[3] = BSMS["records"][2].split("\n")[3]
    with pytest.raises(Mismatch, match="first address"):
        register("\n".join(lines))


def test_a_swapped_cosigner_does_not_make_the_first_address() -> None:
    key, other = (record.split("\n")[1].split(",")[2].split("]")[1][:111] for record in BSMS["records"][1:3])
    assert key != other
    swapped = PLAIN.replace(key, other)
    assert swapped != PLAIN
    with pytest.raises(Mismatch, match="first address"):
        register(swapped)


def test_a_first_address_of_another_network_is_a_mismatch() -> None:
    wallet = Wallet.register("t", [desk.wallet("wsh(sortedmulti)").descriptor], REGTEST)
    imported = bsms.read(bsms.write(wallet))
    assert imported.register("t", REGTEST).descriptor == wallet.descriptor
    with pytest.raises(Mismatch, match="belongs to"):
        imported.register("t", NETWORKS["test"])


DEFECTS = {
    "another version": PLAIN.replace("BSMS 1.0", "BSMS 2.0"),
    "a line too few": PLAIN.rpartition("\n")[0],
    "a line too many": PLAIN + "\nmore",
    "a template without restrictions": PLAIN.replace("/0/*,/1/*", "No path restrictions"),
    "restrictions without a template": PLAIN.replace("/**", "/0/*"),
    "three restrictions": PLAIN.replace("/0/*,/1/*", "/0/*,/1/*,/2/*"),
    "a hardened restriction": PLAIN.replace("/0/*,/1/*", "/0'/*,/1'/*"),
    "restrictions that end in no star": PLAIN.replace("/0/*,/1/*", "/0,/1"),
    "an empty restriction": PLAIN.replace("/0/*,/1/*", "/0/*,"),
    "a first address that is none": PLAIN.replace("bc1q", "bc1p"),
    "change before receiving": PLAIN.replace("/0/*,/1/*", "/1/*,/0/*"),
    "another alphabet": PLAIN.replace("/0/*,/1/*", "/\u0660/*,/1/*"),
    "a cut checksum": PLAIN.replace("/**))", "/**))#qqqqqqqq"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_record_with_a_defect_is_refused(defect: str) -> None:
    assert DEFECTS[defect] != PLAIN
    with pytest.raises((Unreadable, Mismatch)):
        register(DEFECTS[defect])


@pytest.mark.parametrize("kind", [*desk.KINDS, *desk.POLICIES])
def test_what_is_written_is_read_back_as_the_same_wallet(kind: str) -> None:
    wallet = Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST)
    assert bsms.read(bsms.write(wallet)).register("treasury", REGTEST) == wallet


@pytest.mark.parametrize("kind", desk.KINDS)
def test_embit_and_bdk_make_the_same_addresses_of_the_descriptor_in_the_record(kind: str) -> None:
    wallet = Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST)
    _version, template, restrictions, first = bsms.write(wallet).decode().splitlines()
    for branch, path in enumerate(restrictions.split(",")):
        text = template.partition("#")[0].replace("/**", path)
        by_embit = EmbitDescriptor.from_string(text)
        by_bdk = bdkpython.Descriptor(text, bdkpython.NetworkKind.TEST)
        for index in range(10):
            address = wallet.address(branch, index)
            assert by_embit.derive(index).address(EMBIT["regtest"]) == address
            assert str(by_bdk.derive_address(index, bdkpython.Network.REGTEST)) == address
    assert first == wallet.address(0, 0)


def test_a_published_record_is_written_as_it_was_published() -> None:
    """But for the checksum, which the BIP lets a template have or not."""
    written = bsms.write(register(PLAIN)).decode().split("\n")
    assert [written[0], written[1].partition("#")[0], written[2], written[3]] == PLAIN.split("\n")


def test_a_wallet_of_one_branch_has_one_restriction() -> None:
    wallet = Wallet.register("t", [desk.wallet("wpkh").single(0)], REGTEST)
    assert b"\n/0/*\n" in bsms.write(wallet)
    assert bsms.read(bsms.write(wallet)).register("t", REGTEST) == wallet


# --- records without /** in their template ---

QUORUM = desk.wallet("wsh(sortedmulti)").descriptor
FIRST = desk.wallet("wsh(sortedmulti)").address(0, 0)


def record(template: str, restrictions: str = "/0/*,/1/*", first: str = FIRST) -> bytes:
    return f"BSMS 1.0\n{template}\n{restrictions}\n{first}\n".encode()


@pytest.mark.parametrize("below", ["", "/<0;1>/*", "/**"])
def test_keys_that_end_where_the_restrictions_begin_or_have_them_written_out_are_read(below: str) -> None:
    text = QUORUM.replace("/<0;1>/*", below)
    for document in (record(text), b"\r\n " + record(text).replace(b"\n", b" \r\n") + b"\r\n"):
        assert recognise(document).register("treasury", REGTEST).descriptor.text() == QUORUM
    with pytest.raises(Mismatch, match="first address"):
        recognise(record(text, first=desk.wallet("wsh(sortedmulti)").address(0, 1))).register("treasury", REGTEST)


@pytest.mark.parametrize(
    ("below", "restrictions"),
    [
        ("/<0;1>/*", "/0/*"),
        ("/<0;1>/*", "/1/*,/0/*"),
        ("/<0;1>/*", "/2/*,/3/*"),
        ("/0/*", "/0/*,/1/*"),
        ("/0", "/0/*,/1/*"),
        ("", "/0,/1"),
        ("", "/0/*,/1/*,/2/*"),
        ("", "/0h/*,/1h/*"),
    ],
)
def test_restrictions_that_the_keys_contradict_are_refused(below: str, restrictions: str) -> None:
    with pytest.raises(Unreadable, match="restrictions"):
        recognise(record(QUORUM.replace("/<0;1>/*", below), restrictions))


# --- at the edges ---


@pytest.mark.parametrize(
    ("document", "is_one"),
    [
        (b"BSMS 1.0", True),
        (b" \r\nBSMS 2.0", True),
        (b"BSMS\n", False),
        (b"# BSMS 1.0", False),
        (b"bsms 1.0", False),
        (b"aB" * 32, True),
        (b" " + b"0" * 64 + b"\n", True),
        (b"0" * 63, False),
        (b"0" * 63 + b"g", False),
        (b"0" * 64 + b"\n0", False),
        (b"70736274ff" + b"0" * 64, False),
        (b"70736274FF" + b"0" * 64, False),
        (b"70736274fe" + b"0" * 64, True),
        (b"", False),
    ],
)
def test_a_record_is_told_by_its_first_line_and_an_encrypted_one_by_its_hex(document: bytes, is_one: bool) -> None:
    assert bsms.is_one(document) is is_one


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6])
def test_a_record_has_four_lines(count: int) -> None:
    lines = [*PLAIN.strip().split("\n"), "five", "six"][:count]
    with pytest.raises(Unreadable, match=f"has four lines, this one has {count}$"):
        bsms.read("\n".join(lines).encode())


@pytest.mark.parametrize(
    ("token", "is_token"),
    [("00", True), ("aB" * 16, True), ("0" * 33, False), ("0", False), ("0g", False), ("", False)],
)
def test_a_record_of_one_key_has_a_token_of_2_to_32_digits(token: str, is_token: bool) -> None:
    with pytest.raises(Unreadable, match="of one key" if is_token else "has four lines"):
        bsms.read(f"BSMS 1.0\n{token}\n[73c5da0a/48h]xpub\nname\nsignature".encode())


@pytest.mark.parametrize("first", ["BSMS 1.1", "BSMS 1.0.0", "BSMS 10", "BSMS 1.0 x", "BSMS"])
def test_another_version_is_refused_by_the_line_that_there_should_be(first: str) -> None:
    with pytest.raises(Unreadable, match=r"whose first line is BSMS 1\.0"):
        bsms.read(PLAIN.replace("BSMS 1.0", first).encode())


@pytest.mark.parametrize(
    ("restrictions", "below"),
    [
        ("/0/*,/1/*", ("/0/*", "/1/*")),
        ("/2/*", ("/2/*",)),
        ("/7/0/*,/7/1/*", ("/7/0/*", "/7/1/*")),
        ("/2147483647/*", ("/2147483647/*",)),
    ],
)
def test_restrictions_stand_in_the_place_of_the_stars(restrictions: str, below: tuple[str, ...]) -> None:
    template, whole = (QUORUM.replace("/<0;1>/*", each) for each in ("/**", ""))
    wanted = tuple(QUORUM.replace("/<0;1>/*", each) for each in below)
    for text in (template, whole):
        assert bsms.read(record(text, restrictions)).descriptors == wanted


@pytest.mark.parametrize(
    "restrictions",
    ["/*", "0/*", "/0/*,", ",/0/*", "/00/*", "/0/", "/0/**", "/0/*/0", "/0/*;/1/*", "", "/0h/*", "No path"],
)
def test_restrictions_of_another_form_are_called_malformed(restrictions: str) -> None:
    for below in ("/**", ""):
        with pytest.raises(Unreadable, match="path restrictions of the BSMS record are malformed"):
            bsms.read(record(QUORUM.replace("/<0;1>/*", below), restrictions))


def test_two_restrictions_are_the_most() -> None:
    for below in ("/**", ""):
        with pytest.raises(Unreadable, match="more than two path restrictions"):
            bsms.read(record(QUORUM.replace("/<0;1>/*", below), "/0/*,/1/*,/2/*"))


def test_a_template_needs_restrictions_and_a_descriptor_needs_none() -> None:
    with pytest.raises(Unreadable, match="a template, and no path restrictions"):
        bsms.read(record(QUORUM.replace("/<0;1>/*", "/**"), "No path restrictions"))
    assert bsms.read(record(QUORUM, "No path restrictions")).descriptors == (QUORUM,)


@pytest.mark.parametrize(
    ("below", "restrictions"), [("/<0;1>/*", "/0/*,/1/*"), ("/7/<2;3>/*", "/7/2/*,/7/3/*"), ("/5/*", "/5/*")]
)
def test_what_all_keys_have_below_them_is_written_as_restrictions(below: str, restrictions: str) -> None:
    wallet = Wallet.register("t", [QUORUM.replace("/<0;1>/*", below)], REGTEST)
    _version, template, written, _first = bsms.write(wallet).decode().splitlines()
    assert (written, template.count("/**")) == (restrictions, 3)
    assert bsms.read(bsms.write(wallet)).register("t", REGTEST) == wallet


def test_keys_with_different_steps_below_them_are_written_out() -> None:
    wallet = Wallet.register("t", [desk.wallet("wsh(decaying)").descriptor], REGTEST)
    _version, text, written, _first = bsms.write(wallet).decode().splitlines()
    assert written == "No path restrictions"
    assert "/**" not in text

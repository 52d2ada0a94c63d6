"""Sparrow's Output Descriptor files, by three judges, and one defect in each."""

import pytest
import wallycore

from custody.chains.bitcoin.descriptor.checksum import checksum
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.programs import sparrow
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import CustodyError, Unreadable
from tests.chains.bitcoin.exchange import wallets
from tests.chains.bitcoin.exchange.wallets import COMPARED, HOLDS, REGTEST


def lines(document: bytes) -> list[str]:
    """What the program reads: lines that are neither blank nor comments; of these it takes the first."""
    return [line for line in document.decode().split("\n") if line and not line.startswith("#")]


def addresses(descriptor: str, branch: int) -> list[str]:
    theirs = wallycore.descriptor_parse(descriptor, None, wallycore.WALLY_NETWORK_BITCOIN_REGTEST, 0)
    return [wallycore.descriptor_to_address(theirs, 0, branch, index, 0) for index in range(COMPARED)]


@pytest.mark.parametrize("kind", sorted(HOLDS["sparrow"]))
def test_libwally_makes_the_same_addresses_of_every_line(kind: str) -> None:
    both, receive, change = lines(sparrow.write(wallets.wallet(kind)))
    assert [addresses(both, branch) for branch in (0, 1)] == wallets.addresses(kind)
    assert [addresses(receive, 0), addresses(change, 0)] == wallets.addresses(kind)


def summed(text: str) -> str:
    return f"{text}#{checksum(text)}"


QUORUM = wallets.owner("wsh(sortedmulti)")
BOTH, RECEIVE, CHANGE = (summed(text) for text in (QUORUM.descriptor, QUORUM.single(0), QUORUM.single(1)))
OWN = f"""# Receive and change descriptor:
{BOTH}


# Receive descriptor:
{RECEIVE}

# Change descriptor:
{CHANGE}
"""


def read(document: str) -> Wallet:
    return recognise(document.encode()).register("treasury", REGTEST)


@pytest.mark.parametrize("document", [OWN, OWN.replace("\n", "\r\n"), f"{BOTH}\n{RECEIVE}\n{CHANGE}", f"\n\n{OWN}\n"])
def test_the_programs_own_layout_is_read(document: str) -> None:
    assert read(document) == wallets.wallet("wsh(sortedmulti)")


def sorted_once() -> str:
    """The quorum with its keys in the order that they have at the first address, and not sorted at any other."""
    derived = wallets.wallet("wsh(sortedmulti)").derive(0, 0)
    texts = QUORUM.descriptor.removeprefix("wsh(sortedmulti(2,").removesuffix("))").split(",")
    keys = sorted(zip([key.public_key for key in derived.keys], texts, strict=True))
    return f"wsh(multi(2,{','.join(text for _public, text in keys)}))"


def test_a_file_that_disagrees_only_beyond_its_first_address_is_refused() -> None:
    once = sorted_once()
    assert addresses(once, 0)[0] == addresses(BOTH, 0)[0]
    assert addresses(once, 0) != addresses(BOTH, 0)
    for other in (once, QUORUM.descriptor.replace("<0;1>", "<0;2>")):
        with pytest.raises(Unreadable, match="not of one wallet"):
            read(OWN.replace(BOTH, summed(other)))


STRANGER = summed(wallets.owner("wsh(multi)").single(1))
DEFECTS = {
    "change of another wallet": OWN.replace(CHANGE, STRANGER),
    "another wallet in both lines": OWN.replace(BOTH, summed(wallets.owner("wsh(multi)").descriptor)),
    "the branches swapped": OWN.replace(CHANGE, "x").replace(RECEIVE, CHANGE).replace("x", RECEIVE),
    "the same branch twice": OWN.replace(CHANGE, RECEIVE),
    "a fourth descriptor": OWN + STRANGER,
    "a checksum that does not hold": OWN.replace(BOTH, BOTH[:-1] + "q"),
    "a line that is no descriptor": OWN + "hello\n",
    "an escape in a comment": OWN.replace("# Change", "# \x1b[2J"),
    "a letter of another script": OWN.replace("wsh(", "wsh\u0028\u0455", 1),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_file_with_a_defect_is_refused(defect: str) -> None:
    assert DEFECTS[defect] != OWN
    with pytest.raises(CustodyError) as refusal:
        read(DEFECTS[defect])
    assert refusal.value.exit_code in (4, 5)


@pytest.mark.parametrize("beginning", [b"H:2,block:3,blockSize:1000", b"H2encrypt\n\x00", b"SPRW1\n\x00"])
def test_the_programs_database_is_named_as_what_it_is(beginning: bytes) -> None:
    with pytest.raises(Unreadable, match="database") as refusal:
        recognise(beginning + bytes(200))
    assert "Output Descriptor" in refusal.value.hint


@pytest.mark.parametrize(
    ("document", "is_one"),
    [
        (b"wpkh(<\nwpkh(\nwpkh(", True),
        (b"# <\n\n \tpkh(<\n#\nsh(\n\ttr(\n", True),
        (b"wsh(<\nwsh(\nwsh(\n", True),
        (b"wpkh(<\nwpkh(", False),
        (b"wpkh(<\nwpkh(\nwpkh(\nwpkh(", False),
        (b"wpkh(\nwpkh(<\nwpkh(", False),
        (b"wpkh(<\nwpkh(<\nwpkh(", False),
        (b"wpkh(\nwpkh(\nwpkh(", False),
        (b"wpkh(<\nwpkh(\naddr(", False),
        (b"pk(<\nwpkh(\nwpkh(", False),
        (b"", False),
        (b"H:2,block", True),
        (b"H2encrypt\n", True),
        (b"SPRW1\n", True),
        (b"H:2,bloc", False),
        (b"H2encrypt", False),
        (b"SPRW2\n", False),
        (b" SPRW1\n", False),
    ],
)
def test_a_file_is_told_by_three_descriptors_of_which_the_first_has_both_branches(
    document: bytes, is_one: bool
) -> None:
    assert sparrow.is_one(document) is is_one


def test_what_is_written_is_both_branches_and_then_each_with_its_checksum() -> None:
    text = sparrow.write(wallets.wallet("wsh(sortedmulti)")).decode()
    assert text == f"# Receive and change, in one\n{BOTH}\n\n# Receive\n{RECEIVE}\n\n# Change\n{CHANGE}\n"


def test_an_error_is_told_with_its_line() -> None:
    number = OWN.splitlines().index(CHANGE) + 1
    with pytest.raises(Unreadable, match=f"^line {number} of what looks like Sparrow's Output Descriptor: "):
        read(OWN.replace(CHANGE, CHANGE[:-1] + ("q" if CHANGE[-1] != "q" else "p")))

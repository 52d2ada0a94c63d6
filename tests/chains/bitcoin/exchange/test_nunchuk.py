"""Nunchuk's records: ours, which it compares by the first address, and its own, which leave the branches out."""

import pytest

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.programs import nunchuk
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Mismatch, Unreadable, Usage
from tests.chains.bitcoin.exchange import wallets
from tests.chains.bitcoin.exchange.wallets import HOLDS, REGTEST
from tests.chains.bitcoin.exchange.wallets import nunchuks_own as own
from tests.support import desk


def read(document: bytes) -> Wallet:
    return recognise(document).register("treasury", REGTEST)


@pytest.mark.parametrize("kind", ["pkh", "wpkh", "sh(wpkh)", "tr", "wsh(sortedmulti)", "sh(wsh(sortedmulti))"])
def test_the_first_address_tells_which_branches_its_own_record_means(kind: str) -> None:
    document = own(kind, wallets.owner(kind).address(0, 0))
    assert read(document) == wallets.wallet(kind)
    assert read(document.replace(b"\n", b"\r\n")) == wallets.wallet(kind)


def test_a_record_whose_one_branch_is_meant_stays_one() -> None:
    text = wallets.owner("wsh(sortedmulti)").descriptor.replace("/<0;1>/*", "/*")
    literal = Wallet.register("treasury", [text], REGTEST)
    assert read(own("wsh(sortedmulti)", literal.address(0, 0))) == literal


def test_a_first_address_that_neither_makes_is_a_mismatch() -> None:
    with pytest.raises(Mismatch, match="first address"):
        read(own("wsh(sortedmulti)", wallets.owner("wsh(sortedmulti)").address(0, 1)))
    with pytest.raises(Mismatch):
        read(own("wsh(sortedmulti)", wallets.owner("wsh(sortedmulti)").address(1, 0)))


def test_a_first_address_of_another_network_is_a_mismatch() -> None:
    document = own("wsh(sortedmulti)", wallets.owner("wsh(sortedmulti)").address(0, 0))
    with pytest.raises(Mismatch):
        recognise(document).register("treasury", NETWORKS["test"])


@pytest.mark.parametrize("defect", [b"", b"hello", b"bcrt1qqqqq"])
def test_a_first_address_that_is_none_is_refused(defect: bytes) -> None:
    document = own("wsh(sortedmulti)", "")
    with pytest.raises((Unreadable, Mismatch)):
        read(document + defect)


@pytest.mark.parametrize("kind", sorted(HOLDS["nunchuk"]))
def test_ours_gives_the_first_address_that_it_compares(kind: str) -> None:
    version, descriptor, restrictions, first = nunchuk.write(wallets.wallet(kind)).decode().rstrip("\n").split("\n")
    assert (version, first) == ("BSMS 1.0", wallets.addresses(kind)[0][0])
    assert restrictions == ("/0/*,/1/*" if "/**" in descriptor else "No path restrictions")


@pytest.mark.parametrize("origin", ["", "[73c5da0a]"])
def test_a_key_without_an_origin_is_not_written_for_it(origin: str) -> None:
    key = desk.root("A").to_public().to_base58()
    with pytest.raises(Usage, match="nunchuk"):
        nunchuk.write(Wallet.register("treasury", [f"wpkh({origin}{key}/<0;1>/*)"], REGTEST))


@pytest.mark.parametrize(
    ("document", "is_one"),
    [
        (b"BSMS 1.0\nwpkh(xpubx/*)\n", True),
        (b" \nBSMS 1.0 \r\nwsh(multi(1,xpubx/*,y))\nNo", True),
        (b"BSMS 1.0\nwpkh(xpubx/*)", False),
        (b"BSMS 1.0\n", False),
        (b"BSMS 1.0", False),
        (b"", False),
        (b"BSMS 1.1\nwpkh(xpubx/*)\n", False),
        (b"BSMS 1.0\nwpkh(xpubx/0/*)\n", False),
        (b"BSMS 1.0\nwpkh(xpubx/**)\n", False),
        (b"BSMS 1.0\nwpkh(xpubx/<0;1>/*)\n", False),
        (b"BSMS 1.0\nwpkh(xpubx)\nx/*)", False),
    ],
)
def test_its_own_record_is_told_by_a_key_that_ends_in_a_star_alone(document: bytes, is_one: bool) -> None:
    assert nunchuk.is_one(document) is is_one


@pytest.mark.parametrize("others", ["/0/*", "/7/*"])
def test_a_record_in_which_only_some_keys_end_in_a_star_alone_is_as_it_stands(others: str) -> None:
    ours, _star, theirs = wallets.owner("wsh(sortedmulti)").descriptor.partition("/<0;1>/*")
    text = f"{ours}/*{theirs.replace('/<0;1>/*', others)}"
    literal = Wallet.register("treasury", [text], REGTEST)
    document = f"BSMS 1.0\n{text}\nNo path restrictions\n{literal.address(0, 0)}\n".encode()
    assert nunchuk.is_one(document)
    assert read(document) == literal

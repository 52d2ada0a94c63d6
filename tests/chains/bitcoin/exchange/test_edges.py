"""What lies on the edge of what is read: the most accounts, keys in plain letters, marks before a document."""

import codecs
import json

import pytest

from custody.chains.bitcoin.descriptor import Descriptor
from custody.chains.bitcoin.exchange import branches
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.programs import core
from custody.errors import Unreadable
from tests.chains.bitcoin.exchange.wallets import REGTEST, samples
from tests.support import desk


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
@pytest.mark.parametrize("name", sorted(samples()))
def test_a_byte_order_mark_is_named_before_anything_is_read(name: str, mark: bytes) -> None:
    with pytest.raises(Unreadable, match="byte order mark"):
        recognise(mark + samples()[name][0])


@pytest.mark.parametrize(("purpose", "kind"), [(44, "pkh"), (49, "sh(wpkh)"), (84, "wpkh"), (86, "tr")])
def test_letters_that_name_no_script_take_the_one_of_the_path(purpose: int, kind: str) -> None:
    key = desk.root("A").derive(f"m/{purpose}h/1h/0h").to_public().to_base58()
    account = {
        "ExtPubKey": key,
        "MasterFingerprint": desk.root("A").my_fingerprint.hex(),
        "AccountKeyPath": f"m/{purpose}'/1'/0'",
    }
    wallet = recognise(json.dumps(account).encode()).register("treasury", REGTEST)
    assert wallet.derive(0, 3).script == desk.wallet(kind).script(0, 3)


def test_a_list_of_descriptors_has_one_and_at_most_so_many_entries() -> None:
    """A list that is too long is refused as that, and one that is not, for what stands in it."""
    entries = [{"desc": "nonsense", "active": True, "internal": False}] * core._ENTRIES_LIMIT
    for document, told in (([], True), (entries, False), ([*entries, entries[0]], True)):
        with pytest.raises(Unreadable) as refused:
            core.read(json.dumps(document).encode())
        assert ("it holds no descriptors, or too many" in refused.value.message) is told


def test_only_a_key_that_nobody_holds_stays_as_it_is_where_the_other_branch_is_added() -> None:
    """A plain key of somebody's has no branches; an extended one over H has them, as any other."""
    keys = desk.expressions("86h/1h/0h")
    account, nobodys = keys["A"].removesuffix("/<0;1>/*"), keys["HX"].removesuffix("/<0;1>/*")
    held = desk.root("B").get_public_key()
    with pytest.raises(Unreadable, match="only one branch"):
        branches.both(Descriptor.parse(f"wsh(multi(1,{account}/0/*,{held}))"))
    for internal, wanted in ((desk.NUMS, desk.NUMS), (f"{nobodys}/0/*", f"{nobodys}/<0;1>/*")):
        found = branches.both(Descriptor.parse(f"tr({internal},pk({account}/0/*))"))
        assert found == Descriptor.parse(f"tr({wanted},pk({account}/<0;1>/*))")

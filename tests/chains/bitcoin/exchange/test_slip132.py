"""SLIP-132's registered versions, written out here once more: each read, written, and refused in another script."""

import pytest
from embit import bip32

from custody.chains.bitcoin.descriptor import Form
from custody.chains.bitcoin.exchange import slip132
from custody.chains.extended_key import ExtendedKey
from custody.errors import Unreadable
from tests.support import desk

KEY = desk.root("A").derive("m/84h").to_public()
XPUB, TPUB = "0488b21e", "043587cf"

REGISTERED = [
    ("xpub", XPUB, XPUB, False, Form.PKH),
    ("ypub", "049d7cb2", XPUB, False, Form.SH_WPKH),
    ("zpub", "04b24746", XPUB, False, Form.WPKH),
    ("xpub", XPUB, XPUB, True, Form.SH),
    ("Ypub", "0295b43f", XPUB, True, Form.SH_WSH),
    ("Zpub", "02aa7ed3", XPUB, True, Form.WSH),
    ("tpub", TPUB, TPUB, False, Form.PKH),
    ("upub", "044a5262", TPUB, False, Form.SH_WPKH),
    ("vpub", "045f1cf6", TPUB, False, Form.WPKH),
    ("tpub", TPUB, TPUB, True, Form.SH),
    ("Upub", "024289ef", TPUB, True, Form.SH_WSH),
    ("Vpub", "02575483", TPUB, True, Form.WSH),
]
"""Letters, version, the plain version of the same network, whether it is a quorum's, and the script."""
EACH = pytest.mark.parametrize(("letters", "version", "plain", "is_quorum", "form"), REGISTERED)
PRIVATE = ["0488ade4", "04358394"]


def text(version: str) -> str:
    return str(KEY.to_base58(version=bytes.fromhex(version)))


def plain_key(version: str) -> ExtendedKey:
    return ExtendedKey.parse(text(version))


@EACH
def test_a_registered_version_is_a_key_and_its_script(
    letters: str, version: str, plain: str, is_quorum: bool, form: Form
) -> None:
    assert text(version).startswith(letters)
    assert slip132.read(text(version), is_quorum=is_quorum) == (plain_key(plain), form)
    assert slip132.write(plain_key(plain), form) == text(version)


@EACH
def test_a_version_of_a_single_key_is_none_of_a_quorums_and_the_other_way_round(
    letters: str, version: str, plain: str, is_quorum: bool, form: Form
) -> None:
    if version == plain:
        assert slip132.read(text(version), is_quorum=not is_quorum)[1] is (Form.PKH if is_quorum else Form.SH)
        return
    with pytest.raises(Unreadable, match=rf"\({letters}\) belong to another script"):
        slip132.read(text(version), is_quorum=not is_quorum)


@EACH
def test_a_script_takes_its_own_letters_and_plain_ones(
    letters: str, version: str, plain: str, is_quorum: bool, form: Form
) -> None:
    for place in (Form.PKH, Form.SH_WPKH, Form.WPKH, Form.TR, Form.SH, Form.SH_WSH, Form.WSH):
        quorum = place in (Form.SH, Form.SH_WSH, Form.WSH)
        if version == plain or place is form:
            assert slip132.read_for(text(version), place, is_quorum=quorum) == plain_key(plain)
        else:
            with pytest.raises(Unreadable, match="belong to another script"):
                slip132.read_for(text(version), place, is_quorum=quorum)


@pytest.mark.parametrize("is_quorum", [False, True])
@pytest.mark.parametrize("version", PRIVATE)
def test_a_private_key_is_called_one_and_not_repeated(version: str, is_quorum: bool) -> None:
    private = desk.root("A").to_base58(version=bytes.fromhex(version))
    for given in (private, private[:-1]):
        for read in (
            lambda given: slip132.read(given, is_quorum=is_quorum),
            lambda given: slip132.read_for(given, Form.WPKH, is_quorum=is_quorum),
        ):
            with pytest.raises(Unreadable, match="private") as refusal:
                read(given)
            assert private[8:-1] not in refusal.value.message + refusal.value.hint


@pytest.mark.parametrize("is_quorum", [False, True])
@pytest.mark.parametrize("version", ["0488b21f", "0488b21d", "04b24747", "00000000", "019da462"])
def test_a_version_that_is_not_registered_is_no_key(version: str, is_quorum: bool) -> None:
    with pytest.raises(Unreadable, match="not an extended public key"):
        slip132.read(text(version), is_quorum=is_quorum)
    with pytest.raises(Unreadable, match="not an extended public key"):
        slip132.read_for(text(version), Form.WPKH, is_quorum=is_quorum)


def test_there_are_no_letters_for_taproot() -> None:
    with pytest.raises(KeyError):
        slip132.write(plain_key(TPUB), Form.TR)


def test_a_damaged_key_is_told_as_damaged() -> None:
    zpub = text("04b24746")
    for damaged in (zpub[:-1], zpub[:20] + "1" + zpub[21:], zpub + "1", "", "0"):
        with pytest.raises(Unreadable) as refusal:
            slip132.read(damaged, is_quorum=False)
        assert "belong" not in refusal.value.message


def test_everything_but_the_version_stays() -> None:
    """Embit reads the same key of both texts."""
    read, _form = slip132.read(text("045f1cf6"), is_quorum=False)
    assert bip32.HDKey.from_string(read.serialize()) == KEY
    assert (read.depth, read.child_number) == (1, 2**31 + 84)

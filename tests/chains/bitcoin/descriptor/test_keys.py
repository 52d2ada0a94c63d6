"""Keys at the edges of a descriptor: how they are written, how deep they lie, how many a script holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.addresses import base58
from custody.chains.bitcoin.consensus.hashes import hash160
from custody.chains.bitcoin.descriptor import Descriptor
from custody.chains.bitcoin.descriptor.output import TEXT_LIMIT
from custody.errors import CustodyError, Unreadable

KEY = "03a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd"
OTHER = "0260b2003c386519fc9eadf2b5cf124dd8eea4c4e68d5e154050a9346ea98ce600"
UNCOMPRESSED = (
    "04a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd"
    "5b8dec5235a0fa8722476c7709c02559e3aa73aa03918ba2d492eea75abea235"
)
XPUB = "xpub6ERApfZwUNrhLCkDtcHTcxd75RbzS1ed54G1LkBUHQVHQKqhMkhgbmJbZRkrgZw4koxb5JaHWkY4ALHY2grBGRjaDMzQLcgJvLJuZZvRcEL"


def at_depth(depth: int) -> str:
    data = base58.decode_check(XPUB)
    return base58.encode_check(data[:4] + bytes([depth]) + data[5:])


def test_an_x_only_key_is_written_as_it_was_read_and_derived_with_even_y() -> None:
    descriptor = Descriptor.parse(f"tr({KEY[2:]})")
    assert descriptor.text() == f"tr({KEY[2:]})"
    derived = descriptor.derive(0, 0)
    assert derived.keys[0].public_key.hex() == "02" + KEY[2:]
    assert (derived.internal_key or b"").hex() == KEY[2:]
    assert derived.script == Descriptor.parse(f"tr({KEY})").derive(0, 0).script


@pytest.mark.parametrize("form", ["pkh({})", "wpkh({})", "sh(wpkh({}))", "wsh(multi(1,{}))", "sh(multi(1,{}))"])
def test_an_x_only_key_stands_in_taproot_alone(form: str) -> None:
    with pytest.raises(Unreadable, match="not valid"):
        Descriptor.parse(form.format(KEY[2:]))


def test_a_key_without_origin_is_named_by_its_own_fingerprint() -> None:
    for text in (KEY, UNCOMPRESSED):
        (derived,) = Descriptor.parse(f"pkh({text})").derive(0, 0).keys
        assert derived.fingerprint == hash160(bytes.fromhex(KEY))[:4]
        assert derived.path == ()
    (named,) = Descriptor.parse(f"pkh([00000000/44h/7]{KEY})").derive(0, 0).keys
    assert (named.fingerprint, named.path) == (bytes(4), (44 + (1 << 31), 7))


@pytest.mark.parametrize("digits", [KEY[:-1], KEY + "0", KEY + "00", KEY.replace("0", "O"), KEY[:32] + " " + KEY[33:]])
def test_a_key_of_another_length_or_with_other_characters_is_unreadable(digits: str) -> None:
    with pytest.raises(Unreadable):
        Descriptor.parse(f"pkh({digits})")


def test_a_hybrid_key_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="not valid"):
        Descriptor.parse(f"pkh(07{UNCOMPRESSED[2:]})")


def test_uncompressed_keys_fit_a_p2sh_quorum_while_its_script_can_be_pushed() -> None:
    fits = Descriptor.parse(f"sh(multi(1,{','.join([UNCOMPRESSED] * 7)}))")
    assert len(fits.derive(0, 0).redeem_script or b"") == 3 + 7 * 66
    with pytest.raises(Unreadable, match="520"):
        Descriptor.parse(f"sh(multi(1,{','.join([UNCOMPRESSED] * 8)}))")
    with pytest.raises(Unreadable, match="520"):
        Descriptor.parse(f"sh(multi(1,{','.join([UNCOMPRESSED] * 7 + [XPUB] * 2)}))")


def test_fifteen_extended_keys_fit_a_p2sh_quorum_and_sixteen_do_not() -> None:
    keys = [f"{XPUB}/{number}/*" for number in range(16)]
    fits = Descriptor.parse(f"sh(multi(1,{','.join(keys[:15])}))")
    assert len(fits.derive(0, 0).redeem_script or b"") == 3 + 15 * 34
    with pytest.raises(Unreadable, match="1 to 15 keys"):
        Descriptor.parse(f"sh(multi(1,{','.join(keys)}))")


def test_a_text_as_long_as_a_descriptor_may_be_is_read() -> None:
    for length in (TEXT_LIMIT, TEXT_LIMIT + 1):
        with pytest.raises(Unreadable) as refused:
            Descriptor.parse("a" * length)
        assert ("over the limit" in refused.value.message) is (length > TEXT_LIMIT)


def test_no_step_leads_deeper_than_bip32_can_count() -> None:
    for text in (f"wpkh({at_depth(254)}/*)", f"wpkh({at_depth(253)}/<0;1>/*)", f"wpkh({at_depth(255)})"):
        assert Descriptor.parse(text).derive(0, 0).script
    for text in (f"wpkh({at_depth(255)}/*)", f"wpkh({at_depth(254)}/<0;1>/*)", f"wpkh({at_depth(255)}/0)"):
        with pytest.raises(Unreadable, match="deeper"):
            Descriptor.parse(text)


def test_a_path_has_at_most_64_steps_counting_its_origin() -> None:
    most, less = "/1" * 64, "/1" * 63
    for text in (f"pkh([00000000{most}]{KEY})", f"pkh([00000000{less}]{XPUB}/*)", f"pkh({XPUB}{less}/*)"):
        assert Descriptor.parse(text)
    for text in (
        f"pkh([00000000{most}/1]{KEY})",
        f"pkh([00000000{most}]{XPUB}/*)",
        f"pkh([00000000{less}]{XPUB}/0/*)",
        f"pkh({XPUB}{most}/*)",
    ):
        with pytest.raises(Unreadable, match="longer"):
            Descriptor.parse(text)


@pytest.mark.parametrize("mark", ["h", "'"])
def test_hardened_children_are_refused_with_the_reason(mark: str) -> None:
    for text in (f"wpkh({XPUB}/*{mark})", f"wpkh({XPUB}/0{mark}/*)", f"wpkh({XPUB}/<0{mark};1{mark}>/*)"):
        with pytest.raises(Unreadable, match="hardened") as refusal:
            Descriptor.parse(text)
        assert "origin" in refusal.value.hint


def test_the_points_of_a_key_are_those_above_its_addresses() -> None:
    (key,) = Descriptor.parse(f"wpkh({XPUB}/7/<0;1>/*)").keys
    extended = key.extended
    assert extended is not None
    seven = extended.child(7)
    expected = [extended, seven, seven.child(0), seven.child(1)]
    assert key.points == {each.point.compressed for each in expected}
    (fixed,) = Descriptor.parse(f"wpkh({KEY})").keys
    assert fixed.points == frozenset()


@given(st.integers(0, 400), st.characters(min_codepoint=32, max_codepoint=126))
def test_a_mistyped_character_never_passes_the_checksum(at: int, character: str) -> None:
    text = Descriptor.parse(f"wsh(sortedmulti(2,[deadbeef/48h]{XPUB}/<0;1>/*,{KEY},{OTHER}))").with_checksum()
    at %= len(text)
    mistyped = text[:at] + character + text[at + 1 :]
    if mistyped != text:
        with pytest.raises(CustodyError):
            Descriptor.parse(mistyped)

"""Addresses to scripts and back, on the right network only, strictly."""

import hashlib
import importlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.addresses import base58
from custody.chains.bitcoin.addresses.address import TEXT_LIMIT, address, script_of
from custody.chains.bitcoin.addresses.bech32 import decode_bare, decode_segwit, encode_segwit
from custody.chains.bitcoin.consensus import hashes
from custody.chains.bitcoin.consensus.network import NETWORKS, Network, network
from custody.chains.bitcoin.consensus.script import p2pkh, p2wsh, witness_script_pubkey
from custody.errors import CustodyError, Mismatch, Unreadable, Usage

MAIN, REGTEST = NETWORKS["main"], NETWORKS["regtest"]

# BIP-173 and BIP-350 "Test vectors": addresses and the scriptPubKeys that their texts give.
SEGWIT = (
    ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "main", "0014751e76e8199196d454941c45d1b3a323f1433bd6"),
    (
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
        "signet",
        "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
    ),
    (
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        "main",
        "5128751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6",
    ),
    ("BC1SW50QGDZ25J", "main", "6002751e"),
    (
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "main",
        "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
    ),
    ("bc1pfeessrawgf", "main", "51024e73"),
)
# Of the genesis block's key, and of BIP-16.
LEGACY = (
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "main", "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac"),
    ("3P14159f73E4gFr7JterCCQh9QjiTjiZrG", "main", "a914e9c3dd0c07aac76179ebc76a6c78d4d67c6c160a87"),
    ("mzK2FFDEhxqHcmrJw1ysqFkVyhUULo45hZ", "regtest", "76a914ce28b26c57472737f5c3561a1761185bd8589a4388ac"),
)


@pytest.mark.parametrize(("text", "name", "script_hex"), SEGWIT + LEGACY)
def test_an_address_and_its_script_say_the_same(text: str, name: str, script_hex: str) -> None:
    script = bytes.fromhex(script_hex)
    assert script_of(text, NETWORKS[name]) == script
    assert address(script, NETWORKS[name]) == (text.lower() if text.isupper() else text)


@pytest.mark.parametrize("network", NETWORKS.values(), ids=str)
@pytest.mark.parametrize("program", [bytes(32), bytes(range(2)), bytes(range(40))])
def test_an_address_of_witness_version_2_is_refused_by_its_name(network: Network, program: bytes) -> None:
    """BIP-360's addresses begin with bc1z. Until nodes have rules for them, whoever comes first takes what is there."""
    text = encode_segwit(network.hrp, 2, program)
    assert text.startswith(f"{network.hrp}1z")
    for written in (text, text.upper()):
        with pytest.raises(Unreadable, match=f"witness version 2 .{network.hrp}1z, BIP-360.") as refusal:
            script_of(written, network)
        assert text not in refusal.value.message
        assert f"{network.hrp}1q" in (refusal.value.hint or "")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "regtest"),
        ("mzK2FFDEhxqHcmrJw1ysqFkVyhUULo45hZ", "main"),
        ("bc1pfeessrawgf", "signet"),
        ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", "regtest"),
        ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", "main"),
    ],
)
def test_an_address_of_another_network_is_a_mismatch_that_names_both(text: str, name: str) -> None:
    with pytest.raises(Mismatch, match=f"belongs to .*, not to {name}") as caught:
        script_of(text, NETWORKS[name])
    assert caught.value.exit_code == 5


# BIP-173 and BIP-350 "Test vectors": invalid addresses, each with what the text finds wrong with it.
@pytest.mark.parametrize(
    ("text", "defect"),
    [
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "bech32 instead of bech32m"),
        ("BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL", "bech32 instead of bech32m, version 16"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", "bech32m instead of bech32"),
        ("bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", "invalid character in checksum"),
        ("BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", "invalid witness version"),
        ("bc1pw5dgrnzv", "program of 1 byte"),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav", "program of 41 bytes"),
        ("BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", "version 0 of 16 bytes"),
        ("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq", "mixed case"),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", "more than 4 bits of padding"),
        ("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j", "padding that is not zero"),
        ("bc1gmk9yu", "empty data"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "one character wrong"),
        ("bc1", "nothing but a prefix"),
        ("1", "nothing at all"),
        ("", "empty"),
        (" 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "leading space"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\n", "newline"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "base58 checksum"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7Div0Na", "not base58"),
        ("\uff11A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "a full-width digit"),
        ("bc\u0131qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "a letter that becomes ASCII in capitals"),
        ("1" * 91, "longer than any address"),
        (base58.encode_check(b"\x00" + bytes(19)), "19 bytes"),
        (base58.encode_check(b"\x30" + bytes(20)), "a prefix of another chain"),
        (base58.encode_check(b""), "an empty payload"),
    ],
)
def test_a_text_that_is_no_address_is_unreadable(text: str, defect: str) -> None:
    for where in NETWORKS.values():
        with pytest.raises(Unreadable) as caught:
            script_of(text, where)
        assert len(text) < 12 or text not in str(caught.value), defect


@pytest.mark.parametrize("version", [0x80, 0xEF])
@pytest.mark.parametrize("suffix", [b"", b"\x01"])
def test_a_private_key_in_the_place_of_an_address_is_named_and_never_echoed(version: int, suffix: bytes) -> None:
    wif = base58.encode_check(bytes([version]) + bytes(range(1, 33)) + suffix)
    with pytest.raises(Unreadable, match="private key") as caught:
        script_of(wif, MAIN)
    assert wif not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("script", [b"", b"\x6a", b"\x00\x13" + bytes(19), b"\x51", bytes([33, 2, *bytes(32), 0xAC])])
def test_a_script_without_an_address_has_none(script: bytes) -> None:
    assert address(script, MAIN) is None


def test_base58_is_bounded_before_it_is_decoded() -> None:
    with pytest.raises(Unreadable, match="121 characters"):
        base58.decode_check("1" * 121)


@given(st.binary(max_size=82))
def test_base58_comes_back_as_it_went(payload: bytes) -> None:
    assert base58.decode_check(base58.encode_check(payload)) == payload


@given(st.integers(0, 16), st.binary(min_size=2, max_size=40), st.sampled_from(sorted({"bc", "tb", "bcrt"})))
def test_witness_programs_come_back_as_they_went(version: int, program: bytes, hrp: str) -> None:
    if version == 0:
        program = program[:1] * 20 if len(program) < 30 else program[:1] * 32
    text = encode_segwit(hrp, version, program)
    assert decode_segwit(text) == (hrp, version, program)
    assert decode_segwit(text.upper()) == (hrp, version, program)


@given(st.integers(0, 41), st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l"))
def test_one_wrong_character_is_always_noticed(position: int, character: str) -> None:
    text = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    changed = text[:position] + character + text[position + 1 :]
    if changed != text:
        with pytest.raises(Unreadable):
            script_of(changed, MAIN)


@given(st.text(max_size=100))
def test_any_text_gets_an_answer(text: str) -> None:
    for where in (MAIN, REGTEST):
        try:
            script = script_of(text, where)
        except CustodyError:
            continue
        assert address(script, where) in (text, text.lower())


def test_encoding_refuses_what_is_no_witness_program() -> None:
    with pytest.raises(ValueError, match="witness program"):
        encode_segwit("bc", 0, bytes(21))


def test_a_network_is_found_by_its_names_only() -> None:
    assert network("mainnet") is network("bitcoin") is NETWORKS["main"]
    assert network("testnet") is network("testnet3") is NETWORKS["test"]
    assert [each.name for each in NETWORKS.values() if each.is_main] == ["main"]
    for stranger in ("", "Main", "litecoin", "main\n"):
        with pytest.raises(Usage, match="no Bitcoin network"):
            network(stranger)


def test_networks_that_share_prefixes_differ_in_name() -> None:
    assert {each.hrp for each in NETWORKS.values()} == {"bc", "tb", "bcrt"}
    assert {each.coin_type for each in NETWORKS.values() if not each.is_main} == {1}
    assert MAIN.xpub.hex() == "0488b21e"


def test_ripemd160_stands_without_openssl(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, data: bytes = b"") -> None:
        raise ValueError(f"unsupported hash type {name}")

    expected = "9c1185a5c5e9fc54612808977ee8f548b2258d31"  # of nothing, from the function's own description
    assert hashes.ripemd160(b"").hex() == expected
    original = dict(vars(hashes))
    monkeypatch.setattr(hashlib, "new", missing)
    try:
        fallback = importlib.reload(hashes)
        assert fallback.ripemd160(b"").hex() == expected
        assert fallback.hash160(b"abc") == original["hash160"](b"abc")
    finally:
        vars(hashes).update(original)


def test_published_addresses_of_every_network(vectors: Path) -> None:
    published = json.loads((vectors / "descriptors" / "key_io_valid.json").read_text())
    checked = 0
    for text, payload, about in published:
        if about["isPrivkey"]:
            with pytest.raises(Unreadable, match="private key"):
                script_of(text, MAIN)
            continue
        where: Network = network(about["chain"])
        script = bytes.fromhex(payload)
        assert address(script, where) == text
        if script[0] == 0x52:  # of witness version 2, refused by its name
            with pytest.raises(Unreadable, match="BIP-360"):
                script_of(text, where)
            continue
        assert script_of(text, where) == script
        flipped = text.swapcase()
        if about.get("tryCaseFlip"):
            assert script_of(flipped, where) == script
        else:
            with pytest.raises(CustodyError):
                script_of(flipped, where)
        checked += 1
    assert checked >= 50


def test_published_invalid_addresses_are_refused_everywhere(vectors: Path) -> None:
    published = json.loads((vectors / "descriptors" / "key_io_invalid.json").read_text())
    assert len(published) >= 50
    for (text,) in published:
        for where in NETWORKS.values():
            with pytest.raises(Unreadable):
                script_of(text, where)


def test_a_script_hash_address_holds_its_script() -> None:
    for where in NETWORKS.values():
        for script in (p2pkh(bytes(20)), p2wsh(bytes(32)), witness_script_pubkey(3, bytes(40))):
            written = address(script, where)
            assert written is not None
            assert script_of(written, where) == script


def test_an_address_has_a_character_and_no_more_than_the_longest() -> None:
    for length in (0, TEXT_LIMIT + 1):
        with pytest.raises(Unreadable, match="an address has 1 to"):
            script_of("1" * length, NETWORKS["main"])
    for length in (1, TEXT_LIMIT):
        with pytest.raises(Unreadable, match="this is not a Bitcoin address"):
            script_of("1" * length, NETWORKS["main"])


def test_an_address_of_another_network_is_told_by_its_code() -> None:
    with pytest.raises(Mismatch) as refused:
        script_of("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", NETWORKS["regtest"])
    assert refused.value.code == "network-mismatch"


def test_a_segwit_address_has_at_most_90_characters() -> None:
    for length, told in ((90, "character|checksum"), (91, "too long")):
        with pytest.raises(Unreadable, match=told):
            decode_segwit("bc1" + "q" * (length - 3))


def test_a_segwit_address_has_a_version_and_a_checksum_of_six_letters() -> None:
    for letters, told in ((0, "incomplete"), (6, "incomplete"), (7, "checksum of an address")):
        with pytest.raises(Unreadable, match=told):
            decode_segwit("bc1" + "q" * letters)


def test_a_wrong_letter_is_told_by_its_code_in_every_place() -> None:
    """An address's and bare letters', so that whoever asks again for a typed text can tell a slip from another text."""
    address, bare = encode_segwit("bc", 1, bytes(32)), _bare([1, 2, 3, 4, 5, 6, 7, 8])
    for text, read, begins in ((address, decode_segwit, 3), (bare, decode_bare, 0)):
        read(text)
        for place in range(begins, len(text)):
            slip = text[:place] + ("q" if text[place] != "q" else "p") + text[place + 1 :]
            with pytest.raises(Unreadable, match="the checksum of") as refused:
                read(slip)
            assert refused.value.code == "bech32-checksum"


@pytest.mark.parametrize("strange", ["b", "i", "o", "1", "Q", " ", "-", "\u0440"])
def test_bare_letters_are_bech32s_and_none_is_passed_over(strange: str) -> None:
    text = _bare([1, 2, 3, 4, 5, 6, 7, 8])
    for place in range(len(text) + 1):
        with pytest.raises(Unreadable, match="the checksum of the letters"):
            decode_bare(text[:place] + strange + text[place:])


def test_bare_letters_are_at_least_their_checksum() -> None:
    text = _bare([])
    assert (len(text), decode_bare(text)) == (6, b"")
    for shorter in range(6):
        with pytest.raises(Unreadable, match="the checksum of the letters"):
            decode_bare(text[:shorter])


@pytest.mark.parametrize("count", range(12))
def test_bare_letters_hold_whole_bytes_and_zeros_behind_them(count: int) -> None:
    """BC32 (BCR-2020-004): so many letters, all zeros but the last bit of the last one."""
    values = [0] * count
    for last in (0, 1, 2, 4, 8, 16) if count else (0,):
        values[-1:] = [last] * bool(count)
        text = _bare(values)
        spare = 5 * count % 8
        if spare > 4 or last & ((1 << spare) - 1):
            with pytest.raises(Unreadable, match="padded"):
                decode_bare(text)
        else:
            number = int("".join(f"{value:05b}" for value in values) or "0", 2) >> spare
            assert decode_bare(text) == number.to_bytes(5 * count // 8)


def _bare(values: list[int]) -> str:
    return "".join("qpzry9x8gf2tvdw0s3jn54khce6mua7l"[value] for value in (*values, *_checksum(values)))


def _checksum(values: list[int]) -> list[int]:
    remainder = 1
    for value in [0, *values, *[0] * 6]:
        top, remainder = remainder >> 25, (remainder & 0x1FFFFFF) << 5 ^ value
        for place, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            remainder ^= term * (top >> place & 1)
    return [(remainder ^ 0x3FFFFFFF) >> 5 * (5 - place) & 31 for place in range(6)]

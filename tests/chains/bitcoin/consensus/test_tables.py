"""The numbers and names that consensus and the networks fix, written out here once more, and each used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.consensus import script
from custody.chains.bitcoin.consensus.network import ALIASES, NETWORKS, network
from custody.chains.bitcoin.consensus.script import ScriptKind, count_operations
from custody.chains.bitcoin.consensus.timelocks import Timing, older_means_something
from custody.chains.bitcoin.consensus.unspendable import is_unspendable, why_dead
from custody.errors import Unreadable, Usage

TESTS = (0x6F, 0xC4, "043587cf", "04358394", 1)
TABLE = {
    "main": ("bc", 0x00, 0x05, "0488b21e", "0488ade4", 0),
    "test": ("tb", *TESTS),
    "testnet4": ("tb", *TESTS),
    "signet": ("tb", *TESTS),
    "regtest": ("bcrt", *TESTS),
}
"""Prefix, versions of addresses (P2PKH, P2SH) and of keys (BIP-32), coin type (SLIP-44)."""


def test_the_networks_are_those_of_the_bips() -> None:
    assert {
        name: (each.hrp, each.p2pkh, each.p2sh, each.xpub.hex(), each.xprv.hex(), each.coin_type)
        for name, each in NETWORKS.items()
    } == TABLE
    assert [each.is_main for each in NETWORKS.values()] == [True, False, False, False, False]


def test_every_name_of_a_network_leads_to_it() -> None:
    assert ALIASES == {"mainnet": "main", "bitcoin": "main", "testnet": "test", "testnet3": "test"}
    for name, meant in {**{each: each for each in TABLE}, **ALIASES}.items():
        assert network(name).name == meant


@pytest.mark.parametrize("name", ["", "Main", "main ", "mainnet3", "testnet5", "bc", "litecoin", "\x1b[2J"])
def test_a_network_that_there_is_not_is_a_usage_error_with_those_that_there_are(name: str) -> None:
    with pytest.raises(Usage, match="there is no Bitcoin network named") as refusal:
        network(name)
    assert all(known in refusal.value.hint for known in TABLE)
    assert "\x1b" not in refusal.value.message


def test_the_kinds_of_scripts_have_the_names_that_scripts_read() -> None:
    assert [str(kind) for kind in ScriptKind] == (
        [
            "p2pk",
            "p2pkh",
            "p2sh",
            "p2wpkh",
            "p2wsh",
            "p2tr",
            "multisig",
            "op_return",
            "witness_unknown",
            "anchor",
            "nonstandard",
        ]
    )


DISABLED = bytes.fromhex("6566 7e7f8081 83848586 8d8e 9596979899")


@pytest.mark.parametrize("opcode", range(0x4F, 0xBB))
def test_an_opcode_that_was_switched_off_ends_a_script_wherever_it_stands(opcode: int) -> None:
    """It stands in a branch that nobody need take, so that nothing but its being there ends the script."""
    dead = why_dead(bytes([0x51, 0x63, opcode, 0x68, 0x51])) is not None
    assert dead is (opcode in DISABLED) or opcode in (0x63, 0x64, 0x67, 0x68)
    assert opcode not in DISABLED or is_unspendable(bytes([0x51, 0x63, opcode, 0x68, 0x51]))


@given(st.lists(st.integers(0, 255), max_size=80).map(bytes))
def test_operations_are_counted_as_they_are_read(content: bytes) -> None:
    try:
        whole = len(list(script.operations(content)))
    except Unreadable:
        return
    assert count_operations(content) == whole


def test_a_sequence_number_may_switch_its_lock_off() -> None:
    assert Timing(2, 144, 0).meets_older(144)
    assert Timing(2, 1 << 22 | 7, 0).meets_older(1 << 22 | 7)
    for timing in (Timing(2, 1 << 31 | 144, 0), Timing(1, 144, 0), Timing(2, 143, 0), Timing(2, 1 << 22 | 144, 0)):
        assert not timing.meets_older(144)
    assert [older_means_something(number) for number in (0, 1, 0xFFFF, 1 << 16, 1 << 22, 1 << 22 | 1, 1 << 31 | 1)] == [
        False, True, True, False, False, True, False,
    ]  # fmt: skip


def test_a_lock_time_is_of_blocks_below_500_million_and_of_time_from_there() -> None:
    assert Timing(2, 0, 499_999_999).meets_after(499_999_999)
    assert Timing(2, 0, 500_000_000).meets_after(500_000_000)
    for timing in (Timing(2, 0, 500_000_000), Timing(2, 0xFFFFFFFF, 499_999_999), Timing(2, 0, 499_999_998)):
        assert not timing.meets_after(499_999_999)
    assert Timing(2, 0xFFFFFFFE, 499_999_999).meets_after(1)

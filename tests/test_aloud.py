"""Groups to read aloud: taking the blanks out gives exactly the amount or the address, of every kind and network."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody import aloud
from custody.chains.bitcoin.addresses.address import address, script_of
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.consensus.script import p2pkh, p2sh, witness_script_pubkey

AMOUNTS = st.integers(-(2**63), 2**63 - 1)
KINDS = {
    "p2pkh": lambda program: p2pkh(program[:20]),
    "p2sh": lambda program: p2sh(program[:20]),
    "p2wpkh": lambda program: witness_script_pubkey(0, program[:20]),
    "p2wsh": lambda program: witness_script_pubkey(0, program[:32]),
    "p2tr": lambda program: witness_script_pubkey(1, program[:32]),
    "version 16": lambda program: witness_script_pubkey(16, program),
}


@given(AMOUNTS)
def test_an_amount_is_grouped_by_threes_and_nothing_else_changes(atoms: int) -> None:
    said = aloud.number(atoms)
    assert str(said) == said.plain == str(atoms) == aloud.ungrouped(said.aloud)
    assert re.fullmatch(r"-?[0-9]{1,3}( [0-9]{3})*", said.aloud)


@given(AMOUNTS)
def test_bitcoin_have_eight_decimals_of_which_the_last_six_are_groups_of_the_satoshi(atoms: int) -> None:
    said = aloud.bitcoin(atoms)
    assert said.plain == f"{Decimal(atoms).scaleb(-8):.8f}" == aloud.ungrouped(said.aloud)
    assert re.fullmatch(r"-?[0-9]{1,3}( [0-9]{3})*\.[0-9]{2} [0-9]{3} [0-9]{3}", said.aloud)
    if abs(atoms) >= 1_000_000:
        assert said.aloud.split(" ")[-2:] == aloud.number(atoms).aloud.split(" ")[-2:]


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ("999", "999"),
        ("1000", "1 000"),
        ("72501400", "72 501 400"),
        ("-27498600", "-27 498 600"),
        ("5.6 sat/vB", "5.6 sat/vB"),
        ("12345.6 sat/vB", "12 345.6 sat/vB"),
        ("-0.5", "-0.5"),
        ("-0.5 sat/vB", "-0.5 sat/vB"),
        ("-12345.6 sat/vB", "-12 345.6 sat/vB"),
    ],
)
def test_numbers_as_they_are_said(plain: str, said: str) -> None:
    assert aloud.number(plain) == aloud.Said(plain, said)


def test_bitcoin_as_they_are_said() -> None:
    shown = {0: "0.00 000 000", 1: "0.00 000 001", 72_501_400: "0.72 501 400", -(10**11): "-1 000.00 000 000"}
    assert {atoms: aloud.bitcoin(atoms).aloud for atoms in shown} == shown


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("kind", KINDS)
@given(program=st.binary(min_size=40, max_size=40))
def test_an_address_is_grouped_by_fours_and_comes_back_exactly(network, kind: str, program: bytes) -> None:
    script = KINDS[kind](program)
    plain = address(script, network)
    said = aloud.address(plain)
    groups = said.aloud.split(" ")
    assert {len(group) for group in groups[:-1]} == {4}
    assert 1 <= len(groups[-1]) <= 4
    assert str(said) == said.plain == plain == aloud.ungrouped(said.aloud)
    assert script_of(aloud.ungrouped(f"\n {said.aloud}\u00a0 "), network) == script


def test_a_value_stands_plainly_in_a_sentence_unless_it_is_asked_for_aloud() -> None:
    assert "{a} {b}".format(a=aloud.number(10_000), b=aloud.address("abcdefg")) == "10000 abcdefg"

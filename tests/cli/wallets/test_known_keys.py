import json

import pytest

from custody.cli.wallets.known_keys import KNOWN
from custody.keys.hd import MasterKey
from custody.keys.phrases import mnemonic
from custody.secret import Secret

SOFTWARE = ("test " * 11 + "junk", "all " * 12)


def fingerprint(seed: bytes) -> bytes:
    return MasterKey.from_seed(Secret(seed)).fingerprint


@pytest.mark.parametrize("phrase", SOFTWARE)
def test_the_phrases_of_wallet_software_are_known(phrase):
    assert fingerprint(mnemonic.seed(mnemonic.entropy_of(phrase)).reveal()) in KNOWN


def test_the_seeds_of_bip32_are_known(vectors):
    seeds = ["000102030405060708090a0b0c0d0e0f", "3ddd5602285899a946114506157c7997e5444528f3003f6134712147db19b678"]
    assert all(KNOWN[fingerprint(bytes.fromhex(seed))] == "BIP-32" for seed in seeds)


def test_the_phrases_of_bip39_are_known_with_and_without_their_passphrase(vectors):
    for entropy, _phrase, seed, _xprv in json.loads((vectors / "bip39" / "vectors.json").read_text())["english"]:
        assert fingerprint(bytes.fromhex(seed)) in KNOWN
        assert fingerprint(mnemonic.seed(Secret(bytes.fromhex(entropy))).reveal()) in KNOWN


def test_the_master_secrets_of_slip39_are_known(vectors):
    for _name, _shares, secret, _xprv in json.loads((vectors / "slip39" / "vectors.json").read_text()):
        assert not secret or fingerprint(bytes.fromhex(secret)) in KNOWN


def test_every_fingerprint_has_four_bytes():
    assert {len(known) for known in KNOWN} == {4}
    assert len(KNOWN) == 65

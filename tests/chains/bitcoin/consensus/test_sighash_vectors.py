"""Signature hashes against the examples of BIP-143, the signatures in them, and a third implementation."""

from hashlib import sha256

import pytest
import wallycore
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxInput, TxOutput
from custody.curve import verify_ecdsa
from tests.support.effort import against, operations

# BIP-143, "Example". Every amount is in satoshi; script codes are without their length.
NESTED = (
    "0100000001db6b1b20aa0fd7b23880be2ecbd4a98130974cf4748fb66092ac4d3ceb1a54770100000000feffffff02b8b4eb0b0000000019"
    "76a914a457b684d7f0d539a46a45bbc043f35b59d0d96388ac0008af2f000000001976a914fd270b1ee6abcaea97fea7ad0402e8bd8ad6d77c"
    "88ac92040000"
)
NATIVE_WSH = (
    "0100000002fe3dc9208094f3ffd12645477b3dc56f60ec4fa8e6f5d67c565d1c6b9216b36e0000000000ffffffff0815cf020f013ed6cf91d2"
    "9f4202e8a58726b1ac6c79da47c23d1bee0a6925f80000000000ffffffff0100f2052a010000001976a914a30741f8145e5acadf23f7518641"
    "67f32e0963f788ac00000000"
)
SINGLE_ACP = (
    "0100000002e9b542c5176808107ff1df906f46bb1f2583b16112b95ee5380665ba7fcfc0010000000000ffffffff80e68831516392fcd100d1"
    "86b3c2c7b95c80b53c77e77c35ba03a66b429a2a1b0000000000ffffffff0280969800000000001976a914de4b231626ef508c9a74a8517e67"
    "83c0546d6b2888ac80969800000000001976a9146648a8cd4531e1ec47f35916de8e259237294d1e88ac00000000"
)
SIX_OF_SIX = (
    "010000000136641869ca081e70f394c6948e8af409e18b619df2ed74aa106c1ca29787b96e0100000000ffffffff0200e9a435000000001976"
    "a914389ffce9cd9ae88dcc0631e88a821ffdbe9bfe2688acc0832f05000000001976a9147480a33f950689af511e6e84c138dbbd3c3ee41588"
    "ac00000000"
)
SIX_KEYS = (
    "56210307b8ae49ac90a048e9b53357a2354b3334e9c8bee813ecb98e99a7e07e8c3ba32103b28f0c28bfab54554ae8c658ac5c3e0ce6e79ad3"
    "36331f78c428dd43eea8449b21034b8113d703413d57761b8b9781957b8c0ac1dfe69f492580ca4195f50376ba4a21033400f6afecb833092a"
    "9a21cfdf1ed1376e58c5d1f47de74683123987e967a8f42103a6d48b1131e94ba04d9737d61acdaa1322008af9602b3b14862c07a1789aac16"
    "2102d8b661b0b3302ee2f162b09e07a55ad5dfbe673a9f01d9f0c19617681024306b56ae"
)
LAST_KEY = "210255a9626aebf5e29c0e6538428ba0d1dcf6ca98ffdf086aa8ced5e0d0215ea465ac"
TWO_KEYS = f"21026dccc749adc2a9d0d89497ac511f760f45c47dc5ed9cf352a58ac706453880aeadab{LAST_KEY}"
ONE_KEY = "68210392972e2eb617b2388771abe27235fd5ac44af8e61693261550447a4c3e39da98ac"

EXAMPLES = [  # transaction, input, script code, amount, type, hash
    (
        NESTED,
        0,
        "76a91479091972186c449eb1ded22b78e40d009bdf008988ac",
        1_000_000_000,
        0x01,
        "64f3b0f4dd2bb3aa1ce8566d220cc74dda9df97d8490cc81d89d735c92e59fb6",
    ),
    (
        NATIVE_WSH,
        1,
        TWO_KEYS,
        4_900_000_000,
        0x03,
        "82dde6e4f1e94d02c2b7ad03d2115d691f48d064e9d52f58194a6637e4194391",
    ),
    (
        NATIVE_WSH,
        1,
        LAST_KEY,
        4_900_000_000,
        0x03,
        "fef7bd749cce710c5c052bd796df1af0d935e59cea63736268bcbe2d2134fc47",
    ),
    (
        SINGLE_ACP,
        0,
        f"0063ab{ONE_KEY}",
        0xFFFFFF,
        0x83,
        "e9071e75e25b8a1e298a72f0d2e9f4f95a0f5cdf86a533cda597eb402ed13b3a",
    ),
    (SINGLE_ACP, 1, ONE_KEY, 0xFFFFFF, 0x83, "cd72f1f1a433ee9df816857fad88d8ebd97e09a75cd481583eb841c330275e54"),
    *(
        (SIX_OF_SIX, 0, SIX_KEYS, 987_654_321, sighash_type, digest)
        for sighash_type, digest in (
            (0x01, "185c0be5263dce5b4bb50a047973c1b6272bfbd0103a89444597dc40b248ee7c"),
            (0x02, "e9733bc60ea13c95c6527066bb975a2ff29a925e80aa14c213f686cbae5d2f36"),
            (0x03, "1e1f1c303dc025bd664acb72e583e933fae4cff9148bf78c157d1e8f78530aea"),
            (0x81, "2a67f03e63a6a422125878b40b82da593be8d4efaafe88ee528af6e5a9955c6e"),
            (0x82, "781ba15f3779d5542ce8ecb5c18716733a5ee42a6f51488ec96154934e2c890a"),
            (0x83, "511e8e52ed574121fc1b654970395502128263f62662e076dc6baf05c2e6a99b"),
        )
    ),
]

SIGNED = [  # BIP-143's P2PK inputs: transaction, script, DER signature with SIGHASH_ALL, under the original hash
    (
        "0100000002fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f0000000000eeffffffef51e1b804cc89d182"
        "d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f66f"
        "85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac11000000",
        "2103c9f4836b9a4f77fc0d81f7bcb01b7f1b35916864b9476c241ce9fc198bd25432ac",
        "30450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9281a99f2b1c0a19c04"
        "89bc22ede944ccf4ecbab4cc618ef3ed",
    ),
    (
        NATIVE_WSH,
        "21036d5c20fa14fb2f635474c1dc4ef5909d4568e5569b79fc94d3448486e14685f8ac",
        "304402200af4e47c9b9629dbecc21f73af989bdaa911f7e6f6c2e9394588a3aa68f81e9902204f3fcf6ade7e5abb1295b6774c8e0abd94"
        "ae62217367096bc02ee5e435b67da2",
    ),
]

TYPES = [0x01, 0x02, 0x03, 0x81, 0x82, 0x83]


def sighash_of(raw: str) -> Sighash:
    transaction = Transaction.parse(bytes.fromhex(raw))
    return Sighash(transaction, [TxOutput(0, b"")] * len(transaction.inputs))


@pytest.mark.parametrize(("raw", "index", "code", "amount", "sighash_type", "digest"), EXAMPLES)
def test_every_example_of_bip143(raw: str, index: int, code: str, amount: int, sighash_type: int, digest: str) -> None:
    found = sighash_of(raw).segwit_v0(index, bytes.fromhex(code), amount, sighash_type)
    assert found.hex() == digest


@pytest.mark.parametrize(("raw", "script", "signature"), SIGNED)
def test_signatures_of_bip143s_legacy_inputs_verify_over_our_hash(raw: str, script: str, signature: str) -> None:
    code, key = bytes.fromhex(script), bytes.fromhex(script)[1:34]
    verify_ecdsa(key, sighash_of(raw).legacy(0, code, 1), bytes.fromhex(signature))
    with pytest.raises(ValueError, match="verify"):
        verify_ecdsa(key, sighash_of(raw).legacy(1, code, 1), bytes.fromhex(signature))


def made(inputs: int, outputs: int, locktime: int = 0) -> tuple[Transaction, list[TxOutput]]:
    """A transaction in which no two fields are alike."""
    transaction = Transaction(
        2,
        tuple(TxInput(OutPoint(bytes([n + 1]) * 32, n), b"", 0xFFFFFFF0 - n) for n in range(inputs)),
        tuple(TxOutput(10_000 + n, bytes([0x51 + n]) * (n + 1)) for n in range(outputs)),
        locktime,
    )
    return transaction, [TxOutput(90_000 + n, bytes([0x61]) * (n + 1)) for n in range(inputs)]


@given(
    st.integers(1, 6),
    st.integers(1, 6),
    st.integers(0, 2**32 - 1),
    st.sampled_from(TYPES),
    st.binary(min_size=1, max_size=300),
)
def test_legacy_and_segwit_v0_agree_with_libwally(
    inputs: int, outputs: int, locktime: int, sighash_type: int, code: bytes
) -> None:
    """Not with embit: for SINGLE it writes the outputs before its own as 2**32 - 1 where the original code has -1."""
    transaction, spent = made(inputs, outputs, locktime)
    ours, theirs = Sighash(transaction, spent), wallycore.tx_from_bytes(transaction.serialize(), 0)
    for index, output in enumerate(spent):
        asked = (theirs, index, code, output.amount, sighash_type)
        assert ours.legacy(index, code, sighash_type) == bytes(wallycore.tx_get_btc_signature_hash(*asked, 0))
        segwit = bytes(wallycore.tx_get_btc_signature_hash(*asked, wallycore.WALLY_TX_FLAG_USE_WITNESS))
        assert ours.segwit_v0(index, code, output.amount, sighash_type) == segwit


@given(st.permutations(range(5)), st.sampled_from([0, *TYPES]))
def test_the_order_of_asking_changes_no_hash(order: list[int], sighash_type: int) -> None:
    transaction, spent = made(5, 5)
    shared = Sighash(transaction, spent)
    for index in order:
        alone = Sighash(transaction, spent)
        assert shared.legacy(index, b"\x51", sighash_type) == alone.legacy(index, b"\x51", sighash_type)
        assert shared.segwit_v0(index, b"\x51", 7, sighash_type) == alone.segwit_v0(index, b"\x51", 7, sighash_type)
        assert shared.taproot(index, sighash_type) == alone.taproot(index, sighash_type)


@pytest.mark.parametrize("sighash_type", [4, 0x41, 0x80, 0x84, 0x100, -1])
def test_taproot_has_no_other_types(sighash_type: int) -> None:
    with pytest.raises(ValueError, match="BIP-341"):
        Sighash(*made(1, 1)).taproot(0, sighash_type)


def test_every_type_commits_to_its_own_hash() -> None:
    sighash = Sighash(*made(3, 3))
    for hashed in (
        [sighash.legacy(1, b"\x51", each) for each in TYPES],
        [sighash.segwit_v0(1, b"\x51", 7, each) for each in TYPES],
        [sighash.taproot(1, each) for each in [0, *TYPES]],
    ):
        assert len(set(hashed)) == len(hashed)


def test_taproot_commits_to_every_amount_and_script_that_is_spent() -> None:
    transaction, spent = made(3, 2)
    honest = Sighash(transaction, spent).taproot(0, 0)
    for position in range(3):
        for other in (
            TxOutput(spent[position].amount + 1, spent[position].script),
            TxOutput(spent[position].amount, b"\x52"),
        ):
            changed = [*spent[:position], other, *spent[position + 1 :]]
            assert Sighash(transaction, changed).taproot(0, 0) != honest


def test_segwit_v0_commits_to_its_own_amount() -> None:
    sighash = Sighash(*made(2, 2))
    assert sighash.segwit_v0(0, b"\x51", 1, 1) != sighash.segwit_v0(0, b"\x51", 2, 1)


def legacy(count: int) -> set[bytes]:
    inputs = tuple(TxInput(OutPoint(number.to_bytes(32), 0), b"", 0) for number in range(count))
    transaction = Transaction(2, inputs, (TxOutput(1, b"\x51"),), 0)
    sighash = Sighash(transaction, [TxOutput(1, b"")] * count)
    return {sighash.legacy(index, b"\x76" * 25, 1) for index in range(count)}


def test_five_thousand_legacy_inputs_cost_no_more_than_hashing_what_the_format_asks_for() -> None:
    """The format makes this quadratic in bytes hashed; the prefix is shared, and all else is linear."""
    bytes_of_one = bytes(41 * 5_000)
    assert len(legacy(5_000)) == 5_000
    assert against(lambda: legacy(5_000), lambda: [sha256(bytes_of_one).digest() for _each in range(5_000)], 2) < 1.5
    assert operations(lambda: legacy(2_000)) < 10 * operations(lambda: legacy(250))

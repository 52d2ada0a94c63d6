"""What hostile files may cost: at most two seconds for each megabyte, in whatever shape."""

import time
from hashlib import sha256

from coincurve import PrivateKey

from custody.chains.bitcoin import taproot
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.roles import combine, extract, finalize
from custody.chains.bitcoin.sighash import Sighash
from custody.chains.bitcoin.transaction import TxOutput
from tests.chains.bitcoin.roles.cosigners import source
from tests.chains.bitcoin.roles.test_signatures import lone, with_nonce
from tests.support import desk

SECONDS_PER_MEGABYTE = 2


def test_ten_times_the_inputs_take_ten_times_as_long() -> None:
    taken = []
    for count in (150, 1_500):
        file, _spent = lone(count, lambda index, digest: with_nonce(2_000 + index, digest))
        begin = time.process_time()
        combined = combine([file, file]).psbt.serialize()
        extract(source(finalize(source(combined)).psbt.serialize()))
        taken.append(time.process_time() - begin)
    assert taken[1] < 25 * taken[0]


def with_leaves(count: int, keys: int) -> bytes:
    """A taproot input with that many leaves, every key in every leaf, and a signature of every key in the first one."""
    private = [PrivateKey(sha256(number.to_bytes(2)).digest()) for number in range(keys)]
    public = [each.public_key.format()[1:] for each in private]
    body = b"".join(b"\x20" + key + b"\xac" for key in public)
    scripts = [body + b"\x51" * number for number in range(count)]
    hashes = [taproot.leaf_hash(script) for script in scripts]
    tree = taproot.tree([(count.bit_length() - 1, each) for each in hashes])
    output_key, odd = taproot.output_key(public[0], tree.merkle_root)
    coin = TxOutput(100_000, b"\x51\x20" + output_key)
    bare = desk.transaction([(bytes([1]) * 32, 0, desk.RBF)], [desk.output(99_000, b"\x00\x14" + bytes(20))])
    pairs = [(b"\x01", coin.serialize()), (b"\x17", public[0]), (b"\x18", tree.merkle_root)]
    for script, way in zip(scripts, tree.ways, strict=True):
        pairs.append((b"\x15" + taproot.control_block(public[0], way, odd=odd), script + b"\xc0"))
    pairs += [(b"\x16" + key, b"\x00lone") for key in public]
    head = b"psbt\xff" + desk.psbt_map([(b"\x00", bare)])
    unsigned = Psbt.parse(head + desk.psbt_map(pairs) + b"\x00").transaction
    digest = Sighash(unsigned, [coin]).taproot(0, 0, hashes[0])
    pairs += [
        (b"\x14" + key + hashes[0], each.sign_schnorr(digest, bytes(32)))
        for key, each in zip(public, private, strict=True)
    ]
    return head + desk.psbt_map(pairs) + b"\x00"


def test_many_leaves_with_many_keys_and_signatures_are_read_in_time() -> None:
    document = with_leaves(128, 250)
    begin = time.process_time()
    made = combine([source(document)])
    assert time.process_time() - begin < SECONDS_PER_MEGABYTE * len(document) / 1_000_000
    assert len(made.inputs[0].signed) == 250
    assert "policy" in made.inputs[0].obstacle

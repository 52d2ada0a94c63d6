"""What hostile files may cost: in proportion to their size, and in whatever shape no more than an honest file."""

from collections.abc import Callable
from hashlib import sha256

from coincurve import PrivateKey

from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.transaction import TxOutput
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.roles import combine, extract, finalize
from tests.chains.bitcoin.roles.cosigners import source
from tests.chains.bitcoin.roles.test_signatures import lone, with_nonce
from tests.support import desk
from tests.support.effort import against, growth, operations


def finished(inputs: int) -> Callable[[], object]:
    """Return the work of combining, finishing and extracting a transaction of so many inputs."""
    file, _spent = lone(inputs, lambda index, digest: with_nonce(2_000 + index, digest))

    def finish() -> object:
        combined = combine([file, file]).psbt.serialize()
        return extract(source(finalize(source(combined)).psbt.serialize()))

    return finish


def test_eight_times_the_inputs_are_eight_times_the_work() -> None:
    few, many = finished(150), finished(1_200)
    assert operations(many) < 10 * operations(few)
    assert growth(few, many, 2) < 24


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


def test_many_leaves_with_many_keys_and_signatures_cost_no_more_than_as_many_bytes_of_inputs() -> None:
    document = with_leaves(128, 250)
    file, _spent = lone(700, lambda index, digest: with_nonce(2_000 + index, digest))
    honest = file.psbt.serialize()
    size = len(document) / len(honest)
    count = operations(lambda: combine([source(document)]))
    assert count < size * operations(lambda: combine([source(honest)]))
    assert against(lambda: combine([source(document)]), lambda: combine([source(honest)]), 3) < size
    made = combine([source(document)])
    assert len(made.inputs[0].signed) == 250
    assert "policy" in made.inputs[0].obstacle


def test_eight_times_the_leaves_are_at_most_eight_times_the_work() -> None:
    few, many = with_leaves(16, 250), with_leaves(128, 250)
    assert operations(lambda: combine([source(many)])) < 10 * operations(lambda: combine([source(few)]))
    assert growth(lambda: combine([source(few)]), lambda: combine([source(many)]), 3) < 24

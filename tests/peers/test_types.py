"""The names of the registries, older and newer and Ethereum's: taken from any peer, written as the receiver reads.

The libraries know the older names alone, as shipped devices do; their carriers, which look at no name, carry the newer.
"""

from collections.abc import Callable
from itertools import islice

import pytest

from airgap.cli.series import Request, plan
from airgap.message import Message
from airgap.presets import PRESETS
from airgap.receiving.collector import Collector
from airgap.ur import multipart
from airgap.ur.schedule import shaped
from custody.chains.bitcoin.exchange.programs import ur
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.chains.cbor_values import Tagged, decode, encode
from tests.peers.library import Library
from tests.peers.test_wallets import wallet
from tests.peers.test_window import SIZES, cycled, disturbed, fragment, message

pytestmark = pytest.mark.peer

SMALL = 12
"""Bytes of a part: even the shortest of these is a series."""


def of_keystone(peer: Library) -> bytes:
    return bytes.fromhex(peer.ask("eth_sign_request", data=bytes(range(200)).hex())["cbor"])


def account_of(of: Wallet) -> bytes:
    """BCR-2023-019: the master's fingerprint, and output descriptors."""
    descriptor = decode(ur.write(of, ur.UrType.DESCRIPTOR))
    return encode({1: int.from_bytes(of.account_keys[0].fingerprint), 2: [Tagged(ur.DESCRIPTOR_TAG, descriptor)]})


BODIES: dict[str, Callable[[Library], bytes]] = {
    "bytes": lambda _peer: message(200).cbor(),
    "crypto-psbt": lambda _peer: message(200, "crypto-psbt").cbor(),
    "psbt": lambda _peer: message(200, "crypto-psbt").cbor(),
    "crypto-output": lambda _peer: ur.write(wallet("wpkh", "main"), ur.UrType.OUTPUT),
    "output-descriptor": lambda _peer: ur.write(wallet("wpkh", "main"), ur.UrType.DESCRIPTOR),
    "crypto-account": lambda _peer: ur.write(wallet("wpkh", "main"), ur.UrType.ACCOUNT),
    "account-descriptor": lambda _peer: account_of(wallet("wpkh", "main")),
    "eth-sign-request": of_keystone,
}
"""A type's name -> what stands in such a UR."""

REGISTERED = ("bytes", "crypto-psbt", "crypto-output", "crypto-account")
"""What Keystone's registry knows of them."""


def shown(sent: Message, part: int = SMALL) -> list[str]:
    """What we show of a message, with losses and out of order."""
    encoder = multipart.Encoder(sent, part)
    assert encoder.seq_len > 1
    numbers = islice(shaped(encoder.seq_len, encoder.checksum), 4 * encoder.seq_len)
    return disturbed([encoder.part(number).upper() for number in numbers])


@pytest.mark.parametrize("ur_type", BODIES)
def test_a_type_is_taken_from_a_peer_under_whichever_name(peer: Library, ur_type: str) -> None:
    body = BODIES[ur_type](peer)
    asked = {"type": ur_type, "cbor": body.hex(), "fragment": SMALL, "count": 5 * len(body) // SMALL}
    collector = Collector()
    for frame in disturbed(peer.ask("ur_encode", **asked)["frames"]):
        collector.receive(frame)
    read = collector.require()
    assert read.type == ur_type
    assert read.cbor() == body
    assert collector.foreign == 0


@pytest.mark.parametrize("ur_type", BODIES)
def test_a_peer_takes_a_type_from_us_under_whichever_name(peer: Library, ur_type: str) -> None:
    body = BODIES[ur_type](peer)
    read = peer.ask("ur_decode", frames=shown(Message.from_cbor(ur_type, body)))
    assert read["type"] == ur_type
    assert read["cbor"] == body.hex()


@pytest.mark.parametrize("ur_type", REGISTERED)
def test_keystones_registry_makes_an_item_of_what_we_show(peer: Library, ur_type: str) -> None:
    body = BODIES[ur_type](peer)
    read = peer.ask("registry_scan", frames=shown(Message.from_cbor(ur_type, body)))
    assert read["type"] == ur_type
    if ur_type in ("bytes", "crypto-psbt"):
        assert read["cbor"] == body.hex()


@pytest.mark.parametrize("ur_type", REGISTERED)
def test_we_read_the_items_that_keystones_registry_shows(peer: Library, ur_type: str) -> None:
    body = BODIES[ur_type](peer)
    payload = Message.from_cbor(ur_type, body).payload
    asked = {"type": ur_type, "payload": payload.hex(), "fragment": SMALL, "count": 5 * len(body) // SMALL}
    collector = Collector()
    for frame in disturbed(peer.ask("registry_show", **asked)["frames"]):
        collector.receive(frame)
    assert collector.require().type == ur_type
    if ur_type in ("bytes", "crypto-psbt"):
        assert collector.require().cbor() == body
    else:
        found = ur.read(collector.require().payload, ur_type, "bip84" if ur_type == "crypto-account" else None)
        assert found.register("treasury", wallet("wpkh", "main").network) == wallet("wpkh", "main")


@pytest.mark.parametrize("ur_type", ["crypto-psbt", "bytes"])
@pytest.mark.parametrize("size", SIZES)
def test_keystones_registry_and_we_carry_every_size_both_ways(peer: Library, size: int, ur_type: str) -> None:
    sent = message(size, ur_type)
    read = peer.ask("registry_scan", frames=shown(sent, fragment(size)))
    assert (read["type"], read["cbor"]) == (ur_type, sent.cbor().hex())
    count = 4 * (size // fragment(size)) + 10
    asked = {"type": ur_type, "payload": sent.payload.hex(), "fragment": fragment(size), "count": count}
    collector = Collector()
    for frame in disturbed(peer.ask("registry_show", **asked)["frames"]):
        collector.receive(frame)
    assert collector.require() == sent


def test_two_names_of_one_psbt_are_one_message(peer: Library) -> None:
    """A receiver that looks at two screens, each with another wallet's name for the same bytes."""
    body = message(200, "crypto-psbt").cbor()
    collector = Collector()
    for ur_type in ("psbt", "crypto-psbt"):
        shown = peer.ask("ur_encode", type=ur_type, cbor=body.hex(), fragment=SMALL, count=5 * len(body) // SMALL)
        for frame in shown["frames"]:
            collector.receive(frame)
    assert collector.require().payload == message(200, "crypto-psbt").payload


def test_a_tag_before_a_psbt_is_read_over(peer: Library) -> None:
    """BCR-2020-006 wants none at the top; some write it."""
    for ur_type, tag in (("crypto-psbt", "d90136"), ("psbt", "d99d76")):
        body = tag + message(200, "crypto-psbt").cbor().hex()
        [frame] = peer.ask("ur_encode", type=ur_type, cbor=body, fragment=1_000, count=1)["frames"]
        collector = Collector()
        collector.receive(frame)
        assert collector.require().payload == message(200, "crypto-psbt").payload


@pytest.mark.parametrize("receiver", PRESETS)
@pytest.mark.parametrize("size", SIZES)
def test_a_psbt_goes_to_each_receiver_under_the_name_that_it_reads(peer: Library, size: int, receiver: str) -> None:
    sent = message(size, "crypto-psbt")
    series = plan(Request(sent, preset=PRESETS[receiver]))
    if series.framing == "bbqr":
        read = peer.ask("bbqr_join", frames=cycled(list(series.frames)))
        assert (read["type"], read["raw"]) == ("P", sent.payload.hex())
        return
    # Whoever peels gets nothing from the mixtures of a series for our own machines: they are too dense.
    frames = series.frames[: series.parts] if PRESETS[receiver].solves else series.frames
    read = peer.ask("registry_scan", frames=cycled(list(frames)))
    assert (read["type"], read["cbor"]) == ("crypto-psbt", sent.cbor().hex())


def test_the_newer_name_is_foreign_to_keystones_registry_and_so_not_what_we_write_unasked(peer: Library) -> None:
    series = plan(Request(Message("psbt", message(200, "crypto-psbt").payload), preset=PRESETS["keystone"]))
    assert "psbt is not supported" in peer.ask("registry_scan", frames=list(series.frames))["error"]

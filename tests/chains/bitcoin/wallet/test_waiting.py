"""A wallet that is not in service yet has a file of a format of its own, and is the same wallet otherwise."""

import json

import pytest

from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.wallet.policy_digest import policy_digest
from custody.chains.bitcoin.wallet.wallet import FORMAT, WAITING_FORMAT, Wallet
from custody.errors import Unreadable
from tests.chains.bitcoin.review.drafts import registered

SERVES = registered("wsh(sortedmulti)", used_to=17)
WAITS = SERVES.as_waiting()


def test_its_file_is_the_same_but_for_the_format_and_a_last_member() -> None:
    lines, waiting = SERVES.to_json().splitlines(), WAITS.to_json().splitlines()
    assert waiting == [
        lines[0],
        lines[1].replace(FORMAT, WAITING_FORMAT),
        *lines[2:6],
        lines[6] + ",",
        '  "service": "waits"',
        "}",
    ]


@pytest.mark.parametrize("wallet", [SERVES, WAITS])
def test_it_comes_back_as_written_and_is_no_other_policy(wallet: Wallet) -> None:
    assert Wallet.from_json(wallet.to_json()) == wallet
    assert policy_digest(wallet.descriptor, wallet.network) == policy_digest(SERVES.descriptor, SERVES.network)


def changed(wallet: Wallet, **members: object) -> str:
    return json.dumps({**json.loads(wallet.to_json()), **members})


@pytest.mark.parametrize(
    "document",
    [
        changed(SERVES, format=WAITING_FORMAT),
        changed(SERVES, service="waits"),
        changed(WAITS, format=FORMAT),
        changed(WAITS, service="in service"),
        changed(WAITS, service="Waits"),
        changed(WAITS, service=None),
        changed(WAITS, service=True),
        changed(WAITS, service=["waits"]),
        changed(WAITS, waits=True),
        changed(WAITS, format="custody-wallet/3"),
        WAITS.to_json().replace("{\n", '{"service": "waits",', 1),
    ],
)
def test_a_file_that_says_neither_one_nor_the_other_is_refused(document: str) -> None:
    with pytest.raises(Unreadable):
        Wallet.from_json(document)


@pytest.mark.parametrize("wallet", [SERVES, WAITS])
def test_registered_again_from_its_file_it_waits_as_before(wallet: Wallet) -> None:
    again = recognise(wallet.to_json().encode()).register("another", wallet.network)
    assert (again.name, again.waits) == ("another", wallet.waits)

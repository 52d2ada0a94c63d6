"""A secret of a main network is read behind a sound door, or not at all; of a test network anywhere."""

import os
import subprocess
import sys

import pytest

from airgap.door.shutting import LAUNCH
from airgap.door.standing import Standing
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.cli.front import hardened
from custody.cli.front.output import TEST_MONEY
from custody.errors import Unfit
from tests.cli.conftest import PROGRAM, passed_on, pipe_with

ABOUT = "abandon " * 11 + "about"


@pytest.mark.parametrize("code", hardened.NOTICED)
@pytest.mark.parametrize("network", ["main", None, "unheard-of"])
def test_whatever_was_noticed_ends_it_where_money_may_be_real(
    code: str, network: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardened, "standing", lambda: Standing(is_shut=True, noticed=(code,)))
    with pytest.raises(Unfit) as refused:
        hardened.require_door(network)
    assert (refused.value.exit_code, refused.value.code) == (7, "door")
    assert hardened.NOTICED[code] in refused.value.message
    assert "env -i" not in refused.value.hint, "without PATH the installed command is not found"
    assert refused.value.hint == hardened.REMEDIES.get(code, refused.value.hint)
    assert ("installed" in refused.value.hint) is (code not in hardened.REMEDIES)


@pytest.mark.parametrize("network", sorted(NETWORKS))
def test_a_door_that_is_not_shut_ends_it_on_a_main_network_alone(network: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardened, "standing", lambda: Standing(is_shut=False))
    if network in TEST_MONEY:
        hardened.require_door(network)
    else:
        with pytest.raises(Unfit):
            hardened.require_door(network)


@pytest.mark.parametrize("network", ["main", None, "regtest"])
def test_a_sound_door_is_enough(network: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardened, "standing", lambda: Standing(is_shut=True))
    hardened.require_door(network)


WAYS = {
    "without the door": (["-I"], PROGRAM.removeprefix(LAUNCH)),
    "not alone": ([], PROGRAM),
    "with code before it": (["-I"], f"import os; {PROGRAM}"),
}


@pytest.mark.parametrize("way", WAYS)
def test_whoever_skips_the_door_reads_no_secret_of_a_main_network(way: str) -> None:
    options, program = WAYS[way]
    for network, code in (("main", 7), ("testnet", 0)):
        reader = pipe_with(ABOUT)
        try:
            done = subprocess.run(
                [
                    *(sys.executable, *options, "-c", program, "key", "show", "--json", "--secret-fd", str(reader)),
                    *("--path", "m/84h/0h/0h" if network == "main" else "m/84h/1h/0h", "--network", network),
                ],
                env=passed_on(os.environ),
                pass_fds=(reader,),
                capture_output=True,
                text=True,
                check=False,
            )
            left = os.read(reader, 1)
        finally:
            os.close(reader)
        assert done.returncode == code, done
        assert (left == b"") is (code == 0), "the secret was read, or was not"

"""A real Bitcoin node on regtest, with its wallet, as the judge. Loopback only, a folder and a port of its own.

It knows JSON-RPC over HTTP and the few calls the tests make. Money here is `Decimal` bitcoin, as the node speaks it.
"""

import base64
import http.client
import json
import socket
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.support.patience import LONG, SECONDS, until


class RpcFailed(Exception):
    """The node answered with an error."""


def free_port() -> int:
    """Ask the system for a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Node:
    """A running node. `start` waits until it answers; `stop` ends the process that we started and no other."""

    def __init__(self, bitcoind: str, folder: Path) -> None:
        self._bitcoind = bitcoind
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._miner = ""

    def start(self) -> None:
        """Start the node and wait for its wallet door. Raises RpcFailed with its last words."""
        log = (self._folder / "output.txt").open("wb")
        with log:
            self._process = subprocess.Popen(
                [
                    self._bitcoind,
                    "-regtest",
                    f"-datadir={self._folder}",
                    "-server=1",
                    "-listen=0",
                    "-connect=0",
                    "-dnsseed=0",
                    "-fixedseeds=0",
                    "-rpcbind=127.0.0.1",
                    "-rpcallowip=127.0.0.1",
                    f"-rpcport={self._port}",
                    "-fallbackfee=0.0001",
                    "-keypool=60",
                    "-dbcache=32",
                    "-maxmempool=50",
                    "-printtoconsole=0",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        process = self._process
        with suppress(AssertionError):
            until(lambda: self._answers() or process.poll() is not None, "the node")
        if not self._answers():
            self.stop()
            said = (self._folder / "output.txt").read_text(errors="replace")
            raise RpcFailed(f"the node did not start: {said[-2000:]}")

    def _answers(self) -> bool:
        with suppress(OSError, RpcFailed, http.client.HTTPException):
            self.call("getblockchaininfo")
            return True
        return False

    def stop(self) -> None:
        """Ask the node to end, and end it where it does not listen."""
        if self._process is None:
            return
        with suppress(OSError, RpcFailed, http.client.HTTPException):
            self.call("stop")
        try:
            self._process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def call(self, method: str, *parameters: Any, wallet: str | None = None) -> Any:
        """Make one call. Raises RpcFailed with the node's own message."""
        cookie = (self._folder / "regtest" / ".cookie").read_text(encoding="ascii").strip()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=LONG)
        body = json.dumps({"id": 0, "method": method, "params": parameters}, default=str)
        headers = {"Authorization": "Basic " + base64.b64encode(cookie.encode()).decode()}
        try:
            connection.request("POST", f"/wallet/{quote(wallet)}" if wallet is not None else "/", body, headers)
            answer = json.loads(connection.getresponse().read(), parse_float=Decimal)
        except json.JSONDecodeError as failure:
            raise RpcFailed(f"{method}: no JSON in the answer") from failure
        finally:
            connection.close()
        if answer["error"] is not None:
            raise RpcFailed(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def open_purse(self) -> None:
        """Make the wallet that mines and pays for the tests, with coins that may be spent."""
        self.call("createwallet", "purse")
        self._miner = self.call("getnewaddress", wallet="purse")
        self.mine(110)

    def mine(self, blocks: int = 1) -> list[str]:
        """Mine blocks; return their hashes."""
        hashes: list[str] = self.call("generatetoaddress", blocks, self._miner)
        return hashes

    def watch(self, name: str, receive: str, change: str) -> None:
        """Make a wallet without keys that watches two descriptors, as a desk's wallet does."""
        self.call("createwallet", name, True, True)
        for descriptor, internal in ((receive, False), (change, True)):
            checked = self.call("getdescriptorinfo", descriptor)["descriptor"]
            request = {"desc": checked, "active": True, "internal": internal, "range": [0, 59], "timestamp": "now"}
            (answer,) = self.call("importdescriptors", [request], wallet=name)
            if not answer["success"]:
                raise RpcFailed(f"importdescriptors: {answer}")

    def fund(self, addresses: Sequence[str], amount: Decimal = Decimal("0.1")) -> None:
        """Pay each address, confirmed."""
        self.call("sendmany", "", {address: str(amount) for address in addresses}, wallet="purse")
        self.mine()

    def psbt(self, wallet: str, payments: dict[str, Decimal], coins: Sequence[dict[str, Any]] = ()) -> bytes:
        """Let the wallet make a PSBT with the given coins, or coins of its choice."""
        options = {"fee_rate": 5, "add_inputs": not coins}
        chosen = [{"txid": coin["txid"], "vout": coin["vout"]} for coin in coins]
        paid = [{address: str(amount)} for address, amount in payments.items()]
        answer = self.call("walletcreatefundedpsbt", chosen, paid, 0, options, True, wallet=wallet)
        return base64.b64decode(answer["psbt"], validate=True)

    def finalize(self, psbt: bytes) -> str:
        """Let the node finalise a PSBT; return the transaction in hex. Raises RpcFailed where it is not complete."""
        answer = self.call("finalizepsbt", base64.b64encode(psbt).decode())
        if not answer["complete"]:
            raise RpcFailed("finalizepsbt: not complete")
        return str(answer["hex"])

    def accept(self, transaction: str) -> None:
        """Ask whether the mempool would take a transaction. Raises RpcFailed with the reason where not."""
        (answer,) = self.call("testmempoolaccept", [transaction])
        if not answer["allowed"]:
            raise RpcFailed(f"testmempoolaccept: {answer.get('reject-reason')}")

    def confirm(self, transaction: str) -> str:
        """Send a transaction, mine it and return the hash of the block that holds it."""
        txid = self.call("sendrawtransaction", transaction)
        (block,) = self.mine()
        if txid not in self.call("getblock", block)["tx"]:
            raise RpcFailed(f"block {block} does not hold {txid}")
        return block

"""Money that lies behind our cards is spent without us: three cards, a descriptor, a node, and nothing of our code.

The process that spends cannot import anything of ours. It has bip39-slip39 for the cards, and embit for the rest.
"""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests.node.node import Node
from tests.support.letting_out import letting_out
from tests.support.officers import custody

pytestmark = [pytest.mark.node, pytest.mark.referee]

SPEND = """
import importlib.abc, json, sys

class Nothing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("custody", "airgap"):
            raise ImportError(name)

sys.meta_path.insert(0, Nothing())
from bip39_slip39.slip39 import master_secret_from_mnemonics
from embit import bip32, finalizer
from embit.descriptor import Descriptor
from embit.networks import NETWORKS
from embit.psbt import PSBT, DerivationPath
from embit.script import address_to_scriptpubkey
from embit.transaction import Transaction, TransactionInput, TransactionOutput

given = json.load(sys.stdin)
root = bip32.HDKey.from_seed(master_secret_from_mnemonics(given["cards"]), NETWORKS["regtest"]["xprv"])
text = given["descriptor"].split("#")[0].replace("<0;1>", "0")
funding = Transaction.from_string(given["funding"])
owner = Descriptor.from_string(text).derive(given["index"])
place = next(at for at, out in enumerate(funding.vout) if out.script_pubkey == owner.script_pubkey())
paid = TransactionOutput(funding.vout[place].value - 2_000, address_to_scriptpubkey(given["to"]))
psbt = PSBT(Transaction(vin=[TransactionInput(funding.txid(), place)], vout=[paid]))
spent, key = psbt.inputs[0], owner.keys[0]
spent.witness_utxo, spent.non_witness_utxo = funding.vout[place], funding
derivation = DerivationPath(key.origin.fingerprint, key.origin.derivation)
public = root.derive(key.origin.derivation).to_public()
if given["descriptor"].startswith("tr("):
    spent.taproot_internal_key = public.key
    spent.taproot_bip32_derivations[public.key] = ([], derivation)
else:
    spent.bip32_derivations[public.key] = derivation
assert root.my_fingerprint == key.origin.fingerprint
assert psbt.sign_with(root) == 1
print(finalizer.finalize_psbt(psbt).to_string())
"""


@pytest.mark.parametrize("script", ["wpkh", "tr"])
def test_cards_and_a_descriptor_are_enough_to_spend_without_us(node: Node, script: str, tmp_path: Path) -> None:
    record, wallet = str(tmp_path / "set.json"), str(tmp_path / "wallet.json")
    line = ("key", "new", "--no-dice", "--network", "regtest", "--threshold", "3", "--shares", "5", "-o", record)
    _made, cards = letting_out(*line)
    some = cards.splitlines()[1:4]
    path = {"wpkh": "m/84h/1h/0h", "tr": "m/86h/1h/0h"}[script]
    line = ("key", "show", "--path", path, "--network", "regtest", "--set", record, "--json")
    key = json.loads(custody(*line, secret="\n".join(some)).out)["key"]
    made = custody(
        *("wallet", "new", "cards", "--network", "regtest", "--descriptor", f"{script}({key}/<0;1>/*)", "-o", wallet)
    )
    assert made.code == 0, made.err
    address = json.loads(custody("wallet", "address", wallet, "--index", "7", "--json").out)["address"]
    node.fund([address], Decimal("0.01"))
    (coin,) = node.call("scantxoutset", "start", [f"addr({address})"])["unspents"]
    given = {
        "cards": some,
        "descriptor": json.loads(Path(wallet).read_text())["descriptor"],
        "index": 7,
        "funding": node.call("getrawtransaction", coin["txid"], 0, node.call("getblockhash", coin["height"])),
        "to": node.call("getnewaddress", wallet="purse"),
    }
    spent = subprocess.run(
        [sys.executable, "-I", "-c", SPEND], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    assert spent.returncode == 0, spent.stderr
    node.accept(spent.stdout.strip())
    node.confirm(spent.stdout.strip())

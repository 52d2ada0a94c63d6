"""Every rule of the Bitcoin review by name: what it says, why it matters, how an honest sender clears it.

A rule has one ID, the same here, in the review's JSON, in docs/findings.md (written from this table) and in the tests.
The table knows no transaction.
"""

from dataclasses import dataclass

from custody.catalogue import _
from custody.signing import Finding, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `sentence` is for the treasurer and may hold named places; `why` and `clear` go to the documents."""

    id: str
    severity: Severity
    sentence: str
    why: str
    clear: str


_PROOF_WHY = _(
    "A segwit v0 or legacy signature does not commit to the amounts of the other inputs. A sender who states them"
    " falsely makes the fee look small and hands the difference to a miner (CVE-2020-14199)."
)
_SIGNATURE_WHY = _("A signature under other rules, or a broken one, tells that somebody signs something else.")
_CLAIM_WHY = _(
    "Malware on the desk marks its own output with our key's name so that it is taken for change, or so that money"
    " lands where only the attacker can say how to reach it."
)

RULES = {
    rule.id: rule
    for rule in (
        Rule(
            "BTC-AMOUNT-MISSING",
            Severity.REFUSE,
            _("The amount of this coin is not given at all, so the fee cannot be checked."),
            _PROOF_WHY,
            _("Export the transaction with the previous transaction of every input."),
        ),
        Rule(
            "BTC-AMOUNT-UNPROVEN",
            Severity.REFUSE,
            _("The amount of this coin is only claimed: the previous transaction that proves it is missing."),
            _PROOF_WHY,
            _(
                "Export the transaction with the previous transaction of every input. Taproot inputs may go without, if"
                " every input is taproot."
            ),
        ),
        Rule(
            "BTC-PREVTX-MISMATCH",
            Severity.REFUSE,
            _("The previous transaction given for this coin is another one than the coin names."),
            _PROOF_WHY,
            _("Make the transaction again; if it happens twice, the desk's wallet is broken or hostile."),
        ),
        Rule(
            "BTC-PREVTX-NO-OUTPUT",
            Severity.REFUSE,
            _("The previous transaction has no output with the number that this coin names."),
            _PROOF_WHY,
            _("Make the transaction again from a wallet that is synchronised."),
        ),
        Rule(
            "BTC-UTXO-CONFLICT",
            Severity.REFUSE,
            _("Two statements about this coin contradict each other in amount or script."),
            _PROOF_WHY,
            _("Make the transaction again; an honest wallet never states a coin in two ways."),
        ),
        Rule(
            "BTC-NO-INPUTS",
            Severity.REFUSE,
            _("The transaction spends nothing."),
            _("There is nothing to sign."),
            _("Fund the transaction before it is exported."),
        ),
        Rule(
            "BTC-NO-OUTPUTS",
            Severity.REFUSE,
            _("The transaction pays nobody: all of it would go to the miner."),
            _("Everything that the inputs hold would be lost as a fee."),
            _("Add the outputs before it is exported."),
        ),
        Rule(
            "BTC-INPUT-DUPLICATE",
            Severity.REFUSE,
            _("The same coin is spent twice: {outpoint}."),
            _("No node accepts it, and counting a coin twice falsifies the fee."),
            _("Make the transaction again."),
        ),
        Rule(
            "BTC-INPUT-NULL",
            Severity.REFUSE,
            _("This input names no coin: it is written as newly mined money."),
            _("Only a miner's own transaction may have such an input, and it is not signed."),
            _("Make the transaction again."),
        ),
        Rule(
            "BTC-AMOUNT-RANGE",
            Severity.REFUSE,
            _("An amount lies outside what can exist: {atoms} satoshi."),
            _("Amounts beyond 21 million bitcoin wrap around in careless sums and hide a fee."),
            _("Make the transaction again."),
        ),
        Rule(
            "BTC-INPUT-FOREIGN",
            Severity.REFUSE,
            _("This coin is not proven to belong to a registered wallet."),
            _(
                "What is not ours cannot be checked: its amount, its owner and why it is spent together with ours are"
                " somebody else's word."
            ),
            _("Register the wallet that owns it, and export with derivation paths; spend from one wallet at a time."),
        ),
        Rule(
            "BTC-INPUT-MIXED",
            Severity.REFUSE,
            _('This coin belongs to the wallet "{wallet}", others here belong to another wallet.'),
            _("With inputs of several wallets, change of one passes for a payment of the other."),
            _("Spend from one wallet at a time."),
        ),
        Rule(
            "BTC-KEY-FALSE-CLAIM",
            Severity.REFUSE,
            _("A key is declared to be our key {path}, but our key there is another one. Treat this as an attack."),
            _CLAIM_WHY,
            _("There is no honest reason. Keep the file as evidence and examine the machine that made it."),
        ),
        Rule(
            "BTC-PATH-STRANGE",
            Severity.REFUSE,
            _("A key is declared to be ours at {path}, where no registered wallet has keys."),
            _CLAIM_WHY,
            _("If it is a wallet of ours, register it and name it too; otherwise treat it as an attack."),
        ),
        Rule(
            "BTC-PATH-RANSOM",
            Severity.REFUSE,
            _("This would go to our address number {index}, far beyond those in use (expected: up to {highest})."),
            _("Money at an index that no wallet looks at can be held to ransom by who knows the number."),
            _("Use the wallet's next address; where addresses were skipped on purpose, register with --used-to."),
        ),
        Rule(
            "BTC-INPUT-FAR",
            Severity.WARN,
            _("This coin lies at our address number {index}, far beyond those registered as in use (up to {highest})."),
            _("A stranger's small coin at a far address makes change at a far address look ordinary."),
            _("Look where it came from. If the wallet has grown so far, register it again with --used-to."),
        ),
        Rule(
            "BTC-SCRIPT-MISMATCH",
            Severity.REFUSE,
            _("A script given here is not the one that the registered wallet has at this place."),
            _("A changed quorum or a changed order of keys is how a cosigner is swapped."),
            _("Compare the wallet's registration on all machines; the desk must use the same descriptor."),
        ),
        Rule(
            "BTC-TAPROOT-HIDDEN",
            Severity.REFUSE,
            _("The file adds taproot keys or scripts that the registered wallet does not have."),
            _("A hidden script leaf is a second door to the money."),
            _("Make the transaction with the same descriptor that is registered here."),
        ),
        Rule(
            "BTC-XPUB-FALSE",
            Severity.REFUSE,
            _("An account key in the file bears our wallet's name {path} but is another key. Treat this as an attack."),
            _CLAIM_WHY,
            _("Compare the wallet's registration on all machines."),
        ),
        Rule(
            "BTC-XPUB-NETWORK",
            Severity.REFUSE,
            _("An account key in the file, {path}, is written for another network than the wallet's."),
            _("What was made for another network is signed with keys that are not meant for it."),
            _("Make the transaction with a wallet that is on the same network as the registered one."),
        ),
        Rule(
            "BTC-SIGHASH",
            Severity.REFUSE,
            _("A signature of kind {kind} is asked for or present; only one that covers everything is accepted."),
            _("Under NONE, SINGLE or ANYONECANPAY the outputs or inputs can be changed after signing."),
            _("Ask for SIGHASH_ALL (DEFAULT for taproot)."),
        ),
        Rule(
            "BTC-SIG-INVALID",
            Severity.REFUSE,
            _("A signature already present does not hold for this transaction."),
            _SIGNATURE_WHY,
            _("Ask that cosigner to sign again, and find out what was signed."),
        ),
        Rule(
            "BTC-SIG-STRANGER",
            Severity.REFUSE,
            _("A signature by a key outside the wallet is present."),
            _SIGNATURE_WHY,
            _("Remove it; a wallet of ours is signed by its own keys only."),
        ),
        Rule(
            "BTC-INPUT-FINAL",
            Severity.REFUSE,
            _("This input is already final: what it carries was not checked, and there is nothing to sign."),
            _("A finished input hides what was signed and by whom."),
            _("Sign before finalising, or broadcast the finished transaction from the desk."),
        ),
        Rule(
            "BTC-V2-MODIFIABLE",
            Severity.REFUSE,
            _("The file says that inputs or outputs may still be added (flags {flags})."),
            _("A transaction that is not finished cannot be reviewed (BIP-370)."),
            _("Let the desk finish the transaction and clear the flags."),
        ),
        Rule(
            "BTC-FIELD-REFUSED",
            Severity.REFUSE,
            _("The file carries {what}, which this program does not sign."),
            _("A protocol that is not understood cannot be reviewed."),
            _("Make the transaction without it."),
        ),
        Rule(
            "BTC-OUTPUT-UNKNOWN",
            Severity.REFUSE,
            _("This output's script is not understood, so nobody can say who is paid: {script}"),
            _("What has no address cannot be compared with an invoice, and may be anyone's."),
            _("Pay to an address."),
        ),
        Rule(
            "BTC-BURN-VALUE",
            Severity.REFUSE,
            _("{atoms} satoshi would be destroyed by this output."),
            _("Nobody can ever spend what a data output holds; some signers leave it out of every total."),
            _("Give data outputs an amount of zero."),
        ),
        Rule(
            "BTC-BURN-LARGE",
            Severity.WARN,
            _("This output publishes {bytes} bytes of data for ever."),
            _("Data leaves the organisation for good, and old nodes do not pass on more than 80 bytes."),
            _("Confirm that the data is meant to be public."),
        ),
        Rule(
            "BTC-BURN-MANY",
            Severity.WARN,
            _("There are {count} data outputs."),
            _("Nodes may not pass on more than one, and each publishes something for ever."),
            _("Use one data output."),
        ),
        Rule(
            "BTC-DUST",
            Severity.WARN,
            _("This output is so small ({atoms} satoshi, under {limit}) that nodes may not pass the transaction on."),
            _("Dust costs more to spend than it is worth and is used to trace wallets."),
            _("Pay at least 546 satoshi, which is enough for every kind of address."),
        ),
        Rule(
            "BTC-FEE-NEGATIVE",
            Severity.REFUSE,
            _("The outputs hold {atoms} satoshi more than the inputs."),
            _("No node accepts it; somewhere an amount is false."),
            _("Make the transaction again."),
        ),
        Rule(
            "BTC-FEE-EXCESSIVE",
            Severity.REFUSE,
            _("The fee is far too high: {atoms} satoshi, {percent} % of {base}, {rate} sat/vB."),
            _("A wrong fee is lost for good, and a bribed or hostile desk can send it to a miner."),
            _("Lower the fee: under 10 % of what leaves, 2,000 sat/vB and 0.1 BTC."),
        ),
        Rule(
            "BTC-FEE-HIGH",
            Severity.WARN,
            _("The fee is high: {atoms} satoshi, {percent} % of {base}, {rate} sat/vB."),
            _("A wrong fee is lost for good."),
            _("Lower the fee under 5 % of what leaves and 500 sat/vB, or confirm that it is meant."),
        ),
        Rule(
            "BTC-OUTPUT-OWN-KEY",
            Severity.WARN,
            _("This payment names one of our keys, but it does not return to this wallet."),
            _("A stranger's quorum that contains one of our keys is not ours: the others can spend without us."),
            _("Confirm that the address is the one on the invoice."),
        ),
        Rule(
            "BTC-CHANGE-SPOOF",
            Severity.REFUSE,
            _("This output claims one of our keys, but its script is not our wallet's. Treat this as an attack."),
            _CLAIM_WHY,
            _("There is no honest reason. Keep the file as evidence and examine the machine that made it."),
        ),
        Rule(
            "BTC-OWN-TRANSFER",
            Severity.INFO,
            _('This output goes to our own wallet "{wallet}".'),
            _("Money that moves between wallets of ours is a payment of one of them."),
            _("Ordinary."),
        ),
        Rule(
            "BTC-CHANGE-MANY",
            Severity.WARN,
            _("The money returns in {count} pieces."),
            _("Many pieces cost fees later and hide among themselves what leaves."),
            _("Use one change output."),
        ),
        Rule(
            "BTC-LOCKTIME",
            Severity.INFO,
            _("It cannot be mined before {when}."),
            _("A transaction that is locked far into the future is money held back."),
            _("Wallets set the current block height to discourage fee sniping; that is ordinary."),
        ),
        Rule(
            "BTC-LOCKTIME-FAR",
            Severity.WARN,
            _("It cannot be mined before {when}. Wallets do not do that by themselves."),
            _(
                "A transaction that is locked far into the future is money held back. This machine does not know the"
                " time or the height of the chain, so it says when a lock is not the kind that wallets set."
            ),
            _("Confirm that the lock is meant; otherwise let the wallet choose the lock time."),
        ),
        Rule(
            "BTC-SEQUENCE-LOCK",
            Severity.WARN,
            _("This coin can be spent only when it is {age} old; until then the transaction waits."),
            _("A relative lock (BIP-68) holds money back as a lock time does, and is easy to overlook."),
            _("Confirm that the lock is meant, or that the coin is older than that."),
        ),
        Rule(
            "BTC-RBF",
            Severity.INFO,
            _("Its fee may be raised later (replaceable)."),
            _("Until it is mined, whoever holds the keys may replace it."),
            _("Ordinary."),
        ),
        Rule(
            "BTC-FIELDS-UNKNOWN",
            Severity.INFO,
            _("{count} fields that this program does not know are kept as they are."),
            _("Unknown fields are outside every signature; they are kept so that the file stays whole."),
            _("Ordinary where another tool adds its own notes."),
        ),
        Rule(
            "BTC-SIGNED-BY",
            Severity.INFO,
            _("{have} of {need} signatures are present and valid."),
            _("Says who has signed already."),
            _("Ordinary in a multisig wallet."),
        ),
    )
}


def finding(rule_id: str, where: str = "", **values: object) -> Finding:
    """Return the finding of a rule at a place. Raises KeyError for an ID that is not in the table."""
    rule = RULES[rule_id]
    return Finding(rule.id, rule.severity, where, rule.sentence.format(**values))


def at_input(index: int) -> str:
    """Name an input as every finding does."""
    return f"input {index}"


def at_output(index: int) -> str:
    """Name an output as every finding does."""
    return f"output {index}"

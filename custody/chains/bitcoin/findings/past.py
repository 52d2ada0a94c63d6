"""The rules about earlier transactions and others in a batch: amounts that change, coins and payments that recur."""

from custody.catalogue import _
from custody.chains.bitcoin.findings.rule import Rule
from custody.signing import Severity

RULES = (
    Rule(
        "BTC-AMOUNT-CHANGED",
        Severity.REFUSE,
        _("Another file stated this coin with another amount or script. Treat this as an attack."),
        engineer=_(
            "The coin's amount or scriptPubKey is not the one stated for the same outpoint in an earlier file, or in"
            " another file of the batch."
        ),
        why=_(
            "A coin never changes. Two signatures over two false amounts can be put together into one transaction"
            " with a fee that nobody saw."
        ),
        case=_(
            "CVE-2020-14199 across sessions; Coldcard keeps a history of amounts for this reason. Taproot's signatures"
            " and the proof by previous transactions close it too."
        ),
        clear=_(
            "There is no honest reason. Find out which of the files lied and keep it as evidence; then review the true"
            " one without it."
        ),
    ),
    Rule(
        "BTC-REPLACES",
        Severity.WARN,
        _("This takes the place of the earlier transaction {txid} ({state}): {what}"),
        engineer=_(
            "An outpoint of this transaction is spent by an earlier one whose serialisation without signatures"
            " differs; outputs are compared by scriptPubKey, fees by proven amounts."
        ),
        why=_("Whoever asks for a replacement can move money to another payee under the name of a higher fee."),
        case=_("No known theft; it is the ordinary road of a double payment and of a changed payee."),
        clear=_("Read what differs. Where only the fee was to rise, the review says that only the fee rises."),
    ),
    Rule(
        "BTC-SEEN-BEFORE",
        Severity.INFO,
        _("This same transaction was seen before ({state})."),
        engineer=_("The serialisation without signatures equals an earlier file's."),
        why=_("The same transaction comes again when another cosigner signs, or when a file was handed in twice."),
        case=_("No incident; users ask whether they have signed already."),
        clear=_("Ordinary: signing the same transaction twice pays once."),
    ),
    Rule(
        "BTC-PAID-BEFORE",
        Severity.WARN,
        _("The same amount goes to the same address in the earlier transaction {txid} ({state}); both can be paid."),
        engineer=_(
            "scriptPubKey and amount equal an output of an earlier transaction that shares no outpoint with this one."
        ),
        why=_("A bill that is paid a second time with other coins is paid twice."),
        case=_("No known incident of a signer; paying twice is the commonest mistake of payment desks."),
        clear=_("Confirm that a second payment is owed, or have the desk replace the first (it must spend its coin)."),
    ),
    Rule(
        "BTC-BATCH-CONFLICT",
        Severity.REFUSE,
        _("File {number} of this batch spends the same coin in another transaction; only one of them can be paid."),
        engineer=_("An outpoint is spent by two transactions of the batch that differ without signatures."),
        why=_(
            "A total over transactions that exclude each other is false, and which one is paid is the desk's choice."
        ),
        case=_("No known incident; defence in depth."),
        clear=_("Review the two apart; if one replaces the other, name the first with --before."),
    ),
    Rule(
        "BTC-BATCH-TWICE",
        Severity.WARN,
        _("File {number} of this batch pays the same amount to the same address."),
        engineer=_("scriptPubKey and amount equal an output of another transaction of the batch."),
        why=_("A bill that stands in two files is paid twice."),
        case=_("No known incident of a signer; paying twice is the commonest mistake of payment desks."),
        clear=_("Confirm that both payments are owed."),
    ),
    Rule(
        "BTC-BATCH-SAME",
        Severity.INFO,
        _("File {number} of this batch is the same transaction; the totals count it once."),
        engineer=_("The serialisation without signatures equals another file's."),
        why=_("Two cosigners' copies of one transaction pay once."),
        case=_("No known incident; defence in depth."),
        clear=_("Ordinary; bring the copies together with the desk's wallet."),
    ),
)

"""The rules about the coins that are spent: amounts missing, unproven or contradicted, and coins that cannot be."""

from custody.catalogue import _
from custody.chains.bitcoin.findings.rule import Rule
from custody.signing import Severity

_PROOF_WHY = _(
    "A segwit v0 or legacy signature does not commit to the amounts of the other inputs. A sender who states them"
    " falsely makes the fee look small and hands the difference to a miner (CVE-2020-14199)."
)

RULES = (
    Rule(
        "BTC-AMOUNT-MISSING",
        Severity.REFUSE,
        _("The amount of this coin is not given at all, so the fee cannot be checked."),
        engineer=_(
            "The input map has neither PSBT_IN_NON_WITNESS_UTXO (0x00) nor PSBT_IN_WITNESS_UTXO (0x01) (BIP-174)."
        ),
        why=_PROOF_WHY,
        case=_(
            "CVE-2020-14199 (Trezor and others, June 2020): two signatures were asked for"
            " with two sets of claimed amounts."
        ),
        clear=_("Export the transaction with the previous transaction of every input."),
    ),
    Rule(
        "BTC-AMOUNT-UNPROVEN",
        Severity.REFUSE,
        _("The amount of this coin is only claimed: the previous transaction that proves it is missing."),
        engineer=_(
            "PSBT_IN_WITNESS_UTXO (0x01) stands without PSBT_IN_NON_WITNESS_UTXO (0x00), and not"
            " every input spends a version 1 witness program, so BIP-143 binds no foreign amount"
            " (BIP-174, BIP-341)."
        ),
        why=_PROOF_WHY,
        case=_(
            "CVE-2020-14199 (Trezor and others, June 2020): two signatures were asked for"
            " with two sets of claimed amounts. SeedSigner showed fees from such amounts until 2026"
            " (its pull request 995)."
        ),
        clear=_(
            "Export the transaction with the previous transaction of every input. Taproot inputs may go without, if"
            " every input is taproot."
        ),
    ),
    Rule(
        "BTC-PREVTX-MISMATCH",
        Severity.REFUSE,
        _("The previous transaction given for this coin is another one than the coin names."),
        engineer=_(
            "SHA256d of PSBT_IN_NON_WITNESS_UTXO (0x00), without its witness, is not the outpoint's txid (BIP-174)."
        ),
        why=_PROOF_WHY,
        case=_(
            "CVE-2020-14199 (Trezor and others, June 2020): two signatures were asked for"
            " with two sets of claimed amounts. A false previous transaction is the same attack"
            " against signers that ask for one and do not hash it."
        ),
        clear=_("Make the transaction again; if it happens twice, the desk's wallet is broken or hostile."),
    ),
    Rule(
        "BTC-PREVTX-NO-OUTPUT",
        Severity.REFUSE,
        _("The previous transaction has no output with the number that this coin names."),
        engineer=_("The outpoint's index is not below the number of outputs of PSBT_IN_NON_WITNESS_UTXO (BIP-174)."),
        why=_PROOF_WHY,
        case=_("No known incident; defence in depth (in Python a careless index reads another output)."),
        clear=_("Make the transaction again from a wallet that is synchronised."),
    ),
    Rule(
        "BTC-UTXO-CONFLICT",
        Severity.REFUSE,
        _("Two statements about this coin contradict each other in amount or script."),
        engineer=_(
            "PSBT_IN_WITNESS_UTXO differs in amount or scriptPubKey from the output that"
            " PSBT_IN_NON_WITNESS_UTXO holds at the outpoint's index (BIP-174)."
        ),
        why=_PROOF_WHY,
        case=_(
            "CVE-2020-14199 (Trezor and others, June 2020): two signatures were asked for"
            " with two sets of claimed amounts. Signers that sum the witness UTXO first believe the"
            " false one (Krux, issue 843)."
        ),
        clear=_("Make the transaction again; an honest wallet never states a coin in two ways."),
    ),
    Rule(
        "BTC-NO-INPUTS",
        Severity.REFUSE,
        _("The transaction spends nothing."),
        engineer=_(
            "The unsigned transaction has no inputs (PSBT_GLOBAL_UNSIGNED_TX, or"
            " PSBT_GLOBAL_INPUT_COUNT of 0 in version 2)."
        ),
        why=_("There is nothing to sign."),
        case=_("No known incident; defence in depth."),
        clear=_("Fund the transaction before it is exported."),
    ),
    Rule(
        "BTC-INPUT-DUPLICATE",
        Severity.REFUSE,
        _("The same coin is spent twice: {outpoint}."),
        engineer=_(
            "Two inputs of the unsigned transaction have equal outpoints, all 36 bytes compared,"
            " however many inputs there are."
        ),
        why=_("No node accepts it, and counting a coin twice falsifies the fee."),
        case=_("CVE-2018-17144: Bitcoin Core itself once took a block that spent a coin twice in one transaction."),
        clear=_("Make the transaction again."),
    ),
    Rule(
        "BTC-INPUT-NULL",
        Severity.REFUSE,
        _("This input names no coin: it is written as newly mined money."),
        engineer=_("An outpoint's txid is 32 zero bytes, as only a coinbase input's is."),
        why=_("Only a miner's own transaction may have such an input, and it is not signed."),
        case=_("No known incident; defence in depth."),
        clear=_("Make the transaction again."),
    ),
    Rule(
        "BTC-AMOUNT-RANGE",
        Severity.REFUSE,
        _("An amount lies outside what can exist: {atoms} satoshi."),
        engineer=_(
            "An amount, or the sum of all amounts of one side, is below 0 or above"
            " 2,100,000,000,000,000 satoshi, read as a signed 64-bit number."
        ),
        why=_("Amounts beyond 21 million bitcoin wrap around in careless sums and hide a fee."),
        case=_("CVE-2010-5139: two outputs whose sum wrapped around made 184 billion bitcoin in block 74,638."),
        clear=_("Make the transaction again."),
    ),
)

"""The rules about signatures: those that are asked for, and those that are already there."""

from custody.catalogue import _
from custody.chains.bitcoin.findings.rule import Rule
from custody.signing import Severity

_SIGNATURE_WHY = _("A signature under other rules, or a broken one, tells that somebody signs something else.")

RULES = (
    Rule(
        "BTC-SIGHASH",
        Severity.REFUSE,
        _("A signature of kind {kind} is asked for or present; only one that covers everything is accepted."),
        engineer=_(
            "PSBT_IN_SIGHASH_TYPE (0x03), all 32 bits of it, or the last byte of a signature present,"
            " is not 1 (for taproot: absent, 0 or 1) (BIP-143, BIP-341)."
        ),
        why=_("Under NONE, SINGLE or ANYONECANPAY the outputs or inputs can be changed after signing."),
        case=_(
            "A declared 0 on a segwit v0 input with a planted taproot field (entropylab, issue 423);"
            " Coldcard and Krux refuse the same types."
        ),
        clear=_("Ask for SIGHASH_ALL (DEFAULT for taproot)."),
    ),
    Rule(
        "BTC-SIG-INVALID",
        Severity.REFUSE,
        _("A signature already present does not hold for this transaction."),
        engineer=_(
            "A PSBT_IN_PARTIAL_SIG (0x02) or taproot signature (0x13, 0x14) does not verify over the"
            " digest recomputed from this transaction (BIP-143, BIP-340, BIP-342)."
        ),
        why=_SIGNATURE_WHY,
        case=_(
            "Libraries that finalise without verifying pass a cosigner's signature under something"
            " else on (btclib, issue 434)."
        ),
        clear=_("Ask that cosigner to sign again, and find out what was signed."),
    ),
    Rule(
        "BTC-SIG-STRANGER",
        Severity.REFUSE,
        _("A signature by a key outside the wallet is present."),
        engineer=_(
            "The public key of a PSBT_IN_PARTIAL_SIG (0x02) or PSBT_IN_TAP_SCRIPT_SIG (0x14) stands"
            " in no place of the derived script."
        ),
        why=_SIGNATURE_WHY,
        case=_("No known incident; defence in depth."),
        clear=_("Remove it; a wallet of ours is signed by its own keys only."),
    ),
    Rule(
        "BTC-INPUT-FINAL",
        Severity.REFUSE,
        _("This input is already final: what it carries was not checked, and there is nothing to sign."),
        engineer=_("PSBT_IN_FINAL_SCRIPTSIG (0x07) or PSBT_IN_FINAL_SCRIPTWITNESS (0x08) is present (BIP-174)."),
        why=_("A finished input hides what was signed and by whom."),
        case=_("No known incident; defence in depth."),
        clear=_("Sign before finalising, or broadcast the finished transaction from the desk."),
    ),
    Rule(
        "BTC-SIGNED-BY",
        Severity.INFO,
        _("{have} of {need} signatures are present and valid."),
        engineer=_("Signatures that verify are counted by input, and the smallest count is told."),
        why=_("Says who has signed already."),
        case=_("No incident; asked for by users (SeedSigner, issue 692)."),
        clear=_("Ordinary in a multisig wallet."),
    ),
    Rule(
        "BTC-SIGNED-POLICY",
        Severity.INFO,
        _("Valid signatures are present for every coin from: {who}."),
        engineer=_(
            "The fingerprints whose signatures verify on every input of a descriptor that is no plain threshold."
        ),
        why=_("Where a wallet has several ways to sign, no one number says how many signatures are missing."),
        case=_("No incident; asked for by users (SeedSigner, issue 692)."),
        clear=_("Ordinary in a wallet with a policy."),
    ),
)

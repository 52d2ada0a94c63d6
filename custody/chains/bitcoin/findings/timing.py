"""The rules about when a transaction can be mined, and whether it may change until then."""

from custody.catalogue import _
from custody.chains.bitcoin.findings.rule import Rule
from custody.signing import Severity

RULES = (
    Rule(
        "BTC-VERSION-UNKNOWN",
        Severity.REFUSE,
        _("It is a transaction of version {version}, which means nothing to anybody; nodes do not pass it on."),
        engineer=_("nVersion is not 1, 2 or 3 (BIP-68, BIP-431), read as a signed number of 32 bits."),
        why=_("What no node passes on lies signed with whoever holds it, until a miner takes it at a time of theirs."),
        case=_("No known incident; a message under BIP-322 may have version 0, which the review of messages knows."),
        clear=_("Make the transaction with version 2, as wallets do."),
    ),
    Rule(
        "BTC-LOCKTIME",
        Severity.INFO,
        _("It cannot be mined before {when}."),
        engineer=_(
            "nLockTime is a height other than 0, less than five years ahead (see BTC-LOCKTIME-FAR), and an input's"
            " nSequence is not 0xffffffff. The month is told from block 840,000 at ten minutes a block."
        ),
        why=_("A transaction that is locked far into the future is money held back."),
        case=_("No known incident; defence in depth."),
        clear=_("Wallets set the current block height to discourage fee sniping; that is ordinary."),
    ),
    Rule(
        "BTC-LOCKTIME-FAR",
        Severity.WARN,
        _("It cannot be mined before {when}. Wallets do not do that by themselves."),
        engineer=_(
            "nLockTime is a time (500,000,000 or above), or a height five years of 144 blocks a day beyond block"
            " 975,000 or beyond the lowest lock time that the transactions in PSBT_IN_NON_WITNESS_UTXO were held to,"
            " whichever is higher (10,000,000 on testnet3); and an input's nSequence is not 0xffffffff."
        ),
        why=_(
            "A transaction that is locked far into the future is money held back. This machine does not know the"
            " time, so it reckons from the height when this program was written, or from one that the coins prove."
        ),
        case=_(
            "No known incident; a lock far ahead holds signed money to ransom, and Coldcard shows it for that reason."
        ),
        clear=_("Confirm that the lock is meant; otherwise let the wallet choose the lock time."),
    ),
    Rule(
        "BTC-SEQUENCE-LOCK",
        Severity.WARN,
        _("This coin can be spent only when it is {age} old; until then the transaction waits."),
        engineer=_(
            "The version is 2 or above, and an nSequence has bit 31 clear and its low 16 bits not 0"
            " (BIP-68; bit 22 says units of 512 seconds)."
        ),
        why=_("A relative lock (BIP-68) holds money back as a lock time does, and is easy to overlook."),
        case=_("No known incident; defence in depth."),
        clear=_("Confirm that the lock is meant, or that the coin is older than that."),
    ),
    Rule(
        "BTC-RBF",
        Severity.INFO,
        _("Its fee may be raised later (replaceable)."),
        engineer=_("An nSequence is 0xfffffffd or below (BIP-125)."),
        why=_("Until it is mined, whoever holds the keys may replace it."),
        case=_("No incident; it tells what a later BTC-REPLACES would follow from."),
        clear=_("Ordinary."),
    ),
    Rule(
        "BTC-POLICY-LATE",
        Severity.INFO,
        _("The time locks of this transaction open: {ways}. Nobody else need sign."),
        engineer=_(
            "nVersion, nSequence and nLockTime meet older or after (BIP-112, BIP-65) on these ways of the registered"
            " policy; keys are named by their master fingerprints. A key signs on every way that is open to it."
        ),
        why=_(
            "A desk that sets a lock time or a sequence number chooses who is enough. A signer who expects cosigners"
            " should know when there need not be any."
        ),
        case=_("No known incident; defence in depth."),
        clear=_("If the cosigners are meant to sign, have the desk make it without the time lock."),
    ),
)

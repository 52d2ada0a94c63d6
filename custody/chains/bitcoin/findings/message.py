"""The rules about messages to be signed (BIP-322)."""

from custody.catalogue import _
from custody.chains.bitcoin.findings.rule import Rule
from custody.signing import Severity

RULES = (
    Rule(
        "BTC-MESSAGE-DISGUISED",
        Severity.REFUSE,
        _("This is no payment but a message to be signed, in the form of a transaction."),
        engineer=_(
            "The only output is 0 satoshi to the single byte OP_RETURN, which is BIP-322's to_sign transaction."
        ),
        why=_("A signature under it would be a statement in our name (BIP-322) that nobody has read."),
        case=_("No known incident; defence in depth."),
        clear=_("Sign messages with: custody message sign, which shows what they say."),
    ),
    Rule(
        "BTC-MESSAGE-TEXT",
        Severity.REFUSE,
        _("The message holds a character that a screen may hide or show as another: {character}"),
        engineer=_("A character of the message is neither printable ASCII (0x20 to 0x7e) nor a line feed."),
        why=_("Who signs must have read every letter. Characters outside ASCII can be invisible or look alike."),
        case=_("No known incident with messages; look-alike and bidirectional text is Unicode's technical report 36."),
        clear=_("Write the message in printable ASCII and line ends (no tabs, no carriage returns)."),
    ),
    Rule(
        "BTC-MESSAGE-DIGEST",
        Severity.REFUSE,
        _("The message is a bare number of 32 bytes: nobody can read what it stands for."),
        engineer=_("The message is 64 hex digits, with or without 0x, and nothing else but white space."),
        why=_("A digest may be that of anything, and a signature under it has been used to take money."),
        case=_("Krux, issue 846: a bare digest signed as a message may be a transaction's."),
        clear=_("Sign a sentence that says what the digest is of."),
    ),
    Rule(
        "BTC-MESSAGE-VERSION",
        Severity.REFUSE,
        _("The message's transaction is of version {version}; BIP-322 knows 0 and 2."),
        engineer=_("The to_sign transaction's nVersion is neither 0 nor 2 (BIP-322)."),
        why=_("Whoever verifies it would have to say that they do not understand it."),
        case=_("No known incident; defence in depth."),
        clear=_("Make the request again."),
    ),
    Rule(
        "BTC-MESSAGE-LOCKED",
        Severity.WARN,
        _("The signature would be valid only at lock time {time} and age {age} (sequence number)."),
        engineer=_("The to_sign transaction's nLockTime, or the nSequence of an input, is not 0 (BIP-322, full form)."),
        why=_("A proof that is not valid at once is rarely what an auditor asked for."),
        case=_("No known incident; defence in depth."),
        clear=_("Confirm that the address's script needs it; otherwise make the request again without."),
    ),
    Rule(
        "BTC-MESSAGE-LEGACY",
        Severity.WARN,
        _("The signature will be of the legacy form (BIP-137), which is weaker: it commits to no address."),
        engineer=_('ECDSA over the double SHA-256 of "Bitcoin Signed Message:" and the text; the key is recovered.'),
        why=_("It fits every address of its key, and who verifies it cannot tell for which of them it was meant."),
        case=_("BIP-322: the form was made for P2PKH alone, and wallets read it differently for other addresses."),
        clear=_("Leave --format away, and sign by BIP-322, unless who asked for it takes nothing else."),
    ),
)

"""The rules about what the file holds beside the transaction: unknown and refused fields."""

from custody.catalogue import _
from custody.chains.bitcoin.findings.rule import Rule
from custody.signing import Severity

RULES = (
    Rule(
        "BTC-FIELD-REFUSED",
        Severity.REFUSE,
        _("The file carries {what}, which this program does not sign."),
        engineer=_(
            "A field of a protocol that is parsed and not signed is present, for instance MuSig2's"
            " (0x1a to 0x1c; BIP-373) or silent payments' (BIP-375)."
        ),
        why=_("A protocol that is not understood cannot be reviewed."),
        case=_("No known incident here; a MuSig2 nonce used twice gives the key away (BIP-327)."),
        clear=_("Make the transaction without it."),
    ),
    Rule(
        "BTC-FIELDS-UNKNOWN",
        Severity.INFO,
        _("{count} fields that this program does not know are kept as they are."),
        engineer=_(
            "Key types unknown to this program, and proprietary ones (0xfc), are counted over all"
            " maps and written back byte for byte (BIP-174)."
        ),
        why=_("Unknown fields are outside every signature; they are kept so that the file stays whole."),
        case=_("No known incident; defence in depth."),
        clear=_("Ordinary where another tool adds its own notes."),
    ),
)

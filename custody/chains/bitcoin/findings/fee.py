"""The rules about the fee: negative, high, excessive."""

from custody.catalogue import _
from custody.chains.bitcoin.findings.rule import Rule
from custody.signing import Severity

RULES = (
    Rule(
        "BTC-FEE-NEGATIVE",
        Severity.REFUSE,
        _("The outputs hold {atoms} satoshi more than the inputs."),
        engineer=_("The sum of the proven inputs is below the sum of the outputs."),
        why=_("No node accepts it; somewhere an amount is false."),
        case=_("No known incident; defence in depth."),
        clear=_("Make the transaction again."),
    ),
    Rule(
        "BTC-FEE-EXCESSIVE",
        Severity.REFUSE,
        _("The fee is far too high: {atoms} satoshi, {percent} % of {base}, {rate}."),
        engineer=_(
            "The proven fee is at least 25,000 satoshi and 10 % of payments and burns (of all inputs where nothing"
            " leaves), or 2,000 sat/vB of the estimated signed size, or 10,000,000 satoshi."
        ),
        why=_("A wrong fee is lost for good, and a bribed or hostile desk can send it to a miner."),
        case=_("September 2023: a payment company's software paid 19.8 BTC as the fee of a transfer of 0.07 BTC."),
        clear=_("Lower the fee: under 10 % of what leaves or 25,000 satoshi, and under 2,000 sat/vB and 0.1 BTC."),
    ),
    Rule(
        "BTC-FEE-HIGH",
        Severity.WARN,
        _("The fee is high: {atoms} satoshi, {percent} % of {base}, {rate}."),
        engineer=_(
            "The proven fee is at least 5 % of payments and burns (of all inputs where nothing"
            " leaves), or 500 sat/vB of the estimated signed size."
        ),
        why=_("A wrong fee is lost for good."),
        case=_("The same as BTC-FEE-EXCESSIVE, in its beginnings; Coldcard and Passport warn at the same share."),
        clear=_("Lower the fee under 5 % of what leaves and 500 sat/vB, or confirm that it is meant."),
    ),
)

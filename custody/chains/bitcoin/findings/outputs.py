"""The rules about where the money goes: payments, change, dust, and what is destroyed."""

from custody.catalogue import _
from custody.chains.bitcoin.findings.rule import Rule
from custody.signing import Severity

_CLAIM_WHY = _(
    "Malware on the desk marks its own output with our key's name so that it is taken for change, or so that money"
    " lands where only the attacker can say how to reach it."
)

RULES = (
    Rule(
        "BTC-NO-OUTPUTS",
        Severity.REFUSE,
        _("The transaction pays nobody: all of it would go to the miner."),
        engineer=_("The unsigned transaction has no outputs."),
        why=_("Everything that the inputs hold would be lost as a fee."),
        case=_("No known incident; defence in depth."),
        clear=_("Add the outputs before it is exported."),
    ),
    Rule(
        "BTC-OUTPUT-UNKNOWN",
        Severity.REFUSE,
        _("This output's script is not understood, so nobody can say who is paid: {script}"),
        engineer=_(
            "The scriptPubKey is none of P2PKH, P2SH, P2WPKH, P2WSH, P2TR (version 1, 32 bytes) and"
            " no OP_RETURN; witness programs of versions 2 (bc1z, BIP-360) to 16 are anyone's to spend until a"
            " soft fork (BIP-141, BIP-350)."
        ),
        why=_("What has no address cannot be compared with an invoice, and may be anyone's."),
        case=_("No known incident; defence in depth."),
        clear=_("Pay to an address."),
    ),
    Rule(
        "BTC-OUTPUT-DEAD",
        Severity.REFUSE,
        _("Nobody can ever open this output: {reason}. What goes there is destroyed."),
        engineer=_(
            "Without OP_RETURN at its head: a script over 10,000 bytes, a witness program of version 0 of neither 20"
            " nor 32 bytes (BIP-141), a bare script that cannot be parsed, pushes over 520 bytes, holds an opcode"
            " switched off, or before any OP_IF meets OP_RETURN or checks a HASH160 against a push of other than 20"
            " bytes; P2PK off the curve, or a bare multisig with fewer points than its threshold."
        ),
        why=_("No node ever takes a spend of it, so what it holds is lost, and no change of the rules is awaited."),
        case=_("In October 2011 an exchange lost 2,609 BTC to P2PKH scripts that held no hash."),
        clear=_("There is no honest reason. Pay to an address that the payee tells again, by another way."),
    ),
    Rule(
        "BTC-OUTPUT-ANCHOR",
        Severity.REFUSE,
        _("This output is an anchor that anybody can spend: {atoms} satoshi go to whoever takes them first."),
        engineer=_('The scriptPubKey is OP_1 <4e73>, "pay to anchor", which is spent without a signature (P2A).'),
        why=_("An anchor belongs to nobody: it is there so that anybody may add a fee, and holds no payment."),
        case=_("No known incident; it has an address (bc1pfeessrawgf) that reads like a payee's."),
        clear=_("Leave the anchor out; to raise the fee, make the transaction again with a higher one."),
    ),
    Rule(
        "BTC-ADDRESS-LOOKALIKE",
        Severity.WARN,
        _("This address begins and ends like {other}, and is another one."),
        engineer=_(
            "Three characters behind the prefix and the last three equal those of another address: of a coin or an"
            " output here, or in a file given with --before."
        ),
        why=_("People compare the ends of an address. Whoever makes one with the same ends is paid in its place."),
        case=_("Address poisoning, since 2022 on several chains; in May 2024 somebody sent 1,155 WBTC to such a twin."),
        clear=_("Compare the whole address, in the middle too, with what the payee says by another way."),
    ),
    Rule(
        "BTC-OUTPUT-OWN-KEY",
        Severity.REFUSE,
        _("This output names one of our keys, but its script is no registered wallet's."),
        engineer=_(
            "A field of the output (a derivation, a script, a leaf, the internal key) or the scriptPubKey itself names"
            " a true key of a registered wallet of several, by its x coordinate or its HASH160, and no registered"
            " descriptor derives the scriptPubKey: another threshold, another key, another order or another condition."
        ),
        why=_("A stranger's quorum that contains one of our keys is not ours: the others can spend without us."),
        case=_(
            "SeedSigner showed a stranger's quorum with one key of ours as change until 2026 (its pull request 1032)."
        ),
        clear=_("If it is a wallet of ours, register it and name it too; otherwise treat it as an attack."),
    ),
    Rule(
        "BTC-CHANGE-SPOOF",
        Severity.REFUSE,
        _("This output claims one of our keys, but its script is not our wallet's. Treat this as an attack."),
        engineer=_(
            "A field of the output (a derivation, a script, the internal key) or the scriptPubKey itself names a true"
            " key of a registered single-key descriptor, and no registered descriptor derives that scriptPubKey."
        ),
        why=_CLAIM_WHY,
        case=_(
            "Signers that take a fingerprint for ownership show such an output as change (Keep, pull"
            " request 780, 2026)."
        ),
        clear=_(
            "If it is a wallet of ours, register it and name it too; otherwise keep the file as evidence and examine"
            " the machine that made it."
        ),
    ),
    Rule(
        "BTC-OWN-TRANSFER",
        Severity.INFO,
        _('This output goes to our own wallet "{wallet}".'),
        engineer=_(
            "The scriptPubKey is derived by another registered wallet of the same network, where the file says or"
            " anywhere within its reach."
        ),
        why=_("Money that moves between wallets of ours is a payment of one of them."),
        case=_("No known incident; it keeps a payment from passing for change."),
        clear=_("Ordinary."),
    ),
    Rule(
        "BTC-OWN-UNSEARCHED",
        Severity.WARN,
        _('Whether this goes to our wallet "{wallet}" is not known: it has too many addresses to be looked through.'),
        engineer=_(
            "The scriptPubKey has the form of another registered wallet, whose addresses up to its reach are more than"
            " the 100,000 keys that are derived for all other wallets, and it is none of the likely ones."
        ),
        why=_("A transfer between wallets of ours would be shown as a payment to a stranger."),
        case=_("No known incident; a search that ends early must not pass for an answer."),
        clear=_("Compare the address with that wallet, or export with derivation fields."),
    ),
    Rule(
        "BTC-CHANGE-MANY",
        Severity.WARN,
        _("The money returns in {count} pieces."),
        engineer=_("More than 10 outputs are derived by the wallet of the inputs."),
        why=_("Many pieces cost fees later and hide among themselves what leaves."),
        case=_("No known incident; defence in depth (Ledger's app has a limit too)."),
        clear=_("Use one change output."),
    ),
    Rule(
        "BTC-BURN-VALUE",
        Severity.REFUSE,
        _("{atoms} satoshi would be destroyed by this output."),
        engineer=_(
            "A script that begins with OP_RETURN, a taproot output of nobody (BTC-TAPROOT-NOBODY) or a script that"
            " always fails (BTC-OUTPUT-DEAD) has an amount above 0."
        ),
        why=_("Nobody can ever spend what a data output holds; some signers leave it out of every total."),
        case=_("SeedSigner left such value out of every total (its issue 973); Trezor refuses it as well."),
        clear=_("Give data outputs an amount of zero, and pay to addresses that somebody can open."),
    ),
    Rule(
        "BTC-TAPROOT-NOBODY",
        Severity.REFUSE,
        _("The address {address} is nobody's: no key opens it, and what goes there is destroyed."),
        engineer=_(
            "A version 1 witness program of 32 bytes is not the x coordinate of a point (BIP-341, lift_x), or is"
            " BIP-341's H, alone or with the tweak of no scripts, of which nobody knows a private key."
        ),
        why=_("Such an address reads like any other, and programs take it; no key and no script can open it."),
        case=_("No known theft. Wallets pay to any well-formed address; half of all 32-byte strings are no key."),
        clear=_("There is no honest reason. Ask the payee for the address again, by another way."),
    ),
    Rule(
        "BTC-BURN-LARGE",
        Severity.WARN,
        _("This output publishes {bytes} bytes of data for ever."),
        engineer=_("The data pushed after OP_RETURN is over 80 bytes, the long-standing relay limit."),
        why=_("Data leaves the organisation for good, and old nodes do not pass on more than 80 bytes."),
        case=_("No known incident; defence in depth."),
        clear=_("Confirm that the data is meant to be public."),
    ),
    Rule(
        "BTC-BURN-MANY",
        Severity.WARN,
        _("There are {count} data outputs."),
        engineer=_("More than one output is provably unspendable."),
        why=_("Nodes may not pass on more than one, and each publishes something for ever."),
        case=_("No known incident; defence in depth."),
        clear=_("Use one data output."),
    ),
    Rule(
        "BTC-DUST",
        Severity.WARN,
        _("This output is so small ({atoms} satoshi, under {limit}) that nodes may not pass the transaction on."),
        engineer=_(
            "The amount is below Bitcoin Core's dust limit for the script's type at 3 sat/vB: 546"
            " P2PKH, 540 P2SH, 294 P2WPKH, 330 P2WSH and P2TR."
        ),
        why=_("Dust costs more to spend than it is worth and is used to trace wallets."),
        case=_("Dust sent to trace wallets has been reported since 2018."),
        clear=_("Pay at least 546 satoshi, which is enough for every kind of address."),
    ),
)

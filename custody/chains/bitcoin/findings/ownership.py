"""The rules about claims of whose something is: inputs, keys, paths, scripts and account keys."""

from custody.catalogue import _
from custody.chains.bitcoin.findings.rule import Rule
from custody.signing import Severity

_CLAIM_WHY = _(
    "Malware on the desk marks its own output with our key's name so that it is taken for change, or so that money"
    " lands where only the attacker can say how to reach it."
)

RULES = (
    Rule(
        "BTC-WALLET-WRONG",
        Severity.REFUSE,
        _("None of these coins belongs to {wallets}. Another wallet's coins? The file names the keys {fingerprints}."),
        engineer=_(
            "No input's scriptPubKey is derived by a wallet that was named. The fingerprints are those of the inputs'"
            " derivation fields, as the file says them; nothing proves them."
        ),
        why=_("Judged by another wallet, an honest file reads like an attack, and its fee rate is not known."),
        case=_("No known incident; the ordinary mistake of a desk with several wallets."),
        clear=_("Name the wallet that spends with --wallet, or register it."),
    ),
    Rule(
        "BTC-WALLET-WAITS",
        Severity.WARN,
        _('The wallet "{wallet}" is not in service yet. No more than a small sum, to try it, belongs there.'),
        engineer=_(
            "The wallet that spends, or one that an output pays, is registered from a file of the format"
            " custody-wallet/2 (docs/spec/wallet.md): no transcript of its way into service was whole when it was"
            " written. A payment out of it is not refused: the small sum has to come back."
        ),
        why=_(
            "Until its cards have arrived and signed, and a small sum went in and out again, nobody knows that the"
            " money can be moved."
        ),
        case=_("No known incident; the ordinary loss is a backup that nobody tried before money lay on it."),
        clear=_(
            "Finish its way into service (custody ceremony service), and take the file that custody ceremony verify"
            " --service --records writes then."
        ),
    ),
    Rule(
        "BTC-INPUT-FOREIGN",
        Severity.REFUSE,
        _("This coin is not proven to belong to a registered wallet."),
        engineer=_(
            "No registered descriptor derives the spent scriptPubKey, neither where a derivation field of this input"
            " (0x06, 0x16) says nor anywhere within the wallet's reach."
        ),
        why=_(
            "What is not ours cannot be checked: its amount, its owner and why it is spent together with ours are"
            " somebody else's word."
        ),
        case=_("No known incident; defence in depth (transactions of several owners are out of scope)."),
        clear=_("Name the wallet that owns it, or register it; spend from one wallet at a time."),
    ),
    Rule(
        "BTC-INPUT-MIXED",
        Severity.REFUSE,
        _('This coin belongs to the wallet "{wallet}", others here belong to another wallet.'),
        engineer=_(
            "Two inputs are derived by two different registered descriptors; the wallet of the first"
            " one owned is the measure."
        ),
        why=_("With inputs of several wallets, change of one passes for a payment of the other."),
        case=_("No known theft; Trezor's and Krux's tests name mixed inputs as an attack."),
        clear=_("Spend from one wallet at a time."),
    ),
    Rule(
        "BTC-INPUT-FAR",
        Severity.WARN,
        _("This coin lies at our address number {index}, far beyond those in use (expected: up to {highest})."),
        engineer=_(
            "A coin's proven index is above the wallet's reach: its registered used_to + 200, and at least 1,000."
            " It does not raise that bound (BTC-PATH-RANSOM)."
        ),
        why=_("Money that lies where no wallet looks was put there by somebody who knows the number."),
        case=_("The ransom attack on hardware wallets (BitBox's disclosures, 2020), prepared with a small coin."),
        clear=_("Look where it came from. If the wallet has grown so far, register it again with --used-to."),
    ),
    Rule(
        "BTC-KEY-FALSE-CLAIM",
        Severity.REFUSE,
        _("A key is declared to be our key {path}, but our key there is another one. Treat this as an attack."),
        engineer=_(
            "A derivation field (0x06, 0x16, or 0x02, 0x07 of an output) carries a registered"
            " fingerprint and a path the descriptor has, and BIP-32 derives another public key there."
        ),
        why=_CLAIM_WHY,
        case=_("SeedSigner believed the fingerprint alone until 2026 (its pull request 1013)."),
        clear=_("There is no honest reason. Keep the file as evidence and examine the machine that made it."),
    ),
    Rule(
        "BTC-PATH-STRANGE",
        Severity.REFUSE,
        _("A key is declared to be ours at {path}, where no registered wallet has keys."),
        engineer=_(
            "A derivation field carries a registered fingerprint, and its path is no branch and index"
            " of any registered descriptor (other purpose, coin type, account, depth, branch or"
            " hardening)."
        ),
        why=_CLAIM_WHY,
        case=_("The ransom attack (BitBox's disclosures, 2020) and Ledger's path isolation bypass (2020)."),
        clear=_("If it is a wallet of ours, register it and name it too; otherwise treat it as an attack."),
    ),
    Rule(
        "BTC-CLAIM-ELSEWHERE",
        Severity.REFUSE,
        _("The file says that this is our address at {path}, and it is our address at {own}."),
        engineer=_(
            "A derivation field names a true key of the wallet that owns the scriptPubKey, at another branch or index"
            " than the one that derives it."
        ),
        why=_CLAIM_WHY,
        case=_("No known incident; no honest program names the key of another address."),
        clear=_("Make the transaction again; if it comes again, examine the machine that made it."),
    ),
    Rule(
        "BTC-CLAIMS-MANY",
        Severity.REFUSE,
        _("The file names more than {limit} addresses of one wallet for a single script."),
        engineer=_(
            "The derivation fields of one map name more places (branch and index) of one registered descriptor than"
            " are followed. A script has one place."
        ),
        why=_("A flood of claims hides a false one, and costs the time of whoever checks it."),
        case=_("No known incident; defence in depth."),
        clear=_("Make the transaction again with the program that holds the wallet."),
    ),
    Rule(
        "BTC-OURS-UNSAID",
        Severity.INFO,
        _("This is ours, though the sender did not say so rightly: {cause}."),
        engineer=_(
            "A registered descriptor derives the scriptPubKey within its reach, and no derivation field names one of"
            " its keys with fingerprint and path. It counts as ours in every sum and gate."
        ),
        why=_("What returns to us would pass for a payment, and the fee would be measured against too much."),
        case=_(
            "Watch-only desks leave fields out or write 00000000; a hostile one does it to hide how high the fee is."
        ),
        clear=_("Ordinary for some programs; exporting with derivation fields makes it go."),
    ),
    Rule(
        "BTC-PATH-RANSOM",
        Severity.REFUSE,
        _("This would go to our address number {index}, far beyond those in use (expected: up to {highest})."),
        engineer=_(
            "The proven index of an output of ours is above its wallet's reach: the registered used_to + 200, and at"
            " least 1,000. Nothing in the file raises it, no coin either."
        ),
        why=_("Money at an index that no wallet looks at can be held to ransom by who knows the number."),
        case=_(
            "The ransom attack on hardware wallets (BitBox's disclosures, 2020); Coldcard checks the same distance."
        ),
        clear=_("Use the wallet's next address; where addresses were skipped on purpose, register with --used-to."),
    ),
    Rule(
        "BTC-SCRIPT-MISMATCH",
        Severity.REFUSE,
        _("A script given here is not the one that the registered wallet has at this place."),
        engineer=_(
            "PSBT_IN_REDEEM_SCRIPT or WITNESS_SCRIPT (0x04, 0x05; 0x00, 0x01 of an output) is not,"
            " byte for byte, the registered descriptor's script at the derived place."
        ),
        why=_("A changed quorum or a changed order of keys is how a cosigner is swapped."),
        case=_(
            "A swapped cosigner or threshold: BitBox's disclosures on multisig (2020); SeedSigner's"
            " pull request 1032 (2026)."
        ),
        clear=_("Compare the wallet's registration on all machines; the desk must use the same descriptor."),
    ),
    Rule(
        "BTC-TAPROOT-HIDDEN",
        Severity.REFUSE,
        _("The file adds taproot keys or scripts that the registered wallet does not have."),
        engineer=_(
            "Internal key, merkle root, leaf scripts, control blocks, leaf hashes or tree (0x14 to"
            " 0x18; 0x05, 0x06 of an output) hold something that the registered descriptor does not"
            " derive (BIP-341, BIP-371)."
        ),
        why=_("A hidden script leaf is a second door to the money."),
        case=_("No known incident; BIP-341 itself warns that a script path may hide behind a shared internal key."),
        clear=_("Make the transaction with the same descriptor that is registered here."),
    ),
    Rule(
        "BTC-LEAF-FALSE-CLAIM",
        Severity.REFUSE,
        _("The key {path} is declared to sign in other script leaves than those in which it stands."),
        engineer=_(
            "The leaf hashes of a PSBT_IN_TAP_BIP32_DERIVATION (0x16; 0x07 of an output) are not"
            " exactly those of the leaves in which the key stands (BIP-371)."
        ),
        why=_("A key that is shown in another leaf than its own hides which conditions hold for the money."),
        case=_("No known incident; defence in depth."),
        clear=_("Make the transaction with the same descriptor that is registered here."),
    ),
    Rule(
        "BTC-XPUB-FALSE",
        Severity.REFUSE,
        _("An account key in the file bears our wallet's name {path} but is another key. Treat this as an attack."),
        engineer=_(
            "PSBT_GLOBAL_XPUB (0x01) has the fingerprint and path of a registered account key and"
            " other bytes after the version (BIP-174, BIP-32)."
        ),
        why=_CLAIM_WHY,
        case=_("A swapped cosigner: BitBox's disclosures on multisig (2020)."),
        clear=_("Compare the wallet's registration on all machines."),
    ),
    Rule(
        "BTC-XPUB-NETWORK",
        Severity.REFUSE,
        _("An account key in the file, {path}, is written for another network than the wallet's."),
        engineer=_("PSBT_GLOBAL_XPUB (0x01) is a registered account key under another network's BIP-32 version bytes."),
        why=_("What was made for another network is signed with keys that are not meant for it."),
        case=_(
            "Coldcard signed for the main network what it showed as test money (isolation bypass, disclosed in 2020)."
        ),
        clear=_("Make the transaction with a wallet that is on the same network as the registered one."),
    ),
)

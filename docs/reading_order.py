"""Writes docs/reading-order.md from a list that is data: what can lose money, chapter by chapter, and what cannot.

The lines are counted here, from the files. `tests/test_reading_order.py` holds the list against the code.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent

PAGE_LIMIT = 6_700
"""Lines that the first reading may have."""

LINES_AN_HOUR = 400
"""What inspections of code are commonly planned with; whoever knows the standards reads parsers faster."""

BITCOIN = "custody.chains.bitcoin"


@dataclass(frozen=True)
class Row:
    """A module of the list, why it is there and what to look for; `first`: it belongs to the first reading."""

    module: str
    why: str
    first: bool = False


@dataclass(frozen=True)
class Chapter:
    """Modules that are read together, in this order."""

    title: str
    about: str
    rows: tuple[Row, ...]


def first(module: str, why: str) -> Row:
    """Make a row of the first reading."""
    return Row(module, why, first=True)


WALKS = (
    Chapter(
        "The words",
        "What all else is said in. Everything that a person approves is one of these values, and the hash of all of "
        "it is what an approval names.",
        (
            first(
                "custody.signing",
                "Review, Approval, SigningTask, Signature. Is everything that is shown in `commitment`? Which verdict "
                "do the findings make?",
            ),
            first("custody.secret", "What a secret is. One exit, `reveal()`; what else could show or copy it?"),
            Row("custody.errors", "How a no is said. No class may be caught where it would become a yes."),
            first("custody.curve", "Points and verification on libsecp256k1. Which encodings are taken?"),
            first(
                "custody.canonical",
                "Writes what `commitment` hashes. Can two reviews be written alike, so that one yes is for both?",
            ),
            first("custody.referee", "The second engines, loaded by name. Is it the right one, and does it answer?"),
            first(
                "custody.referee.openssl", "ECDSA by OpenSSL. Does each path end in an exception or a true equation?"
            ),
            first("custody.referee.bip340", "BIP-340 over plain points; the same question."),
            Row("custody.derivation", "Paths as text and numbers: 2**31 is where hardened ones begin."),
            Row("custody.text", "What keeps a name from passing for a line of ours."),
            first("custody.aloud", "Amounts and addresses in groups. Do they hold all that the plain form holds?"),
            Row("custody.strict_json", "Wallet files and labels come through it: no key twice, no number rounded."),
            Row("custody.outside", "Every text of strangers comes through it: is any byte passed over, or read twice?"),
            Row("custody.words", "Digests as words: how two people find out that their wallets are the same."),
            Row("custody.catalogue", "Every sentence passes here; a translation can change what a screen says."),
        ),
    ),
    Chapter(
        "From bytes to a transaction",
        "Bytes of a stranger become frozen values. A fault here is two readings of one file: we show one, the network "
        "executes the other. So look for what is passed over, taken twice, or written otherwise than it was read.",
        (
            Row(f"{BITCOIN}.psbt.envelope", "Binary, base64, hex: one file has one reading, and its digest is shown."),
            Row(f"{BITCOIN}.consensus.stream", "Reads integers and counts, never past the end. Are the bounds right?"),
            Row(f"{BITCOIN}.consensus.hashes", "SHA-256 twice, RIPEMD-160. Names only."),
            first(
                f"{BITCOIN}.consensus.transaction",
                "The transaction and its identifier. Does `serialize` write what `parse` read; is a txid without "
                "witness?",
            ),
            first(
                f"{BITCOIN}.consensus.script",
                "Templates, exactly. What is taken for a P2WPKH or a quorum that is not one? What can nobody spend?",
            ),
            Row(f"{BITCOIN}.consensus.network", "Prefixes. Which networks are real money (`is_main`)?"),
            first(f"{BITCOIN}.consensus.taproot", "The tweak and the tree of BIP-341: a wrong one is another address."),
            first(f"{BITCOIN}.psbt.pairs", "Maps as bytes: no key twice, and the same bytes out again."),
            Row(f"{BITCOIN}.psbt.keytypes", "The numbers of BIP-174, 370 and 371, to be compared with the BIPs."),
            Row(f"{BITCOIN}.psbt.fields", "Reads a map by a table. An unknown field is counted, never dropped."),
            Row(f"{BITCOIN}.psbt.values", "The plain values of fields, each exactly as long as it says."),
            Row(f"{BITCOIN}.psbt.origins", "Claims about keys. They are hints, never believed."),
            Row(f"{BITCOIN}.psbt.signatures", "How a signature is encoded: strict DER, 64 or 65 bytes."),
            Row(f"{BITCOIN}.psbt.taproot", "Leaves and trees as the file claims them."),
            Row(f"{BITCOIN}.psbt.global_map", "Version, transaction or frame, account keys: which fields may stand?"),
            first(f"{BITCOIN}.psbt.inputs", "What the file says of a coin. Which field goes under which name?"),
            Row(f"{BITCOIN}.psbt.outputs", "What the file says of an output; nothing of it decides what change is."),
            first(f"{BITCOIN}.psbt.unsigned", "Version 2: the transaction is put together here (BIP-370)."),
            Row(f"{BITCOIN}.psbt.foreign", "Fields of other protocols, which refuse. Is one missing?"),
            Row(f"{BITCOIN}.psbt.effort", "What a file may ask for: is every kind of work counted, in every map?"),
            first(f"{BITCOIN}.psbt.document", "The whole file, and how a signature is added: at a map's end only."),
            Row(f"{BITCOIN}.psbt", "What the room shows to the others."),
        ),
    ),
    Chapter(
        "Whose is it",
        "The registered wallet is the only authority on what is ours. A fault here sends change to a stranger, or "
        "shows an address for receiving that nobody opens.",
        (
            Row("custody.chains.extended_key", "xpubs read and derived (CKDpub). A private key is refused unread."),
            Row(f"{BITCOIN}.addresses.base58", "Its checksum, and one text for each byte string."),
            Row(f"{BITCOIN}.addresses.bech32", "bech32 for version 0, bech32m for the others."),
            first(f"{BITCOIN}.addresses.address", "Script to address and back: which prefix, which version?"),
            Row(f"{BITCOIN}.descriptor.checksum", "Eight characters against a slip."),
            Row(f"{BITCOIN}.descriptor.expression", "Parentheses and checksum."),
            first(
                f"{BITCOIN}.descriptor.key_expression",
                "A key with its origin: which children, at which path? `locate` and `derive` must mean the same ones.",
            ),
            Row(
                f"{BITCOIN}.descriptor.derived",
                "What an address comes to. Values only; what a policy answers is a protocol, `PolicyAt`.",
            ),
            Row(f"{BITCOIN}.descriptor.shape", "What every form answers."),
            first(f"{BITCOIN}.descriptor.single", "pkh, wpkh, sh(wpkh), tr: the script of one key."),
            first(
                f"{BITCOIN}.descriptor.quorum", "multi and sortedmulti: the order of keys, the threshold, the limit."
            ),
            Row(
                f"{BITCOIN}.descriptor.output",
                "Which form reads a text: those of policies are loaded by name, once it is no key and no quorum. Two "
                "descriptors of older wallets made one.",
            ),
            Row(f"{BITCOIN}.descriptor", "What the room shows to the others."),
            first(
                f"{BITCOIN}.wallet.wallet",
                "What is checked once and believed ever after: every cosigner a key of their own, this network, the "
                "origin that the key itself bears out.",
            ),
            first(f"{BITCOIN}.wallet.window", "The addresses that are looked through: derived, never stored."),
            Row(f"{BITCOIN}.wallet.policy_digest", "What cosigners compare by voice: does all of the policy enter it?"),
        ),
    ),
    Chapter(
        "The review",
        "What a person will be told. Look for a sum that is not proven, an output in no list or in two, a claim that "
        "is believed, a finding that is milder than what it finds.",
        (
            first(f"{BITCOIN}.review.coins", "Amounts are proven by previous transactions or are no amounts."),
            first(f"{BITCOIN}.review.claims", "What a file says of keys, and how that misleads. Nothing is believed."),
            first(
                f"{BITCOIN}.review.ownership",
                "A script is ours only where the wallet derives it. Nothing else may make a `Place`.",
            ),
            Row(
                f"{BITCOIN}.consensus.timelocks",
                "Which time locks a transaction meets (BIP-65, BIP-112). Single keys and quorums carry it unasked.",
            ),
            first(
                f"{BITCOIN}.review.spend",
                "Which digest, which key, which sighash type: one class for making, checking and verifying.",
            ),
            first(f"{BITCOIN}.review.outputs", "Each output in exactly one of payments, change and burns."),
            Row(
                f"{BITCOIN}.consensus.unspendable",
                "What nobody can ever spend. Wrong, it refuses a payment.",
            ),
            first(f"{BITCOIN}.review.fee", "What is left, whether that is proven, and from where on it refuses."),
            Row(f"{BITCOIN}.review.signed", "Signatures that are there already, verified; equal nonces are an alarm."),
            Row(f"{BITCOIN}.review.timing", "Lock time and sequence numbers, told."),
            Row(f"{BITCOIN}.consensus.block_dates", "About when a block comes. A sentence, no number of money."),
            Row(f"{BITCOIN}.review.past", "Earlier files: what this one replaces or pays again. They clear nothing."),
            Row(f"{BITCOIN}.review.lookalike", "Addresses that only look like others."),
            Row(f"{BITCOIN}.review.labels", "The desk's words. They stand apart and have no say in the verdict."),
            first(f"{BITCOIN}.findings", "How a rule becomes a finding: ID and severity come from the table."),
            Row(f"{BITCOIN}.findings.rule", "What a rule is."),
            Row(f"{BITCOIN}.findings.coins", "Read the severities; the texts stand in findings.md as well."),
            Row(f"{BITCOIN}.findings.ownership", "The same: whose it is."),
            Row(f"{BITCOIN}.findings.outputs", "The same: where money goes."),
            Row(f"{BITCOIN}.findings.fee", "The same: the fee."),
            Row(f"{BITCOIN}.findings.signatures", "The same: signatures asked for, or there."),
            Row(f"{BITCOIN}.findings.timing", "The same: when."),
            Row(f"{BITCOIN}.findings.document", "The same: what else the file holds."),
            Row(f"{BITCOIN}.findings.past", "The same: what was seen before."),
            Row(f"{BITCOIN}.findings.message", "The same: messages."),
            first(
                f"{BITCOIN}.review.review",
                "All of it in one order. Does every finding of every step reach `findings`; is the network of the "
                "wallet, not of the file?",
            ),
            Row(f"{BITCOIN}.review.batch", "Several reviews under one total. It adds findings, takes none away."),
        ),
    ),
    Chapter(
        "What a person approves",
        "A review that holds is worth nothing if the screen shows another one. So the screens are on the list: the "
        "lines, the pages they are cut into, and whoever answers. The files of the wallets, too.",
        (
            first("custody.cli.front.layout", "An amount in both units from one integer; lines that cannot be forged."),
            first("custody.cli.transactions.screens.review", "Is everything shown that money depends on, unshortened?"),
            Row("custody.cli.transactions.screens.notes", "The desk's labels, behind a bar."),
            Row("custody.cli.transactions.screens.replacement", "What a replacement changes."),
            Row("custody.cli.transactions.screens.batch", "Several files; a total never stands for a verdict."),
            first(
                "custody.cli.people.terminal",
                "Pages lose no line; an answer is to what is on the screen; what is secret is cleared.",
            ),
            first(
                "custody.cli.transactions.signing_operators",
                "The only two that make an `Approval` of a payment. Is the review that was shown the one approved? "
                "When may a script say yes?",
            ),
            Row("custody.cli.front.output", "Sentences on their way out."),
            Row("custody.cli.front.result", "Results on their way out: the review, printed as it was made."),
            Row(
                "custody.cli.front.loading",
                "Which function runs, by its name, and with which options: all that was said passes here.",
            ),
            Row("custody.cli.front.options", "Options that commands share: which network is meant?"),
            Row("custody.cli.front.lists", "`--wallet A B`: which words are files."),
            Row("custody.cli.front.numbers", "Plain digits to a number: of cards, of an index, of addresses."),
            Row("custody.cli.front.named_files", "A file's name, as it was typed: another one is another wallet."),
            Row("custody.cli.front.documents", "Text files, their size and encoding."),
            Row(
                "custody.cli.people.options",
                "Which descriptor a secret comes from, and which it goes to. Two that are swapped show it.",
            ),
            Row(
                "custody.cli.treasury.options",
                "`--yes`, `--passphrase-fd`, `--home`: `sign` takes them from here, without a treasury too.",
            ),
            Row("custody.cli.wallets.options", "`--wallet`: whose change is ours."),
            Row(
                "custody.cli.wallets.commands",
                "Option by option: which descriptor, index and branch reach the job; what holds where none is said?",
            ),
            Row("custody.cli.people.asked_network", "Which network, where none is taken for granted."),
            Row("custody.cli.wallets.files", "Which wallets are believed: those that were named, all of them."),
            Row("custody.cli.wallets.screen", "What cosigners compare before they trust a wallet: every key in full."),
            Row("custody.cli.wallets.waiting", "What is said of a wallet that is not in service yet."),
            Row("custody.cli.people.shown", "A result longer than a screen is read by pages; a script has it whole."),
            Row("custody.cli.wallets.shown", "All of it, page by page: nothing may scroll away unread."),
            Row("custody.cli.wallets.listing", "The words of wallets once more, for whoever doubts."),
            Row("custody.cli.wallets.register", "A wallet is checked and shown before its file is written."),
            Row("custody.cli.wallets.addresses", "The address that somebody will be asked to pay to."),
            Row("custody.cli.transactions.options", "`--before`, `--labels`, `-o`: the names of what stands beside."),
            Row("custody.cli.transactions.beside", "Earlier files and labels: read as strictly as the file itself."),
            Row(
                "custody.cli.transactions.commands",
                "The same question: does `sign` call the job that signs, with the files and wallets that were named?",
            ),
            Row("custody.cli.transactions.review", "`custody review`: reads, judges, shows."),
        ),
    ),
    Chapter(
        "From a yes to a signature",
        "Short, and the heart of it. A task that was not approved is not signed; what was signed is verified by "
        "another engine over a digest computed again; nothing else in the file changes.",
        (
            first(
                "custody.ceremony.sign", "The order: refuse, approve, unlock, tasks, sign, attach. Can one be passed?"
            ),
            first(
                f"{BITCOIN}.consensus.sighash", "The digests of BIP-143, BIP-341 and of old; to be read beside them."
            ),
            first(
                f"{BITCOIN}.review.tasks",
                "The only place that makes a `SigningTask`. What does `attach` compute again, what does it believe?",
            ),
            first("custody.keys.hd", "BIP-32 with the private key. What is kept, and for how long?"),
            first(
                "custody.keys.signer",
                "Commitment, key and path compared; then a signature whose nonce is computed again.",
            ),
            Row("custody.keys.known", "Keys that everybody has are refused on a main network."),
            Row("custody.cli.transactions.signed_result", "What is written: the document that `attach` returned."),
            Row(
                "custody.cli.transactions.sign", "`custody sign`: the file that is reviewed is the file that is signed."
            ),
        ),
    ),
    Chapter(
        "From dice to cards",
        "Where a key begins. Weak entropy, a secret that changes between the mix and the cards, or one that stays "
        "behind loses everything that the key will ever hold.",
        (
            first(
                "custody.keys.entropy",
                "The machine's part, the commitment to it, the dice, the mix; recompute it with [dice.py](dice.py).",
            ),
            Row("custody.keys.phrases.english", "2,048 words; compare their SHA-256 with BIP-39's file instead."),
            Row("custody.keys.phrases.wordlist", "Words to numbers. What was typed is never repeated."),
            first("custody.keys.phrases.mnemonic", "Entropy to words and back, and to a seed, through bip-utils."),
            first(
                "custody.keys.cards.shares",
                "Cut, then every quorum put together again before the first card is shown. The traps of the library "
                "end here.",
            ),
            Row(
                "custody.keys.cards.randomness",
                "Dice protect the cards too: what is bound into every random value; recompute it with "
                "[cards.py](cards.py).",
            ),
            Row("custody.keys.cards.commitment", "Does a commitment bind to every word, and its card's place?"),
            Row("custody.keys.cards.published", "Randomness that is given away: only of what the dice did not keep?"),
            Row("custody.keys.cards.rehearsal", "Test cards: is there a way to a key that does not ask here?"),
            Row("custody.keys.cards.record", "What the world may know of a set: no word of it."),
            Row("custody.ceremony.operator", "What a job may ask of whoever sits there; the sheet that leaves."),
            Row("custody.ceremony.dice", "Commit, then roll; poor dice are judged again, never taken."),
            first("custody.ceremony.create", "Commit, roll, mix, refuse what is known, hand over. In this order?"),
            Row("custody.ceremony.plan.plan", "Which key is made, of how many rolls, and how it is cut."),
            Row(
                "custody.ceremony.candidates.candidate",
                "Part, number, rolls and salts to a key and its cards; recompute it with [candidate.py](candidate.py).",
            ),
            Row("custody.ceremony.candidates.records", "Is a wallet of the plan's keys, and a record of the cut?"),
            Row("custody.ceremony.candidates.follows", "Is all that follows from a candidate in its digest?"),
            Row(
                "custody.ceremony.candidates.choice", "Dice without a bias; nothing is opened that was not said before."
            ),
            Row("custody.ceremony.candidates.opening", "What could differ, and is compared by nobody?"),
            Row("custody.ceremony.conduct.maker", "At each step of a ceremony: what leaves, to whom, and before what?"),
            first("custody.ceremony.split", "One card at a time; the fingerprint is of what the cards give back."),
            first(
                "custody.cli.people.operators",
                "Between the person and the job: dice as typed, a card as shown, and read back.",
            ),
            Row("custody.cli.people.dictation", "Words typed unseen; a card read back is compared word by word."),
            Row("custody.cli.people.typed_cards", "Cards as typed; the question for one is where it begins."),
            Row("custody.cli.people.typed_dice", "Rolls as typed; what was refused is never taken."),
            Row("custody.cli.people.passphrases", "Nothing that another prompt wanted becomes a passphrase."),
            Row("custody.cli.people.secrets", "Secrets through descriptors: which go where, and what is refused?"),
            Row("custody.cli.people.given", "Which lines of a script are the secret's own; a picture of its code."),
            Row(
                "custody.cli.keys.options",
                "Which option is the threshold and which the number of cards; how many bits 12 words have.",
            ),
            Row("custody.cli.keys.schemes", "How many cards, of which groups."),
            Row("custody.cli.keys.records", "The record's file."),
            Row(
                "custody.cli.keys.commands",
                "What holds unless somebody says otherwise: dice, 24 words, the main network, no machine's part shown.",
            ),
            Row("custody.cli.keys.key", "`custody key new` and `show`."),
        ),
    ),
    Chapter(
        "From cards to a key",
        "Cards are untrusted until a quorum of them fits. A wrong secret here is a wrong key, and only the comparison "
        "of fingerprints tells; a drill runs the same lines.",
        (
            first("custody.keys.cards.collection", "Every subset is tried. Can a forged card come through unnamed?"),
            Row("custody.keys.cards.status", "How many cards are missing: told, and never what opens."),
            first("custody.keys.kinds", "A phrase or cards, one passphrase, two readings: which one is the key?"),
            Row("custody.keys.phrases.languages", "Ten lists and their spellings. Can a word stand for two?"),
            Row("custody.keys.phrases.phrase", "A phrase in its own words: the seed is made of these and no others."),
            Row("custody.keys.phrases.layout", "Words off paper: nothing is dropped but marks and numbers that count."),
            Row("custody.keys.phrases.seedqr", "Phrases drawn as codes. A CompactSeedQR bears no checksum."),
            Row("custody.keys.cards.codex32", "BIP-93: the checksum, and Lagrange's interpolation in GF(32)."),
            Row("custody.keys.strangers", "What is refused by name; no such name makes anything readable."),
            Row("custody.keys.reading", "Which of them is it? Exactly one, or an error."),
            Row("custody.ceremony.recover", "Card by card, then the quorum; what may be released, and as what."),
            Row("custody.cli.people.typed_secret", "How a person gives a secret; both ways end in one parser."),
            Row("custody.cli.people.secret_picture", "A picture of a card: exactly one code, read in a process apart."),
            Row("custody.cli.keys.share", "`custody share split`, `check` and `combine`."),
        ),
    ),
)
"""The three walks, for wallets of single keys and of quorums."""

FURTHER = (
    Chapter(
        "Further: policies",
        "Miniscript and taproot trees. The walks above do not hang on it. By imports: one module of theirs, "
        "`descriptor.output`, loads one of this chapter, `tree` or `policy`, by name and only for a text that is no "
        "single key and no quorum; `descriptor.derived` names `Node` for the reader of types alone. By what runs: when "
        "a wallet of a single key or of a quorum is registered, shown, reviewed and signed with, no module of this "
        "chapter is even loaded. A test holds both. Who signs for such wallets only may leave the chapter out.",
        (
            Row(f"{BITCOIN}.descriptor.braces", "The braces of a tree, as text."),
            Row(f"{BITCOIN}.descriptor.tree", "Leaves, the internal key, and whether anybody holds it."),
            Row(
                f"{BITCOIN}.descriptor.policy",
                "A witness script over keys; who counts towards the same quorum; `KeyedMiniscript`, which answers the "
                "review.",
            ),
            Row(f"{BITCOIN}.miniscript.fragment", "The words of BIP-379."),
            Row(f"{BITCOIN}.miniscript.node", "The tree. Its folds must visit every part once."),
            Row(f"{BITCOIN}.miniscript.parser", "Text to tree."),
            Row(f"{BITCOIN}.miniscript.notation", "Tree to text."),
            Row(f"{BITCOIN}.miniscript.assemble", "Tree to script: beside the BIP's table."),
            Row(f"{BITCOIN}.miniscript.correctness", "Types: beside the BIP's table."),
            Row(f"{BITCOIN}.miniscript.malleability", "Whether a stranger could change a witness."),
            Row(f"{BITCOIN}.miniscript.timelocks", "Which numbers mean blocks, which seconds, and what mixes."),
            Row(f"{BITCOIN}.miniscript.limits", "What is too large to be mined: money that nobody could move."),
            Row(f"{BITCOIN}.miniscript.sanity", "What is asked before money is trusted to a script."),
            Row(f"{BITCOIN}.miniscript.policy", "What a script asks for, simplified."),
            Row(f"{BITCOIN}.miniscript.paths", "The ways to spend, and which are open."),
            Row(f"{BITCOIN}.miniscript.locks", "Which keys can sign at a time; others would sign for nothing."),
            Row(f"{BITCOIN}.miniscript.explanation", "The sentences that a treasurer reads."),
            Row(f"{BITCOIN}.miniscript.satisfaction", "Witnesses for finished files; no task depends on it."),
            Row(f"{BITCOIN}.miniscript", "What the room shows to the others."),
        ),
    ),
    Chapter(
        "Further: messages",
        "A message (BIP-322) is signed by the same keys, and its review leaves out what a payment's says of money. So "
        "everything hangs on this: what is no message never comes this way.",
        (
            Row(f"{BITCOIN}.message.virtual", "The two transactions that no block can hold."),
            Row(
                f"{BITCOIN}.message.conditions",
                "The five conditions. A payment that meets them would be signed unseen.",
            ),
            Row(f"{BITCOIN}.message.text_rules", "Only what a person can read is signed."),
            Row(
                f"{BITCOIN}.message.review",
                "Which findings of a payment's review are left out, and why none of them matters.",
            ),
            Row(f"{BITCOIN}.message.legacy", "What a legacy signature signs: nothing else begins as it does."),
            Row(
                f"{BITCOIN}.message.legacy_signing",
                "Makes a `SigningTask` too: of the message that was reviewed, by the address's one key. What else "
                "could be signed in its place?",
            ),
            Row("custody.cli.messages.screen", "The message whole, the address, the coins."),
            Row("custody.cli.messages.job", "Makes an `Approval` too: of the review that is shown, and of no payment."),
            Row("custody.cli.messages.options", "Which address signs, and as if at which time."),
            Row("custody.cli.messages.commands", "Option by option; and which job is called: signing, or verifying?"),
        ),
    ),
    Chapter(
        "Further: vaults",
        "A treasury's key sleeps in a file. [vault.md](spec/vault.md) is the format, and a second reader shares no "
        "code with it. Which wallets are registered is the book's to say (see below).",
        (
            Row("custody.keys.vaults.primitives", "The door to Argon2id, HPKE, ChaCha20-Poly1305, Ed25519."),
            Row("custody.keys.vaults.parameters", "How much work guards a passphrase."),
            Row("custody.keys.vaults.passphrase", "How a passphrase is drawn and written."),
            Row("custody.keys.vaults.strength", "Which passphrases are refused."),
            Row("custody.keys.vaults.officer", "An officer's two keys, from one seed."),
            Row("custody.keys.vaults.token", "Which tokens open an identity, and what an answer becomes."),
            Row("custody.keys.vaults.sealed", "An officer's seed, under his passphrase."),
            Row("custody.keys.vaults.vault_file", "The bytes of the file."),
            Row("custody.keys.vaults.vault", "Seal and open: pieces, seats, generations."),
            Row("custody.keys.vaults.writer", "The key by which a machine seals the lines of its journal."),
            Row("custody.keys.vaults.payload", "A key and its kind in a vault."),
            Row("custody.keys.vaults.archive", "A backup's files in a vault."),
            Row("custody.ceremony.meeting", "What is asked of officers."),
            Row("custody.cli.people.brought", "Whose key file is whose: the second factor, and identities carried."),
            Row("custody.cli.people.meeting", "Passphrases of officers, typed or given."),
            Row("custody.keys.tokens.conversation", "What a token is asked, and what is believed of its answer."),
            Row("custody.cli.tokens.devices", "What is connected, and the bounds of whatever it sends."),
            Row("custody.cli.tokens.asking", "The officer's token: plugged in, touched, and tried again."),
            Row("custody.ceremony.treasury.vaults", "What opened is compared with what the book says."),
            Row("custody.cli.transactions.vault_key", "The key for a signature, from a vault."),
            Row("custody.cli.keys.restore", "A key goes into a vault."),
        ),
    ),
    Chapter(
        "Further: the self-test",
        "It makes tasks and signs them, with keys that everybody has, over digests of words of its own. So it is on "
        "the list: nothing that it signs may be a transaction's.",
        (
            Row(
                "custody.selftest.engines", "Which keys, which digests? Nothing from outside may reach the signer here."
            ),
            Row(
                "custody.selftest.safe", "Published secrets alone. Does each answer come from the safe's own functions?"
            ),
            Row("custody.selftest.check", "How an answer is judged. What could be broken and still be called ok?"),
            Row("custody.referee.points", "Public keys derived again: compared, never used."),
        ),
    ),
)
"""What other wallets and a treasury add."""

CHAPTERS = (*WALKS, *FURTHER)


@dataclass(frozen=True)
class Beside:
    """What listed modules import although it is not on the list: who does, and why it changes no value."""

    imported: str
    importers: tuple[str, ...]
    why: str


FRONT = ("custody.cli", "custody.ceremony.treasury", "custody.ceremony.meeting")
"""Who imports a treasury's rooms: the front, and the jobs of the list."""

BESIDE = (
    Beside(
        "airgap.ur.bytewords",
        ("custody.words",),
        "256 words. Both machines say the same ones, or the people who compare say stop.",
    ),
    Beside(
        "airgap.scanning.worker",
        ("custody.cli.people.secret_picture",),
        "The text of a code on a card, from a process of its own. What it gives is parsed here, and the fingerprint of "
        "the key is compared.",
    ),
    Beside("airgap.cli.guide", ("custody.cli.people.secret_picture",), "Advice on how to hold a card."),
    Beside(
        "airgap.errors",
        (
            "custody.cli.people.secret_picture",
            "custody.cli.front.output",
            "custody.cli.front.result",
            "custody.selftest.check",
        ),
        "Error classes.",
    ),
    Beside(
        "custody.store",
        FRONT,
        "Bytes in: whatever it gives is what is reviewed, and its digest is on the page; a wallet's descriptor has a "
        "checksum and is compared by cosigners. Bytes out: signatures hold for the digest or for nothing.",
    ),
    Beside("custody.governance.ed25519", ("custody.selftest.safe",), "How an officer's signature is verified."),
    Beside("custody.guard", FRONT, "Looks at the machine and returns sentences."),
    Beside("custody.ceremony.steps.step", ("custody.ceremony.conduct.maker",), "Which step it is: an id, and a bag."),
    Beside(
        "custody.ceremony.transcript.contents",
        ("custody.ceremony.conduct.maker",),
        "The form of a line of the transcript.",
    ),
    Beside(
        "custody.ceremony.transcript.key_lines",
        ("custody.ceremony.conduct.maker",),
        "Lines of the transcript that tell of a key. What is in them is public once it is given to them.",
    ),
    Beside(
        "custody.cli.ceremonies.cards.check",
        ("custody.cli.keys.commands",),
        "Holds one card against its commitment and says which it is: no key comes of it, and no transaction.",
    ),
    Beside(
        "custody.ceremony.conduct.press",
        ("custody.ceremony.conduct.maker",),
        "Which sheet a card goes on, and what becomes of paper that failed. It hands the card on to the printer.",
    ),
    Beside(
        "custody.ceremony.printed.cards",
        ("custody.ceremony.conduct.maker",),
        "What stands on a card beside its words. The holder reads the words back from the paper.",
    ),
    Beside(
        "custody.ceremony.conduct.conduct",
        ("custody.ceremony.conduct.maker",),
        "The form of what a step gives back: texts.",
    ),
    Beside(
        "custody.ceremony.delivered",
        (
            "custody.cli.messages.job",
            "custody.cli.transactions.signed_result",
            "custody.cli.transactions.vault_key",
        ),
        "Carries the signed document from the copy that had the key: a signature holds for the digest shown, or "
        "for nothing.",
    ),
    Beside("custody.cli.front.hardened", FRONT, "Measures the machine, and stops or goes on."),
    Beside("airgap.door", FRONT, "Says how the door stands."),
    Beside(
        "custody.cli.front.arguments",
        ("custody.cli.people.secrets", "custody.cli.people.options"),
        "Refuses arguments that look like secrets.",
    ),
    Beside(
        "custody.machine.keyboard",
        ("custody.cli.people.passphrases",),
        "Names layouts by a line that somebody typed, and that is no secret.",
    ),
    Beside(
        "custody.cli.guide.next_steps",
        ("custody.cli.front.loading",),
        "What is said once a command has ended: the next one, which a person types.",
    ),
    Beside("custody.cli.people.working", ("custody.cli.people.meeting",), "Shows the seconds."),
    Beside("custody.cli.wallets.known_keys", ("custody.cli.wallets.screen",), "Fingerprints that make a warning."),
    Beside("custody.cli.wallets.own", ("custody.cli.wallets.register",), "Marks which key is ours. Marks only."),
    Beside(
        "custody.cli.wallets.import_file",
        ("custody.cli.wallets.register",),
        "Other programs' wallet files, through `exchange`, become descriptors as text, which `Wallet.register` checks "
        "as it checks typed ones; then every key is shown in full.",
    ),
    Beside(
        f"{BITCOIN}.exchange.dialect",
        ("custody.cli.wallets.register",),
        "Other programs' spelling of a typed descriptor becomes BIP-380's, as text, which `Wallet.register` checks; "
        "then every key is shown in full.",
    ),
    Beside(
        f"{BITCOIN}.message.finish",
        ("custody.cli.messages.job",),
        "Puts finished signatures into their text, after they were made; its own verifier has to agree.",
    ),
    Beside(
        f"{BITCOIN}.message.encoding",
        ("custody.cli.messages.screen", f"{BITCOIN}.message.legacy"),
        "Forms of a message's signature.",
    ),
    Beside(
        f"{BITCOIN}.message.verification",
        ("custody.cli.messages.screen", f"{BITCOIN}.message.legacy_signing"),
        "What a strange signature proves. What we make has to convince it too, and that only holds back.",
    ),
    Beside(f"{BITCOIN}.interpreter.checker", (f"{BITCOIN}.message.legacy",), "The sentence of what does not hold."),
    Beside(
        f"{BITCOIN}.interpreter.verdicts",
        (f"{BITCOIN}.message.legacy", f"{BITCOIN}.message.legacy_signing"),
        "The two errors of a signature.",
    ),
    Beside(
        f"{BITCOIN}.message.armour",
        ("custody.cli.messages.job",),
        "Puts a finished signature between lines, and reads it again.",
    ),
    Beside("custody.cli.transactions.sign_home", ("custody.cli.transactions.sign",), "The same signing in a treasury."),
    Beside(
        "custody.cli.transactions.review_home",
        ("custody.cli.transactions.commands",),
        "The same review by the wallets of a treasury's book. It reads, and signs nothing.",
    ),
    Beside(
        "custody.cli.transactions.psbt",
        ("custody.cli.transactions.commands",),
        "Another command's job: it runs where that command was called. What it writes is a PSBT, reviewed as any.",
    ),
    Beside(
        "custody.cli.transactions.compare",
        ("custody.cli.transactions.commands",),
        "Another command's job: it says whether two machines read the same bytes.",
    ),
    Beside(
        "custody.cli.wallets.export", ("custody.cli.wallets.commands",), "Another command's job: it writes text out."
    ),
    Beside(
        "custody.cli.wallets.address_code",
        ("custody.cli.wallets.commands",),
        "Another command's job: it draws an address, which stands below the code as text.",
    ),
    Beside(
        "custody.cli.wallets.played", ("custody.cli.wallets.commands",), "Another command's job: it plays a wallet."
    ),
    Beside(
        "custody.cli.messages.sign",
        ("custody.cli.messages.commands",),
        "It makes the request of what was said, or takes one that is there. The review shows it whole: the message, "
        "the address, the coins, and the time.",
    ),
    Beside(
        "custody.cli.messages.verify", ("custody.cli.messages.commands",), "Another command's job: it signs nothing."
    ),
    Beside("custody.cli.treasury", FRONT, "Prompts and screens of a treasury; how officers are asked."),
    Beside("custody.ceremony.table", FRONT, "Who sits at the table, and proves to be there."),
    Beside("custody.ceremony.machines", FRONT, "Copies and other machines: a backup is offered after a signature."),
    Beside(
        "custody.ceremony.treasury",
        FRONT,
        "A treasury's jobs: who agrees, what the book is told. They call `ceremony.sign` and make no task.",
    ),
    Beside(
        "custody.ceremony.home",
        FRONT,
        "A treasury's directory. It **can** bring a wallet to a review that no quorum registered: see governance.",
    ),
    Beside("custody.governance", FRONT, "The book: what was agreed. The same holds."),
)


@dataclass(frozen=True)
class Room:
    """What is not on the list: why a fault there changes no task, sum or secret, and what it could do."""

    place: str
    cannot: str
    could: str


REST = (
    Room(
        "airgap",
        "It imports nothing of custody, and is another process but for words and for pictures of cards. What it "
        "carries is reviewed after it arrives.",
        "Show a frame that nobody can read; hand over a stranger's file, which is then reviewed; say the wrong four "
        "words. Drawing a signed file wrongly delays it. As a reader of a card's picture, see a secret.",
    ),
    Room(
        "custody.store",
        "It moves bytes and knows no meaning.",
        "Lose a file, write it for others to read, follow a link. A wallet's file that was exchanged on the disk is "
        "believed: the policy words tell, if they are compared.",
    ),
    Room(
        "custody.apart",
        "It runs a job in a copy of the process.",
        "Leave a copy with a key alive; lose a signature that was made; say that a job failed which did not.",
    ),
    Room(
        "custody.ceremony.delivered",
        "It carries the signed document from that copy.",
        "Say that other inputs were signed than were; the document itself holds, or does not.",
    ),
    Room("custody.guard", "It returns sentences.", "Fail to warn of swap, or of a program that looks on."),
    Room(
        "custody.machine",
        "It reads what the kernel tells, and returns sentences.",
        "Call a machine fit that is connected, or swaps; refuse one that is fit.",
    ),
    Room(
        f"{BITCOIN}.exchange",
        "Its result is text, which `Wallet.register` reads as if it had been typed.",
        "Offer another wallet than the file means: another key, branch or threshold. Nobody but the people who compare "
        "the first address and every key would find out. Who registers wallets from files should read the reader of "
        "that one program.",
    ),
    Room(
        f"{BITCOIN}.roles",
        "It completes, combines and finalises files. It makes `Spend` and `Derived` of its own, which reach no "
        "review and no task; what it writes is a PSBT, and is reviewed as any.",
        "Leave a field or a signature out; finalise what no node takes. A signature commits to its own transaction.",
    ),
    Room(
        f"{BITCOIN}.message",
        "(what is not in its chapter) Requests are reviewed like any file; finished texts are verified.",
        "Say of a stranger's signature that it holds, or of a true one that it does not.",
    ),
    Room(
        f"{BITCOIN}.interpreter",
        "It runs scripts over finished signatures. No task, sum or secret passes.",
        "The same.",
    ),
    Room("custody.chains.cbor", "CBOR for UR files of other wallets: as `exchange`.", "As `exchange`."),
    Room("custody.chains.cbor_values", "The same.", "The same."),
    Room(
        "custody.governance",
        "Public values only: who may, and who has agreed. It sees no transaction and no secret.",
        "Say yes for a quorum that is none. And name a wallet as registered that is not: then its addresses are ours "
        "to the review, and change may go there. **For a treasury, governance is the next room to read**: "
        "`known` (`judging`, `standing`, `fold`), then `entry`, `chain` and `book`.",
    ),
    Room(
        "custody.release",
        "It judges bundles of later releases, and no file of a wallet or a transaction.",
        "Say of a bundle that it is genuine, that is not. `carry/verify.sh` reads it by other code.",
    ),
    Room(
        "custody.ceremony.home",
        "It folds the book, and hands its wallets and earlier documents to the review.",
        "The same, and let a step happen by half.",
    ),
    Room(
        "custody.ceremony.treasury",
        "It decides who is asked and what is written down; signing itself is `ceremony.sign`.",
        "Sign without the officers' yes where a vault is open; forget to write a signature into the book.",
    ),
    Room(
        "custody.ceremony.table",
        "Officers open identities and sign statements and approvals; no task of the review passes through it.",
        "Count somebody as present who is not; the book would refuse the line without that signature.",
    ),
    Room(
        "custody.ceremony.plan",
        "It reads what people agreed before a key is made, and no key.",
        "Show the words of another plan than is read; read two plans from one file.",
    ),
    Room(
        "custody.ceremony.steps",
        "It says what people do at a ceremony, in two languages, and touches no key.",
        "Leave out the step at which a card is read back; call a step free of secrets that is not.",
    ),
    Room(
        "custody.ceremony.printed",
        "It puts the steps of a ceremony on paper, before a key is made.",
        "Leave out a step, or the mark of a secret that is live; print other words than the plan's.",
    ),
    Room(
        "custody.ceremony.reported",
        "It puts on paper what a transcript comes to, after it was judged elsewhere.",
        "Call whole what is not; leave out a line, or who refused; print another descriptor than the wallet's.",
    ),
    Room(
        "custody.printing",
        "Text, lines and codes to the bytes of a PDF.",
        "Draw another character than is meant: the words and serials of a script are compared by eye.",
    ),
    Room(
        "custody.ceremony.conduct",
        "(what is not in its chapter) It asks people what was done, and writes it down as a transcript lets it.",
        "Show another step than is written down; go on although somebody is missing.",
    ),
    Room(
        "custody.ceremony.transcript",
        "It tells what people say happened at a ceremony, and who signed it; it touches no key.",
        "Count a person as having signed who has not; let a line follow that the plan does not let follow.",
    ),
    Room(
        "custody.ceremony.receipts",
        "It compares a card's words with a commitment, and gives back which card it is. No key comes of it.",
        "Call a forged card the true one; take a receipt that nobody signed.",
    ),
    Room(
        "custody.ceremony.lint",
        "It judges a plan before a key is made.",
        "Call a plan fit in which one person opens a key.",
    ),
    Room(
        "custody.ceremony.officers",
        "Changes of the roster, which the old one's quorum signs.",
        "Show another roster than is signed: officers read it before they agree.",
    ),
    Room(
        "custody.ceremony.machines",
        "What crosses between machines, copies and spares; `governance` judges every line of it.",
        "Leave out what an export holds. The next one brings it.",
    ),
    Room(
        "custody.ceremony.register",
        "It reads the book after the fact. Nothing that signs, asks or writes imports it.",
        "Tell an auditor of another payee, amount or officer than the book and the kept review have.",
    ),
    Room(
        "custody.cli.officers",
        "Commands about officers.",
        "Ask officers the wrong question.",
    ),
    Room(
        "custody.cli.treasury",
        "(what is not in its chapter) Commands, prompts and screens of a treasury.",
        "Ask officers the wrong question.",
    ),
    Room(
        "custody.cli.transactions",
        "(what is not in its chapter) Jobs for comparing and completing files, and for a treasury's review.",
        "Call two files the same that are not. Then the second pair of eyes has seen another file.",
    ),
    Room(
        "custody.cli.messages",
        "(what is not in its chapter) Reads the words, the place and the date, and makes a request of them, which is "
        "reviewed.",
        "Ask for another message, address or date than was said: it stands on the screen.",
    ),
    Room("custody.cli.wallets", "(what is not in its chapter) Exports, imports, marks.", "As `exchange`."),
    Room(
        "custody.cli.front",
        "(what is not in its chapter) The door: which command was called, exit codes. The table gives a command its "
        "name; its options, and what it asks, come with it.",
        "Call the wrong command, which then says its own words; report a failure as a success.",
    ),
    Room("custody.cli.people", "(what is not in its chapter) A clock while something works.", "Nothing of worth."),
    Room(
        "custody.selftest",
        "(what is not in its chapter) Known answers of what is public: hashes, encodings, signatures by the keys 1 and "
        "3, randomness that is drawn and thrown away.",
        "Call something ok that is broken.",
    ),
    Room(
        "custody.cli.ceremonies",
        "The screens of a plan and of a sitting; identities of participants, which sign no transaction.",
        "As `ceremony.plan`; show another plan than the one that is signed; leave a participant's passphrase behind.",
    ),
    Room(
        "custody.cli.machine",
        "What `doctor` and `selftest` say, whether a bundle is a release, and the completion of a shell's words.",
        "Leave out what is unfit; say of a bundle that it is genuine: what is laid next could then be anything.",
    ),
    Room(
        "custody.cli.guide",
        "(what is not beside the list) The page that `custody` alone shows.",
        "Say a command that is another one than you need: you type it, and its own screen says what it does.",
    ),
)


def path_of(module: str) -> Path:
    """Return the file of a module."""
    place = ROOT.joinpath(*module.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


@cache
def lines_of(module: str) -> int:
    """Count the lines of a module, as `wc -l` does."""
    return len(path_of(module).read_text(encoding="utf-8").splitlines())


@cache
def statements_of(module: str) -> int:
    """Count the lines that are no blank, comment, docstring or import."""
    text = path_of(module).read_text(encoding="utf-8")
    passed: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        told = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if told or isinstance(node, ast.Import | ast.ImportFrom):
            passed.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return sum(
        1
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#") and number not in passed
    )


def modules_of(chapters: Iterable[Chapter]) -> list[str]:
    """Return the modules of chapters, in their order."""
    return [row.module for chapter in chapters for row in chapter.rows]


def unlisted(place: str) -> list[str]:
    """Return the modules of a place that are not on the list and hold more than a docstring."""
    listed = set(modules_of(CHAPTERS))
    found = path_of(place)
    files = sorted(found.parent.rglob("*.py")) if found.name == "__init__.py" else [found]
    names = (".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files)
    return [name for name in names if name not in listed and statements_of(name)]


def everything() -> list[str]:
    """Return every module of ours that holds more than a docstring."""
    return [*modules_of(CHAPTERS), *unlisted("custody"), *unlisted("airgap")]


def total(modules: Iterable[str]) -> int:
    """Add lines up."""
    return sum(map(lines_of, modules))


def reading_order() -> str:
    """Return docs/reading-order.md."""
    return "\n".join([*_head(), *_chapters(WALKS, 1), *_chapters(FURTHER, len(WALKS) + 1), *_beside(), *_rest(), TAIL])


def _head() -> Iterator[str]:
    walks, further = total(modules_of(WALKS)), total(modules_of(FURTHER))
    begun = [row.module for chapter in CHAPTERS for row in chapter.rows if row.first]
    code = sum(map(statements_of, modules_of(WALKS)))
    yield HEAD.format(
        walks=f"{walks:,}",
        count=len(modules_of(WALKS)),
        further=f"{further:,}",
        everything=f"{total(everything()):,}",
        rest=f"{total([*unlisted('custody'), *unlisted('airgap')]):,}",
        code=f"{code:,}",
        first=f"{total(begun):,}",
        first_code=f"{sum(map(statements_of, begun)):,}",
        first_count=len(begun),
        speed=LINES_AN_HOUR,
        first_hours=_hours(sum(map(statements_of, begun))),
        walk_hours=_hours(code),
        limit=f"{PAGE_LIMIT:,}",
        text=f"{walks - code:,}",
        psbt=f"{total(module for module in modules_of(WALKS) if module.startswith(f'{BITCOIN}.psbt')):,}",
        front=f"{total(module for module in modules_of(WALKS) if module.startswith('custody.cli')):,}",
        findings=f"{total(module for module in modules_of(WALKS) if module.startswith(f'{BITCOIN}.findings')):,}",
    )
    yield "| chapter | modules | lines | of them in the first reading |"
    yield "|---|---|---|---|"
    for number, chapter in enumerate(CHAPTERS, 1):
        modules = [row.module for row in chapter.rows]
        marked = total(row.module for row in chapter.rows if row.first)
        yield f"| {number}. {chapter.title} | {len(modules)} | {total(modules):,} | {marked:,} |"
    yield f"| the three walks (1 to {len(WALKS)}) | {len(modules_of(WALKS))} | {walks:,} | {total(begun):,} |"
    yield f"| in all | {len(modules_of(CHAPTERS))} | {walks + further:,} | {total(begun):,} |"


def _hours(lines: int) -> int:
    return -(-lines // LINES_AN_HOUR)


def _chapters(chapters: Iterable[Chapter], number: int) -> Iterator[str]:
    for at, chapter in enumerate(chapters, number):
        yield f"\n## {at}. {chapter.title}\n\n{chapter.about}\n"
        yield "| | module | lines | why, and what to look for |"
        yield "|---|---|---|---|"
        for row in chapter.rows:
            mark = "**1st**" if row.first else ""
            yield f"| {mark} | `{path_of(row.module).relative_to(ROOT)}` | {lines_of(row.module)} | {row.why} |"
        yield f"| | in all | {total(row.module for row in chapter.rows):,} | |"


def _beside() -> Iterator[str]:
    yield BESIDE_HEAD
    yield "| imported | by | why it changes no value |"
    yield "|---|---|---|"
    for each in BESIDE:
        importers = "the front and a treasury's jobs" if each.importers == FRONT else _named(each.importers)
        yield f"| `{each.imported}` | {importers} | {each.why} |"


def _named(modules: Iterable[str]) -> str:
    return ", ".join(f"`{module}`" for module in modules)


def _rest() -> Iterator[str]:
    yield REST_HEAD
    yield "| room | lines | why it cannot | what a fault could do |"
    yield "|---|---|---|---|"
    for room in REST:
        yield f"| `{room.place}` | {total(unlisted(room.place)):,} | {room.cannot} | {room.could} |"


HEAD = """# Which lines can lose money

For an auditor with one day. It says what to read, in which order, why each module is on the list, and what all the
others cannot do. This page is written from a list that is data (`docs/reading_order.py`, `make docs`);
`tests/test_reading_order.py` holds the list against the code, by imports, by types and by what runs, so that a line
which joins the walk joins the list.

**What can lose money.** A digest, path or key in a `SigningTask` that is not what was approved. A review whose
payments, change, fee or findings are wrong, and a screen that shows another review: a person then approves the theft.
A wrong address for receiving. Weak entropy. A secret that changes or leaks between dice and cards, or between cards
and key. A signature that leaves and is none of what was approved.

**Three walks** lead past all of that: from bytes to a signature, for wallets of single keys and of quorums; from dice
to cards; from cards to a key.

**How long it is.** The walks have {walks} lines in {count} modules, of {everything} in all; policies, messages and
vaults add {further}. The other {rest} lines are [at the end](#what-the-rest-cannot-do). That is more than {limit},
and this is what makes it so:

- {text} of the {walks} are blank lines, docstrings, comments and imports; {code} are statements.
- Every field of a PSBT is checked before it is believed ({psbt} lines), and every finding says in four sentences why
  it is there ({findings}).
- The screens and prompts are on the list ({front} lines), because they are what a person approves and where secrets
  pass.
- It could be shorter with fewer forms: no version 2 of PSBT, no labels, no earlier files, no codes on cards. Each is
  a feature that somebody asked for. Miniscript is apart already: by imports, and by what is loaded.

**The first reading** is what one day holds: the {first_count} modules marked **1st**, {first} lines, {first_code} of
them statements. They compute: digests, keys, paths, scripts, sums, shares, and the lines of the review. What is left
for a second day parses, names and refuses. A fault there is mostly a refusal that is missing; where it could be a
wrong value (`bech32`, `psbt.global_map`, `psbt.values`, `hashes`), published vectors judge it. At {speed} statements
an hour, as inspections are commonly planned, the first reading takes {first_hours} hours and the walks {walk_hours}.

Nobody reads {first} lines in a day and finds everything. What helps: the [vectors and referees](referees.md) judge
the digests, scripts and signatures; [attacks.md](attacks.md) names what was tried; [dice.py](dice.py) recomputes a
key in 40 lines, [cards.py](cards.py) every word of its cards.
"""

BESIDE_HEAD = """
## What the list imports beside itself

Listed modules import each other, the standard library, and libraries through the doors of `tests/test_house.py`. What
is loaded by name counts as imported: by `import_module`, whatever its name can come to, and by a command that names its
job. These are the exceptions, all of them at the front, but for one list of words:
"""

REST_HEAD = """
## What the rest cannot do

A module that is not on the list can choose *which* bytes and *which* wallet files are read, and can show or write
what it is given. It cannot change a task, a review's sums or a secret, for these reasons, each held by
`tests/test_reading_order.py`:

- **It is not called.** No listed module imports it or loads it by name, except as said above; what is passed in as an
  object is one of a few protocols (`Operator`, `SigningOperator`, `Meeting`, `Reviewed`, `Shape`, `PolicyAt`), and
  whoever implements one and touches a value is on the list.
- **It makes none of the values.** `Review` and its parts, `Approval`, `SigningTask`, `Signature`, `Secret`,
  `SecretInput`, `Wallet` and their like are made in the modules that the test names, all of them listed; nobody else
  calls, passes on or subclasses these types. `Secret.reveal`, `tasks` and `attach` are called by listed modules
  alone.
- **It changes none.** The values are frozen and slotted, and hold tuples, numbers, text and bytes. The tables that
  listed modules show to others are read only, under whichever name, and nobody imports another module's private ones.
  No module of ours assigns to another module's names or tables, or to the attributes of another's object; none uses
  `setattr`, `object.__setattr__`, `exec` or the like, but for what the test names.

What each room can still do wrong:
"""

TAIL = """
## What remains

- **Python promises none of this against malice.** Whatever code runs in the process can replace a function, walk to a
  frozen field or read memory. The list is about honest faults, and about changes that a reviewer sees coming. A
  module that was written to steal can be anywhere, but has to trip over a test first: to import, to name, or to
  assign what it must not.
- **The libraries are on the walk** and not on the list: `coincurve` with libsecp256k1 (keys, signatures),
  `cryptography` with OpenSSL and `ecdsa` (the second opinion on signatures), `bip_utils` (BIP-32 down to the account,
  BIP-39), `mnemonic` (BIP-39 in the words of ten languages), `shamir_mnemonic` (SLIP-39), `Crypto` (RIPEMD-160),
  `fido2` (an officer's token, where one is enrolled),
  `click` (what was typed as a command; the bar that walks through the tasks), and for cards drawn as codes
  `zxingcpp`, `numpy` and `PIL`. They are locked by hash. Where two of them do the same, both are asked: signatures,
  nonces, derived keys and the seeds of phrases in the tests. `shamir_mnemonic` alone does the arithmetic of shares.
- **Python itself**: `hashlib`, `hmac`, `os.urandom`, `secrets`, `json`, `struct`, and `textwrap`, which cuts the
  review's sentences.
- **A translation** is no module. None is there today; a catalogue put there is part of every screen and has to be
  read like one.
- **What the test does not see**: a private table that its own module hands to others; a module that is loaded by a
  name which is put together where no test looks (`import_module` takes a constant, a pattern or the name of a
  command's job, and the test names each place). It runs what a script runs on a test network, with keys from words, and
  no person, vault, message or camera. Where a module outside makes a value anew with other fields, the test names the
  expression and a reader judges the type.
- **What is data**: the wallet's file, believed once it is registered. Compare its words with every cosigner.
- **Caches**: `MasterKey` keeps derived keys in a dict, `Wordlist` its numbers, `Registry` what it has derived. They
  are filled in the modules that own them.
"""

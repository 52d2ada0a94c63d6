"""What the safe reads: phrases, cards and codes of a secret, records of a set, dice, vaults, officers' files."""

from hashlib import sha256

from custody import words
from custody.ceremony.table.carried import CarriedFile
from custody.keys import reading, strangers
from custody.keys.cards.codex32 import Codex32
from custody.keys.cards.record import SetRecord
from custody.keys.cards.shares import read_share
from custody.keys.entropy import Dice
from custody.keys.phrases import layout, seedqr
from custody.keys.phrases.languages import language_of
from custody.keys.phrases.phrase import read_phrase
from custody.keys.phrases.wordlist import BIP39, read_words
from custody.keys.tokens.conversation import pin_of
from custody.keys.vaults import archive
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.payload import KeyPayload
from custody.keys.vaults.sealed import KeyFile, SealedIdentity, officer_file, read_officer_file
from custody.keys.vaults.token import Token, Tokens
from custody.keys.vaults.vault import SealedVault
from custody.keys.vaults.vault_file import Purpose
from custody.keys.vaults.writer import WriterKey
from custody.secret import Secret
from tests.ceremony.treasury.test_carried import written
from tests.hunts.targets.target import Target
from tests.keys.cards.test_codex32 import CASH, NAME, SECRETS
from tests.keys.cards.test_record import RECORD
from tests.keys.phrases.test_phrase import JAPANESE
from tests.keys.phrases.test_seedqr import PUBLISHED
from tests.keys.test_reading import CARDS, LAYOUTS, PHRASE, SHORT
from tests.keys.vaults.vaults import PAYLOAD, member, sealed

MEMBERS = [member(1, "ann"), member(2, "ben"), member(3, "cay")]
with sealed(MEMBERS) as made, sealed(MEMBERS[:2], purpose=Purpose.HOME_BACKUP, payload=Secret(bytes(300))) as backup:
    VAULTS = [made.content, backup.content]
TOKENS = [
    bytes(Tokens(True, bytes(range(32)), (Token(bytes(16), bytes(48)), Token(bytes(16), bytes(range(64)))))),
    bytes(Tokens(False, bytes(32), (Token(bytes(range(16)), b"c"),))),
]
OFFICERS = [officer_file(each.identity) for each in MEMBERS]
ARCHIVES = [
    archive.pack({"journal.jsonl": b"a line\n", "kept/00": bytes(40), "names.json": b"{}"}).reveal(),
    archive.pack({}).reveal(),
]
CODES = [digits for digits, _hex, _phrase in PUBLISHED.values()]
COMPACT = [f"compact-seedqr: {entropy[:width]}" for _d, entropy, _p in PUBLISHED.values() for width in (32, 64)]
CODEX32 = [*SECRETS, *NAME, *CASH]
TEXTS = [
    *("\n".join(lines) for lines in LAYOUTS.values()),
    "\n".join(CARDS[:2]),
    "\n".join(SHORT[:2]),
    "\n".join(NAME[:2]),
    f"passphrase: a b\nlanguage: english\n{PHRASE}",
    *CODES,
    *COMPACT,
]


def _as_bytes(secret: Secret) -> bytes:
    return secret.reveal()


def _vault_again(vault: SealedVault) -> bytes:
    """Write a vault's file again: its header, the slots, and what was sealed, as the format has them."""
    slots = b"".join(slot.member.encode() + slot.piece for slot in vault.slots)
    payload = bytes(vault._parsed.payload)
    return vault.header.encode([slot.member for slot in vault.slots]) + slots + len(payload).to_bytes(8) + payload


TARGETS = (
    Target("a secret's lines", lambda text: reading.read_secret(text.split("\n")), TEXTS),
    Target("cards among lines", lambda text: reading.cards_of(text.split("\n")), TEXTS),
    Target("the layout of lines", lambda text: layout.texts(text.split("\n")), TEXTS),
    Target("what is no secret of ours", lambda text: strangers.named(text.split("\n")), TEXTS),
    Target("a card", lambda text: read_share(text, "a card"), [*CARDS, *SHORT]),
    Target("a phrase", read_phrase, [PHRASE, *JAPANESE[:2]] if isinstance(JAPANESE, list) else [PHRASE]),
    Target("words of a list", lambda text: read_words(text, BIP39, "the phrase"), [PHRASE]),
    Target("a language", language_of, ["english", "Japanese", "chinese-simplified"]),
    Target("codex32", Codex32.read, CODEX32),
    Target("a SeedQR", seedqr.phrase_of, [*CODES, *COMPACT]),
    Target("the bytes of a SeedQR", seedqr.line_of, [bytes.fromhex(each.partition(" ")[2]) for each in COMPACT]),
    Target("dice", Dice.parse, ["123456 654321\n" * 9, "6" * 99], lambda dice: dice.rolls.reveal().decode()),
    Target("a set's record", SetRecord.from_json, [RECORD.to_json()], SetRecord.to_json, exact=True),
    Target("a vault's file", SealedVault.parse, VAULTS, _vault_again, exact=True),
    Target("an officer's file", read_officer_file, OFFICERS, officer_file, exact=True),
    Target(
        "a sealed identity",
        lambda content: SealedIdentity.parse(content, Network.TEST),
        [each[9:] for each in OFFICERS],
        bytes,
        exact=True,
    ),
    Target("a file that an officer carries", CarriedFile.read, [*OFFICERS, written(OFFICERS[0], "Zo\u00eb".encode())]),
    Target(
        "such a file, its digest mended",
        lambda body: CarriedFile.read(body + sha256(body).digest()),
        [written(OFFICERS[0], b"Alice")[:-32], written(OFFICERS[1], b"")[:-32]],
    ),
    Target("the tokens of an identity", lambda content: Tokens.parse(content)[0], TOKENS, bytes),
    Target("a token's PIN", lambda typed: pin_of(Secret(typed)), [b"1234", "p\u00efn".encode()]),
    Target("a machine's key", WriterKey.read, [WriterKey._of(bytes(range(32))).encode()], WriterKey.encode, exact=True),
    Target("a key file", KeyFile.read, [bytes(range(40)), bytes(32)]),
    Target("a passphrase", lambda typed: Passphrase.read(Secret(typed)), ["Zo\u00eb  a\u3000b".encode(), b"a b c"]),
    Target(
        "an archive of files",
        lambda content: archive.unpack(Secret(content)),
        ARCHIVES,
        lambda files: archive.pack(files).reveal(),
        exact=True,
    ),
    Target(
        "a key's payload",
        lambda content: KeyPayload.parse(Secret(content)),
        [PAYLOAD.reveal()],
        lambda payload: _as_bytes(payload.encode()),
        exact=True,
    ),
    Target(
        "words that were read aloud",
        words.value,
        [" ".join(words.words(bytes(range(16)))), "able ACID"],
        lambda found: " ".join(words.words(found)),
    ),
    Target("which words are none", words.strangers, ["able acid nothing", ""]),
)

"""Recompute a candidate that was opened: part, dice, scheme, set number and salts in, the cards' commitments out.

Run it on a second machine that is offline, with Python 3.8 or later and nothing else: python3 candidate.py
It needs what the ceremony gave of an opened candidate: the machine's part (64 hex digits, Enter for a key of dice
alone), every roll (1 to 6), 128 or 256 bits, the set's number, the plan's scheme, the salts of all cards (32 hex digits
each, in the order of the cards), and what the machine committed to before the dice chose, as the one line of JSON that
it showed. Without that line it prints commitments, and compares nothing.

It says of each thing "as committed" or "DIFFERS", and the sixteen words that the line has: compare them with those that
were written down BEFORE the dice chose. It ends with 1 where anything differs.

Fingerprint, account keys and addresses are not recomputed here: they take arithmetic on the curve, which is nothing to
be written by hand, and a package would have to be trusted like the machine that is checked. The second machine of the
ceremony recomputes them; or any wallet on a machine that is wiped afterwards, from the seed: dice.py prints it as the
entropy (of a rehearsal, with the marker in place of its first 16 digits).
Never run it for the candidate that is kept: what you type is the key.

The construction: secret = the beginning of HMAC-SHA512(key = "custody/entropy/v1", message = 32 bytes of the machine
|| the rolls in ASCII); for set numbers from 32736 its first 8 bytes are "REHEARSE". Cards as in cards.py, extendable,
iteration exponent 1, no passphrase. Commitment = HMAC-SHA256(key = salt, message = "custody/ceremony/card/v1" || zero
byte || first four letters of each word, a space between two). Words = the first 16 bytes of SHA-256(
"custody/ceremony/follows/v1" || zero byte || the line), a byteword for each byte.
"""

import hashlib
import hmac
import json
import sys


def ask(question, allowed):
    print(question, end=" ", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip("\r\n")
    if any(letter not in allowed for letter in answer):
        sys.exit("only these are allowed: " + allowed)
    return answer


def number(text, least, most):
    if not text.isdigit() or not least <= int(text) <= most:
        sys.exit(f"a number from {least} to {most} is needed")
    return int(text)


def group_of(text):
    if text.count("/") != 1:
        sys.exit("a group is cards needed/cards, as 3/5")
    cards_needed, cards = text.split("/")
    cards = number(cards, 1, 16)
    return number(cards_needed, 1, cards), cards


def hexadecimal(text, size):
    text = "".join(text.split())
    if len(text) != 2 * size:
        sys.exit(f"{2 * size} hex digits are needed, not {len(text)}")
    return bytes.fromhex(text)


def mixed():
    """The key: of a rehearsal it begins with a marker."""
    key = hmac.new(b"custody/entropy/v1", machine + rolls, "sha512").digest()[: bits // 8]
    return b"REHEARSE" + key[8:] if identifier >= 32736 else key


def random_share(polynomial, index, size):
    message = SET + bytes([polynomial, index]) + machine + secret + rolls
    return hmac.new(b"custody/shares/v1", message, "sha512").digest()[:size]


def encrypted():
    """SLIP-39, "Encryption of the master secret": four rounds of PBKDF2; an extendable set adds no salt to them."""
    left, right = secret[: len(secret) // 2], secret[len(secret) // 2 :]
    for turn in range(4):
        pad = hashlib.pbkdf2_hmac("sha256", bytes([turn]) + passphrase, right, 2500 << exponent, len(right))
        left, right = right, bytes(left[place] ^ pad[place] for place in range(len(left)))
    return right + left


def product(a, b):
    """In GF(256), modulo x^8 + x^4 + x^3 + x + 1."""
    result = 0
    for place in range(8):
        result ^= a * (b >> place & 1)
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
    return result


def quotient(a, b):
    for _time in range(254):  # b to the power of 254 is 1/b
        a = product(a, b)
    return a


def at(x, points):
    """Lagrange: the polynomial through these points, at x, byte by byte."""
    result = bytes(len(secret))
    for own, value in points.items():
        above = below = 1
        for other in points:
            if other != own:
                above, below = product(above, other ^ x), product(below, other ^ own)
        factor = quotient(above, below)
        result = bytes(result[place] ^ product(factor, value[place]) for place in range(len(value)))
    return result


def cut(polynomial, needed, count, shared):
    """SLIP-39, SplitSecret."""
    if needed == 1:
        return [shared] * count
    salt = random_share(polynomial, 254, len(shared) - 4)
    points = {index: random_share(polynomial, index, len(shared)) for index in range(needed - 2)}
    points[254] = hmac.new(salt, shared, "sha256").digest()[:4] + salt
    points[255] = shared
    return [at(index, points) for index in range(count)]


def checksum(words):
    """RS1024 over the words, under the name of extendable sets."""
    state = 1
    for word in [*b"shamir_extendable", *words, 0, 0, 0]:
        top, state = state >> 20, (state & 0xFFFFF) << 10 ^ word
        for place, generator in enumerate(GENERATORS):
            state ^= generator if top >> place & 1 else 0
    return [(state ^ 1) >> 20, (state ^ 1) >> 10 & 1023, (state ^ 1) & 1023]


def words(group, member, threshold, value):
    bits = format(identifier, "015b") + "1" + format(exponent, "04b")
    bits += "".join(format(n, "04b") for n in (group, needed - 1, len(groups) - 1, member, threshold - 1))
    bits += format(int.from_bytes(value, "big"), "b").zfill(-(-len(value) * 8 // 10) * 10)
    numbers = [int(bits[start : start + 10], 2) for start in range(0, len(bits), 10)]
    return [LIST[4 * n : 4 * n + 4] for n in [*numbers, *checksum(numbers)]]


def commitment(salt, card):
    return hmac.new(salt, b"custody/ceremony/card/v1\0" + " ".join(card).encode("ascii"), "sha256").hexdigest()


def line_of(text):
    """Take what the machine committed to: canonical JSON, so that one line has one digest."""
    try:
        value = json.loads(text)
        same = json.dumps(value, sort_keys=True, separators=(",", ":")) == text
        told = [each["xpub"] for each in value["accounts"]] + [each["address"] for each in value["addresses"]]
        told += [commitment for group in value["cards"] for commitment in group]
        whole = set(value) == MEMBERS and value["v"] == 1 and all(isinstance(each, str) for each in told)
    except (ValueError, KeyError, TypeError, RecursionError):
        same = whole = False
    if not same or not whole:
        sys.exit("this is not the line that the machine committed to")
    return value


def spoken(text):
    digest = hashlib.sha256(b"custody/ceremony/follows/v1\0" + text.encode("ascii")).digest()
    return " ".join(BYTEWORDS[4 * byte : 4 * byte + 4] for byte in digest[:16])


def tell(what, found, said):
    """Print what was recomputed, and whether it was committed to; say whether it was."""
    print(f"{what}: {found}" + ("" if line is None else "  as committed" if found == said else "  DIFFERS"))
    return line is None or found == said


GENERATORS = (
    *(0xE0E040, 0x1C1C080, 0x3838100, 0x7070200, 0xE0E0009),
    *(0x1C0C2412, 0x38086C24, 0x3090FC48, 0x21B1F890, 0x3F3F120),
)
LIST = (
    "acadacidacneacquacroactiactradapadeqadjuadmiadoraduladvaadvoafraagaiagenagreaideaircairlairpajaralaralbualcoalie"
    "alivalphalrealtoalumalwaamazambiamouamusanalanatanceanciangeangranimanswanteanxiaparaquaarcaarenarguarmeartiartw"
    "aspeauctauguauntaveraviaavoiawarawayaxisaxlebeambearbeavbecobedrbehabeinbelibelobenebestbeyobikebiolbirtbishblac"
    "blanblesblimblinbluebodyboltboribornbothbounbracbranbravbreabriebrokbrotbrowbuckbudgbuilbulbbulgbumpbundburdburn"
    "busybuyecagecalccamecampcanycapacapicaptcarbcardcarecargcarpcarvcatecausceilcentcerachamchancharchecchemcheschew"
    "chubcineciviclasclaycleaclieclimclinclocclogclosclotclubcluscoalcoascodicolucompcorncostcouncourcovecowbcradcraf"
    "crazcredcriccrimcriscritcrowcruccruncruscryscubicultcuricurlcustcylidaisdamadancdarkdatadaugdeaddealdebrdebudece"
    "decidecldecodecrdelidemadensdenydepadepedepidepldescdesedesideskdestdetadetedevidevodiagdictdietdiledimidinidipl"
    "disadiscdisedishdismdispdistdivedivodocudomadomedomidougdowndragdramdreadresdrifdrindrovdrugdryeduckdukeduradwar"
    "dynaearlearteaseeasyechoecliecoledgeediteduceithelboeldeelecelegelemelepelevelitelseemaiemeremisempeemphemplempt"
    "endiendlendoenemenerenfoengaenjoenlaentrenveenvyepidepisequaequieraserodescaestaestievalevenevidevilevokexacexam"
    "exceexchexclexcuexecexerexhaexotexpaexpeexplexprexteextreyebfacifactfailfainfakefalsfamifamofancfangfantfatafati"
    "favofawnfibefictfiltfinafindfingfirefirmfiscfishfitnflamflasflavfleaflexflipfloaflorfluffocuforbforcforeforgform"
    "fortforwfounfracfragfreqfresfriafridfriefrosfrotfrozfumefundfurlfusegalagamegarbgardgarlgasogathgenegenigenrgenu"
    "geolgestgladglanglasglenglimgoatgoldgradgrangrasgravgraygreagriegrilgringrocgrosgrougrowgrumguarguesguilguitgums"
    "hairhamshandhangharvhavehavohawkhazaheadhealhearheathelpheraherdhesihoboholiholyhomehormhosphourhugehumahumihunt"
    "husbhushhuskhybrideaidenidleimagimpaimplimprimpuinclincoincrindeindiinduinfainfoinheinjuinmainseinsiinstinteinti"
    "invainvoirisislaisolitemivorjackjerkjewejoinjudijuicjumpjuncjunijunkjuryjustkernkeybkidnkindkitcknifknitladeladl"
    "ladylairlamplanglarglaselaunlawsleadleaflearleavlectlegalegelegslendlenglevelibelibrliceliftlikelilalilylipsliqu"
    "listlitelivilizaloanlobelocalosiloudloyalucklunalunclungluxulyinlyrimachmagamaidmailmainmakemakimamamanamandmans"
    "manumaramarcmarkmarvmasomatemathmaximayomeanmedamedimembmemomentmercmerimethmetrmidsmildmilimineminimiramixemixt"
    "mobimodemodimoismomemornmortmothmounmousmovemuchmulemultmuscmusemusimustnailnatineckneganervnetwnewsnuclnumbnume"
    "nylooasiobesobjeobseobtaoceaofteolymomitoraloranorbiordeordiorgaouncovenoverownepacepacipackpaidpainpajapancpant"
    "papapapeparcparkpartpatepatrpaympayrpeacpeanpeaspecapenapencpercperfpermpetiphanpharphotphraphyspickpictpiecpile"
    "pinkpipepistpitcplaiplanplasplatplaypleaplotplunpracpraypreapredpregprempreppresprevprieprimprioprisprivprizprob"
    "procprofprogpromprosprovprunpublpulspumppunipunypupapurcpurppythquanquarquicquieraceraciradarailrainraisrandrank"
    "rapiraspreacrealreboreburecarecerecoregrregurejerelaremeremiremorendreparepereplrequrescreseresirespresuretaretr"
    "reunreverevirewarhymrhytrichrivariverobirockromaromprostrounroyaruinrulerumosacksafasalasalosaltsatisatosavesays"
    "scanscarscatscenschosciescouscrascrescriscroseafseassecrsecusegmsenishadshafshamshapsharshelshershorshoushriside"
    "silesilvsimisimpsingsistskinskunslapslavsledslicslimslowslussmarsmeasmelsmirsmitsmoksmugsnaksnapsnifsocisoftsold"
    "solusoulsourspacsparspeaspecspelspenspewspidspilspinspirspitsprasprisquasquestadstafstanstarstatstaysteastepstic"
    "stilstorstrastristylsubjsubmsugasuitsunlsupesurfsurpsurvsweaswimswinswitsymbsympsyndsysttacktacttadptaletasktast"
    "taugtaxiteacteamteastemptenatendtenstermtesttextthanthattheatheotherthorthrethumthunticktidytimbtimetingtofutoge"
    "toletotatoxitractraftraitrantrastravtreatrentriatrictriptriutroutruetrustwictwintypetypiuglyultiumbruncoundeunfa"
    "unfounhauniounivunkiunknunusunwrupgrupstuserusheusuavalivaluvampvanivarivegavelvventverdveriveryvetevexevictvide"
    "viewvintviolviravisivisuvitavocavoicvoluvotevotiwalnwarmwarnwatcwavywealweapwebcwelcwelfwestwidtwildwindwinewire"
    "wisdwithwitswolfwomaworkwortwrapwriswritwrotyearyelpyielyogazero"
)
BYTEWORDS = (
    "ableacidalsoapexaquaarchatomauntawayaxisbackbaldbarnbeltbetabiasbluebodybragbrewbulbbuzzcalmcashcatschefcityclaw"
    "codecolacookcostcruxcurlcuspcyandarkdatadaysdelidicedietdoordowndrawdropdrumdulldutyeacheasyechoedgeepicevenexam"
    "exiteyesfactfairfernfigsfilmfishfizzflapflewfluxfoxyfreefrogfuelfundgalagamegeargemsgiftgirlglowgoodgraygrimguru"
    "gushgyrohalfhanghardhawkheathelphighhillholyhopehornhutsicedideaidleinchinkyintoirisironitemjadejazzjoinjoltjowl"
    "judojugsjumpjunkjurykeepkenokeptkeyskickkilnkingkitekiwiknoblamblavalazyleaflegsliarlimplionlistlogoloudloveluau"
    "lucklungmainmanymathmazememomenumeowmildmintmissmonknailnavyneednewsnextnoonnotenumbobeyoboeomitonyxopenovalowls"
    "paidpartpeckplaypluspoempoolposepuffpumapurrquadquizraceramprealredorichroadrockroofrubyruinrunsrustsafesagascar"
    "setssilkskewslotsoapsolosongstubsurfswantacotasktaxitenttiedtimetinytoiltombtoystriptunatwinuglyundouniturgeuser"
    "vastveryvetovialvibeviewvisavoidvowswallwandwarmwaspwavewaxywebswhatwhenwhizwolfworkyankyawnyellyogayurtzapszero"
    "zestzinczonezoom"
)
MEMBERS = {
    *("v", "plan", "key", "candidate", "set", "machine", "fingerprint", "other_fingerprint"),
    *("accounts", "addresses", "cards"),
}
HEX = "0123456789abcdefABCDEF "

typed = ask("Machine's part, 64 hex digits, or Enter for dice alone:", HEX)
machine = hexadecimal(typed, 32) if typed.strip() else bytes(32)
rolls = "".join(ask("Dice, all rolls on one line:", "123456 ").split()).encode("ascii")
bits = number(ask("Bits, 128 or 256:", "0123456789"), 128, 256)
if bits not in (128, 256):
    sys.exit("128 or 256")
identifier = number(ask("Set number:", "0123456789"), 0, 32767)
groups = [group_of(text) for text in ask("Groups, cards needed/cards, as 3/5 or 2/3 1/1:", "0123456789/ ").split()]
needed = number(ask("Groups needed:", "0123456789"), 1, min(len(groups), 16))
count = sum(cards for _needed, cards in groups)
salts = hexadecimal(ask(f"Salts, {count} times 32 hex digits:", HEX), 16 * count)
salts = [salts[16 * place : 16 * place + 16] for place in range(count)]
line = ask("What the machine committed to, its line, or Enter:", "".join(map(chr, range(32, 127))))
line, said = (line, line_of(line)) if line else (None, {})

passphrase, exponent, secret = b"", 1, mixed()
SET = identifier.to_bytes(2, "big") + bytes([exponent, len(secret), needed, len(groups)])
SET += b"".join(bytes(group) for group in groups)

part = hashlib.sha256(machine).hexdigest() if typed.strip() else None
same = [tell("machine", part, said.get("machine")), tell("set", identifier, said.get("set"))]
claimed = dict(enumerate(each for group in said.get("cards", []) for each in group))
place = 0
for group, value in enumerate(cut(255, needed, len(groups), encrypted())):
    for member, share in enumerate(cut(group, *groups[group], value)):
        found = commitment(salts[place], words(group, member, groups[group][0], share))
        same.append(tell(f"group {group + 1} card {member + 1}", found, claimed.pop(place, None)))
        place += 1
if len(set(salts)) != len(salts):
    same.append(False)
    print("salts: one was used twice  DIFFERS")
if line is not None:
    if claimed or [len(group) for group in said["cards"]] != [cards for _needed, cards in groups]:
        same.append(False)
        print("cards: another number of them was committed to  DIFFERS")
    for name in ("plan", "key", "candidate", "fingerprint", "other_fingerprint", "accounts", "addresses"):
        print("not recomputed here:", name, json.dumps(said[name]))
    print("words:", spoken(line))
if not all(same):
    sys.exit("something DIFFERS from what the machine committed to: stop, and keep everything")

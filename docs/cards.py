"""Recompute a set of cards by hand: the machine's part, the dice and the secret in, the words of every card out.

Run it on a second machine that is offline, with Python 3.8 or later and nothing else: python3 cards.py
It needs what the ceremony gave: the machine's part (64 hex digits), every roll (1 to 6), the secret that was cut, the
set's number and its scheme. Of a new key the secret is the entropy that dice.py gives; of an older phrase it is typed
as the numbers of its words, 1 to 2048. Of each word that this prints, the first four letters are the word's.
What you type and what it prints is the key itself: switch the machine off afterwards.

The construction: SLIP-39, extendable, in which share `index` of a polynomial, where it is random, is the beginning of
HMAC-SHA512(key = "custody/shares/v1", message = set number (2 bytes) || iteration exponent || bytes of the secret ||
groups needed || groups || cards needed || cards (these two of each group) || polynomial || index (a byte each) ||
32 bytes of the machine || secret || the rolls in ASCII). Polynomial 255 cuts the secret into groups, 0 to 15 cut a
group's secret into its cards. Random are the shares 0 to cards needed - 3 as a whole, and share 254 behind the 4 bytes
of its digest. Without dice, no rolls are appended.
"""

import hashlib
import hmac
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


def typed_secret(text):
    """Take hex, or the numbers of a phrase's words in the list of BIP-39: 11 bits each, one in 33 of the checksum."""
    words = text.split()
    if len(words) in (12, 15, 18, 21, 24):
        bits = "".join(format(number(word, 1, 2048) - 1, "011b") for word in words)
        size = len(bits) // 33 * 4
        entropy = int(bits[: size * 8], 2).to_bytes(size, "big")
        if format(hashlib.sha256(entropy).digest()[0], "08b")[: size // 4] != bits[size * 8 :]:
            sys.exit("the checksum of this phrase does not hold")
        return entropy
    if any(digit not in "0123456789abcdefABCDEF" for digit in "".join(words)) or len("".join(words)) % 8 or not words:
        sys.exit("neither a phrase's numbers nor hex of a secret")
    return bytes.fromhex("".join(words))


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

machine = bytes.fromhex("".join(ask("Machine's part, 64 hex digits:", "0123456789abcdefABCDEF ").split()))
if len(machine) != 32:
    sys.exit("the machine's part has 64 hex digits")
rolls = "".join(ask("Dice, all rolls on one line:", "123456 ").split()).encode("ascii")
secret = typed_secret(ask("Secret, in hex or as the numbers of its words:", "0123456789abcdefABCDEF "))
passphrase = ask("Passphrase of cards of kind slip39, or Enter:", "".join(map(chr, range(32, 127)))).encode("ascii")
identifier = number(ask("Set number:", "0123456789"), 0, 32767)
exponent = number(ask("Iteration exponent, 1 if nobody chose another:", "0123456789"), 0, 10)
groups = [group_of(text) for text in ask("Groups, cards needed/cards, as 3/5 or 2/3 1/1:", "0123456789/ ").split()]
needed = number(ask("Groups needed:", "0123456789"), 1, min(len(groups), 16))
SET = identifier.to_bytes(2, "big") + bytes([exponent, len(secret), needed, len(groups)])
SET += b"".join(bytes(group) for group in groups)

print("commitment", hashlib.sha256(machine).hexdigest())
for group, part in enumerate(cut(255, needed, len(groups), encrypted())):
    for member, value in enumerate(cut(group, *groups[group], part)):
        print(f"group {group + 1} card {member + 1}:", *words(group, member, groups[group][0], value))

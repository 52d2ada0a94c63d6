"""What the script says beside its steps: headings, columns, labels, each in English and Japanese beside one another.

A step's own sentences are in `custody.ceremony.steps.sentences`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from custody.catalogue import _


def told(name: str, /, **values: str | int) -> tuple[str, str]:
    """Return a text in English and in Japanese. Raises KeyError for one that nobody wrote."""
    english, japanese = TEXTS[name]
    return english.format(**values), japanese.format(**values)


TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "title": (_("Script of a key ceremony"), "鍵生成式 手順書"),
        "purpose": (_("Purpose"), "目的"),
        "network": (_("Network"), "ネットワーク"),
        "threat": (_("It must withstand"), "想定する脅威"),
        "threat-accident": (_("accident: loss, fire, honest mistakes"), "事故。紛失、火災、過失"),
        "threat-insider": (_("insider: one dishonest person"), "内部者。不正な者が一人"),
        "threat-targeted": (
            _("targeted: one dishonest person and one dishonest machine"),
            "標的型。不正な者が一人と不正な機械が一台",
        ),
        "words": (_("The sixteen words of the plan"), "計画書の十六の単語"),
        "words-told": (
            _("Each page belongs to the plan of these words. Compare them aloud before you begin."),
            "全ての頁はこの単語の計画書に属します。開始前に読み上げて照合します。",
        ),
        "follow": (
            _("Follow the steps in their order; write time and initials at each. Nothing is left out silently."),
            "手順どおりに進めます。各手順に時刻と頭文字の署名を記入します。黙って省略してはいけません。",
        ),
        "aloud-told": (
            _("A bar before a text: it is read aloud, word for word."),
            "左に太線のある文は、そのまま声に出して読み上げます。",
        ),
        "live-told": (
            _("A black bar at the side: a secret is in the machine. Nobody leaves, nothing is photographed."),
            "横に黒い帯のある間は、機械の中に秘密があります。誰も退室せず、何も撮影しません。",
        ),
        "sittings": (_("Sittings"), "開催の回"),
        "sitting": (_("Sitting {name}"), "回 {name}"),
        "city": (_("City"), "都市"),
        "date": (_("Date"), "日付"),
        "machine": (_("Machine"), "機械"),
        "minutes": (_("Minutes (assumed)"), "推定の所要分"),
        "wallets": (_("Wallets"), "ウォレット"),
        "wallet": (_("Wallet"), "ウォレット"),
        "quorum": (_("Keys needed"), "必要な鍵"),
        "needed": (_("{needed} of {count}"), "{count}のうち{needed}"),
        "key": (_("Key"), "鍵"),
        "cards-needed": (_("Cards needed, by group"), "組ごとの必要なカード"),
        "people": (_("People, and signatures under the plan"), "参加者と計画書への署名"),
        "people-told": (
            _("Who signs here has compared the sixteen words with a copy of the plan of the own."),
            "ここに署名する者は、十六の単語を自分の計画書の写しと照合した者です。",
        ),
        "person": (_("Person"), "氏名"),
        "roles": (_("Roles"), "役割"),
        "signature": (_("Signature in ink"), "自筆署名"),
        "device": (_("signs on the own device"), "自分の機器で署名"),
        "attendance": (_("Who is there"), "出席"),
        "attendance-told": (
            _("Of each role the first acts; who comes next stands in. Mark who acts today."),
            "各役割は先頭の者が務め、次の者が代理です。本日務める者に印を付けます。",
        ),
        "acts": (_("Acts"), "担当"),
        "papers": (_("Papers seen"), "身分証"),
        "telephone": (_("Telephone out"), "電話は室外"),
        "from": (_("In at"), "入室"),
        "until": (_("Out at"), "退室"),
        "signature-after": (_("Signature at the end"), "終了時の署名"),
        "administrator": (_("Administrator"), "進行役"),
        "operator": (_("Operator"), "操作者"),
        "auditor": (_("Auditor"), "監査人"),
        "witness": (_("Witness"), "立会人"),
        "holder": (_("Holder"), "保管者"),
        "attests": (_("rebuilt the program"), "プログラムを再構築"),
        "every-holder": (_("every holder"), "保管者全員"),
        "kit": (_("Kit list"), "用具一覧"),
        "thing": (_("Thing"), "用具"),
        "serial-planned": (_("Serial, as planned"), "計画の番号"),
        "serial-seen": (_("Serial, as seen"), "現物の番号"),
        "here": (_("Here"), "確認"),
        "second-machine": (_("Second machine"), "二台目の機械"),
        "medium": (_("Medium with the program"), "プログラムの媒体"),
        "printer": (_("Printer, by cable, without a disk or a network"), "有線のプリンター、記憶装置と通信なし"),
        "dice": (_("Dice with six faces, two or more"), "六面のさいころ、二個以上"),
        "clock": (_("A clock that everybody sees"), "全員に見える時計"),
        "pens": (_("Paper and pens whose ink stays"), "紙と、消えないインクのペン"),
        "box": (_("A box for telephones, watches and cameras"), "電話、時計、カメラを入れる箱"),
        "metal-kit": (_("Metal plates and tools, for {count} cards"), "金属板と工具、カード{count}枚分"),
        "bag": (_("Bag for {key}, card {number}"), "{key}のカード{number}の袋"),
        "spare-bags": (_("Spare bags, each with a serial"), "番号付きの予備の袋"),
        "steps": (_("Steps"), "手順"),
        "number": (_("No."), "番号"),
        "does": (_("What is done"), "行うこと"),
        "who": (_("Who acts, who is there"), "担当と立会い"),
        "time": (_("Time"), "時刻"),
        "initials": (_("Initials"), "署名"),
        "before": (_("Before"), "準備"),
        "making": (_("Making"), "生成"),
        "closing": (_("Closing"), "終了"),
        "service": (_("Into service, after all sittings"), "使用開始、全ての回の後"),
        "aloud": (_("READ ALOUD"), "読み上げ"),
        "there": (_("there:"), "立会い"),
        "expected": (_("the plan says {value}"), "計画では {value}"),
        "measured": (_("the machine records it"), "機械が記録"),
        "claimed": (_("people say it"), "人が申告"),
        "signed": (_("people sign it"), "人が署名"),
        "live-begins": (
            _("FROM HERE A SECRET IS LIVE. Nobody leaves without being noted. Do not stop here."),
            "ここから秘密が機械の中にあります。記録なしに退室しないこと。途中で止めないこと。",
        ),
        "live-ends": (
            _("HERE NO SECRET IS LIVE ANY MORE. The ceremony may stop here, and go on later."),
            "ここで機械の中の秘密はなくなりました。ここで中断し、後で続けられます。",
        ),
        "break": (_("BREAK"), "休憩"),
        "again-at": (_("We go on at"), "再開時刻"),
        "exceptions": (_("Exceptions"), "例外の記録"),
        "exceptions-told": (
            _("Whatever was not as written: what, when, who says so, initials of two. None: strike the page out."),
            "ここに書かれたとおりでなかったこと全て。何が、いつ、誰の申告か。二人が署名します。なければ頁に斜線を引きます。",
        ),
        "what": (_("What happened, and what was decided"), "起きたことと、決めたこと"),
        "step": (_("Step"), "手順"),
        "says-so": (_("Who says so"), "申告者"),
        "two-initials": (_("Initials of two"), "二人の署名"),
        "after": (_("After: machines, printer, medium"), "終了後。機械、プリンター、媒体"),
        "after-told": (
            _("Nothing that worked with a secret goes back into common use unless it is marked here."),
            "秘密を扱ったものは、ここに記入しない限り通常の使用に戻しません。",
        ),
        "becomes": (_("What becomes of it (tick one)"), "その後の扱い、一つに印"),
        "sealed": (_("sealed, bag:"), "封印、袋の番号"),
        "kept": (_("kept by:"), "保管者"),
        "destroyed": (_("destroyed, by two people"), "破棄、二人で"),
        "scraps": (_("Spoiled sheets and notes"), "書き損じの紙と覚え書き"),
        "unused-bags": (_("Bags that were not used"), "使わなかった袋"),
        "hand": (_("Card, written by hand"), "手書き用のカード"),
        "metal": (_("Card, for metal: four letters a word"), "金属用のカード、各単語四文字"),
        "hand-told": (
            _("Only where no printer is used. The words say which card it is; no name of a person belongs here."),
            "プリンターを使わない場合だけ使います。人の名前は書きません。",
        ),
        "card-sheet": (_("Card, sheet {sheet}"), "カード、用紙{sheet}"),
        "card-sheet-told": (
            _("For its holder alone. Whoever has enough of these cards has the money. No person's name belongs here."),
            "保管者だけのものです。必要な枚数のカードを持つ者は資金を動かせます。人の名前は書きません。",
        ),
        "card-sheet-code": (
            _("The same words as a code. Never photograph it."),
            "同じ単語をコードにしたものです。決して撮影しないでください。",
        ),
        "rehearsal-wallet": (_("REHEARSAL: never pay to it"), "リハーサル用、決して送金しないでください"),
        "descriptor": (_("Descriptor of wallet {name}"), "ウォレット{name}の記述子"),
        "descriptor-told": (
            _("Public: it shows every address and spends nothing. Without it cards of a quorum may not be enough."),
            "公開情報です。全てのアドレスが分かりますが、資金は動かせません。複数鍵の場合、これがないと復元できないことがあります。",
        ),
        "waits-for-service": (
            _("Only a small sum belongs here before the wallet is in service: its cards have not proven it yet."),
            "使用開始までは少額だけを入れてください。カードによる証明はまだ行われていません。",
        ),
        "first-address": (_("First address"), "最初のアドレス"),
        "of-key": (_("Account key of {name}"), "{name}のアカウント公開鍵"),
        "of-key-told": (
            _("Public. The wallet waits for the keys of other sittings: no address of it exists yet."),
            "公開情報です。ほかの回の鍵を待っています。まだアドレスはありません。",
        ),
        "gone": (_("If we are gone"), "私たちがいなくなったら"),
        "gone-told": (
            _("How to reach the money of wallet {name} with programs of other people. No secret stands here."),
            "ほかのプログラムを使ってウォレット{name}の資金を動かす方法です。この紙に秘密はありません。",
        ),
        "gone-cards": (
            _("1. {key}: bring cards of set {set} together, {needed}. Each is an extendable SLIP-39 share."),
            "1. {key}。組{set}のカードを集めます。必要数は{needed}です。各カードは拡張型の SLIP-39 シェアです。",
        ),
        "gone-groups": (
            _("{groups} of the groups {all}, each group as many cards of those it has"),
            "{all}のグループから{groups}組、各グループでは枚数のうち必要数",
        ),
        "gone-quorum": (
            _("Signatures of {needed} of {count} keys are needed: do this for as many keys, on machines apart."),
            "{count}本の鍵のうち{needed}本の署名が必要です。その数だけ、別々の機械で行います。",
        ),
        "gone-offline": (
            _("2. Use a machine without a network that is erased afterwards. Never type cards into a web page."),
            "2. ネットワークのない機械を使い、後で消去します。カードをウェブページに入力してはいけません。",
        ),
        "gone-open": (
            _(
                "3. Open them: a wallet that reads extendable SLIP-39 shares, or the package shamir-mnemonic "
                "(shamir recover). There is no passphrase. What comes out is a BIP-32 seed in hexadecimal digits, "
                "and no BIP-39 phrase."
            ),
            "3. 拡張型の SLIP-39 シェアに対応したウォレット、または shamir-mnemonic の shamir recover で開きます。"
            "パスフレーズはありません。得られるのは BIP-32 シードの十六進数で、BIP-39 のフレーズではありません。",
        ),
        "gone-path": (
            _("4. Derive at {path}. The master key's fingerprint is {fingerprint}: another one is another key."),
            "4. 経路 {path} で導出します。マスター鍵の指紋は {fingerprint} です。違えば別の鍵です。",
        ),
        "gone-descriptor": (
            _("5. Load the descriptor into a wallet program, and compare its first address with the one below."),
            "5. 記述子をウォレットに読み込み、最初のアドレスを下のものと照合します。",
        ),
        "gone-move": (
            _("6. Send all of it to a new wallet at once: a key that was typed is no cold key any more."),
            "6. すぐに全額を新しいウォレットへ移します。入力した鍵は、もう安全ではありません。",
        ),
        "rehearsal-card": (_("REHEARSAL: opens nothing"), "リハーサル用、何も開けません"),
        "set": (_("Set"), "組の識別番号"),
        "kind": (_("Kind"), "種類"),
        "group": (_("Group"), "グループ"),
        "index": (_("Card"), "カード"),
        "threshold": (_("Needed"), "必要数"),
        "fingerprint": (_("Fingerprint words"), "指紋の単語"),
        "seal": (_("Bag"), "袋"),
        "group-needed": (
            _("{cards} of {count} cards of this group, {groups} of {all} groups"),
            "この組の{count}枚のうち{cards}枚、{all}組のうち{groups}組",
        ),
        "none": (_("none"), "なし"),
        "carrier": (_("A card for a holder who cannot travel"), "出席できない保管者へのカード"),
        "carrier-told": (
            _("One form for each card that somebody else carries. The card is in its bag before the carrier comes in."),
            "他の者が運ぶカード一枚につき一枚。運搬者が入室する前に、カードを袋に入れ封をします。",
        ),
        "carrier-name": (_("Carrier: name and papers"), "運搬者の氏名と身分証"),
        "for-holder": (_("For the holder"), "受け取る保管者"),
        "card-of": (_("Key and number of the card"), "鍵とカードの番号"),
        "bag-serial": (_("Serial of the bag"), "袋の番号"),
        "route": (_("From, to, by which way"), "出発地、到着地、経路"),
        "handed": (_("Handed over: date, time, place"), "引き渡し。日付、時刻、場所"),
        "flap": (_("The bag is whole, the signature runs across the flap"), "袋に傷はなく、署名が封にかかっている"),
        "gives": (_("Signature of who gives"), "渡す者の署名"),
        "takes": (_("Signature of who takes"), "受け取る者の署名"),
        "witnesses-it": (_("Signature of a witness"), "立会人の署名"),
        "received": (_("Received: date, time, place"), "受け取り。日付、時刻、場所"),
        "called": (
            _("The serial was read by telephone to the administrator, who has this plan"),
            "番号を、この計画書を持つ進行役に電話で読み上げた",
        ),
        "page": (_("page {number} of {count}"), "{count}頁のうち{number}頁"),
    }
)

"""`Sentence`: what a step says, in English through the catalogue, and in Japanese for the page that has both.

One table holds both languages of every sentence beside each other, so that whoever changes one sees the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from custody.catalogue import _
from custody.text import safe


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of `PHRASES` by its name, with what stands in its places: the plan's texts as they are, or numbers.

    On a screen a text from the plan is made safe to show. On paper it stands as its author wrote it: paper has no
    cursor to move, and a plan's texts are of characters that print.
    """

    name: str
    values: Mapping[str, str | int]

    @property
    def english(self) -> str:
        """The sentence in English, or in the language of the catalogue, for a screen."""
        return PHRASES[self.name][0].format(**self._shown)

    @property
    def japanese(self) -> str:
        """The sentence in Japanese, for a screen."""
        return PHRASES[self.name][1].format(**self._shown)

    @property
    def on_paper(self) -> tuple[str, str]:
        """The sentence in English and in Japanese, with names in the letters that the plan has."""
        english, japanese = PHRASES[self.name]
        return english.format(**self.values), japanese.format(**self.values)

    @property
    def _shown(self) -> Mapping[str, str | int]:
        return {name: safe(each, len(each)) if isinstance(each, str) else each for name, each in self.values.items()}


def sentence(name: str, **values: str | int) -> Sentence:
    """Return a sentence. Raises KeyError for one that nobody wrote."""
    PHRASES[name]
    return Sentence(name, MappingProxyType(values))


PHRASES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "identities": (
            _("Check everybody's papers against the plan; mark who is here, and who stands in for whom."),
            "全員の身分証を計画書と照合し、出席者と代理の者に印を付けます。",
        ),
        "identities-says": (
            _("Each of you: your name, your role today, and whom you stand in for."),
            "一人ずつ、氏名、本日の役割、誰の代理かを述べてください。",
        ),
        "devices": (
            _("Collect telephones, watches and cameras. They stay outside until the end."),
            "電話、時計、カメラを集めます。終了まで室外に置きます。",
        ),
        "kit": (
            _("Compare each serial of the kit list with the thing itself, and tick it."),
            "用具一覧の番号を現物と一つずつ照合し、印を付けます。",
        ),
        "software": (
            _("Show the words of the program's digest. {people}: compare them with what you rebuilt."),
            "プログラムの要約値の単語を表示します。{people}は、自分で再構築したものと照合します。",
        ),
        "boot": (
            _("Start {machine} ({serial}) from its medium. Nothing else is plugged in."),
            "{machine}、番号{serial}を、媒体から起動します。ほかには何も接続しません。",
        ),
        "fit": (
            _("Run custody doctor and custody selftest. Go on only where both end well."),
            "custody doctor と custody selftest を実行します。両方が正常に終わった場合だけ進みます。",
        ),
        "plan-words": (
            _("Compare the sixteen words of the plan, each on the own paper."),
            "計画書の十六の単語を、各自が手元の紙と照合します。",
        ),
        "plan-words-says": (
            _("The words of the plan are: {words}"),
            "計画書の単語は次のとおりです。{words}",
        ),
        "plan-signed": (
            _("Everybody signs the plan: with the own device, or in ink under the words."),
            "全員が計画書に署名します。自分の機器で、または単語の下に自筆で行います。",
        ),
        "commit": (
            _("Candidate {number} of {count} for {key}: the machine draws its part. Write its commitment down."),
            "{key}の候補{number}、全{count}。機械が自分の部分を引きます。その約束値を書き留めます。",
        ),
        "commit-one": (
            _("Key {key}: the machine draws its part. Write its commitment down."),
            "鍵{key}。機械が自分の部分を引きます。その約束値を書き留めます。",
        ),
        "commit-number": (
            _("Candidate {number} of {count} for {key}: the machine draws the number of its set. Write it down."),
            "{key}の候補{number}、全{count}。機械がカードの組の番号を引きます。それを書き留めます。",
        ),
        "commit-says": (
            _("Nobody has rolled yet. The machine cannot change its part any more."),
            "まだ誰もさいころを振っていません。機械は自分の部分をもう変えられません。",
        ),
        "roll": (
            _("Roll a die {rolls} times and call each number; it is typed as it is called."),
            "さいころを{rolls}回振り、出た目を一つずつ読み上げます。読み上げたとおりに入力します。",
        ),
        "follows": (
            _("The machine commits to all that follows: the key, its addresses, each card. Write the words down."),
            "機械は、鍵、アドレス、各カードなど、ここから決まる全てを約束します。その単語を書き留めます。",
        ),
        "choose": (
            _("Roll a die: it says which of the {count} candidates is kept. All others are opened."),
            "さいころを振り、{count}の候補のうち残すものを決めます。ほかは全て開示します。",
        ),
        "choose-says": (
            _("Until now nobody, and no machine, could know which one is kept."),
            "どれが残るかは、今まで誰にも、どの機械にも分かりませんでした。",
        ),
        "open": (
            _("Opened candidate {number} of {count}: {machine} takes the transcript, recomputes it, says its words."),
            "開示する候補{number}、全{count}。{machine}が記録を受け取り、計算し直して単語を示します。",
        ),
        "open-alone": (
            _("Opened candidate {number} of {count}: any other machine takes the transcript and recomputes it."),
            "開示する候補{number}、全{count}。別の機械が記録を受け取り、計算し直して単語を示します。",
        ),
        "open-says": (
            _("Do the words agree? Say yes or no, each of you."),
            "単語は一致していますか。一人ずつ、はい、または、いいえで答えてください。",
        ),
        "card": (
            _("Card {number} of {count} of {key}: {holder} alone looks, takes the sheet and reads it back."),
            "{key}のカード{number}、全{count}。{holder}だけが見て、紙を受け取り、読み返して入力します。",
        ),
        "card-says": (
            _("Everybody but {holder} turns away now."),
            "{holder}以外の方は、今から背を向けてください。",
        ),
        "bag": (
            _("{holder} puts the card into bag {seal}, closes it, reads the serial aloud and signs across the flap."),
            "{holder}はカードを袋{seal}に入れて封をし、番号を読み上げ、封の上に署名します。",
        ),
        "bag-none": (
            _("{holder} folds the card so that no word is seen, and keeps it on the body."),
            "{holder}は単語が見えないようにカードを折り、身に付けて保管します。",
        ),
        "forget": (
            _("The machine ends the work with {key}: it holds nothing of it any more."),
            "機械は{key}の作業を終えます。機械には鍵の情報が何も残りません。",
        ),
        "metal": (
            _("{holder} stamps the card into metal, reads it back from the metal; two destroy the paper."),
            "{holder}はカードを金属に刻み、金属から読み返します。紙は二人で破棄します。",
        ),
        "break": (
            _("Break of {minutes} minutes. Nothing secret is in the machine; two people stay with it."),
            "{minutes}分の休憩。機械に秘密はありません。二人が機械のそばに残ります。",
        ),
        "descriptor": (
            _("Print the wallet's descriptor twice, text and code, and compare both with the other machine."),
            "ウォレットの記述子を文字とコードで二部印刷し、両方をもう一台の機械と照合します。",
        ),
        "descriptor-alone": (
            _("Print the wallet's descriptor twice, text and code, and compare both with the screen."),
            "ウォレットの記述子を文字とコードで二部印刷し、両方を画面と照合します。",
        ),
        "descriptor-waits": (
            _("Print the account key of {key}, text and code. The wallet waits for the other sittings."),
            "{key}のアカウント公開鍵を文字とコードで印刷します。ウォレットはほかの回を待ちます。",
        ),
        "if-gone": (
            _("Give each holder the page \u201cif we are gone\u201d, with the descriptor and without any card."),
            "各保管者に「私たちがいなくなったら」の紙を渡します。記述子は入れ、カードは入れません。",
        ),
        "exceptions": (
            _("Read every exception aloud, or say that there was none."),
            "例外を全て読み上げます。なかった場合は、なかったと述べます。",
        ),
        "final": (
            _("Show the last words of this sitting. Everybody compares them, and signs."),
            "この回の最後の単語を表示します。全員が照合し、署名します。",
        ),
        "final-says": (
            _("Sign only what you saw. If you saw something else, say it now: it is written down."),
            "見たことにだけ署名してください。違うことを見た方は今述べてください。記録します。",
        ),
        "wipe": (
            _("Switch {machine} off, take its battery or wait five minutes, and put the medium into its bag."),
            "{machine}の電源を切り、電池を外すか五分待ち、媒体を袋に入れます。",
        ),
        "printer": (
            _("Switch the printer off. What it may have kept leaves the room only with the printer, if at all."),
            "プリンターの電源を切ります。内部に残った可能性のある情報は、プリンターごと管理します。",
        ),
        "leave": (
            _("{holder} says who carries the card to {place}, and when; write it down."),
            "{holder}は、誰がいつカードを{place}へ運ぶかを述べます。それを記録します。",
        ),
        "arrive": (
            _("{holder} says from {place} that the card lies there, and reads the serial of bag {seal}."),
            "{holder}は{place}から、カードを置いたことを伝え、袋{seal}の番号を読み上げます。",
        ),
        "arrive-unsealed": (
            _("{holder} says from {place} that the card lies there."),
            "{holder}は{place}から、カードを置いたことを伝えます。",
        ),
        "together": (
            _("Wallet {wallet}: put all account keys together; compare the sixteen words by telephone."),
            "ウォレット{wallet}。全ての回の公開鍵を合わせ、その十六の単語を電話で照合します。",
        ),
        "address": (
            _("Wallet {wallet}: compare the first address on two machines, every character."),
            "ウォレット{wallet}。最初のアドレスを二台の機械で一文字ずつ照合します。",
        ),
        "proof": (
            _("Wallet {wallet}: prove from the cards, by BIP-322, that it can be opened."),
            "ウォレット{wallet}。カードから開けることを BIP-322 により証明します。",
        ),
        "small": (
            _("Wallet {wallet}: receive a small sum, and send it away again."),
            "ウォレット{wallet}。少額を受け取り、送り返します。",
        ),
        "service": (
            _("Wallet {wallet} is in service. Before this line it is not."),
            "ウォレット{wallet}の使用を開始します。この行より前は使用できません。",
        ),
        "written-commitment": (_("commitment"), "約束値"),
        "written-set": (_("number of the set"), "カードの組の番号"),
        "written-words": (_("words"), "単語"),
        "written-throws": (_("throws"), "出た目"),
        "written-kept": (_("kept candidate"), "残す候補"),
        "written-serial": (_("serial"), "番号"),
        "written-time": (_("time, carrier"), "時刻、運搬者"),
        "written-address": (_("first address"), "最初のアドレス"),
        "written-findings": (_("findings"), "検査結果"),
        "written-deposit": (_("transaction in"), "入金の取引番号"),
        "written-withdrawal": (_("transaction out"), "出金の取引番号"),
        "written-rolls": (_("rolls counted"), "振った回数"),
    }
)

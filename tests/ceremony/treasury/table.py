"""A table without people: an operator that writes down what it hears and hands over nothing."""

from dataclasses import dataclass, field

from custody.ceremony.operator import Sheet
from custody.errors import CustodyError, Declined
from custody.keys.entropy import Dice
from custody.secret import Secret


@dataclass
class Scribe:
    """Answers from lists, and remembers the order of everything that happened."""

    dice: str = ""
    other_dice: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    passphrase: bytes | None = None
    forgiving: bool = True
    leaves_after: int | None = None
    events: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    pauses: list[str] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.events.append("say")
        self.said.append(text)

    def progress(self, text: str) -> None:
        self.say(text)

    def warn(self, text: str) -> None:
        self.events.append("warn")
        self.said.append(text)

    def pause(self, text: str) -> None:
        self.events.append("pause")
        self.pauses.append(text)

    def ask_dice(self, rolls: int) -> Dice:
        self.events.append(f"dice {rolls}")
        return Dice.parse(self.dice)

    def dice_refused(self, failure: CustodyError) -> None:
        self.events.append("dice refused")
        if not self.other_dice:
            raise failure
        self.dice = self.other_dice.pop(0)

    def ask_new_passphrase(self) -> Secret | None:
        self.events.append("passphrase")
        return None if self.passphrase is None else Secret(self.passphrase)

    def ask_card(self, number: int, *, complete: bool) -> str | None:
        self.events.append(f"card {number}{' complete' if complete else ''}")
        return self.cards.pop(0) if self.cards else None

    def card_refused(self, number: int, failure: CustodyError) -> None:
        self.events.append(f"refused {number}")
        if not self.forgiving:
            raise failure

    def hand_over(self, sheet: Sheet) -> None:
        if len(self.sheets) == self.leaves_after:
            raise Declined("the holder left")
        self.events.append("sheet")
        self.sheets.append(sheet)

    @property
    def texts(self) -> list[str]:
        return [sheet.content.reveal().decode() for sheet in self.sheets if sheet.wordlist is not None]

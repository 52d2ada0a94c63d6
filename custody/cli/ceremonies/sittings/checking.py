"""A card that is typed at a sitting once its key was made: which it is, by its commitment; read in a copy that ends."""

from custody import canonical
from custody.catalogue import _
from custody.ceremony.conduct.conduct import Kept
from custody.ceremony.receipts.card import committed_cards, look
from custody.ceremony.transcript.replay import replay
from custody.cli.front.hardened import done_apart
from custody.cli.people.operators import FrontOperator
from custody.cli.people.terminal import Terminal
from custody.errors import Unreadable


class CardCheck:
    """Asks for one card, and says which it is of those in the transcript that is kept."""

    def __init__(self, terminal: Terminal, kept: Kept) -> None:
        self._terminal, self._kept = terminal, kept

    def typed(self) -> tuple[str, int]:
        """Return the key and the number of the card. Raises as `look`, and Unreadable where none is typed."""
        transcript = self._kept.read()
        standing = replay(transcript)

        def work() -> bytes:
            text = FrontOperator(self._terminal).ask_card(1, complete=False)
            if text is None:
                raise Unreadable(_("no card was typed"))
            card = look(standing, transcript.lines, text)
            of_key = [each.at for each in committed_cards(standing) if each.key == card.key]
            return canonical.encode([card.key, of_key.index(card.at) + 1])

        key, number = canonical.decode(done_apart(work))
        return str(key), int(number)

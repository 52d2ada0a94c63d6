"""What the machine does at the steps of a service: it shows words and addresses, and the text that proves a wallet."""

from collections.abc import Iterator
from pathlib import Path

from custody import store
from custody.catalogue import _
from custody.ceremony.conduct.conduct import Maker, Performed
from custody.ceremony.plan.plan import Key
from custody.ceremony.steps.step import Step
from custody.ceremony.transcript.service import compared_at, is_proven, measured, message_of, proof_at, wallet_of
from custody.ceremony.transcript.standing import Standing
from custody.ceremony.transcript.transcript import Transcript
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.ceremonies.sittings.lead import last_of
from custody.cli.front.layout import address_lines
from custody.errors import StorageFailed
from custody.text import safe

_WORDS_IN_A_LINE = 8


class Serving:
    """The machine at a service. `out` is the transcript's file, `medium` the folder that people bring signatures in."""

    def __init__(self, out: str, medium: str | None) -> None:
        self._out, self._medium = out, medium

    def machine(self, step: Step, transcript: Transcript, standing: Standing) -> Performed:
        """Measure, and show what is compared or signed. Raises StorageFailed where the medium takes no file."""
        match step.id.split("/")[1:]:
            case [name, "together"]:
                wrote = measured(wallet_of(standing, name), step)
                words = wrote["written-words"].split()
                return wrote, tuple(
                    "  " + " ".join(words[at : at + _WORDS_IN_A_LINE]) for at in range(0, len(words), _WORDS_IN_A_LINE)
                )
            case [name, "address"]:
                wrote = measured(wallet_of(standing, name), step)
                return wrote, tuple(address_lines(wrote["written-address"], "  "))
            case [name, "proof"] if not is_proven(standing, name):
                return {}, tuple(self._to_prove(step, transcript, standing))
            case [_name, "service"]:
                return last_of(transcript, standing, self._out)
        return {}, ()

    def maker(self, _key: Key, _standing: Standing) -> Maker:
        """Make no key: none is ever made here."""
        raise AssertionError("a service makes no key")

    def _to_prove(self, step: Step, transcript: Transcript, standing: Standing) -> Iterator[str]:
        """Yield how the proof is made, and the text that is signed; write the text on the medium too."""
        wallet = wallet_of(standing, proof_at(step) or "")
        line = transcript.lines[standing.done[compared_at(wallet.name)]]
        message = message_of(standing, wallet, line.hash)
        if self._medium is None:
            yield _("With --medium FOLDER this text comes into a file. By the first address, with the cards, sign it:")
        else:
            name = _written(Path(self._medium), wallet, message, line.hash)
            yield _("This text is in the file {file} of the medium. By the first address, with the cards:").format(
                file=name
            )
            yield f"  custody message sign --file {name} --index 0 --wallet WALLET -o NAME"
        yield from message.decode().splitlines()


def _written(folder: Path, wallet: Wallet, message: bytes, after: bytes) -> str:
    """Write the text into a file of its own, once, and return its name. Raises StorageFailed where another is there."""
    path = folder / f"{wallet.name}-{after.hex()[:8]}.txt"
    try:
        store.write_new(path, message)
    except StorageFailed:
        if not path.is_file() or store.read(path, len(message) + 1) != message:
            raise
    return safe(path.name)

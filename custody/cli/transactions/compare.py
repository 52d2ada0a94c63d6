"""`custody compare`: says whether two machines read the same bytes of a file, by QR code or by voice, without any key.

By QR one machine shows its digest and the other answers; another digest raises Mismatch. By voice the signer draws a
salt after both have read, one person says it, and both machines show four words. What that proves, and against whom, is
in docs/threat-model.md.
"""

import shutil
import sys
from collections.abc import Iterator, Sequence

import click

from airgap import qr
from airgap.scanning.worker import FILE_LIMIT as PICTURE_LIMIT
from airgap.scanning.worker import PictureReader
from custody import store, words
from custody.catalogue import _
from custody.chains.bitcoin.psbt.envelope import FILE_LIMIT
from custody.cli.front import output
from custody.cli.front.documents import refuse_two_results
from custody.cli.front.result import print_result
from custody.cli.people.terminal import Terminal, standard_terminal
from custody.cli.transactions import comparison
from custody.errors import Mismatch, Usage

_LINES_BESIDE_A_CODE = 4
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


def compare(
    file: str,
    show: bool,
    other: str | None,
    voice: bool,
    listen: bool,
    spoken: str | None,
    out: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Read FILE once, whole, before anything is shown, asked for or drawn."""
    if sum((show, other is not None, voice, listen, spoken is not None)) != 1:
        raise Usage(
            _("say one way to compare: --show, --with, --voice, --listen or --salt"),
            hint=_("One machine takes --show and the other --with; or, by voice, --voice and --listen."),
        )
    if out is not None and not show:
        raise Usage(_("-o goes with --show, which is what draws a code"))
    refuse_two_results(out, as_json=as_json)
    if file == store.STANDARD == other:
        raise Usage(_("standard input cannot be both FILE and the other machine's text"))
    digest = comparison.digest(store.read(file, FILE_LIMIT))
    if show:
        _show(digest, out, force=force, as_json=as_json)
    elif other is not None:
        _answer(digest, _other_digest(other), as_json=as_json)
    elif voice:
        _say_salt(digest, as_json=as_json)
    else:
        salt = _heard(standard_terminal()) if spoken is None else comparison.parse_salt(spoken)
        note = _(" Read yours to the person at the signer, before you hear theirs.")
        lines = [*_digest_lines(digest), "", *_word_lines(salt, digest), note]
        warnings = [] if spoken is None else _spoken_too_early()
        print_result(_spoken_json(digest, salt, warnings), lines, as_json=as_json)


def _show(digest: bytes, out: str | None, *, force: bool, as_json: bool) -> None:
    """Show a digest as a code: on the terminal, or as a picture where a file is named."""
    text = comparison.text(digest)
    public = {"digest": digest.hex(), "text": text, "words": list(words.words(digest[: words.VOICE_BYTES]))}
    lines = [
        f" {text}",
        _(" Words, against accidents only: {words}").format(words=" ".join(public["words"])),
        _(" On the other machine: custody compare FILE --with TEXT, or a picture of this."),
    ]
    if out is None:
        print_result(public, (*_code(text), *lines), as_json=as_json)
        return
    store.write_new(out, qr.png(qr.matrix(text)), force=force)
    if out == store.STANDARD:
        output.tell(public, lines)
    else:
        print_result(public, lines, as_json=as_json)


def _code(text: str) -> Iterator[str]:
    """Yield the rows of the code, where standard output is a window with room for it."""
    if not sys.stdout.isatty():
        return
    columns, rows = shutil.get_terminal_size()
    code = qr.one_code(text, columns, rows - _LINES_BESIDE_A_CODE)
    yield from (code or _(" This window is too small for the code: -o FILE.png writes a picture of it.")).split("\n")


def _other_digest(other: str) -> bytes:
    """Read what the other machine showed: its text, or a file or standard input with the text or a picture."""
    if comparison.is_text(other):
        return comparison.parse(other)
    terminal = standard_terminal()
    if other == store.STANDARD and terminal.present:
        return comparison.parse(terminal.ask(_("Scan the other machine's code, or type its text: ")))
    content = store.read(other, PICTURE_LIMIT)
    if not content.startswith(_PICTURES):
        return comparison.parse(content[:PICTURE_LIMIT].decode("ascii", "replace"))
    with PictureReader() as reader:
        return comparison.parse_codes(text for frame in reader.frames(content) for text in frame.texts)


def _answer(digest: bytes, other: bytes, *, as_json: bool) -> None:
    """Answer SAME, or DIFFERENT and exit 5."""
    public: dict[str, object] = {"same": digest == other, "digest": digest.hex(), "other": other.hex()}
    if digest == other:
        note = _(" Both machines read the same bytes. What they do, the review says.")
        print_result(public, (_("SAME"), *_digest_lines(digest), note), as_json=as_json)
        return
    difference = Mismatch(
        _("the two machines did not read the same bytes"),
        hint=_(
            "Sign on neither. Was one file signed or completed since? Compare what both reviewed. If not, one of them "
            "was given something else: keep both files, and find out by whom."
        ),
    )
    if as_json:
        error = {"code": difference.code, "message": difference.message, "hint": difference.hint}
        print_result({**public, "error": error}, (), as_json=True)
        raise click.exceptions.Exit(Mismatch.exit_code)
    print_result(
        public, (_("DIFFERENT"), *_digest_lines(digest), _(" The other machine:"), f"   {other.hex()}"), as_json=False
    )
    raise difference


def _say_salt(digest: bytes, *, as_json: bool) -> None:
    """Draw the salt and show it with its four words, after the person says that the other machine has read too."""
    terminal = standard_terminal()
    if terminal.present:
        terminal.confirm(_("Has the other machine read its file, and does it ask for the salt?"), _("ready"))
    salt = comparison.draw_salt()
    lines = [
        *_digest_lines(digest),
        "",
        _(" Say this salt to the person at the other machine:"),
        f"   {' '.join(words.words(salt))}",
        "",
        *_word_lines(salt, digest),
        _(" They read theirs to you; do not read yours first. If one word differs, sign on neither."),
    ]
    print_result(_spoken_json(digest, salt, []), lines, as_json=as_json)


def _heard(terminal: Terminal) -> bytes:
    """Ask for the salt until it can be one."""
    terminal.require(_("In a script, give the salt with --salt."))
    terminal.write(_("The file has been read. Now the signer may draw the salt.") + "\n")
    while True:
        try:
            return comparison.parse_salt(
                terminal.ask(_("The salt, {count} words: ").format(count=comparison.SALT_BYTES))
            )
        except Usage as failure:
            terminal.write(f"{failure.message}\n{failure.hint}\n")


def _digest_lines(digest: bytes) -> list[str]:
    return [_(" SHA-256 of what was read:"), f"   {digest.hex()}"]


def _word_lines(salt: bytes, digest: bytes) -> list[str]:
    return [_(" Both machines must show these four words:"), f"   {' '.join(words.salted(salt, digest))}"]


def _spoken_too_early() -> list[str]:
    """A salt that stood on the command line was known before the file was read: say what that costs."""
    return [
        _(
            "the salt was known before this machine read its file: whoever heard it could have made a file with the "
            "same four words. Where people speak, use --listen"
        )
    ]


def _spoken_json(digest: bytes, salt: bytes, warnings: Sequence[str]) -> dict[str, object]:
    spoken = " ".join(words.words(salt))
    return {
        "digest": digest.hex(),
        "salt": spoken,
        "words": list(words.salted(salt, digest)),
        "warnings": list(warnings),
    }

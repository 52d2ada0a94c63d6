"""What a script gives through `--secret-fd` and `--passphrase-fd`: a secret's lines, or the picture of its code.

See docs/spec/secret-input.md. Which lines are no part of the secret is decided here; what they mean is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.cli.people.secret_picture import PICTURE_LIMIT, is_picture, text_in
from custody.cli.people.secrets import INPUT_LIMIT, lines_of, read_fd
from custody.errors import Unreadable, Usage
from custody.secret import Secret

PASSPHRASE = "passphrase:"  # noqa: S105  the name of a line, not a passphrase
DICE = "dice:"


@dataclass(frozen=True, slots=True)
class Given:
    """What a script gave: the secret's lines, and the lines that are no part of it. Never printed."""

    lines: tuple[str, ...]
    passphrase: str | None
    dice: str | None

    def __repr__(self) -> str:
        return "Given(...)"

    def secret_lines(self, *, dice_too: bool = False) -> tuple[str, ...]:
        """The lines of docs/spec/secret-input.md, with the passphrase as one of them.

        Raises Unreadable for dice, unless the secret is one that is cut with `dice_too`.
        """
        if not dice_too:
            self.refuse_dice()
        return self.lines if self.passphrase is None else (*self.lines, f"{PASSPHRASE} {self.passphrase}")

    def refuse_dice(self) -> None:
        """Raise Unreadable if there are dice that would be passed over."""
        if self.dice is not None:
            raise Unreadable(
                _('a line begins with "{beginning}", and no dice are wanted here').format(beginning=DICE),
                hint=_("Dice are for custody key new and share split. Check what is connected to --secret-fd."),
            )


def read_given(secret_fd: int | None, passphrase_fd: int | None) -> Given:
    """Read what a script gives through its descriptors. Raises Usage and Unreadable.

    A line `passphrase: ...` or `dice: ...` is taken apart from the secret's own; each may stand there once. A PNG or
    JPEG picture counts as the lines of the code that it shows.
    """
    if secret_fd is not None and secret_fd == passphrase_fd:
        raise Usage(_("--secret-fd and --passphrase-fd name the same descriptor"))
    lines = lines_of(_secret_text(secret_fd)) if secret_fd is not None else ()
    passphrase = _only_line(lines, PASSPHRASE)
    if passphrase_fd is not None:
        if passphrase is not None:
            raise Usage(
                _("the passphrase is given twice"), hint=_("Use --passphrase-fd or a passphrase line, not both.")
            )
        passphrase = _one_line(read_fd(passphrase_fd, "--passphrase-fd"))
    own = tuple(line for line in lines if line.strip() and not line.startswith((PASSPHRASE, DICE)))
    return Given(own, passphrase, _only_line(lines, DICE))


def _secret_text(descriptor: int) -> Secret:
    content = read_fd(descriptor, "--secret-fd", _most)
    picture = content.reveal()
    return Secret(text_in(picture).encode()) if is_picture(picture) else content


def _most(content: bytearray) -> int:
    return PICTURE_LIMIT if is_picture(content) else INPUT_LIMIT


def _only_line(lines: Sequence[str], beginning: str) -> str | None:
    found = [line.removeprefix(beginning).removeprefix(" ") for line in lines if line.startswith(beginning)]
    if len(found) > 1:
        raise Unreadable(_('more than one line begins with "{beginning}"').format(beginning=beginning))
    return found[0] if found else None


def _one_line(content: Secret) -> str:
    lines = lines_of(content)
    if len(lines) > 2 or (len(lines) == 2 and lines[1]):
        raise Unreadable(_("the passphrase has more than one line"))
    return lines[0]

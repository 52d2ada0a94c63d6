"""`Owner`: the one person whose identity a command makes or uses: a passphrase, and a key file where one is wanted.

Typed at this terminal, or given as the one line of `--passphrase-fd`. Nothing that was typed is ever repeated.
"""

from dataclasses import dataclass

from custody.catalogue import _
from custody.ceremony.meeting import Factors
from custody.cli.front import output
from custody.cli.people.brought import read_key_file
from custody.cli.people.meeting import FrontMeeting, agreed_passphrase, given_passphrase, owners_passphrase
from custody.cli.people.terminal import standard_terminal
from custody.errors import Mismatch, Usage
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.sealed import KeyFile, SealedIdentity
from custody.secret import Secret
from custody.text import safe

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Owner:
    """Who sits there. `key_file` is the place of the second factor, None where there is none."""

    meeting: FrontMeeting
    key_file: str | None

    @classmethod
    def of(cls, network: Network, passphrase_fd: int | None, key_file: str | None, *, yes: bool) -> "Owner":
        """Read what a script gives. Raises Usage for --yes on a main network, and where nobody is there to ask."""
        return cls(FrontMeeting.of(standard_terminal(), network, passphrase_fd, {}, yes=yes), key_file)

    def new_identity(self) -> tuple[OfficerKeys, SealedIdentity]:
        """Draw keys, and seal them under a passphrase that is agreed on here. The caller wipes the keys."""
        network, line = self.meeting.network, self._line
        key_file = self._read_key_file()
        if line is None:
            output.say(_("This identity signs for you alone. Only you may look now."))
            passphrase = agreed_passphrase(self.meeting.terminal, network)
        else:
            passphrase = given_passphrase(line, network)
        factors, keys = Factors(passphrase, key_file), OfficerKeys.new()
        try:
            with self.meeting.working(_("Sealing the identity")):
                return keys, factors.seal(keys, network)
        finally:
            factors.wipe()

    def open(self, identity: SealedIdentity, name: str, signs: str) -> OfficerKeys:
        """Open an identity, to sign what `signs` says; a person may try three times. Raises Mismatch."""
        line = self._line
        for left in reversed(range(_ATTEMPTS if line is None else 1)):
            passphrase = (
                owners_passphrase(self.meeting.terminal, name, signs) if line is None else Passphrase.read(line)
            )
            try:
                return self._opened(identity, passphrase, name)
            except Mismatch as failure:
                if not left:
                    raise
                output.say(failure.message)
        raise AssertionError("the last attempt returns or raises")

    def _opened(self, identity: SealedIdentity, passphrase: Passphrase, name: str) -> OfficerKeys:
        factors = Factors(passphrase, self._read_key_file() if identity.needs_key_file else None)
        try:
            with self.meeting.working(_("Opening the identity of {name}").format(name=safe(name))):
                return factors.unseal(identity)
        finally:
            factors.wipe()

    @property
    def _line(self) -> Secret | None:
        """The passphrase that a script gives, None where a person types it. Raises Usage for more lines than one."""
        lines = self.meeting.lines
        if lines is None:
            return None
        if len(lines) != 1:
            raise Usage(_("--passphrase-fd gives one line here: the passphrase of the identity"))
        return lines[0]

    def _read_key_file(self) -> KeyFile | None:
        return None if self.key_file is None else read_key_file(self.key_file)

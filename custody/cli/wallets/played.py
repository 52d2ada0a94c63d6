"""`custody wallet export --to ur` in a window: the UR is played there as QR codes, as `airgap show` plays a file.

Its export was read back before, like every other. After it, the first address is said, to compare on the other screen.
"""

from airgap.cli.screen import present
from airgap.cli.series import Request
from custody.cli.front import output
from custody.cli.wallets import screen
from custody.cli.wallets.export import as_message
from custody.cli.wallets.files import the_wallet


def play(wallet: str, ur_type: str | None) -> None:
    """Play a wallet until a key is pressed."""
    registered = the_wallet(wallet)
    request = Request(as_message(registered, ur_type))
    present(request, request.preset.period_ms, " ".join(output.banner()))
    output.tell({}, screen.first_there(registered.address(0, 0)))

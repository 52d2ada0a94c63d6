"""Behind the door, without sockets and programs, a token is looked for and spoken to; and what is loaded for it."""

import sys
from pathlib import Path

import pytest

from airgap.door.shutting import LAUNCH
from tests.airgap.door.behind import behind

ROOT = Path(__file__).parents[3]
BEFORE = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import tests.support.authenticator\n"
"""What is no part of the toolkit is loaded before the door closes its files off."""

SPOKEN_TO = """
import json
from airgap.door.standing import standing
from custody.cli.tokens import devices
from tests.support.authenticator import Token, enrolled
new, talks = enrolled(Token(pin="1234"), Token(pin="1234"), pin=__import__("custody.secret").secret.Secret(b"1234"))
found = devices.connected()
print(json.dumps([standing().is_shut, len(new.answers), type(found).__name__]))
"""

LOADED = """
import json
before = set(sys.modules)
import custody.cli.tokens.asking
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a door that shuts")
def test_a_token_is_spoken_to_behind_the_door() -> None:
    assert behind(SPOKEN_TO, launch=BEFORE + LAUNCH) == [True, 2, "list"]


def test_no_other_transport_is_loaded_and_nothing_that_opens_sockets() -> None:
    loaded = behind(LOADED, launch="import sys; " + LAUNCH)
    assert "fido2.hid.linux" in loaded or sys.platform != "linux"
    tops = {name.split(".")[0] for name in loaded}
    assert not tops & {"socket", "_socket", "ssl", "urllib", "http", "subprocess", "asyncio", "smartcard", "usb"}
    assert not {"fido2.client", "fido2.pcsc", "fido2.server", "fido2.mds3"} & set(loaded)
    assert not [name for name in loaded if name.startswith(("fido2.client.", "fido2.attestation"))]

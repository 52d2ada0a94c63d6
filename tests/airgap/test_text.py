"""The window's own copy of the rule for strings from outside, and that it is the same rule as custody's."""

from hypothesis import given
from hypothesis import strategies as st

import airgap.text
import custody.text


@given(st.text(st.characters(), max_size=300))
def test_both_copies_of_the_rule_agree_and_show_printable_ascii_only(untrusted: str) -> None:
    shown = airgap.text.safe(untrusted)
    assert shown == custody.text.safe(untrusted)
    assert all(" " <= character <= "~" for character in shown)


def test_what_is_cut_is_counted() -> None:
    assert airgap.text.safe("a" * 205) == "a" * 200 + "[+5]"
    assert airgap.text.safe("\x1b[2J\\x\u202e") == "\\x1b[2J\\\\x\\u{202e}"

"""A refusal of what people get wrong every day says what to do next."""

from pathlib import Path

import pytest

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
WALLET = str(PICTURES / "treasury.json")


@pytest.mark.parametrize(
    ("line", "step"),
    [
        (("review", "{cut}", "--wallet", WALLET), "export it again"),
        (("review", str(PICTURES), "--wallet", WALLET), "Name the file in it."),
        (("wallet", "address", WALLET, "--range", "3:0"), "0:3 is 0, 1 and 2."),
        (("wallet", "address", WALLET, "--range", "0:9000000"), "Ask again for the next ones."),
        (
            ("wallet", "new", "w", "--network", "test", "--descriptor", "wpkh(xpub123)", "-o", "w"),
            "Copy the extended key again",
        ),
        (("key", "new", "--network", "test", "--threshold", "6", "--shares", "5", "--no-dice"), "3 of 5"),
    ],
)
def test_an_everyday_mistake_is_answered_with_the_next_step(custody, tmp_path, line, step):
    cut = tmp_path / "cut.psbt"
    cut.write_bytes((PICTURES / "payment.psbt").read_bytes()[:300])
    answer = custody(*(part.format(cut=cut) for part in line))
    assert answer.code in (2, 4)
    assert "hint: " in answer.stderr
    assert step in answer.stderr

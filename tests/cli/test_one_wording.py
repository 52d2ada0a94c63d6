"""What two reviews say alike is written once: what is mended in one cannot stay as it was in the other."""

import ast
from pathlib import Path

from custody import cli

_CLI = Path(str(cli.__file__)).parent
TRANSACTIONS, MESSAGES = _CLI / "transactions/screens/review.py", _CLI / "messages/screen.py"
SHORTEST = 12
"""Characters of a sentence; what is shorter is a word or two that many may say."""


def sentences(path: Path) -> set[str]:
    """The literals that a module gives to be translated."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"_", "ngettext"}]
    texts = {each.value for call in named for each in call.args if isinstance(each, ast.Constant)}
    return {text for text in texts if isinstance(text, str) and len(text) >= SHORTEST}


def test_no_sentence_of_a_review_stands_in_two_screens() -> None:
    assert sentences(TRANSACTIONS)
    assert not sentences(TRANSACTIONS) & sentences(MESSAGES)

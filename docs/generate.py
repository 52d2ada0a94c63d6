"""Write the documents made from the code: `make docs`. Tests notice a stale one."""

from pathlib import Path

from custody.ceremony.plan.plan import Threat
from custody.ceremony.plan.rules import RULES as PLAN_RULES
from custody.chains.bitcoin.findings import RULES
from docs.command_line import command_line
from docs.reading_order import reading_order

DOCS = Path(__file__).parent

FINDINGS_HEAD = """# Findings

What a review can say, by ID. The ID is the same in the review's JSON, on the screen, in the code and in the tests.
This page is written from the rules themselves (`make docs`).

- **refuse**: nothing will be signed.
- **warn**: a person must answer for it, finding by finding, before signing.
- **info**: good to know.

Each says what a treasurer reads, what is checked (the screen shows that with `custody review --explain`), why it
matters, which real case it comes from ("no known incident" where there is none), and how an honest sender clears it.
Which attack is answered by which of them, and by which tests: [attacks.md](attacks.md).
"""


def findings() -> str:
    """Return docs/findings.md."""
    parts = [FINDINGS_HEAD]
    parts += [
        f"\n## {rule.id}\n\n**{rule.severity}** · {rule.sentence}\n\n*For an engineer.* {rule.engineer}\n\n"
        f"*Why it matters.* {rule.why}\n\n*The case behind it.* {rule.case}\n\n"
        f"*How an honest sender clears it.* {rule.clear}\n"
        for rule in sorted(RULES.values(), key=lambda rule: rule.id)
    ]
    return "".join(parts)


BEGIN, END = "<!-- rules -->", "<!-- end of rules -->"


def of_plans(page: str) -> str:
    """Return docs/spec/ceremony.md with the table of a plan's rules."""
    before, _marked, rest = page.partition(BEGIN)
    _old, _mark, after = rest.partition(END)
    head = ["rule", *(f"`{threat}`" for threat in Threat), "it says", "why"]
    rows = [head, ["---"] * len(head)]
    rows += [
        [f"`{rule.id}`", *("-" if each is None else each.value for each in rule.severity), rule.sentence, rule.why]
        for rule in PLAN_RULES.values()
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


if __name__ == "__main__":
    plans = DOCS / "spec" / "ceremony.md"
    plans.write_text(of_plans(plans.read_text(encoding="utf-8")), encoding="utf-8")
    (DOCS / "findings.md").write_text(findings(), encoding="utf-8")
    page = DOCS / "command-line.md"
    page.write_text(command_line(page.read_text(encoding="utf-8")), encoding="utf-8")
    (DOCS / "reading-order.md").write_text(reading_order(), encoding="utf-8")

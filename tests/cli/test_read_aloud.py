"""Every screen that tells amounts or addresses tells them in groups; JSON and what is copied keep them plain."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from custody.chains.bitcoin.findings import RULES
from custody.chains.bitcoin.message.review import review_message
from custody.chains.bitcoin.review.batch import together
from custody.chains.bitcoin.review.past import Earlier
from custody.chains.bitcoin.review.review import ReviewedPsbt, review
from custody.chains.bitcoin.roles import extract
from custody.cli.messages.screen import lines as message_screen
from custody.cli.transactions.screens import batch as batch_screen
from custody.cli.transactions.screens import review as review_screen
from custody.cli.transactions.screens.psbt import extracted_json, extracted_lines
from tests.chains.bitcoin.message.requests import asked
from tests.chains.bitcoin.message.test_shown_coins import LOCKS, held, told
from tests.chains.bitcoin.review.drafts import STRANGER, Draft, honest, registered
from tests.chains.bitcoin.review.test_lookalike import TWIN_OF_STRANGER
from tests.chains.bitcoin.roles.test_finalize_and_extract import with_fee
from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.support import desk
from tests.support.aloud import WEIGHT, flat, spaced

BARE_AMOUNT = re.compile(r"(?<![\w.:/'])-?[0-9]{4,}(?:\.[0-9]+)? (?:BTC|satoshi|sat/vB)|[0-9]\.[0-9]{8}")
BARE_ADDRESS = re.compile(r"\b(?:(?:bc|tb|bcrt)1[02-9ac-hj-np-z]{20,}|[123mn][1-9A-HJ-NP-Za-km-z]{25,34})\b")
IN_GROUPS = re.compile(r"[0-9] [0-9]{3}(?![0-9])|(?:\b[02-9ac-hj-np-z]{4} ){5}")

NOBODYS = bytes.fromhex("512050929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0")
"""A taproot output to BIP-341's H."""


def bare(screen: str) -> list[str]:
    """What stands on a screen and should stand in groups."""
    return BARE_AMOUNT.findall(screen) + BARE_ADDRESS.findall(screen)


def strings(value: Any) -> Iterator[str]:
    """Every string of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (each for inner in value.values() for each in strings(inner))
    elif isinstance(value, list):
        yield from (each for inner in value for each in strings(inner))


def grouped(content: object) -> list[str]:
    """What stands in JSON in groups and should stand plainly."""
    return [each for each in strings(json.loads(json.dumps(content))) if IN_GROUPS.search(each)]


def paying(*outputs: tuple[bytes, int], coin: int = 10**10) -> Draft:
    """A transaction of one large coin, with these outputs and no change."""
    owner, draft = desk.wallet("wpkh"), honest()
    draft.coins = list(desk.coins(owner, 1, coin))
    draft.inputs = [desk.input_pairs(owner, each) for each in draft.coins]
    draft.outpoints = [(desk.txid(each.previous), each.vout) for each in draft.coins]
    draft.outputs = [(script, amount, []) for script, amount in outputs]
    return draft


DRAFTS = {
    "BTC-FEE-EXCESSIVE": paying((STRANGER, 12_345_678)),
    "BTC-FEE-HIGH": paying((STRANGER, 3_790_000), coin=4_000_000),
    "BTC-FEE-NEGATIVE": paying((STRANGER, 10**11)),
    "BTC-AMOUNT-RANGE": paying((STRANGER, 21 * 10**14 + 1)),
    "BTC-BURN-VALUE": paying((STRANGER, 10**9), (b"\x6a\x03abc", 10**9)),
    "BTC-TAPROOT-NOBODY": paying((NOBODYS, 10**10 - 500)),
    "BTC-OUTPUT-ANCHOR": paying((bytes.fromhex("51024e73"), 10**10 - 500)),
    "BTC-DUST": paying((STRANGER, 10**10 - 500), (STRANGER, 293)),
    "BTC-ADDRESS-LOOKALIKE": paying((STRANGER, 5 * 10**9), (TWIN_OF_STRANGER, 5 * 10**9 - 500)),
}


def judged(draft: Draft, *before: Draft) -> ReviewedPsbt:
    return review(draft.psbt(), (registered("wpkh"),), [Earlier.read(each.psbt()) for each in before])


@pytest.mark.parametrize("rule", DRAFTS)
def test_a_review_and_its_findings_stand_in_groups_and_its_json_does_not(rule: str) -> None:
    found = judged(DRAFTS[rule]).review
    assert rule in {each.id for each in found.findings}
    shown = "\n".join(review_screen.lines(found))
    assert bare(shown) == []
    assert IN_GROUPS.search(flat(shown))
    assert grouped(found.to_json()) == []
    assert "spoken" not in json.dumps(found.to_json())


def test_every_rule_that_names_an_amount_or_an_address_is_tried_above() -> None:
    names = re.compile(r"satoshi|\{atoms\}|\{other\}|\{address\}|\{rate\}")
    assert DRAFTS.keys() == {rule.id for rule in RULES.values() if names.search(rule.sentence)}


def test_the_other_address_of_a_lookalike_is_read_beside_the_payees_own() -> None:
    shown = flat("\n".join(review_screen.lines(judged(DRAFTS["BTC-ADDRESS-LOOKALIKE"]).review)))
    assert shown.count(spaced("bcrt1qtfd95kj6tfd95kj6tfd95kj6tfd95kj6qz56sc")) == 2


def test_a_replacement_and_a_batch_stand_in_groups() -> None:
    before, after = honest(), honest()
    after.outputs[0] = (TWIN_OF_STRANGER, *after.outputs[0][1:])
    reviews = judged(after, before), judged(DRAFTS["BTC-DUST"])
    batch = together(reviews)
    shown = "\n".join(batch_screen.lines(batch, ["a.psbt", "b.psbt"]))
    assert bare(shown) == []
    assert "before nothing now 0.00 030 000 BTC (30 000 satoshi)" in flat(shown)
    assert "Leaves 100.00 029 793 BTC (10 000 029 793 satoshi)" in flat(shown)
    assert grouped(batch.to_json()) == []


def test_a_message_and_a_proof_of_coins_stand_in_groups() -> None:
    asking = review_message(asked("wpkh", 2, b"ours"), [registered("wpkh")]).review
    for shown in ("\n".join(message_screen(asking)), told(held(*LOCKS["p2wpkh"], 10**12, proven=False))):
        assert bare(shown) == []
        assert IN_GROUPS.search(flat(shown))
    assert grouped(asking.to_json()) == []


def test_an_extracted_transaction_is_told_in_groups_and_its_warnings_too() -> None:
    extracted = extract(with_fee(24_999))
    shown = "\n".join([*extracted_lines(extracted, "-"), *extracted_json(extracted, spoken=True)["warnings"]])
    assert bare(shown) == []
    assert shown.count("24 999 satoshi") == 2
    plain = extracted_json(extracted, spoken=False)
    assert grouped(plain) == []
    assert "24999 satoshi" in plain["warnings"][0]


@pytest.fixture
def wallet(tmp_path: Path) -> str:
    path = tmp_path / "wallet.json"
    path.write_text(registered("wsh(sortedmulti)").to_json())
    return str(path)


def test_the_screens_of_a_wallet_stand_in_groups(custody, wallet: str, tmp_path: Path) -> None:
    owner = desk.wallet("wsh(sortedmulti)")
    new = ("wallet", "new", "w", "--descriptor", owner.descriptor, "--network", "regtest", "-o", str(tmp_path / "w"))
    first = owner.address(0, 0)
    for line in (new, ("wallet", "list", wallet), ("wallet", "find", wallet, first)):
        shown = custody(*line)
        assert shown.code == 0
        assert bare(shown.stdout) == []
        assert spaced(first) in flat(shown.stdout)
        assert not WEIGHT.search(shown.stdout + shown.stderr)
        again = custody(*line, "--json", *(("--force",) if line is new else ()))
        assert grouped(again.json) == []
        assert first in again.stdout
    told_beside = custody("wallet", "export", wallet, "--to", "core").stderr
    assert bare(told_beside) == []
    assert not WEIGHT.search(told_beside)
    assert spaced(first) in flat(told_beside)


def test_an_address_is_plain_where_it_is_copied_and_in_groups_beside_it_on_a_terminal(custody, wallet: str) -> None:
    first, second = (desk.wallet("wsh(sortedmulti)").address(0, index) for index in range(2))
    assert custody("wallet", "address", wallet).stdout == f"{first}\n"
    assert custody("wallet", "address", wallet, "--range", "0:2").stdout.split() == ["0", first, "1", second]
    for line, addresses in ((("--index", "1"), [second]), (("--range", "0:2"), [first, second])):
        with Screen(PROGRAM, "wallet", "address", wallet, *line) as screen:
            assert screen.finish() == 0
            for each in addresses:
                assert each in screen.text.split()
                assert spaced(each) in flat(screen.text)


@pytest.mark.parametrize("kind", ["pkh", "sh(wpkh)", "wpkh", "tr", "wsh(sortedmulti)"])
def test_an_address_is_found_as_it_was_read_aloud(custody, tmp_path: Path, kind: str) -> None:
    path, plain = tmp_path / "w.json", desk.wallet(kind).address(1, 7)
    path.write_text(registered(kind).to_json())
    rows = spaced(plain)
    for typed in (plain, rows, f"\t{rows[:24]}\n   {rows[24:]} \n", rows.replace(" ", "\u00a0")):
        found = custody("wallet", "find", str(path), typed, "--json")
        assert (found.code, found.json["index"], found.json["address"]) == (0, 7, plain)
    capitals = custody("wallet", "find", str(path), rows.upper(), "--json")
    if kind in ("pkh", "sh(wpkh)"):  # base58 means another address, or none, with other letters
        assert capitals.code == 4
    else:
        assert (capitals.code, capitals.json["address"]) == (0, plain)
    for none in (f"{plain} {plain}", rows[:-1], f"{rows} x", ""):
        assert custody("wallet", "find", str(path), none).code == 4


@pytest.mark.parametrize("columns", [40, 80])
def test_a_window_cuts_no_group_and_the_ends_have_weight(tmp_path: Path, wallet: str, columns: int) -> None:
    owner = desk.wallet("wsh(sortedmulti)")
    draft = honest("wsh(sortedmulti)")
    draft.outputs[0] = (b"\x51\x20" + b"\x01" * 32, *draft.outputs[0][1:])
    (tmp_path / "in.psbt").write_bytes(draft.psbt())
    shown, change = "", spaced(owner.address(1, 3))
    with Screen(
        PROGRAM, "sign", str(tmp_path / "in.psbt"), "--wallet", wallet, "-o", str(tmp_path / "out"), size=(columns, 24)
    ) as screen:
        screen.until_raw(b"Enter goes on -- ")
        pages = int(flat(screen.text).split("page 1 of ")[1].split(":")[0])
        for page in range(1, pages):
            screen.until_raw(f"-- page {page} of".encode())
            screen.until_raw(b"Enter goes on -- ", page)
            shown += screen.text + "\n"
            screen.emulator.reset()
            screen.enter()
        screen.until_raw(b"Enter alone to stop: ")
        shown += screen.text
        screen.enter("no")
        assert screen.finish() == 6
        bold = re.findall(rb"\x1b\[1m([^\x1b]*)\x1b\[22m", screen.raw)
    assert change in flat(shown)
    assert "0.00 030 000 BTC (30 000 satoshi)" in flat(shown)
    assert bare(shown) == []
    assert [change.split()[0].encode(), change.split()[-1].encode()] == bold[2:4]


def test_a_review_on_a_narrow_window_cuts_no_group(tmp_path: Path, wallet: str) -> None:
    (tmp_path / "in.psbt").write_bytes(honest("wsh(sortedmulti)").psbt())
    with Screen(PROGRAM, "review", str(tmp_path / "in.psbt"), "--wallet", wallet, size=(40, 60)) as screen:
        assert screen.finish() == 0
        assert spaced(desk.wallet("wsh(sortedmulti)").address(1, 3)) in flat(screen.text)
        assert "0.00 069 000 BTC (69 000 satoshi)" in flat(screen.text)
        assert "In all 0.00 031 000 BTC (31 000 satoshi)" in flat(screen.text)


@pytest.mark.parametrize("command", ["address", "list"], ids=["printed", "paged"])
def test_where_colour_is_refused_there_are_groups_alone(wallet: str, command: str) -> None:
    with Screen(PROGRAM, "wallet", command, wallet) as screen:
        assert screen.finish() == 0
        assert len(WEIGHT.findall(screen.raw.decode())) == 4
    with Screen(PROGRAM, "wallet", command, wallet, env={"NO_COLOR": "1"}) as screen:
        assert screen.finish() == 0
        assert spaced(desk.wallet("wsh(sortedmulti)").address(0, 0)) in flat(screen.text)
        assert not WEIGHT.search(screen.raw.decode())


def test_the_transcript_of_a_treasury_shows_nothing_ungrouped_but_what_is_copied() -> None:
    transcript = (Path(__file__).parent.parent / "transcripts" / "treasury.txt").read_text()
    assert IN_GROUPS.search(transcript)
    assert bare(transcript) == []

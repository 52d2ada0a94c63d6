"""The rules of a service (docs/spec/transcript.md): what it stands on, its steps, and which proof is taken."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from custody.ceremony.plan.plan import Plan, Threat
from custody.ceremony.transcript import account as judge
from custody.ceremony.transcript.account import Account, account
from custody.ceremony.transcript.contents import SERVICE, Begun, Closed, Content, Deviation, Done, Here, Paused, Resumed
from custody.ceremony.transcript.replay import begin, replay
from custody.ceremony.transcript.service_lines import Proof, StandsOn
from custody.ceremony.transcript.signature import Says
from custody.ceremony.transcript.together import Together
from custody.chains.bitcoin.wallet.policy_digest import policy_digest
from custody.errors import Alarm, Mismatch, Refused, Unreadable
from custody.words import words
from tests.ceremony.plan.plans import filled, put, read, wish
from tests.ceremony.transcript.services import IN, OUT, Served, signed_by
from tests.ceremony.transcript.sittings import RUN, Sat, a_plan, by_all, master_of, with_keys

ALONE = a_plan(Threat.ACCIDENT)
TAPROOT = with_keys(read(put(filled(wish(Threat.ACCIDENT)), 'script = "wpkh"', 'script = "tr"')))
QUORUM = a_plan(Threat.TARGETED, keys=3, quorum=2)


@pytest.fixture(autouse=True)
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Candidates of these sittings were never made, and are not recomputed: `test_account` is about that."""
    monkeypatch.setattr(judge, "check_opened", lambda *_: None)


@cache
def sittings(plan: str) -> tuple[Sat, ...]:
    of = {"alone": ALONE, "taproot": TAPROOT, "quorum": QUORUM}[plan]
    return tuple(Sat(of, at).everybody().to_end() for at in range(len(of.sittings)))


@cache
def accounts(plan: str) -> tuple[Account, ...]:
    return tuple(account(each.transcript) for each in sittings(plan))


@cache
def together(plan: str = "alone") -> Together:
    return Together.of(accounts(plan))


@cache
def stood(plan: str) -> StandsOn:
    return together(plan).stands_on


def served(plan: str = "alone", *, run: bytes = RUN) -> Served:
    sat = Served(together(plan).plan, stood(plan), run=run)
    sat.everybody()
    return sat


@cache
def whole(plan: str = "alone") -> Served:
    sat = served(plan)
    sat.to_end()
    return sat


def refused(sat: Sat, content: Content, match: str | None) -> None:
    before = sat.transcript
    with pytest.raises(Unreadable, match=match):
        sat.add(content)
    assert sat.transcript == before


# --- a whole one


@pytest.mark.parametrize("plan", ["alone", "taproot", "quorum"])
def test_a_whole_service_of_each_kind_of_wallet_is_replayed_and_serves(plan: str) -> None:
    sat = whole(plan)
    assert not any(step.live for step in sat.standing.course)
    found = account(sat.transcript)
    assert found.is_whole
    assert together(plan).is_served_by(found)
    (wallet,) = together(plan).wallets
    assert sat.standing.wrote[f"service/{wallet.name}/address"]["written-address"] == wallet.address(0, 0)
    if plan == "quorum":
        said = sat.standing.wrote[f"service/{wallet.name}/together"]["written-words"]
        assert said.split() == list(words(policy_digest(wallet.descriptor, wallet.network)))


def test_it_stops_and_goes_on_at_every_step() -> None:
    sat = served()
    while sat.standing.next is not None:
        sat.add(Paused("the card travels")).add(Resumed("it arrived")).step()
    assert account(sat.add(Closed(True, None, None)).transcript).is_whole


def test_who_was_there_at_the_end_and_did_not_sign_is_lacking_and_it_serves_nothing() -> None:
    sat = served().at("/wallet/service")
    step = sat.standing.next
    assert step is not None
    sat.ink(Says.SAW).done(step).add(Closed(True, None, None))
    found = account(sat.transcript)
    assert (found.passed, found.is_whole, list(found.lacking)) == (True, False, sorted(sat.standing.here))
    assert not together().is_served_by(found)


# --- what it stands on


def test_nothing_begins_before_every_sitting_is_whole() -> None:
    first, second, third = accounts("quorum")
    late = replace(second, standing=replace(second.standing, closed=None))
    for found in ([third, first], [first, late, third]):
        with pytest.raises(Refused, match="it waits for: sitting-2"):
            _ = Together.of(found).stands_on
    with pytest.raises(Mismatch, match="a rehearsal"):
        _ = Together.of([account(Sat(ALONE, rehearsal=True).everybody().to_end().transcript)]).stands_on


def test_no_step_is_done_before_it_stands_on_its_sittings_and_it_does_so_once() -> None:
    stands_on = stood("alone")
    sat = Served(ALONE, None).everybody()
    step = sat.standing.next
    assert step is not None
    with pytest.raises(Unreadable, match="does not stand on its sittings yet"):
        sat.done(step)
    sat.add(stands_on).step()
    refused(sat, stands_on, "stands on its sittings already")
    refused(Sat(ALONE), stands_on, "no service")


def test_it_stands_on_all_sittings_and_wallets_of_its_plan_and_on_no_others() -> None:
    all_of_it = stood("quorum")
    (made,) = all_of_it.wallets
    for changed, match in (
        (replace(all_of_it, sittings=all_of_it.sittings[:2]), "every sitting"),
        (replace(all_of_it, sittings=all_of_it.sittings[::-1]), "every sitting"),
        (replace(all_of_it, wallets=()), "every wallet"),
        (replace(all_of_it, wallets=(made, made)), "every wallet"),
        (replace(all_of_it, wallets=(replace(made, wallet="another"),)), "every wallet"),
        (replace(all_of_it, wallets=(replace(made, descriptor=made.descriptor[:-1]),)), "checksum"),
        (replace(all_of_it, wallets=(replace(made, descriptor=stood("alone").wallets[0].descriptor),)), "plan's"),
    ):
        refused(Served(QUORUM, None), changed, match)


def test_a_service_is_no_sitting_and_a_sitting_no_service() -> None:
    with pytest.raises(Unreadable, match="not rehearsed"):
        begin(Begun(ALONE, SERVICE, True, RUN, "0.1"))
    refused(served(), by_all(ALONE), "or a service")
    (sitting,) = accounts("alone")
    with pytest.raises(Mismatch, match="of no sitting"):
        Together.of([sitting, account(whole().transcript)])
    with pytest.raises(Mismatch, match="no service"):
        together().is_served_by(sitting)


def test_a_service_of_other_sittings_is_told_from_this_ones() -> None:
    def of(plan: Plan, run: bytes = RUN) -> Account:
        sat = Sat(plan, run=run).everybody().to_end()
        return account(Served.of(sat).everybody().transcript)

    with pytest.raises(Mismatch, match="of another plan"):
        together().is_served_by(of(replace(ALONE, purpose="another")))
    with pytest.raises(Mismatch, match="another transcript of sitting-1"):
        together().is_served_by(of(ALONE, b"\x08" * 16))
    with pytest.raises(Mismatch, match="of a rehearsal"):
        Together.of([account(Sat(ALONE, rehearsal=True).everybody().to_end().transcript)]).is_served_by(of(ALONE))


def test_a_service_of_other_keys_than_were_made_is_an_alarm() -> None:
    stands_on = stood("alone")
    other = Together.of([account(_of_another_key().transcript)]).stands_on
    assert other.wallets != stands_on.wallets
    sat = Served(ALONE, StandsOn(stands_on.sittings, other.wallets)).everybody()
    with pytest.raises(Alarm, match="of other keys"):
        together().is_served_by(account(sat.transcript))


def _of_another_key() -> Sat:
    sat = Sat(ALONE)
    sat.fixed = 99
    return sat.everybody().to_end()


def test_while_a_sitting_is_not_shown_the_wallets_wait() -> None:
    found = account(whole("quorum").transcript)
    first, second, third = accounts("quorum")
    assert not Together.of([first, third]).is_served_by(found)
    assert Together.of([first, third, second]).is_served_by(found)


# --- cards, address, transactions


def test_a_bag_with_another_serial_is_taken_only_after_somebody_noted_it() -> None:
    sat = served("quorum")
    step = sat.standing.next
    assert step is not None
    by = sat.standing.acts(step)
    assert by is not None
    other = Done(step.id, by, {"written-serial": "another", "written-time": "noon"})
    with pytest.raises(Unreadable, match="the plan says"):
        sat.add(other, step.evidence)
    sat.add(Deviation("the bag has another serial", by)).add(other, step.evidence)


@pytest.mark.parametrize("ending", ["/together", "/address"])
def test_other_words_and_another_address_than_the_keys_make_are_not_written_down(ending: str) -> None:
    sat = served("quorum").at(ending)
    step = sat.standing.next
    assert step is not None
    (name,) = (each.name for each in step.records)
    done = Done(step.id, sat.standing.acts(step) or "", {name: "bcrt1qother"})
    with pytest.raises(Unreadable, match="the wallet's keys make"):
        sat.add(done, step.evidence)


@pytest.mark.parametrize(("deposit", "withdrawal"), [(IN, IN), ("A" * 64, OUT), (IN, OUT[:-1]), (IN + "0", OUT)])
def test_two_transactions_are_told_by_their_numbers(deposit: str, withdrawal: str) -> None:
    sat = served().at("/small")
    step = sat.standing.next
    assert step is not None
    wrote = {"written-deposit": deposit, "written-withdrawal": withdrawal}
    with pytest.raises(Unreadable, match="numbers of two transactions"):
        sat.add(Done(step.id, sat.standing.acts(step) or "", wrote), step.evidence)


# --- the proof


def test_the_text_of_a_proof_is_as_its_document_says() -> None:
    sat = served("quorum").at("/proof")
    lines = sat.message.decode().split("\n")
    heads = [each.transcript.head.hash.hex() for each in sittings("quorum")]
    assert lines == [
        "custody-proof/1",
        f"plan {QUORUM.digest.hex()}",
        *(f"sitting sitting-{at} {head}" for at, head in enumerate(heads, 1)),
        "wallet wallet",
        f"address {together('quorum').wallets[0].address(0, 0)}",
        f"after {sat.transcript.lines[-1].hash.hex()}",
        "",
    ]


def test_no_proof_no_next_step_and_none_is_taken_anywhere_else() -> None:
    sat = served().at("/address")
    early = Proof("wallet", "smpAA==")
    refused(sat, early, "no proof of wallet is wanted here")
    sat.step()
    step = sat.standing.next
    assert step is not None
    with pytest.raises(Unreadable, match="no proof of wallet was brought"):
        sat.done(step)
    refused(sat, Proof("another", "smpAA=="), "no proof of another")
    proof = sat.proof()
    sat.add(proof)
    refused(sat, proof, "no proof of wallet is wanted here")


@pytest.mark.parametrize("plan", ["alone", "taproot", "quorum"])
def test_a_proof_of_another_address_text_or_key_is_not_taken_and_says_why(plan: str) -> None:
    sat = served(plan).at("/proof")
    refused(sat, sat.proof(index=1), "the proof is not taken")
    refused(sat, sat.proof(sat.message.removesuffix(b"\n")), "the proof is not taken")
    refused(sat, sat.proof(sat.message.replace(b"proof/1", b"proof/2")), "the proof is not taken")
    good = sat.proof()
    refused(sat, replace(good, signature=good.signature[:-8] + "AAAA" + good.signature[-4:]), None)
    refused(sat, replace(good, signature="pof" + good.signature[3:]), None)
    sat.add(good)


def test_a_proof_of_another_ceremony_is_not_taken() -> None:
    """The same people, plan and keys, another run of the sitting; its proof is good there and nowhere else."""
    other = Sat(ALONE, run=b"\x08" * 16).everybody().to_end()
    elsewhere = Served.of(other).everybody()
    assert isinstance(elsewhere, Served)
    replayed = elsewhere.at("/proof").proof()
    elsewhere.add(replayed)
    refused(served().at("/proof"), replayed, "the proof is not taken")


def test_a_proof_that_was_made_for_an_earlier_service_of_the_same_sittings_is_not_taken() -> None:
    earlier = served().at("/proof").proof()
    refused(served(run=b"\x09" * 16).at("/proof"), earlier, "the proof is not taken")


def test_a_proof_by_too_few_keys_of_a_quorum_is_not_taken() -> None:
    sat = served("quorum").at("/proof")
    (wallet,) = together("quorum").wallets
    with pytest.raises(AssertionError):
        signed_by(wallet, sat.message, [master_of(QUORUM.keys[0])])
    stranger = signed_by(together().wallets[0], sat.message, [master_of(ALONE.keys[0])])
    refused(sat, Proof("wallet", stranger), "the proof is not taken")


def test_a_proof_that_was_changed_in_the_file_stops_its_replay() -> None:
    sat = served().at("/proof")
    elsewhere = served(run=b"\x09" * 16).at("/proof").proof()
    sat.add(sat.proof())
    *lines, last = sat.transcript.lines
    forged = replace(sat.transcript, lines=(*lines, replace(last, content=elsewhere)))
    with pytest.raises(Unreadable, match="the proof is not taken"):
        replay(forged)


def test_who_ends_it_says_who_sees_to_it_and_it_serves_nothing() -> None:
    sat = served().at("/small").add(Closed(False, "holder-1", date(2027, 1, 31)))
    assert not together().is_served_by(account(sat.transcript))


def test_somebody_who_leaves_need_not_sign() -> None:
    sat = served("quorum").at("/service")
    staff = frozenset(
        name
        for step in sat.standing.course
        if step.acts == "operator"
        for each in step.attend
        for name in each.people[: each.count]
    )
    sat.add(Here(staff)).to_end()
    assert account(sat.transcript).is_whole

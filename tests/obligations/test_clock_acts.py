"""What the clock does by itself: a valid complaint unsolved for a month becomes A; after a quiet week one whose customer
declined the visit is closed; a cycle goes on. And what a late event shows it need not have done."""

from __future__ import annotations

import pytest

from bihuan.cases.access import visible_case
from bihuan.cases.models import Case
from bihuan.ledger.models import Event
from bihuan.ledger.verify import verify
from bihuan.obligations.models import Obligation
from tests.world import World, serves

CLOCK = "clock"


@pytest.fixture
def valid(world: World) -> Case:
    """A valid complaint, B, received on 2 March at nine and in hand."""
    case = world.take(world.receive(), "handed_over", to="trade")
    return world.take(case, "found_valid", by="trade")


@pytest.fixture
def quiet(world: World) -> Case:
    """A complaint handled on 2 March at nine, whose customer declined the visit two hours later."""
    case = world.handled()
    world.later(hours=2)
    world.decline(case)
    return case


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def acts(case: Case) -> list[str]:
    return list(Event.objects.filter(subject=case.subject, actor=CLOCK).values_list("kind", flat=True))


# ---- after a month


@serves("XQ-C5.2A")
@pytest.mark.parametrize(("moment", "severity"), [("04-02 09:00:00", "B"), ("04-02 09:00:01", "A")])
def test_a_valid_complaint_unsolved_for_a_month_becomes_a(
    world: World, valid: Case, moment: str, severity: str
) -> None:
    world.sweep(moment)
    case = fresh(valid)
    assert (case.severity, case.number) == (severity, f"CH-{severity}-03-0001")
    assert ("complaint.classified" in acts(case)) is (severity == "A")


def test_its_former_number_still_finds_it(world: World, valid: Case) -> None:
    world.sweep("04-02 09:00:01")
    for number in ("CH-B-03-0001", "CH-A-03-0001"):
        assert visible_case(world.actor("agent"), number) == valid


def test_the_limits_of_a_count_from_that_moment(world: World, valid: Case) -> None:
    world.sweep("04-02 11:00")  # the worker was away for two hours
    made = world.time("04-02 09:00")
    for clause, due in (*(("XQ-C7.4A1", "04-02 09:15"), ("XQ-C7.4A2", "04-04 09:00"), ("XQ-C7.4A3", "04-12 09:00")),):
        owed = world.promise(valid, clause)
        assert (owed.start, owed.due_at) == (made, world.time(due))
    assert "XQ-C7.4B2" in world.promises(valid, state="void")
    assert world.promise(valid, "XQ-C7.4A1").breached_at == world.time("04-02 09:15")


def test_it_happens_once(world: World, valid: Case) -> None:
    for moment in ("04-02 09:00:01", "04-02 10:00", "05-02 09:00:01"):
        world.sweep(moment)
    assert acts(valid).count("complaint.classified") == 1


def test_it_happens_too_when_somebody_records_something_before_the_escalator_has_passed(
    world: World, valid: Case
) -> None:
    world.at("04-02 10:00")
    case = world.take(valid, "progress_told", by="agent")
    assert (case.severity, case.number) == ("A", "CH-A-03-0001")
    assert world.promise(case, "XQ-C7.4A3").staff is None  # the manager's, whoever is still in charge
    world.later(minutes=1)
    world.take(case, "handed_over", to="manager")
    assert world.promise(case, "XQ-C7.4A3").staff == world.staff("manager")


def test_what_is_not_valid_stays_as_it_was_judged(world: World) -> None:
    case = world.take(world.receive(), "handed_over", to="trade")
    world.take(case, "found_invalid", by="trade")
    world.sweep("04-10 09:00")
    assert fresh(case).severity == "B"


def test_what_was_solved_in_a_month_stays_as_it_was_judged(world: World, valid: Case) -> None:
    world.at("04-02 09:00:00")
    world.take(valid, "handled", by="trade")
    world.sweep("04-10 09:00")
    assert fresh(valid).severity == "B"


@pytest.mark.parametrize("handled", ["04-01 20:00", "04-02 09:00:00"])
def test_what_turns_out_to_have_been_solved_in_time_is_b_again(world: World, valid: Case, handled: str) -> None:
    """The technician had no network: it was handled before the clock acted, and is written down afterwards."""
    world.sweep("04-02 12:00")
    assert fresh(valid).severity == "A"
    world.take(valid, "handled", by="trade", at=world.time(handled))
    case = fresh(valid)
    assert (case.severity, case.number, case.state) == ("B", "CH-B-03-0001", "handled")
    assert world.promise(case, "XQ-C7.4B2").met_at == world.time(handled)
    assert not world.promises(case) & {"XQ-C7.4A1", "XQ-C7.4A2", "XQ-C7.4A3"}
    assert visible_case(world.actor("agent"), "CH-A-03-0001") == case


def test_an_act_is_taken_back_by_an_event_once_and_the_ledger_stays_whole(world: World, valid: Case) -> None:
    world.sweep("04-02 12:00")
    act = Event.objects.get(subject=valid.subject, actor=CLOCK, kind="complaint.classified")
    world.take(valid, "handled", by="trade", at=world.time("04-01 20:00"))
    world.take(valid, "result_told", by="agent")
    world.sweep("04-20 12:00")
    taken_back = Event.objects.filter(kind="obligation.retracted", facts__act=act.pk)
    assert [one.facts["rule"] for one in taken_back] == ["complaint.reclassify"]
    assert Event.objects.filter(pk=act.pk).exists()
    assert fresh(valid).severity == "B"


def test_what_somebody_judged_since_stands(world: World, valid: Case) -> None:
    world.sweep("04-02 12:00")
    world.take(valid, "classified", severity="C", problem="08", text="只是轻微")
    world.at("04-02 12:01")
    world.take(valid, "handled", by="trade", at=world.time("04-01 20:00"))
    assert fresh(valid).number == "CH-C-08-0001"


# ---- after a quiet week


@serves("TS-10.5")
@pytest.mark.parametrize(("moment", "state"), [("03-09 09:00:00", "handled"), ("03-09 09:00:01", "closed")])
def test_a_complaint_whose_customer_declined_is_closed_after_a_quiet_week(
    world: World, quiet: Case, moment: str, state: str
) -> None:
    world.sweep(moment)
    assert fresh(quiet).state == state


def test_the_row_says_what_allowed_it_and_when(world: World, quiet: Case) -> None:
    world.sweep("03-09 12:00")
    case = fresh(quiet)
    assert case.closing_event is not None
    assert (case.closing_event.kind, case.closing_reason) == ("visit.declined", "quiet_week")
    assert case.closed_at == world.time("03-09 09:00")
    told = Event.objects.get(subject=case.subject, kind="complaint.closed")
    assert (told.at, told.actor) == (case.closed_at, CLOCK)


def test_one_whose_customer_did_not_decline_is_not_closed(world: World) -> None:
    case = world.handled()
    world.sweep("03-20 09:00")
    assert fresh(case).state == "handled"


def test_a_complaint_that_comes_again_within_the_week_keeps_it_open(world: World, quiet: Case) -> None:
    world.at("03-09 09:00:00")
    world.receive(repeats=[quiet.subject])
    world.sweep("03-20 09:00")
    assert fresh(quiet).state == "handled"
    assert "TS-10.5" in world.promises(quiet, state="void")


def test_one_that_comes_a_second_later_is_a_new_one(world: World, quiet: Case) -> None:
    world.at("03-09 09:00:01")
    world.receive(repeats=[quiet.subject])
    world.sweep()
    assert fresh(quiet).state == "closed"


def test_a_letter_of_the_week_that_is_opened_after_it_takes_the_closing_back(world: World, quiet: Case) -> None:
    world.sweep("03-09 12:00")
    assert fresh(quiet).state == "closed"
    world.receive(channel="letter", repeats=[quiet.subject], at=world.time("03-09 08:00"))
    case = fresh(quiet)
    assert (case.state, case.closed_at, case.closing_event, case.closing_reason) == ("handled", None, None, "")
    world.sweep("03-20 09:00")
    assert fresh(quiet).state == "handled"


def test_a_reopened_complaint_is_not_closed_by_the_week_before(world: World, quiet: Case) -> None:
    world.at("03-05 09:00")
    world.take(quiet, "reopened")
    world.sweep("03-20 09:00")
    assert fresh(quiet).state == "in_hand"


# ---- cycles


@serves("HF-2.5a")
def test_a_cycle_goes_on_whether_its_visit_was_made_or_not(world: World) -> None:
    subject = f"party:{world.party.pk}"
    world.record("party.care_plan_set", subject, customer_class="normal", customer_kind="resident")
    world.sweep("06-02 09:00:00")
    rounds = Obligation.objects.filter(subject=subject, clause="HF-2.5a").order_by("start")
    assert [one.due_at for one in rounds] == [world.time("06-02 09:00")]
    world.sweep("06-02 09:00:01")
    assert [(one.state, one.due_at) for one in rounds.all()] == [
        *(("open", world.time("06-02 09:00")), ("open", world.time("09-02 09:00"))),
    ]
    assert world.sweep() == 0


@pytest.mark.django_db(transaction=True)
def test_the_acts_of_the_clock_stand_in_the_chains(world: World, quiet: Case) -> None:
    world.sweep("03-09 12:00")
    world.receive(channel="letter", repeats=[quiet.subject], at=world.time("03-09 08:00"))
    done = [kind for kind in acts(quiet) if kind in ("complaint.closed", "obligation.retracted")]
    assert done == ["complaint.closed", "obligation.retracted"]
    assert verify().broken == ""

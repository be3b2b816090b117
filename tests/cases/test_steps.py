"""Every step, possible and impossible, of every kind of case in every state, against what the domain says of a case's life.

The oracle below was written from the words of the domain alone: received, in hand, handled, closed or withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.db import transaction

from bihuan.accounts.access import NotAllowed, NotFound
from bihuan.cases.errors import NotNow
from bihuan.cases.models import Case, Note
from bihuan.cases.steps import STEPS, possible
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from tests.world import World, serves

KINDS = ("demand", "complaint", "enquiry", "suggestion", "praise", "emergency")
STATES = ("received", "in_hand", "handled", "closed", "withdrawn")

# ---- the oracle

OF_COMPLAINTS = (
    "classified handed_up calmed reviewed found_valid found_invalid explained overrun_requested overrun_approved"
    " overrun_refused promised promise_reported reported_to_branch"
).split()
OF_WORK = (
    "investigated solution_proposed solution_agreed delay_told transferred returned".split()
)  # demands, complaints, emergencies
OF_ALL = (
    "restated time_agreed acknowledged handed_over assigned action_taken progress_told answered settled_on_the_spot"
    " handled result_told closed reopened withdrawn noted"
).split()
ONCE_CLASSIFIED = (  # received → … → classified & numbered → handed over → reviewed → investigated → … → handled
    "handed_over assigned reviewed investigated found_valid found_invalid solution_proposed solution_agreed"
    " settled_on_the_spot handled transferred promised"
).split()
WHEN_HANDLED = (
    "result_told closed reopened withdrawn progress_told answered promise_reported reported_to_branch".split()
)
LEADS_TO = {
    "handed_over": "in_hand",
    "assigned": "in_hand",
    "transferred": "in_hand",
    "handled": "handled",
    "settled_on_the_spot": "handled",
    "closed": "closed",
    "reopened": "in_hand",
    "withdrawn": "withdrawn",
}


def may(kind: str, state: str, verb: str, *, severity: str = "B", asked: bool = False, weighed: bool = False) -> bool:
    """Whether the domain knows that step there. Complaints without a severity are not yet classified and numbered."""
    if verb in OF_COMPLAINTS and kind != "complaint":
        return False
    if verb in OF_WORK and kind not in ("demand", "complaint", "emergency"):
        return False
    if kind == "complaint" and not severity and verb in ONCE_CLASSIFIED:
        return False
    if verb == "promised" and not weighed:
        return False  # the facts are established and weighed first
    if verb in ("overrun_approved", "overrun_refused") and not asked:
        return False
    if verb == "overrun_requested" and (asked or severity not in ("B", "C")):
        return False  # the manager approves an overrun of B and C; A has no such way
    if verb == "noted":
        return True  # what only the house reads can always be written down
    if verb == "returned":
        return False  # nothing was transferred
    if state == "withdrawn":
        return False
    if state == "closed":
        return verb == "reopened"
    if state == "handled":
        return verb in WHEN_HANDLED
    if verb in ("result_told", "closed", "reopened"):
        return False  # nothing has been handled yet
    return verb != "settled_on_the_spot" or state == "received"


def leads_to(kind: str, state: str, verb: str) -> str:
    if verb == "answered" and kind in ("enquiry", "suggestion", "praise"):
        return "handled"  # these end with their answer
    return LEADS_TO.get(verb, state)


# ---- the table


def test_the_table_has_the_steps_of_the_domain_and_no_others() -> None:
    assert sorted(STEPS) == sorted([*OF_COMPLAINTS, *OF_WORK, *OF_ALL])


@pytest.mark.parametrize(("kind", "state"), list(product(KINDS, STATES)))
def test_the_table_says_what_the_domain_says(world: World, kind: str, state: str) -> None:
    for severity, asked, weighed in product(("A", "B", "C", ""), (True, False), (True, False)):
        case = Case(kind=kind, state=state, severity=severity, number="X-1" if severity else None)
        case.valid = False if weighed else None
        case.overrun_until = world.now if asked else None
        wanted = [verb for verb in STEPS if may(kind, state, verb, severity=severity, asked=asked, weighed=weighed)]
        assert possible(case) == wanted


# ---- the steps themselves


def received(world: World, kind: str) -> Case:
    return world.receive(kind)


def in_hand(world: World, kind: str) -> Case:
    return world.take(received(world, kind), "assigned", to="manager")


def handled(world: World, kind: str) -> Case:
    case = world.take(in_hand(world, kind), "handled", by="manager")
    if kind == "complaint":
        world.visit(case)
    return case


def asked(world: World, kind: str) -> Case:
    case = world.take(world.receive(kind), "assigned", to="trade")
    return world.take(case, "overrun_requested", agreed_until=world.time("03-20 09:00"))


MADE: dict[str, Callable[[World, str], Case]] = {
    "received": received,
    "in_hand": in_hand,
    "handled": handled,
    "closed": lambda world, kind: world.take(handled(world, kind), "closed"),
    "withdrawn": lambda world, kind: world.take(received(world, kind), "withdrawn"),
    "unclassified": lambda world, kind: world.receive(kind, severity="", problem=""),
    "asked": asked,
    "grave": lambda world, kind: world.take(world.receive(kind, severity="A"), "handed_over", to="manager"),
}
GIVEN: dict[str, Callable[[World], dict[str, Any]]] = {
    "handed_over": lambda world: {"to": "manager"},
    "assigned": lambda world: {"to": "manager"},
    "classified": lambda world: {"severity": "A", "problem": "08"},
    "time_agreed": lambda world: {"agreed_at": world.time("03-02 12:00")},
    "delay_told": lambda world: {"agreed_until": world.time("03-05 12:00")},
    "overrun_requested": lambda world: {"agreed_until": world.time("03-20 09:00")},
    "transferred": lambda world: {"unit": "developer"},
    "promised": lambda world: {"amount": 0},
}


class Undone(Exception):
    """Undoes what was tried, so that the next step finds the case as it was."""


OF_COMPLAINTS_ALONE = ("unclassified", "asked", "grave")
STANDING = [("complaint", made) for made in MADE] + [
    (kind, made) for kind in ("demand", "enquiry") for made in MADE if made not in OF_COMPLAINTS_ALONE
]


@pytest.mark.parametrize(("kind", "made"), STANDING)
def test_each_step_is_taken_or_refused_as_the_domain_says(world: World, kind: str, made: str) -> None:
    case = MADE[made](world, kind)
    for verb in STEPS:
        with pytest.raises(Undone), transaction.atomic():
            check(world, case, verb, asked=made == "asked")
            raise Undone


def check(world: World, case: Case, verb: str, *, asked: bool) -> None:
    """Takes a step and looks whether it did what it should, or was refused and did nothing."""
    given, events = GIVEN.get(verb, lambda world: {})(world), Event.objects.count()
    if not may(case.kind, case.state, verb, severity=case.severity, asked=asked):
        with pytest.raises(NotNow) as refused:
            world.take(case, verb, by="manager", **given)
        assert refused.value.allowed == possible(case)
        assert refused.value.code == "not_now"
        assert Event.objects.count() == events
        return
    after = world.take(case, verb, by="manager", **given)
    assert after.state == leads_to(case.kind, case.state, verb), verb
    assert Case.objects.get(pk=case.pk).state == after.state
    told = Event.objects.filter(subject=case.subject, kind=f"{case.kind}.{verb}").latest("id")
    assert (told.actor, told.at, told.site) == (world.staff("manager").subject, world.now, "CH")
    if verb not in ("closed", "classified"):
        assert Note.objects.get(event=told).text == "已说明情况"


# ---- what a step asks for, and of whom


@pytest.mark.parametrize("verb", [verb for verb, step in STEPS.items() if "text" in step.must])
@pytest.mark.parametrize("text", ["", "  \n"], ids=["nothing", "blanks"])
def test_a_step_that_needs_words_is_not_taken_without(world: World, verb: str, text: str) -> None:
    case = asked(world, "complaint") if verb == "overrun_refused" else received(world, "complaint")
    if verb in ("result_told", "reopened"):
        case = handled(world, "complaint")
    if verb == "returned":
        case = world.take(case, "transferred", unit="branch")
    if verb == "promised":
        case = world.take(case, "found_valid")
    with pytest.raises(Refused) as refused:
        world.take(case, verb, by="manager", text=text, **GIVEN.get(verb, lambda world: {})(world))
    assert (refused.value.code, refused.value.where) == ("missing", "text")


@pytest.mark.parametrize(("verb", "missing"), [("time_agreed", "agreed_at"), ("delay_told", "agreed_until")])
def test_a_time_that_is_needed_lies_ahead(world: World, verb: str, missing: str) -> None:
    case = world.receive()
    for given, code in (({}, "missing"), ({missing: world.now}, "in_the_past"), ({missing: "tomorrow"}, "in_the_past")):
        with pytest.raises(Refused) as refused:
            world.take(case, verb, **given)
        assert (refused.value.code, refused.value.where) == (code, missing)
    world.take(case, verb, **{missing: world.now.replace(second=1)})


@pytest.mark.parametrize(
    ("given", "code"),
    [({"severity": "D"}, "bad_severity"), ({"problem": "99"}, "no_problem"), ({"severity": ""}, "missing")],
)
def test_a_complaint_is_classified_by_the_table(world: World, given: dict[str, str], code: str) -> None:
    case = world.receive(severity="", problem="")
    with pytest.raises(Refused) as refused:
        world.take(case, "classified", **given)
    assert refused.value.code == code


@serves("XQ-C7.4A1")
def test_an_a_complaint_is_handed_to_the_site_manager_and_to_nobody_else(world: World) -> None:
    case = world.receive(severity="A")
    for to in ("trade", "supervisor", "agent"):
        with pytest.raises(Refused) as refused:
            world.take(case, "handed_over", to=to)
        assert refused.value.where == "to"
    assert world.promise(case, "XQ-C7.4A1").state == "open"
    case = world.take(case, "handed_over", to="manager")
    assert world.promise(case, "XQ-C7.4A1").state == "met"
    assert case.in_charge == world.staff("manager")


@pytest.mark.parametrize("to", ["technician", "branch", "lake_agent"])
def test_nobody_takes_charge_who_does_not_handle_cases_here(world: World, to: str) -> None:
    with pytest.raises(Refused) as refused:
        world.take(world.receive(), "handed_over", to=to)
    assert refused.value.code == "not_theirs"


def test_nobody_takes_charge_who_has_left(world: World) -> None:
    trade = world.staff("trade")
    trade.is_active = False
    trade.save()
    with pytest.raises(Refused):
        world.take(world.receive(), "handed_over", to="trade")


def test_a_step_that_nobody_knows_is_refused(world: World) -> None:
    with pytest.raises(NotNow) as refused:
        world.take(world.receive(), "exploded")
    assert "handled" in refused.value.allowed


def test_a_step_needs_a_post_that_may_take_it(world: World) -> None:
    case = world.take(world.receive(), "handed_over", to="trade")
    for who, refusal in (("technician", NotAllowed), ("quality", NotAllowed), ("lake_agent", NotFound)):
        with pytest.raises(refusal):
            world.take(case, "handled", by=who)
    assert world.take(case, "handled", by="agent").state == "handled"


@serves("XQ-C7.1", "XQ-C4.2")
def test_each_step_of_the_handling_is_kept_with_its_words_time_and_person(world: World) -> None:
    case = world.take(world.receive(), "handed_over", to="trade")
    words = {
        "investigated": "查看监控，半夜确有装修",
        "solution_proposed": "夜间停工，白天施工",
        "solution_agreed": "业主同意",
        "handled": "已约谈装修公司",
        "result_told": "电话告知",
    }
    for minute, (verb, text) in enumerate(words.items(), 1):
        world.at(f"03-02 09:{minute:02}")
        case = world.take(case, verb, by="trade" if verb != "result_told" else "agent", text=text)
    kept = Note.objects.filter(case=case).select_related("event").order_by("event_id")
    told = {one.event.kind: (one.text, one.event.at) for one in kept}
    for minute, (verb, text) in enumerate(words.items(), 1):
        assert told[f"complaint.{verb}"] == (text, world.time(f"03-02 09:{minute:02}"))


@serves("XQ-C7.2")
def test_an_invalid_complaint_is_found_so_with_its_reason_and_explained(world: World) -> None:
    case = world.take(world.receive(), "handed_over", to="trade")
    with pytest.raises(Refused):
        world.take(case, "found_invalid", by="trade", text="")
    case = world.take(case, "found_invalid", by="trade", text="测得 32 分贝，未超标")
    case = world.take(case, "explained", by="agent", text="向业主出示记录")
    assert case.valid is False
    assert Event.objects.get(kind="complaint.found_invalid").facts["valid"] is False

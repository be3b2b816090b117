"""Who reacts to what, and who speaks of what: the only place where rooms that do not know each other meet."""

from __future__ import annotations

from uuid import UUID

from bihuan.api.idempotency import erase_words as erase_kept_answers
from bihuan.calls.actions import erase_numbers
from bihuan.cases.actions import finish_work, take_back, take_clock_act
from bihuan.cases.actions.erasing import erase_words as erase_case_words
from bihuan.cases.actions.filing import erase_files as erase_case_files
from bihuan.cases.mail import take_in
from bihuan.cases.models import Case, CaseKind
from bihuan.cases.queries import describe_cases, find_cases
from bihuan.customers.describing import describe_parties
from bihuan.customers.queries import FINDERS
from bihuan.dispatch.actions import cancel_all, rework
from bihuan.dispatch.erasing import erase_words as erase_job_words
from bihuan.dispatch.models import WorkOrder
from bihuan.dispatch.queries import all_done, describe_orders, find_orders
from bihuan.figures.queries import describe_sites
from bihuan.ledger.models import Event
from bihuan.messages import arrivals
from bihuan.messages.actions import erase_words as erase_messages
from bihuan.obligations.describers import register
from bihuan.obligations.reactions import on_duty, on_event
from bihuan.obligations.summoning import end as end_summons
from bihuan.obligations.summoning import summon
from bihuan.visits.erasing import erase_words as erase_visit_words
from bihuan.visits.planning import follow


def connect() -> None:
    """Connects the rooms, once, when the application starts."""
    register("case", describe_cases)
    register("work_order", describe_orders)
    register("party", describe_parties)
    register("site", describe_sites)
    FINDERS.extend([find_cases, find_orders])
    arrivals.register(take_in)
    on_duty("visit", follow)
    on_event("complaint.classified", take_clock_act)
    on_event("complaint.closed", take_clock_act)
    on_event("obligation.retracted", take_back)
    on_event("work_order.finished", _work_ended)
    on_event("work_order.cancelled", _work_ended)
    on_event("visit.done", _visited)
    on_event("party.erased", _erased)
    on_event("complaint.handed_up", _call)
    on_event("complaint.promise_reported", _call)
    for verb in ("calmed", "settled_on_the_spot", "handled", "withdrawn", "closed"):
        on_event(f"complaint.{verb}", _call_off)
    for kind in CaseKind.values:
        on_event(f"{kind}.withdrawn", _withdrawn)


def _erased(event: Event) -> None:
    party = int(event.subject.removeprefix("party:"))
    erase_kept_answers(party)
    erase_case_words(party)
    erase_case_files(party)
    erase_numbers(party)
    erase_messages([case.subject for case in Case.objects.filter(party=party).only("pk")])
    erase_job_words(party)
    erase_visit_words(party)


def _call(event: Event) -> None:
    """TS-1d, XQ-C7.5b: whoever a hand-up calls, or a promise is reported to, learns of it at once."""
    summon(event, staff=event.facts.get("told", []))


def _call_off(event: Event) -> None:
    end_summons(event.subject, kind="complaint.handed_up", at=event.at)


def _withdrawn(event: Event) -> None:
    cancel_all(Case.objects.get(pk=_id(event.subject)), by=event.actor, at=event.at)


def _work_ended(event: Event) -> None:
    """A request is handled when the last of its jobs is over; a complaint when the person in charge says so."""
    case = WorkOrder.objects.select_related("case").get(pk=_id(event.subject)).case
    if case.kind in (CaseKind.DEMAND, CaseKind.EMERGENCY) and all_done(case.pk):
        finish_work(case, by=event.actor, at=event.at)


def _visited(event: Event) -> None:
    """GC-6.5.2: a job that did not satisfy is done again."""
    if event.facts.get("satisfied") is False and event.subject.startswith("work_order:"):
        rework(WorkOrder.objects.get(pk=_id(event.subject)), by=event.actor, at=event.at)


def _id(subject: str) -> UUID:
    return UUID(subject.partition(":")[2])

"""Reading work orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bihuan.accounts.access import Actor, today
from bihuan.accounts.models import Post, Staff
from bihuan.cases.listing import SIZE, cursor, read_cursor
from bihuan.cases.models import Case, CaseKind, CaseState
from bihuan.cases.queries import who
from bihuan.customers.queries import Found
from bihuan.dispatch.access import visible_orders
from bihuan.dispatch.models import OrderState, WorkOrder
from bihuan.obligations.describers import Description

DONE = (OrderState.FINISHED, OrderState.CANCELLED)
MOST = 200  # jobs and waiting cases on the page of a day
LONGEST = timedelta(days=60)  # from issue to finish, of what is shown of a day: no index knows when jobs were finished
WORKERS = ("technician", "trade_supervisor")


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who does jobs at a site: the trades, and how many jobs are in hand."""

    staff: Staff
    trades: tuple[str, ...]
    supervises: bool
    jobs: int


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """A page of work orders, and what to ask for the next one with; empty after the last."""

    rows: list[WorkOrder]
    next: str


def of_case(case_id: UUID) -> QuerySet[WorkOrder]:
    """The work orders of a case, oldest first."""
    return WorkOrder.objects.filter(case_id=case_id).select_related("technician").order_by("issued_at", "id")


def all_done(case_id: UUID) -> bool:
    """Whether a case has a finished work order and none still to do."""
    states = set(WorkOrder.objects.filter(case_id=case_id).values_list("state", flat=True))
    return OrderState.FINISHED in states and states <= set(DONE)


def cases_of(cases: Iterable[Case]) -> dict[str, str]:
    """The subjects of all work orders of these cases, each with its case's; one query."""
    rows = WorkOrder.objects.filter(case__in=[case.pk for case in cases]).exclude(state=OrderState.CANCELLED)
    return {f"work_order:{pk}": f"case:{case}" for pk, case in rows.values_list("pk", "case_id")}


def in_hand(actor: Actor, sites: Sequence[str], *, since: datetime) -> list[WorkOrder]:
    """The jobs to do, by appointment, and then those finished since an instant; of what this person may see, at most
    `MOST` of each. Jobs that took longer than `LONGEST` are not looked for among the finished; two queries."""
    rows = visible_orders(actor).filter(site__in=sites)
    to_do = list(rows.exclude(state__in=DONE).order_by("issued_at", "id")[:MOST])
    done = rows.filter(state=OrderState.FINISHED, issued_at__gte=since - LONGEST, finished_at__gte=since)
    return [*sorted(to_do, key=_by_appointment), *done.order_by("finished_at", "id")[:MOST]]


def done_page(actor: Actor, sites: Sequence[str], after: str = "", *, text: str = "", size: int = SIZE) -> OrdersPage:
    """The finished and cancelled jobs, those issued last first, from the one that follows `after`; one query.

    Raises NotFound where `after` is none that a page gave.
    """
    rows = visible_orders(actor).filter(site__in=sites, state__in=DONE)
    if text:
        rows = rows.filter(Q(number__startswith=text.upper()) | Q(task__contains=text))
    if after:
        at, pk = read_cursor(after)
        rows = rows.filter(Q(issued_at__lte=at) & (Q(issued_at__lt=at) | Q(pk__lt=pk)))
    found = list(rows.order_by("-issued_at", "-id")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return OrdersPage(found[:size], cursor(last.issued_at, last.pk) if last else "")


def visited_job(subject: str, case_id: UUID | None) -> WorkOrder | None:
    """The job that is visited: the work order itself, or the last finished one of the case."""
    jobs = WorkOrder.objects.select_related("technician")
    if subject.startswith("work_order:"):
        return jobs.filter(pk=subject.partition(":")[2]).first()
    if case_id is None:
        return None
    return jobs.filter(case=case_id, state=OrderState.FINISHED).order_by("-finished_at", "-id").first()


def waiting(sites: Sequence[str]) -> list[Case]:
    """The requests and emergencies for which nobody has been sent yet: emergencies first, then what is urgent, then by
    the time agreed or received; at most `MOST`."""
    sent = WorkOrder.objects.filter(case=OuterRef("pk")).exclude(state=OrderState.CANCELLED)
    rows = Case.objects.filter(site__in=sites, kind__in=[CaseKind.DEMAND, CaseKind.EMERGENCY])
    rows = rows.filter(~Exists(sent), state__in=[CaseState.RECEIVED, CaseState.IN_HAND])
    found = list(rows.select_related("party", "home", "problem").order_by("received_at", "id")[:MOST])
    return sorted(found, key=_by_urgency)


def workers(sites: Sequence[str]) -> list[Worker]:
    """Who does jobs at these sites today: technicians before supervisors, the fewest jobs first; two queries."""
    held = Post.objects.filter(site__in=sites, post__in=WORKERS, since__lte=today(), staff__is_active=True)
    held = held.filter(Q(until=None) | Q(until__gte=today())).select_related("staff").order_by("staff__name", "id")
    by_staff: dict[Staff, list[Post]] = defaultdict(list)
    for post in held:
        by_staff[post.staff].append(post)
    counts = _jobs(sites)
    found = [_worker(staff, posts, counts.get(staff.pk, 0)) for staff, posts in by_staff.items()]
    return sorted(found, key=lambda one: (one.supervises, one.jobs))


def describe_orders(subjects: list[str]) -> dict[str, Description]:
    """Work orders in words, in one query."""
    ids = [subject.removeprefix("work_order:") for subject in subjects]
    rows = WorkOrder.objects.filter(pk__in=ids).select_related("case", "case__party", "case__home")
    return {order.subject: _describe(order) for order in rows}


def _by_appointment(order: WorkOrder) -> tuple[datetime, str]:
    return order.agreed_at or order.issued_at, order.number


def _by_urgency(case: Case) -> tuple[bool, bool, datetime]:
    return case.kind != CaseKind.EMERGENCY, not case.urgent, case.agreed_at or case.received_at


def _jobs(sites: Sequence[str]) -> dict[int, int]:
    """How many jobs each technician has to do."""
    rows = WorkOrder.objects.filter(site__in=sites).exclude(state__in=DONE).exclude(technician=None)
    return dict(rows.values_list("technician").annotate(Count("id")).order_by("technician"))


def _worker(staff: Staff, posts: list[Post], jobs: int) -> Worker:
    trades = tuple(dict.fromkeys(one.trade for one in posts if one.trade))
    return Worker(staff, trades, all(one.post != "technician" for one in posts), jobs)


def _describe(order: WorkOrder) -> Description:
    case = order.case
    return Description(
        label=order.number,
        about=order.task,
        whom=who(case),
        place=case.home.label if case.home else "",
        link=f"/work-orders/{order.number}",
        kind="work_order",
        case=case.pk,
        party=case.party_id,
    )


def find_orders(actor: Actor, asked: str) -> list[Found]:
    """For the search box: the work order of a number."""
    rows = visible_orders(actor).filter(number=asked.upper())
    return [Found("work_order", order.number, order.site_id, order.task, (order.number,)) for order in rows]

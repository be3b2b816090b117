"""A small company in which things happen: three sites, people with posts, a customer, and a clock that tests set.

A test says `world.receive("demand")`, `world.take(case, "handled")`, `world.at("03-02 09:00")`, `world.promise(case, …)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, tzinfo
from threading import Barrier
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from bihuan.accounts.access import Actor, actor_of
from bihuan.accounts.calendars import revise
from bihuan.accounts.models import Post, Site, Staff, Unit
from bihuan.cases import actions as cases
from bihuan.cases.models import Case, Problem
from bihuan.customers.models import Building, Home, Party
from bihuan.dispatch import actions as jobs
from bihuan.dispatch.models import WorkOrder
from bihuan.kernel import clock
from bihuan.ledger.actions import Happened
from bihuan.ledger.models import Event
from bihuan.obligations.actions import Record, record
from bihuan.obligations.escalator import sweep
from bihuan.obligations.models import Escalation, Obligation, Overlay
from bihuan.visits import actions as calls
from bihuan.visits.models import Visit, VisitState

CHINA = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)  # a Monday
FOR_YEARS = date(2020, 1, 1)
PEOPLE: dict[str, tuple[tuple[str, str], ...]] = {  # user name → posts, each at a site or a unit
    "agent": (("agent", "CH"),),
    "agent_2": (("agent", "CH"),),
    "supervisor": (("cs_supervisor", "CH"),),
    "quality": (("quality_supervisor", "CH"),),
    "manager": (("site_manager", "CH"),),
    "trade": (("trade_supervisor", "CH"),),
    "trade_2": (("trade_supervisor", "CH"),),
    "technician": (("technician", "CH"),),
    "technician_2": (("technician", "CH"),),
    "lake_agent": (("agent", "LH"),),
    "north_agent": (("agent", "NS"),),
    "branch": (("branch_office", "South"),),
    "head": (("head_office", "Company"),),
    "admin": (("admin", "Company"),),
}
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def serves(*clauses: str) -> Callable[[Decorated], Decorated]:
    """Says which clauses of the regulations a test shows to be served; `bihuan clauses` reads it from the source."""
    return lambda test: test


class World:
    """The company and its clock. Company → South → CH and LH; Company → NS, which lies two hours further west."""

    def __init__(self) -> None:
        self.people: dict[str, Staff] = {}
        self.company = Unit.objects.create(name="Company")
        self.south = Unit.objects.create(name="South", parent=self.company)
        Site.objects.create(code="CH", name="Camellia Court", unit=self.south)
        Site.objects.create(code="LH", name="Lake House", unit=self.south)
        Site.objects.create(code="NS", name="North Side", unit=self.company, zone="Asia/Urumqi")
        revise()
        Problem.objects.create(code="03", name="夜间噪音")
        Problem.objects.create(code="08", name="渗水", trade="plumbing")
        for name, posts in PEOPLE.items():
            self.hire(name, *posts)
        self.home, self.party = self.move_in("CH", room="1101", name="王丽")

    # ---- people and places

    def hire(self, name: str, *posts: tuple[str, str], since: date = FOR_YEARS, until: date | None = None) -> Staff:
        """Somebody with these posts."""
        staff = self.people.get(name) or Staff.objects.create(username=name, name=f"{name} of the company")
        units = {"Company": self.company, "South": self.south}
        for post, place in posts:
            where: dict[str, Any] = {"unit": units[place]} if place in units else {"site_id": place}
            Post.objects.create(staff=staff, post=post, since=since, until=until, **where)
        self.people[name] = staff
        return staff

    def leave(self, *names: str) -> None:
        """These people hold no post any more."""
        Post.objects.filter(staff__username__in=names).delete()

    def staff(self, name: str) -> Staff:
        """The person of that user name."""
        return self.people[name]

    def actor(self, name: str) -> Actor:
        """The person as who does something now."""
        return actor_of(self.people[name])

    def move_in(self, site: str, *, room: str, name: str) -> tuple[Home, Party]:
        """A customer in a home of a site."""
        building, _ = Building.objects.get_or_create(site_id=site, name="7栋", sort="7")
        home = Home.objects.create(site_id=site, building=building, room=room, label=f"7栋{room}", sort=room)
        party = Party.objects.create(site_id=site, name=name, sort=name)
        return home, party

    # ---- time

    @property
    def now(self) -> datetime:
        """What the clock shows."""
        return clock.now()

    def at(self, local: str | datetime, zone: tzinfo = CHINA) -> datetime:
        """Sets the clock to a local time of 2026, such as "03-02 09:30" or "03-02 09:30:01"."""
        clock.set_to(self.time(local, zone) if isinstance(local, str) else local)
        return clock.now()

    def later(self, **span: float) -> datetime:
        """Lets time pass: `later(hours=1, seconds=1)`."""
        return self.at(clock.now() + timedelta(**span))

    def time(self, local: str, zone: tzinfo = CHINA) -> datetime:
        """An instant as a site's clocks show it in 2026."""
        return datetime.fromisoformat(f"2026-{local.replace(' ', 'T')}").replace(tzinfo=zone).astimezone(UTC)

    def sweep(self, local: str | datetime | None = None) -> int:
        """The escalator does what is due by now, or by the time that is given."""
        if local is not None:
            self.at(local)
        return sweep()

    # ---- cases

    def receive(self, kind: str = "complaint", *, by: str = "agent", at: datetime | None = None, **given: Any) -> Case:
        """Takes a case in; a complaint is classified B, noise at night, unless something else is said."""
        usual: dict[str, Any] = {"channel": "phone", "site": "CH", "summary": "楼上半夜太吵，请处理"}
        if kind == "complaint":
            usual |= {"severity": "B", "problem": "03"}
        receipt = cases.Receipt(kind=kind, **usual | given)
        return cases.receive(receipt, by=self.actor(by), at=at or self.now)[0]

    def take(self, case: Case, verb: str, *, by: str = "supervisor", at: datetime | None = None, **given: Any) -> Case:
        """Takes a step. The words and people that it asks for are made up unless they are given."""
        if verb in ("handed_over", "assigned"):
            given["to"] = self.staff(given.get("to", "trade")).pk
        if verb == "classified":
            given = {"severity": "B", "problem": "03"} | given
        if verb not in ("closed", "classified"):
            given.setdefault("text", "已说明情况")
        return cases.take(case, verb, by=self.actor(by), at=at or self.now, **given)

    def handled(self, **given: Any) -> Case:
        """A complaint that has been handed over and handled."""
        case = self.take(self.receive(**given), "handed_over", to="trade")
        return self.take(case, "handled", by="trade")

    # ---- work orders and visits

    def issue(self, case: Case, *, by: str = "agent", technician: str | None = "technician", **given: Any) -> WorkOrder:
        """A work order for a case, given to a technician."""
        to = self.staff(technician) if technician else None
        usual = {"task": "厨房水管渗水", "trade": "plumbing", "at": self.now}
        return jobs.issue(case, by=self.actor(by), technician=to, **usual | given)

    def do(self, order: WorkOrder, *, by: str = "technician", result: str = "更换软管，试水正常") -> WorkOrder:
        """The technician does the whole job at once."""
        actor = self.actor(by)
        order = jobs.pick_up(order, by=actor, at=self.now)
        order = jobs.arrive(order, by=actor, at=self.now)
        return jobs.finish(order, result=result, by=actor, at=self.now)

    def planned(self, about: Case | WorkOrder | str) -> Visit:
        """The visit to be made about something."""
        return Visit.objects.get(subject=subject_of(about), state=VisitState.PLANNED)

    def visit(
        self,
        about: Case | WorkOrder | Visit,
        satisfied: str = "yes",
        *,
        by: str = "agent",
        companion: str | None = "",
        **given: Any,
    ) -> Visit:
        """Makes the visit that is owed; a complaint's together with a colleague, unless `companion` says otherwise."""
        visit = about if isinstance(about, Visit) else self.planned(about)
        given.setdefault("shortcomings", "还是很吵" if satisfied == "no" else "")
        at = given.pop("at", self.now)
        with_ = "supervisor" if companion == "" and visit.case and visit.case.kind == "complaint" else companion
        answers = calls.Answers(satisfied=satisfied, companion=self.staff(with_) if with_ else None, **given)
        return calls.done(visit, answers=answers, by=self.actor(by), at=at)

    def decline(self, about: Case | WorkOrder, *, by: str = "agent") -> Visit:
        """The customer does not wish to be visited."""
        return calls.declined(self.planned(about), by=self.actor(by), at=self.now)

    # ---- promises and events

    def promise(self, about: Case | WorkOrder | str, clause: str, *, state: str | None = None) -> Obligation:
        """The promise under a clause, void ones aside unless that state is asked for; the last of several."""
        rows = Obligation.objects.filter(subject=subject_of(about), clause=clause)
        rows = rows.filter(state=state) if state else rows.exclude(state="void")
        found = rows.order_by("start", "nth").last()
        assert found is not None, f"nothing is promised under {clause}"
        return found

    def promises(self, about: Case | WorkOrder | str, *, state: str = "open") -> set[str]:
        """The clauses under which something is promised, in that state."""
        rows = Obligation.objects.filter(subject=subject_of(about), state=state)
        return set(rows.values_list("clause", flat=True))

    def told(self, promise: Obligation) -> list[tuple[int, str, list[str]]]:
        """The steps that were taken for a promise: which, the post told, and who."""
        names = {staff.pk: name for name, staff in self.people.items()}
        steps = Escalation.objects.filter(obligation=promise).order_by("step")
        return [(one.step, one.post, sorted(names[pk] for pk in one.told)) for one in steps]

    def kinds(self, about: Case | WorkOrder | str) -> list[str]:
        """The kinds of everything recorded about something, in the order in which it was written."""
        return list(Event.objects.filter(subject=subject_of(about)).order_by("id").values_list("kind", flat=True))

    def record(self, kind: str, subject: str, *, at: datetime | None = None, site: str = "CH", **given: Any) -> Record:
        """Writes one event, as an action would."""
        refs, owners, actor = given.pop("refs", ()), given.pop("owners", {}), given.pop("actor", "staff:1")
        with transaction.atomic():
            return record(Happened(kind, subject, site, at or self.now, actor, given, refs), owners=owners)

    def publish(self, text: str, *, since: str = "2026-01-01", site: str | None = None) -> Overlay:
        """Publishes a change to the rules; a second later it is in force."""
        overlay = Overlay.objects.create(
            site_id=site,
            since=date.fromisoformat(since),
            text=text,
            author=self.staff("quality"),
            approver=self.staff("manager"),
            published_at=self.now,
        )
        revise()
        self.later(seconds=1)
        return overlay


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Does these acts at the same moment, each on a connection of its own; gives what each gave or raised."""
    ready = Barrier(len(acts))

    def do(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            ready.wait(timeout=30)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(do, acts))


def sql(statement: str, *values: Any) -> int:
    """Runs a statement past everything but the database itself; gives how many rows it touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def subject_of(about: Case | WorkOrder | str) -> str:
    """How the ledger names it."""
    return about if isinstance(about, str) else about.subject


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The company on a Monday morning at nine; the clock stands until a test moves it."""
    with clock.frozen(BEGIN):
        yield World()

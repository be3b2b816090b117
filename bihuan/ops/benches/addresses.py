"""The pages that are read, with an example of each: the same one in both companies, where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet

from bihuan.accounts.models import Post
from bihuan.cases.listing import NEWEST, cursor
from bihuan.cases.models import Case
from bihuan.customers.models import Building, Home, Import, Phone
from bihuan.dispatch.models import WorkOrder
from bihuan.kernel import clock
from bihuan.obligations.models import Escalation, Notice, Obligation
from bihuan.ops.benches.copies import SITE
from bihuan.visits.models import Visit, VisitState

WORDS = "漏水"
CLAUSE = "XQ-K2.2.2b"
DEEP = 0.6  # of a list lies before the page that is read
HALFWAY = 600  # homes
A_PAGE = 52  # rows, and one more
A_YEAR = timedelta(days=365)
FIXED = {
    "work list": "",
    "work list, my own": "?mine=1",
    "complaints": "complaints",
    "complaints, all": "complaints?state=all",
    "complaints, ended": "complaints?state=closed",
    "complaints, severity A, all": "complaints?state=all&severity=A",
    "complaints, one problem, all": "complaints?state=all&problem=08",
    "complaints, mine, all": "complaints?state=all&mine=on",
    "complaints, words, all": f"complaints?state=all&q={WORDS}",
    "requests": "requests",
    "requests, all": "requests?state=all",
    "requests, one problem, all": "requests?state=all&problem=20",
    "requests, mine, all": "requests?state=all&mine=on",
    "requests, words, all": f"requests?state=all&q={WORDS}",
    "requests, words of none, all": "requests?state=all&q=鳄鱼",
    "other cases": "cases",
    "other cases, all": "cases?state=all",
    "other cases, praise": "cases?state=all&kind=praise",
    "work orders": "work-orders",
    "work orders, done": "work-orders?state=done",
    "work orders, done, words": f"work-orders?state=done&q={WORDS}",
    "work orders, done, words of none": "work-orders?state=done&q=鳄鱼",
    "job work orders": "work-orders",
    "job work orders, done": "work-orders?state=done",
    "where one is wanted": "called",
    "visits": "visits",
    "visits, overdue": "visits?state=overdue",
    "visits, made": "visits?state=done",
    "buildings": "customers",
    "homes": "customers?all=1",
    "search, a name": "search?q=王",
    "search, a room": "search?q=1101",
    "search, words": f"search?q={WORDS}",
    "all search, a name": "search?q=王",
    "all search, a room": "search?q=1101",
    "all search, words": f"search?q={WORDS}",
    "all search, words of none": "search?q=鳄鱼",
    "figures": "figures",
    "figures, by person": "figures?by=in_charge",
    "figures, complaints received": "figures/behind?what=received",
    "figures, visits made": "figures/behind?what=visited",
    "all figures, all sites": "figures?sites=all",
    "rulebook": "rulebook",
    "all rulebook, all sites": "rulebook?sites=all",
    "clause": f"rulebook/{CLAUSE}",
    "clause, late in a year": f"rulebook/{CLAUSE}?show=late&in=year",
    "clause, waived": f"rulebook/{CLAUSE}?show=waived",
    "clause, waived in a year": f"rulebook/{CLAUSE}?show=waived&in=year",
    "clause, overdue": f"rulebook/{CLAUSE}?show=overdue",
    "all clause, all sites": f"rulebook/{CLAUSE}?sites=all",
    "all clause, late in a year, all sites": f"rulebook/{CLAUSE}?sites=all&show=late&in=year",
    "notices": "notices",
    "notices, everybody's": "notices?whose=everybody",
    "intake": "intake",
    "intake, a name": "intake/aside?q=王",
    "imports": "imports",
    "staff": "staff",
    "site": f"staff/sites/{SITE}",
    "all work list": "",
    "version": "version",
}


def addresses() -> dict[str, tuple[str, str]]:
    """Of each page, by its name in the table, who reads it (a key of pages.POSTS) and where it is.

    In the database that is in use; without those of which there is no example.
    """
    known = FIXED | dict(_cases()) | dict(_jobs()) | dict(_visits()) | dict(_customers()) | dict(_others())
    return {name: (_reader(name), f"/{url}") for name, url in sorted(known.items())}


def _reader(name: str) -> str:
    first = name.partition(" ")[0]
    return first if first in ("all", "job") else "site"


def _cases() -> Iterator[tuple[str, str]]:
    mine = Case.objects.filter(site=SITE)
    for path, kinds in {"complaints": ["complaint"], "requests": ["demand"], "cases": ["enquiry", "praise"]}.items():
        row = _deep(mine.filter(kind__in=kinds).order_by(*NEWEST))
        if row:
            yield f"{path}, deep", f"{path}?state=all&after={cursor(row.received_at, row.pk)}"
    for kind in ("complaint", "demand"):
        row = mine.filter(kind=kind, number__isnull=False, state="handled").order_by("received_at", "id").first()
        if row:
            yield f"case, {kind}", f"cases/{row.number}"
            yield f"case, {kind}, a step", f"cases/{row.number}/progress_told"
    row = mine.filter(kind="demand", state__in=["received", "in_hand"]).order_by("received_at", "id").first()
    if row:
        yield "dispatch", f"cases/{row.number}/dispatch"


def _jobs() -> Iterator[tuple[str, str]]:
    mine = WorkOrder.objects.filter(site=SITE)
    row = _deep(mine.filter(state="finished").order_by("-issued_at", "-id"))
    if row:
        yield "work orders, deep", f"work-orders?state=done&after={cursor(row.issued_at, row.pk)}"
    row = mine.exclude(state__in=["finished", "cancelled"]).exclude(technician=None).order_by("issued_at", "id").first()
    if row:
        yield "work order", f"work-orders/{row.number}"
        yield "work order, a step", f"work-orders/{row.number}/cancelled"


def _visits() -> Iterator[tuple[str, str]]:
    mine = Visit.objects.filter(site=SITE)
    row = _deep(mine.filter(state=VisitState.DONE).order_by("-ended_at", "-id"))
    if row and row.ended_at:
        yield "visits, deep", f"visits?state=done&after={cursor(row.ended_at, row.pk)}"
    planned = mine.filter(state=VisitState.PLANNED).order_by("due_at", "id").first()
    if planned:
        yield "visit to be made", f"visits/{planned.pk}"
    done = mine.filter(state=VisitState.DONE).order_by("-ended_at", "-id").first()
    if done:
        yield "visit that was made", f"visits/{done.pk}"


def _customers() -> Iterator[tuple[str, str]]:
    counted = Case.objects.filter(site=SITE, received_at__gte=clock.now() - A_YEAR, party__isnull=False)
    most = counted.values_list("party", "home").annotate(count=Count("id")).order_by("-count", "party").first()
    if most:
        party, home, _ = most
        phone = Phone.objects.filter(party=party)[0]
        yield "customer, of many cases", f"customers/{party}"
        yield "customer, correcting", f"customers/{party}/edit"
        yield "customer, erasing", f"customers/{party}?erase"
        yield "customer, showing a number", f"customers/{party}/reveal/{phone.pk}"
        yield "home, of many cases", f"customers?home={home}"
        yield "intake, a known customer", f"intake?kind=complaint&who={party}-{home}"
    building = Building.objects.filter(site=SITE).order_by("sort")[0]
    yield "homes of a building", f"customers?building={building.pk}"
    after = Home.objects.filter(site=SITE).order_by("sort", "id")[HALFWAY]
    yield "homes, deep", f"customers?all=1&after={after.pk}"


def _others() -> Iterator[tuple[str, str]]:
    staff = Post.objects.filter(site=SITE, post="agent").order_by("staff")[0].staff_id
    yield "person", f"staff/people/{staff}"
    made = Import.objects.filter(site=SITE).first()
    if made:
        yield "import", f"imports/{made.pk}"
    row = _deep(Obligation.objects.filter(site=SITE, clause=CLAUSE).order_by("-due_at", "-id"))
    if row:
        yield "clause, deep", f"rulebook/{CLAUSE}?after={int(row.due_at.timestamp())}~{row.pk}"
    step = _deep(Escalation.objects.filter(site=SITE).order_by("-told_at", "-id"))
    if step:
        yield "notices, everybody's, deep", f"notices?whose=everybody&after={int(step.told_at.timestamp())}~{step.pk}"
    manager = Post.objects.filter(site=SITE, post="site_manager").order_by("id")[0].staff_id
    notice = _deep(Notice.objects.filter(staff=manager).order_by("-escalation_id"))
    if notice:
        yield "notices, deep", f"notices?after={notice.escalation_id}"


def _deep(rows: QuerySet[Any]) -> Any:
    """The row after so much of a list, with a whole page behind it where there is one."""
    count = rows.count()
    return rows[max(0, min(int(count * DEEP), count - A_PAGE))] if count else None

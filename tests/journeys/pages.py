"""A site at which there is something of everything, the addresses of all its pages, and who sees them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread

from bihuan.accounts.models import Post, Staff
from bihuan.cases.models import Case
from bihuan.customers.models import Import, Phone
from bihuan.dispatch.models import WorkOrder
from bihuan.kernel import clock
from bihuan.obligations.escalator import sweep
from bihuan.visits import actions as calls
from tests.console import estate as on
from tests.console.estate import HOUR, Estate
from tests.console.test_imports import FAULTY, sent, sheet

# Addresses that show no page of their own: they change something, lead elsewhere, or hold a picture or part of a page.
NO_PAGES = {
    "called",
    "coming",
    "set_site",
    "set_language",
    "version",
    "intake_aside",
    "file",
    "visit_of",
    "signature",
    "check_signature",
}

LONG = "请查收 https://example.com/forms/2026/complaints/lifts/building-7-unit-2/noise-at-night"


@dataclass(frozen=True, slots=True)
class Pages:
    """Who looks, and by the name of each page where it stands; a word after the name's colon tells how it stands."""

    people: dict[str, Staff]
    where: dict[str, str]


def build() -> Pages:
    """Makes all of it, as of this hour."""
    estate, now = on.build(), clock.now()
    clerk = Staff.objects.create_user("ren", name="任淑敏")
    Post.objects.create(staff=clerk, post="admin", unit=estate.site.unit, since=date(2020, 1, 1))
    where = _plain() | _cases(estate, now - timedelta(days=3)) | _visits(estate, now - 6 * HOUR) | _imports(estate)
    where |= _jobs(estate, now - 5 * HOUR) | _staff(estate, now)
    sweep()
    Staff.objects.update(language="zh-hans", password=make_password("a river in autumn"))
    people = {"manager": estate.manager, "desk": estate.agent, "technician": estate.plumber, "admin": clerk}
    for one in people.values():
        one.refresh_from_db()
    return Pages(people, where)


def _plain() -> dict[str, str]:
    """Lists, and what needs nothing to be there."""
    alone = ("complaints", "requests", "cases", "work-orders", "visits", "customers", "rulebook", "notices")
    named = {"requests": "demands", "work-orders": "work_orders"}
    return (
        {"workbench": "/"}
        | {named.get(one, one): f"/{one}" for one in alone}
        | {
            "rulebook": "/rulebook?regulation=ts",
            "work_orders:done": "/work-orders?state=done",
            "visits:done": "/visits?state=done",
            "intake": "/intake?kind=complaint",
            "search": "/search?q=1",
            "clause": "/rulebook/XQ-C7.4B1",
            "figures": "/figures",
            "figures_behind": "/figures/behind?what=received",
            "figures_close": "/figures/close",
            "staff": "/staff",
            "checks": "/checks",
            "check": "/checks/CH/weekly",
            "authority": "/authority",
            "imports": "/imports",
            "mfa_index": "/account",
            "account_change_password": "/account/password",
            "mfa_activate_totp": "/account/telephone",
            "nothing": "/cases/CH-B-99-9999",
        }
    )


def _cases(estate: Estate, at: datetime) -> dict[str, str]:
    """Complaints as they go on, with what is overdue; their steps, each form with other fields once."""
    fresh = on.received(estate, at=at, severity="", problem="", summary=LONG)
    taken = on.received(estate, at=at)
    taken = on.stepped(taken, "handed_over", by=estate.agent, at=at + HOUR, to=estate.chief.pk, text="夜间请先停用")
    taken = on.stepped(taken, "progress_told", by=estate.agent, at=at + 2 * HOUR, text="已约维保单位明早到场。" * 20)
    handled = on.handled(estate, at=at)
    on.received(estate, at=at, kind="emergency", summary="电梯困人")
    agitated, up = (on.received(estate, at=clock.now(), agitated=True, channel="walk_in") for _ in range(2))
    up = on.stepped(up, "handed_up", by=estate.supervisor, at=clock.now())
    on.received(estate, at=at, kind="praise", summary="保洁认真")
    verbs = ("overrun_requested", "assigned", "transferred", "answered")
    return {
        "case:taken": _of(taken),
        "case:handled": _of(handled),
        "case:agitated": _of(agitated),
        "case:handed_up": _of(up),
        "dispatch": f"{_of(taken)}/dispatch",
        "join": f"{_of(taken)}/join",
        "same": f"{_of(taken)}/same/{handled.number}",
        "step:classified": f"{_of(fresh)}/classified",
        "step:closed": f"{_of(handled)}/closed",
        "step:impossible": f"{_of(handled)}/settled_on_the_spot",
    } | {f"step:{verb}": f"{_of(taken)}/{verb}" for verb in verbs}


def _of(case: Case) -> str:
    return f"/cases/{case.number or case.pk}"


def _visits(estate: Estate, at: datetime) -> dict[str, str]:
    """One to be made, and one made."""
    owed, made = (on.visit_to(on.handled(estate, at=at).subject) for _ in range(2))
    calls.not_reached(owed, by=on.as_actor(estate.agent), at=at + 4 * HOUR, note="无人接听")
    answers = calls.Answers(
        satisfied="yes", stars={"intake": 5, "measures": 4, "result": 5}, companion=estate.supervisor
    )
    calls.done(made, answers=answers, by=on.as_actor(estate.agent), at=at + 4 * HOUR)
    return {"visit": f"/visits/{owed.pk}", "exempt": f"/visits/{owed.pk}/exempt", "visit:done": f"/visits/{made.pk}"}


def _imports(estate: Estate) -> dict[str, str]:
    """A sheet that can be applied, and one that cannot."""
    client = on.signed_in(estate.manager)
    good = sent(client, sheet()).headers["Location"]
    bad = sent(client, sheet(*FAULTY)).headers["Location"]
    assert Import.objects.count() == 2
    return {"import": good, "import:faulty": bad}


def _jobs(estate: Estate, at: datetime) -> dict[str, str]:
    """Jobs of the plumber as they go on, and one that nobody has; the customer."""
    on.issued(estate, at=at)
    given, started = (on.issued(estate, at=at, to=estate.plumber) for _ in range(2))
    by = on.as_actor(estate.plumber)
    started = on.dispatch.pick_up(started, by=by, at=at + HOUR)
    started = on.dispatch.arrive(started, by=by, at=at + 2 * HOUR)
    done = on.finished(estate, at=at)
    customer, phone = f"/customers/{estate.party.pk}", Phone.objects.get(party=estate.party)
    return {
        "work_order:given": _job(given),
        "work_order:done": _job(done),
        "work_order_step:assigned": f"{_job(given)}/assigned",
        "work_order_step:finished": f"{_job(started)}/finished",
        "work_order_step:impossible": f"{_job(done)}/arrived",
        "customers:home": f"/customers?home={estate.home.pk}",
        "customer": customer,
        "customer:erase": f"{customer}?erase=1",
        "customer_edit": f"{customer}/edit",
        "reveal": f"{customer}/reveal/{phone.pk}",
    }


def _job(order: WorkOrder) -> str:
    return f"/work-orders/{order.number}"


def _staff(estate: Estate, now: datetime) -> dict[str, str]:
    """Somebody with a turn of duty, and where they work."""
    on.add_shift(estate, starts=now + 2 * HOUR)
    on.grant(estate, until=now.date() + timedelta(days=9), since=now.date(), granted_at=now)
    sheet = on.checked(estate, at=now, finding="大堂灯不亮")
    return {
        "check_sheet": f"/checks/{sheet.pk}",
        "person": f"/staff/people/{estate.agent.pk}",
        "site": "/staff/sites/CH",
    }


@contextmanager
def served() -> Iterator[str]:
    """The application in a thread of this process, on the test's own database; gives its address."""
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.terminate()

"""A site with its people, a customer at home, and cases as they come in: for the tests of lists, jobs and visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.accounts.access import Actor, actor_of
from bihuan.accounts.models import Post, Shift, Site, Staff, Unit
from bihuan.cases.actions import Receipt, receive, take
from bihuan.cases.models import AuthorityLetter, Case, Problem
from bihuan.customers import names, places
from bihuan.customers.models import Building, Home, Occupancy, Party
from bihuan.customers.vault import phone_row
from bihuan.dispatch import actions as dispatch
from bihuan.dispatch.models import WorkOrder
from bihuan.kernel import clock
from bihuan.ledger.actions import Happened, hold
from bihuan.obligations.actions import record
from bihuan.supervision.actions import Said, sign
from bihuan.supervision.models import Sheet
from bihuan.supervision.queries import blank
from bihuan.visits.models import Visit, VisitState
from tests.files.samples import upload

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # Tuesday 09:00 at the site
HOUR = timedelta(hours=1)
PROBLEMS = (("03", "电梯运行", "lifts"), ("07", "渗漏水", "plumbing"), ("11", "公共照明", "plumbing"))


@dataclass
class Estate:
    """The company: its site CH, another site, and who works where."""

    site: Site
    other: Site
    agent: Staff
    supervisor: Staff
    manager: Staff
    quality: Staff
    chief: Staff  # trade supervisor
    plumber: Staff
    lifter: Staff
    stranger: Staff  # agent of the other site
    home: Home
    party: Party


def build() -> Estate:
    """Everything but cases."""
    unit = Unit.objects.create(name="华南分公司")
    site = Site.objects.create(code="CH", name="翠湖花园管理处", unit=unit)
    other = Site.objects.create(code="YQ", name="云起产业园管理处", unit=unit)
    for code, name, trade in PROBLEMS:
        Problem.objects.get_or_create(code=code, defaults={"name": name, "trade": trade})
    home = dwelling(site, "7", "2", "1101")
    return Estate(
        site=site,
        other=other,
        agent=person("limin", "李敏", "agent", site),
        supervisor=person("chenlan", "陈岚", "cs_supervisor", site),
        manager=person("hejianguo", "何建国", "site_manager", site),
        quality=person("sunyue", "孙悦", "quality_supervisor", site),
        chief=person("zhouqiang", "周强", "trade_supervisor", site, trade="engineering"),
        plumber=person("zhangwei", "张伟", "technician", site, trade="plumbing"),
        lifter=person("liuyang", "刘洋", "technician", site, trade="lifts"),
        stranger=person("zhaolei", "赵磊", "agent", other),
        home=home,
        party=resident(site, "王丽", home, gender="f", phone="+8613812345521"),
    )


def person(username: str, name: str, post: str, site: Site, *, trade: str = "") -> Staff:
    """Somebody with a post at a site."""
    staff = Staff.objects.create_user(username, name=name, language="en")
    Post.objects.create(staff=staff, post=post, site=site, trade=trade, since=date(2020, 1, 1))
    return staff


def dwelling(site: Site, building: str, unit: str, room: str) -> Home:
    """A home."""
    name = places.building_name(building)
    block, _ = Building.objects.get_or_create(site=site, name=name, defaults={"sort": places.sort_key(name)})
    label = places.label(building, unit, room)
    return Home.objects.create(
        site=site,
        building=block,
        unit=unit,
        room=room,
        label=label,
        sort=places.sort_key(label),
        terms=places.terms(building, unit, room),
    )


def resident(site: Site, name: str, home: Home | None, *, phone: str = "", **more: Any) -> Party:
    """A customer, who owns the home where one is given."""
    party = Party.objects.create(site=site, name=name, sort=names.sort_key(name), terms=names.terms(name), **more)
    if home is not None:
        Occupancy.objects.create(home=home, party=party, role="owner")
    if phone:
        phone_row(party.pk, phone, primary=True).save()
    return party


def signed_in(staff: Staff) -> Client:
    """A browser in which somebody has signed in; how that is done is tested elsewhere."""
    client = Client()
    session = client.session
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.save()
    return client


def as_actor(staff: Staff) -> Actor:
    """Somebody who acts."""
    return actor_of(staff)


def received(estate: Estate, *, kind: str = "complaint", at: datetime = MORNING, **given: Any) -> Case:
    """A case, as the agent takes it in."""
    usual: dict[str, Any] = {
        "kind": kind,
        "channel": "phone",
        "site": "CH",
        "summary": "电梯异响夜间扰民" if kind == "complaint" else "厨房下水堵塞",
        "home": estate.home,
        "party": estate.party,
    }
    if kind == "complaint":
        usual |= {"severity": "B", "problem": "03"}
    by = estate.stranger if given.get("site") == "YQ" else estate.agent
    with clock.frozen(at):
        case, _ = receive(Receipt(**usual | given), by=as_actor(by), at=at)
    return case


def stepped(case: Case, verb: str, *, by: Staff, at: datetime, text: str = "", **given: Any) -> Case:
    """The case after one step."""
    with clock.frozen(at):
        return take(case, verb, by=as_actor(by), at=at, text=text, **given)


def grant(estate: Estate, **given: Any) -> AuthorityLetter:
    """The manager's authority letter of the year."""
    usual: dict[str, Any] = {"since": date(2026, 1, 1), "until": date(2026, 12, 31), "amount": 500}
    usual |= {"approved_by": estate.quality, "granted_at": MORNING - 30 * 24 * HOUR}
    return AuthorityLetter.objects.create(site=estate.site, manager=estate.manager, **usual | given)


def checked(estate: Estate, *, at: datetime = MORNING, finding: str = "") -> Sheet:
    """The daily check of that morning, signed; its first line is a finding where words are given."""
    with clock.frozen(at):
        lines = blank(estate.site, "daily", now=at).lines
        said = {line.key: Said("right") for line in lines}
        if finding:
            said[lines[0].key] = Said("finding", finding)
        by = as_actor(estate.supervisor)
        return sign(estate.site, "daily", said=said, signature=upload(), by=by, at=at)


def handled(estate: Estate, *, at: datetime = MORNING, **given: Any) -> Case:
    """A complaint that was put right three hours later, and whose customer was told: a visit is owed."""
    case = received(estate, at=at, **given)
    to = estate.manager if case.severity == "A" else estate.chief
    case = stepped(case, "handed_over", by=estate.agent, at=at + HOUR / 2, to=to.pk)
    case = stepped(case, "handled", by=to, at=at + 3 * HOUR, text="更换曳引机轴承，夜间试运行无异响。")
    return stepped(case, "result_told", by=estate.agent, at=at + 3 * HOUR, text="已告知更换轴承。")


def issued(estate: Estate, *, at: datetime = MORNING, to: Staff | None = None, **given: Any) -> WorkOrder:
    """A job for a request."""
    case = received(estate, kind="demand", at=at, **given)
    with clock.frozen(at + HOUR / 4):
        return dispatch.issue(
            case,
            task=case.summary,
            trade="plumbing",
            technician=to,
            agreed_at=given.get("agreed_at"),
            by=as_actor(estate.agent),
            at=at + HOUR / 4,
        )


def finished(estate: Estate, *, at: datetime = MORNING, **given: Any) -> WorkOrder:
    """A job that the plumber has done within three hours: a visit is owed."""
    order = issued(estate, at=at, to=estate.plumber, **given)
    by = as_actor(estate.plumber)
    with clock.frozen(at + HOUR):
        order = dispatch.pick_up(order, by=by, at=at + HOUR)
    with clock.frozen(at + 2 * HOUR):
        order = dispatch.arrive(order, by=by, at=at + 2 * HOUR)
    with clock.frozen(at + 3 * HOUR):
        return dispatch.finish(order, result="疏通下水，更换存水弯。", by=by, at=at + 3 * HOUR)


def moved_in(estate: Estate, party: Party, *, at: datetime = MORNING) -> None:
    """A customer has moved in: a visit within the week, and then by the cycle."""
    facts = {"customer_class": party.customer_class, "customer_kind": party.kind}
    with clock.frozen(at), transaction.atomic():
        hold({party.subject: party.site_id})
        record(Happened("party.moved_in", party.subject, party.site_id, at, estate.agent.subject, facts))


def visit_to(subject: str) -> Visit:
    """The visit that is owed about a subject."""
    return Visit.objects.get(subject=subject, state=VisitState.PLANNED)


def at_rest(party: Party, start: time, end: time) -> None:
    """The customer's own rest hours."""
    Party.objects.filter(pk=party.pk).update(rest_from=start, rest_until=end)


def messages_of(response: HttpResponse) -> list[str]:
    """What the next page will say."""
    return [str(message) for message in get_messages(response.wsgi_request)]  # type: ignore[attr-defined]


def queries_for(client: Client, address: str) -> int:
    """How many queries a page needs, once what is read once has been read."""
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def add_shift(estate: Estate, *, starts: datetime, hours: int = 8) -> Shift:
    """A turn of duty of the agent."""
    return Shift.objects.create(
        staff=estate.agent, site=estate.site, post="agent", starts_at=starts, ends_at=starts + hours * HOUR
    )

"""The daily check of promises and records (XQ-C8.4), the weekly one with a review of every A (XQ-C8.3), the record (TS-11.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bihuan.accounts.access import NotAllowed, NotFound
from bihuan.accounts.models import Site
from bihuan.cases.models import Case
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from bihuan.obligations.beginnings import begin_days, begin_weeks
from bihuan.obligations.models import Obligation
from bihuan.supervision.actions import Said, open_case, sign, want_improvement
from bihuan.supervision.lines import Line, lines_of
from bihuan.supervision.models import Measure, Sheet, SheetLine
from bihuan.supervision.queries import Blank, blank, reviews, sheets_page
from tests.files.samples import upload
from tests.world import World, at_once, serves

WHO = {"daily": "supervisor", "weekly": "quality", "daily_record": "agent"}


def site(code: str = "CH") -> Site:
    return Site.objects.get(pk=code)


def begun(world: World) -> None:
    """Tuesday has begun, and on the Monday after it a week."""
    begin_days()
    begin_weeks()
    world.at("03-03 09:00")
    begin_days()


def filled(world: World, kind: str = "daily") -> Blank:
    return blank(site(), kind, now=world.now)


def items(world: World, kind: str = "daily") -> dict[str, int | None]:
    """The lines that a sheet would have now, with their counts."""
    return {line.item: line.count for line in filled(world, kind).lines}


def all_right(sheet: Blank) -> dict[str, Said]:
    return {line.key: Said("right", "经过和结果均妥" if line.needs_words else "") for line in sheet.lines}


def signed(
    world: World, kind: str = "daily", *, by: str = "", said: Mapping[str, Said] | None = None, **given: Any
) -> Sheet:
    marks = all_right(filled(world, kind)) | dict(said or {})
    signature = given.get("signature", upload())
    return sign(site(), kind, said=marks, signature=signature, by=world.actor(by or WHO[kind]), at=world.now)


def finding(world: World) -> SheetLine:
    """A finding of a daily check, about a complaint."""
    world.receive(home=world.home)
    line = next(one for one in filled(world).lines if one.item == "not_restated")
    signed(world, said={line.key: Said("finding", "接待时没有复述")})
    return SheetLine.objects.select_related("sheet", "case").get(mark="finding")


def complete(world: World, **given: Any) -> Case:
    """A complaint whose record has no gap."""
    case = world.receive(party=world.party, restated=True, agreed_at=world.time("03-20 09:00"), **given)
    return world.take(case, "handed_over", to="manager" if case.severity == "A" else "trade")


# ---- what keeps the promise of the site


@serves("XQ-C8.4")
@pytest.mark.parametrize(("at", "late"), [("03-04 00:00", False), ("03-04 00:00:01", True)])
def test_the_daily_check_is_owed_every_day_and_kept_by_signing_its_sheet(world: World, at: str, late: bool) -> None:
    begun(world)
    owed = world.promise("site:CH", "XQ-C8.4")
    assert (owed.owed_by, owed.due_at) == ("cs_supervisor", world.time("03-04 00:00"))
    world.sweep(at)
    sheet = signed(world)
    owed.refresh_from_db()
    assert (owed.state, owed.breached_at is not None) == ("met", late)
    told = Event.objects.get(kind="site.check_done")
    assert (told.facts, told.pk) == ({"check": "daily", "findings": 0}, sheet.event_id)


@serves("XQ-C8.3")
@pytest.mark.parametrize(("at", "late"), [("03-16 00:00", False), ("03-16 00:00:01", True)])
def test_the_weekly_check_is_owed_every_week(world: World, at: str, late: bool) -> None:
    begun(world)
    world.at("03-09 08:00")
    begin_weeks()
    owed = world.promise("site:CH", "XQ-C8.3")
    assert (owed.owed_by, owed.due_at) == ("quality_supervisor", world.time("03-16 00:00"))
    world.sweep(at)
    signed(world, "weekly")
    owed.refresh_from_db()
    assert (owed.state, owed.breached_at is not None) == ("met", late)


@serves("TS-11.2")
def test_the_record_of_the_day_is_confirmed_without_a_signature_and_is_no_check(world: World) -> None:
    begun(world)
    signed(world, "daily_record", signature=None)
    assert world.promise("site:CH", "TS-11.2").state == "met"
    assert world.promise("site:CH", "XQ-C8.4").state == "open"


@pytest.mark.parametrize(
    ("kind", "by"),
    [
        ("daily", "quality"),
        ("daily", "agent"),
        ("weekly", "supervisor"),
        ("daily", "branch"),
        ("daily_record", "trade"),
    ],
)
def test_only_those_check_who_owe_it_or_manage_the_site(world: World, kind: str, by: str) -> None:
    with pytest.raises(NotAllowed):
        signed(world, kind, by=by)
    assert signed(world, kind, by="manager").done_by == world.staff("manager")
    with pytest.raises(NotFound):
        signed(world, kind, by="lake_agent")


def test_a_day_is_checked_once_and_the_next_day_again(world: World) -> None:
    signed(world)
    with pytest.raises(Refused) as refused:
        signed(world)
    assert refused.value.code == "done_already"
    world.at("03-02 23:59:59")
    assert filled(world).done is not None
    world.at("03-03 00:00")
    assert filled(world).done is None
    assert signed(world).day.isoformat() == "2026-03-03"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_at_once_one_does(world: World) -> None:
    done = at_once(lambda: signed(world), lambda: signed(world, by="manager"))
    assert sorted(type(one).__name__ for one in done) == ["Refused", "Sheet"]


def test_what_was_signed_is_frozen(world: World) -> None:
    sheet = signed(world)
    for change in (
        lambda: Sheet.objects.update(day="2026-01-01"),
        lambda: SheetLine.objects.filter(sheet=sheet).update(mark="finding", words="x"),
        lambda: SheetLine.objects.filter(sheet=sheet).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# ---- what must be said


def test_every_line_is_marked_and_a_finding_has_words(world: World) -> None:
    world.receive()
    lines = filled(world).lines
    for wrong in (Said(""), Said("perhaps"), Said("finding", "  ")):
        with pytest.raises(Refused) as refused:
            signed(world, said={lines[-1].key: wrong})
        assert (refused.value.code, refused.value.where) == ("unmarked", lines[-1].key)
    with pytest.raises(Refused):
        sign(site(), "daily", said={}, signature=upload(), by=world.actor("supervisor"), at=world.now)
    assert not Sheet.objects.exists()


@pytest.mark.parametrize("kind", ["daily", "weekly"])
def test_a_check_is_signed(world: World, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        signed(world, kind, signature=None)
    assert refused.value.code == "unsigned"


@serves("XQ-C8.3")
def test_every_major_complaint_is_reviewed_in_words_also_where_all_is_right(world: World) -> None:
    case = complete(world, severity="A")
    complete(world)
    world.take(case, "investigated", by="manager", text="轴承磨损")
    (line,) = [one for one in filled(world, "weekly").lines if one.section == "majors"]
    assert line.case == case
    assert reviews([case])[case.subject] == {"cause": "轴承磨损"}
    with pytest.raises(Refused) as refused:
        signed(world, "weekly", said={line.key: Said("right")})
    assert refused.value.where == line.key
    sheet = signed(world, "weekly", said={line.key: Said("right", "处理及时，结果满意")})
    assert sheet.lines.get(section="majors").words == "处理及时，结果满意"


@serves("XQ-C8.3")
def test_no_major_complaint_is_left_out_however_many_others_came_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bihuan.supervision.lines.MOST", 1)
    case = complete(world, severity="A")
    complete(world)
    assert [one.case for one in filled(world, "weekly").lines if one.section == "majors"] == [case]


def test_a_major_complaint_is_reviewed_until_the_sheet_after_its_closing(world: World) -> None:
    case = complete(world, severity="A")
    signed(world, "weekly")
    world.at("03-09 09:00")
    case = world.take(case, "handled", by="manager")
    world.take(world.take(case, "result_told"), "closed", by="manager", reason="all_means_used", text="已尽力")
    assert "major" in items(world, "weekly")
    signed(world, "weekly")
    world.at("03-16 09:00")
    assert "major" not in items(world, "weekly")


# ---- what a sheet asks about


def answers(world: World, item: str) -> list[Case | None]:
    """The complaints of the lines that speak of a late, or overdue, answer."""
    lines = [one for one in filled(world).lines if one.item == item]
    return [one.case for one in lines if one.promise is not None and one.promise.duty == "answer"]


@serves("XQ-C8.4")
def test_promises_that_fell_due_are_in_time_late_or_overdue(world: World) -> None:
    in_time, late, never = (world.receive(agreed_at=world.time("03-02 10:00")) for _ in range(3))
    world.at("03-02 10:00")
    world.take(in_time, "answered")
    world.at("03-02 10:00:01")
    kept = items(world)["in_time"]
    assert (answers(world, "late"), set(answers(world, "overdue"))) == ([], {late, never})
    world.take(late, "answered")
    assert (answers(world, "late"), answers(world, "overdue"), items(world)["in_time"]) == ([late], [never], kept)


def test_a_promise_that_is_overdue_comes_again_every_day_until_it_is_kept(world: World) -> None:
    case = world.receive(agreed_at=world.time("03-02 10:00"))
    world.at("03-02 17:00")
    signed(world)
    world.at("03-03 17:00")
    assert set(answers(world, "overdue")) == {case}
    world.take(case, "answered")
    assert answers(world, "overdue") == []


def test_what_is_owed_within_the_house_is_no_promise_to_a_complainant(world: World) -> None:
    world.receive(agreed_at=world.time("03-20 10:00"))
    world.at("03-02 10:00:01")
    assert Obligation.objects.filter(duty="hand_over", state="open", due_at__lt=world.now).exists()
    assert "hand_over" not in {one.promise.duty for one in filled(world).lines if one.promise is not None}


GAPS: list[tuple[dict[str, Any], list[tuple[str, str]], set[str]]] = [
    ({"severity": "", "problem": ""}, [], {"unclassified"}),
    ({"party": None}, [], {"no_contact"}),
    ({"party": None, "anonymous": True}, [], set()),
    ({"restated": False}, [], {"not_restated"}),
    ({"agreed_at": None}, [], {"no_time"}),
    ({"agreed_at": None, "anonymous": True}, [], set()),
    ({}, [], set()),
    ({}, [("handled", "trade")], {"not_judged", "no_cause", "not_told", "nobody"}),
    ({}, [("handed_over", ""), ("investigated", "trade"), ("found_valid", "trade"), ("handled", "trade")], {"not_told"}),
    ({}, [("handed_over", ""), ("investigated", "trade"), ("found_valid", "trade"), ("handled", "trade"), ("result_told", "agent")], set()),
    ({}, [("found_invalid", "trade")], {"unexplained"}),
    ({}, [("found_invalid", "trade"), ("explained", "agent")], set()),
]  # fmt: skip


@serves("XQ-C8.4")
@pytest.mark.parametrize(("given", "steps", "missing"), GAPS)
def test_each_gap_in_a_record_is_a_line_of_its_own(
    world: World, given: dict[str, Any], steps: list[tuple[str, str]], missing: set[str]
) -> None:
    usual = {"party": world.party, "restated": True, "agreed_at": world.time("03-20 09:00")}
    case = world.receive(**usual | given)
    for verb, by in steps:
        case = world.take(case, verb, by=by or "supervisor")
    lines = [one for one in filled(world).lines if one.section == "records"]
    assert {one.item for one in lines if one.case == case} == missing
    assert lines[0].count == (0 if missing else 1)


def test_what_is_settled_on_the_spot_withdrawn_or_no_complaint_has_no_gap(world: World) -> None:
    world.take(world.receive(party=world.party), "settled_on_the_spot", by="agent")
    world.take(world.receive(), "withdrawn")
    world.receive("demand")
    assert items(world) == {"in_time": items(world)["in_time"], "complete": 1}


def test_a_sheet_looks_back_to_where_the_last_one_ended_so_that_nothing_falls_between(world: World) -> None:
    world.at("03-02 17:00")
    signed(world)
    case = world.receive(agreed_at=world.time("03-02 18:00"))
    world.take(case, "answered")
    world.at("03-03 09:00")
    assert items(world)["in_time"]
    signed(world)
    assert Sheet.objects.latest("id").looked_from == world.time("03-02 17:00")
    world.at("03-04 09:00")
    assert filled(world).since == world.time("03-03 09:00")


def test_the_record_of_the_day_asks_about_the_register_of_that_day_alone(world: World) -> None:
    world.receive(party=world.party, agreed_at=world.time("03-20 09:00"))
    assert items(world, "daily_record") == {"complete": 0, "not_restated": None}
    signed(world, "daily_record", signature=None)
    world.at("03-03 09:00")
    assert items(world, "daily_record") == {"complete": 0}


def test_a_sheet_is_filled_by_as_many_queries_however_much_there_is(world: World) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert all(
                isinstance(one, Line)
                for one in lines_of("daily", "CH", since=world.time("03-01 09:00"), until=world.now)
            )
        return len(seen)

    world.receive()
    world.at("03-10 09:00")
    few = asked()
    for _ in range(5):
        world.receive()
    assert asked() == few


# ---- what follows


@serves("XQ-C8.4")
@pytest.mark.parametrize("kind", ["complaint", "demand"])
def test_a_finding_becomes_a_case_found_on_patrol(world: World, kind: str) -> None:
    line = finding(world)
    case = open_case(line, kind=kind, by=world.actor("supervisor"), at=world.now)
    assert (case.kind, case.channel, case.summary, case.home) == (kind, "patrol", "接待时没有复述", world.home)
    assert Measure.objects.get().case == case
    with pytest.raises(Refused) as refused:
        open_case(line, kind=kind, by=world.actor("supervisor"), at=world.now)
    assert refused.value.code == "followed_already"


def test_or_an_improvement_that_somebody_owes(world: World) -> None:
    line = finding(world)
    by, agent = world.actor("supervisor"), world.staff("agent")
    for wrong, code in (
        ({"words": " ", "owner": agent}, "missing"),
        ({"words": "x", "owner": world.staff("lake_agent")}, "not_theirs"),
    ):
        with pytest.raises(Refused) as refused:
            want_improvement(line, **wrong, by=by, at=world.now)  # type: ignore[arg-type]
        assert refused.value.code == code
    made = want_improvement(line, words="班前会重申复述要求", owner=agent, by=by, at=world.now)
    assert (made.owner, made.case) == (agent, None)


def test_nothing_follows_from_what_is_all_right_or_by_who_may_not_check(world: World) -> None:
    line = finding(world)
    with pytest.raises(NotAllowed):
        open_case(line, kind="complaint", by=world.actor("agent"), at=world.now)
    with pytest.raises(Refused) as refused:
        open_case(line, kind="praise", by=world.actor("supervisor"), at=world.now)
    assert refused.value.code == "bad_kind"
    right = SheetLine.objects.filter(mark="right").select_related("sheet", "case")[0]
    with pytest.raises(Refused) as refused:
        open_case(right, kind="complaint", by=world.actor("supervisor"), at=world.now)
    assert refused.value.code == "no_finding"


def test_sheets_are_listed_page_after_page(world: World) -> None:
    for day in range(2, 7):
        world.at(f"03-{day:02d} 17:00")
        signed(world)
    first = sheets_page(["CH"], size=2)
    second = sheets_page(["CH"], first.next, size=2)
    third = sheets_page(["CH"], second.next, size=2)
    assert [one.day.day for page in (first, second, third) for one in page.rows] == [6, 5, 4, 3, 2]
    assert third.next == ""
    for wrong in ("x", "-1", "9" * 30):
        with pytest.raises(NotFound):
            sheets_page(["CH"], wrong)

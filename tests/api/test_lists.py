"""Lists: what they show, page after page, and at what cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.accounts.models import Post, Site, Staff, Unit
from bihuan.cases.models import Case
from bihuan.kernel.ids import new_id
from bihuan.obligations.models import Obligation
from bihuan.visits.models import Visit
from tests.api.conftest import MORNING, Program, complaint, demand, problem, program
from tests.api.test_receiving import ahead, told

MANY = 60  # rows of which a list has fifty on a page


def pages(who: Program, path: str, **asked: str) -> Iterator[dict[str, Any]]:
    """Every page of a list, until the last."""
    page = told(who.get(path, **asked))
    yield page
    while page["next"]:
        page = told(who.get(path, after=page["next"], **asked))
        yield page


def items(who: Program, path: str, **asked: str) -> list[dict[str, Any]]:
    """The items of all pages."""
    return [item for page in pages(who, path, **asked) for item in page["items"]]


@pytest.fixture
def sixty(people: dict[str, Staff]) -> list[Case]:
    """Sixty cases at CH, three in a second, each with an obligation and a planned visit; and two of another site."""
    cases = [_case("CH", number, people["chen"]) for number in range(MANY)]
    cases += [_case("NS", number, people["li"]) for number in (100, 101)]
    Case.objects.bulk_create(cases)
    Obligation.objects.bulk_create(_obligation(case, due) for due, case in enumerate(cases))
    Visit.objects.bulk_create(_visit(case) for case in cases)
    return cases


def _case(site: str, number: int, staff: Staff) -> Case:
    at = MORNING - timedelta(minutes=number // 3)
    return Case(
        id=new_id(),
        site_id=site,
        kind="enquiry",
        channel="phone",
        summary=f"q{number}",
        received_at=at,
        received_by=staff,
    )


def _obligation(case: Case, due: int) -> Obligation:
    at = MORNING + timedelta(minutes=due // 3)
    given = {"rule": "enquiry.answer", "clause": "XQ-K2.2.1c", "noun": "enquiry", "duty": "answer", "owed_by": "agent"}
    times = {"start": MORNING, "opened_at": MORNING, "due_at": at, "original_due_at": at}
    return Obligation(subject=case.subject, site=case.site_id, policy="x", calendar="x", value="P1D", **given, **times)


def _visit(case: Case) -> Visit:
    due = case.received_at + timedelta(days=1)
    return Visit(
        id=new_id(), site_id=case.site_id, subject=case.subject, case=case, planned_at=case.received_at, due_at=due
    )


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/cases", lambda row: row["id"]),
        ("/obligations", lambda row: row["subject"]),
        ("/visits", lambda row: row["id"]),
    ],
)
def test_sixty_rows_come_in_two_pages_each_once(
    chen: Program, sixty: list[Case], path: str, key: Callable[[dict[str, Any]], str]
) -> None:
    found = list(pages(chen, path))
    assert [len(page["items"]) for page in found] == [50, 10]
    assert len({key(row) for page in found for row in page["items"]}) == MANY


@pytest.mark.parametrize("path", ["/cases", "/obligations", "/visits"])
def test_what_is_added_meanwhile_shifts_nothing(
    chen: Program, people: dict[str, Staff], sixty: list[Case], path: str
) -> None:
    first = told(chen.get(path))
    newer = _case("CH", -3, people["chen"])
    newer.save(force_insert=True)
    _obligation(newer, -3).save(force_insert=True)
    _visit(newer).save(force_insert=True)
    second = told(chen.get(path, after=first["next"]))
    assert len(second["items"]) == (11 if path == "/visits" else 10), "its visit is due after the others"


def test_fifty_rows_are_one_page(chen: Program, people: dict[str, Staff]) -> None:
    Case.objects.bulk_create(_case("CH", number, people["chen"]) for number in range(50))
    page = told(chen.get("/cases"))
    assert (len(page["items"]), page["next"]) == (50, None)


def test_cases_are_listed_newest_first_and_visits_and_obligations_first_due_first(
    chen: Program, sixty: list[Case]
) -> None:
    for path, name, back in (
        ("/cases", "received_at", True),
        ("/obligations", "due_at", False),
        ("/visits", "due_at", False),
    ):
        times = [row[name] for row in items(chen, path)]
        assert times == sorted(times, reverse=back)


def test_sixty_sites_come_in_pages_too(person: Callable[..., Staff], company: Unit) -> None:
    Site.objects.bulk_create(Site(code=f"S{number:02}", name=f"Site {number}", unit=company) for number in range(MANY))
    head = person("head")
    Post.objects.create(staff=head, post="head_office", unit=company, since=MORNING.date())
    found = list(pages(program(head), "/sites"))
    assert [len(page["items"]) for page in found] == [50, 12]
    codes = [row["code"] for page in found for row in page["items"]]
    assert codes == sorted({"CH", "NS", *(f"S{number:02}" for number in range(MANY))})
    assert found[0]["items"][0] == {
        "code": "CH",
        "name": "Lake garden",
        "zone": "Asia/Shanghai",
        "posts": ["head_office"],
    }


@pytest.mark.parametrize("path", ["/cases", "/obligations", "/visits", "/sites"])
def test_a_list_costs_the_same_whatever_is_on_it(chen: Program, people: dict[str, Staff], path: str) -> None:
    chen.post("/cases", demand())  # calendars are read now, and not again
    counts = []
    for number in (1, 2, 40):
        made = [_case("CH", number * 100 + one, people["chen"]) for one in range(number)]
        Case.objects.bulk_create(made)
        Obligation.objects.bulk_create(_obligation(case, 1) for case in made)
        Visit.objects.bulk_create(_visit(case) for case in made)
        with CaptureQueriesContext(connection) as queries:
            chen.get(path)
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 5


@pytest.mark.parametrize("path", ["/cases", "/obligations", "/visits"])
@pytest.mark.parametrize(
    "after", ["x", "~", "20261123T010000.000000Z~x", "1~", "~1", "20261123", "99999999999999~1", "1~1~1", "-1~1"]
)
def test_what_no_page_gave_is_no_place_to_go_on_from(chen: Program, path: str, after: str) -> None:
    assert problem(chen.get(path, after=after)) == (422, "bad_cursor", "after")


@pytest.mark.parametrize("path", ["/cases", "/obligations", "/visits"])
def test_other_peoples_rows_are_on_no_list(chen: Program, li: Program, sixty: list[Case], path: str) -> None:
    assert len(items(chen, path)) == MANY
    assert len(items(li, path)) == 2
    assert items(li, path, site="NS") == items(li, path)
    assert problem(li.get(path, site="CH")) == problem(li.get(path, site="XX")) == (404, "not_found", "")


class TestCases:
    """GET /cases."""

    def test_they_are_found_by_kind_state_and_words(self, chen: Program) -> None:
        leak = told(chen.post("/cases", demand()))
        noise = told(chen.post("/cases", complaint(severity="B", problem="03")))
        chen.post(f"/cases/{leak['id']}/events", {"kind": "withdrawn", "facts": {"text": "不用了"}})

        def found(**asked: str) -> list[str]:
            return [row["id"] for row in items(chen, "/cases", **asked)]

        assert found() == found(state="all") == [noise["id"], leak["id"]]
        assert found(kind="demand") == found(state="closed") == found(q="水管漏水") == [leak["id"]]
        assert found(state="open") == found(q="CH-B-03") == found(q="施工", kind="complaint") == [noise["id"]]
        assert found(state="handled") == found(kind="praise") == found(q="电梯") == []

    def test_each_tells_what_people_owe_next(self, chen: Program) -> None:
        case = told(chen.post("/cases", complaint(severity="B", problem="03")))
        (row,) = items(chen, "/cases")
        assert row["next_obligation"] in [one for one in case["obligations"] if one["owed_by"] != "clock"]
        assert row["next_obligation"]["due_at"] == min(one["due_at"] for one in case["obligations"])
        assert {name: row[name] for name in row if name != "next_obligation"} == {
            name: case[name] for name in case if name not in ("obligations", "allowed")
        }

    @pytest.mark.parametrize(
        ("asked", "code", "where"),
        [
            ({"kind": "wish"}, "not_a_choice", "kind"),
            ({"state": "received"}, "not_a_choice", "state"),
            ({"state": ""}, "not_a_choice", "state"),
            ({"site": "ch"}, "bad_value", "site"),
            ({"q": ""}, "too_short", "q"),
            ({"q": "水" * 81}, "too_long", "q"),
            ({"after": ""}, "too_short", "after"),
            ({"after": "王"}, "bad_value", "after"),
        ],
    )
    def test_a_mistake_is_named(self, chen: Program, asked: dict[str, str], code: str, where: str) -> None:
        assert problem(chen.get("/cases", **asked)) == (422, code, where)


class TestObligations:
    """GET /obligations."""

    @pytest.fixture
    def handed_over(self, chen: Program, people: dict[str, Staff]) -> str:
        """A complaint of which some duties are done."""
        pk = told(chen.post("/cases", complaint(severity="B", problem="03")))["id"]
        chen.post(f"/cases/{pk}/events", {"kind": "handed_over", "facts": {"to": "sun"}})
        return str(pk)

    def test_without_a_state_they_are_the_open_ones(self, chen: Program, handed_over: str) -> None:
        assert items(chen, "/obligations") == items(chen, "/obligations", state="open")
        assert {row["state"] for row in items(chen, "/obligations")} == {"open"}

    @pytest.mark.parametrize("state", ["open", "met", "waived", "void"])
    def test_the_states_make_up_the_whole(self, chen: Program, handed_over: str, state: str) -> None:
        whole = items(chen, "/obligations", state="all")
        assert items(chen, "/obligations", state=state) == [row for row in whole if row["state"] == state]
        assert {"open", "met"} <= {row["state"] for row in whole}

    def test_overdue_are_those_open_past_their_time(self, chen: Program, sixty: list[Case]) -> None:
        assert items(chen, "/obligations", state="overdue") == []
        Obligation.objects.filter(pk=Obligation.objects.first().pk).update(due_at=MORNING - timedelta(seconds=1))  # type: ignore[union-attr]
        assert len(items(chen, "/obligations", state="overdue")) == 1

    def test_they_are_found_by_who_owes_them(self, chen: Program, handed_over: str) -> None:
        whole = items(chen, "/obligations", state="all")
        for post in ("agent", "trade_supervisor", "head_office", "clock"):
            assert items(chen, "/obligations", state="all", owed_by=post) == [
                row for row in whole if row["owed_by"] == post
            ]

    def test_due_before_leaves_out_what_is_due_then(self, chen: Program, sixty: list[Case]) -> None:
        assert len(items(chen, "/obligations", due_before=ahead(minutes=5))) == 15
        assert len(items(chen, "/obligations", due_before=ahead(minutes=5, seconds=1))) == 18
        assert len(items(chen, "/obligations", due_before="2026-11-23T09:05:00+08:00")) == 15
        assert len(items(chen, "/obligations", due_before="2026-11-23T01:05:00Z")) == 15
        assert len(items(chen, "/obligations", due_before="2026-11-23T23:14:00+22:09")) == 15

    def test_a_plus_that_became_a_space_is_refused_with_what_to_do(self, chen: Program) -> None:
        refused = chen.get("/obligations?due_before=2026-11-23T09:05:00+08:00")
        assert problem(refused) == (422, "bad_time", "due_before")
        assert b"%2B" in refused.content

    def test_an_hour_and_a_half_hour_offset_are_written_as_they_are(
        self, people: dict[str, Staff], company: Unit
    ) -> None:
        Site.objects.filter(code="NS").update(zone="Asia/Kolkata")
        from bihuan.accounts.calendars import revise

        revise()
        _obligation(_saved(_case("NS", 0, people["li"])), 0).save(force_insert=True)
        (row,) = items(program(people["li"]), "/obligations")
        assert row["due_at"] == "2026-11-23T06:30:00+05:30"
        assert datetime.fromisoformat(row["due_at"]).astimezone(UTC) == MORNING


def _saved(case: Case) -> Case:
    case.save(force_insert=True)
    return case

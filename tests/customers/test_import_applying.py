"""Taking a sheet over: all of it or nothing, again and again, and seen by others while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from bihuan.accounts.access import Actor, NotAllowed, NotFound
from bihuan.customers.actions import erase
from bihuan.customers.imports import apply, writing
from bihuan.customers.models import Building, Home, Import, Occupancy, Party, Phone
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from bihuan.ledger.verify import verify
from bihuan.obligations.models import Obligation
from tests.customers.sheet_files import UNSOLD, row
from tests.customers.sites import counted, of, previewed, stays, taken

pytestmark = [pytest.mark.usefixtures("data"), pytest.mark.django_db(transaction=True)]

TODAY = date(2026, 11, 23)
MODELS = (Building, Home, Party, Phone, Occupancy)


def written() -> list[int]:
    return [model.objects.count() for model in MODELS]


@contextmanager
def another() -> Iterator[Callable[..., Any]]:
    """Does things as another process would, through a connection of its own."""
    answers: list[Any] = []

    def run(act: Callable[[], Any]) -> Any:
        def there() -> None:
            try:
                answers.append(act())
            except Refused as refused:
                answers.append(refused)
            finally:
                connection.close()

        thread = Thread(target=there)
        thread.start()
        thread.join()
        return answers[-1]

    yield run


def test_everything_stands_there_afterwards(manager: Actor, at: datetime) -> None:
    full = row(handed_over=date(2020, 5, 1), moved_in=date(2020, 6, 1), lift="是", floors=33)
    made = taken(full, row(room=102, unit=0, kind="", **UNSOLD | {"status": 2008}), by=manager, at=at)
    assert (made.state, made.done, made.rows, made.finished_at) == ("done", 2, 2, at)
    home, shop = Home.objects.order_by("id")
    assert (home.label, home.kind, home.status, home.floor, home.layout) == (
        "1栋1单元101",
        "residence",
        "occupied",
        1,
        "10102",
    )
    assert (home.area, home.inner_area, home.rent) == (Decimal("94.56"), Decimal(80), Decimal(0))
    assert (home.handed_over, home.building.floors, home.building.lift) == (date(2020, 5, 1), 33, True)
    assert (shop.label, shop.unit, shop.kind, shop.status) == ("1栋102", "", "shop", "vacant")
    assert stays() == [("1栋1单元101", "王女士", "owner")]
    assert (Party.objects.get().gender, Occupancy.objects.get().since) == ("f", date(2020, 6, 1))
    assert Phone.objects.get().mask == "138****5521"


def test_the_same_sheet_again_brings_nothing_new(manager: Actor, at: datetime) -> None:
    rows = [row(), of("李四、李五", room=102), of("赵六", room=103, unit=0), of("租客", role=1003, moved_in=TODAY)]
    taken(*rows, by=manager, at=at)
    before, events = written(), Event.objects.count()
    again = taken(*rows, by=manager, at=at)
    assert (written(), Event.objects.count()) == (before, events)
    assert [counted(again, what)[:2] for what in ("buildings", "homes", "people", "stays")] == [(0, 0)] * 4


def test_a_home_that_is_there_is_brought_up_to_date(manager: Actor, at: datetime) -> None:
    taken(row(), by=manager, at=at)
    home = Home.objects.get()
    taken(row(building="1号楼", unit="一单元", room="101室", area=95, status=2005, rent=1), by=manager, at=at)
    fresh = Home.objects.get()
    assert (fresh.pk, fresh.area, fresh.status, fresh.rent) == (home.pk, Decimal(95), "decorated", Decimal(1))


def test_rows_of_a_building_that_differ_give_the_same_every_time(manager: Actor, at: datetime) -> None:
    rows = [
        of("甲", floors=33, lift="否"),
        of("乙", room=102, floors=30, lift="是"),
        of("丙", room=103, floors="", lift=""),
    ]
    taken(*rows, by=manager, at=at)
    assert (Building.objects.get().floors, Building.objects.get().lift) == (33, True)
    assert counted(taken(*rows[::-1], by=manager, at=at), "buildings") == (0, 0, 1)


def test_whoever_is_not_on_the_sheet_stays(manager: Actor, at: datetime) -> None:
    taken(of("甲"), by=manager, at=at)
    taken(of("乙"), by=manager, at=at)
    assert [name for _, name, _ in stays()] == ["甲", "乙"]
    assert not Occupancy.objects.exclude(until=None).exists()


@pytest.mark.parametrize(("days", "told"), [(0, True), (6, True), (7, False), (400, False)])
def test_only_who_moved_in_within_seven_days_is_promised_a_visit(
    manager: Actor, at: datetime, days: int, told: bool
) -> None:
    """HF-4.2.1a: a new owner is visited within the week; whoever has long lived here is no new owner."""
    made = taken(row(moved_in=TODAY - timedelta(days=days)), by=manager, at=at)
    assert made.summary["moved_in"] == Event.objects.filter(kind="party.moved_in").count() == int(told)
    assert Obligation.objects.filter(rule="party.visit.moved_in", state="open").exists() is told
    assert Occupancy.objects.get().since == TODAY - timedelta(days=days)


def test_without_a_day_of_moving_in_nothing_is_promised(manager: Actor, at: datetime) -> None:
    taken(row(), of("租客", role=1003), by=manager, at=at)
    assert (Event.objects.count(), Obligation.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("role", "kind"),
    [(1001, "party.moved_in"), (1003, "party.tenant_moved_in"), (1002, None), (1004, None)],
)
def test_each_role_moves_in_in_its_own_way(manager: Actor, at: datetime, role: int, kind: str | None) -> None:
    taken(row(), of("新来", role=role, moved_in=TODAY), by=manager, at=at)
    assert [one.kind for one in Event.objects.filter(kind__startswith="party.")] == ([kind] if kind else [])


def test_the_event_says_who_what_and_where_and_begins_with_the_day(manager: Actor, at: datetime) -> None:
    taken(row(unit=0, moved_in=TODAY - timedelta(days=2)), by=manager, at=at)
    event, party, home = Event.objects.get(kind="party.moved_in"), Party.objects.get(), Home.objects.get()
    assert (event.subject, event.site, event.actor) == (party.subject, "CH", manager.subject)
    assert event.facts == {"customer_class": "normal", "customer_kind": "merchant", "home": home.pk, "role": "owner"}
    assert event.at == at.replace(hour=16) - timedelta(days=3)  # midnight in Shanghai
    assert verify().broken == ""


def test_a_day_that_is_told_later_is_told_once(manager: Actor, at: datetime) -> None:
    taken(row(), by=manager, at=at)
    for moved_in in (TODAY, TODAY, TODAY - timedelta(days=1)):
        taken(row(moved_in=moved_in), by=manager, at=at)
    assert Event.objects.filter(kind="party.moved_in").count() == 1
    assert Occupancy.objects.get().since == TODAY - timedelta(days=1)


def test_many_move_in_at_once(manager: Actor, at: datetime) -> None:
    """A new block is handed over: more than are recorded in one go."""
    count = writing._EVENTS + 5
    taken(*(of(f"王{nth}", room=nth, moved_in=TODAY) for nth in range(1, count + 1)), by=manager, at=at)
    assert Event.objects.filter(kind="party.moved_in").count() == count
    assert Obligation.objects.filter(rule="party.visit.moved_in", state="open").count() == count


def test_a_sheet_with_problems_is_not_applied(manager: Actor, at: datetime) -> None:
    made = previewed(row(), row(room=102, area="big"), by=manager, at=at)
    with pytest.raises(Refused) as refused:
        apply(made, by=manager, at=at)
    assert refused.value.code == "import_has_problems"
    assert (written(), Import.objects.get().state) == ([0] * 5, "previewed")


@pytest.mark.parametrize("step", ["_write_people", "_write_stays", "_record", "_phones"])
def test_what_fails_half_way_writes_nothing_and_can_be_applied_again(
    manager: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    made = previewed(row(moved_in=TODAY), by=manager, at=at)
    with monkeypatch.context() as broken:
        broken.setattr(writing, step, fail)
        with pytest.raises(OSError, match="disk is full"):
            apply(made, by=manager, at=at)
    failed = Import.objects.get()
    assert (written(), Event.objects.count(), failed.state, failed.finished_at) == ([0] * 5, 0, "failed", at)
    assert apply(made, by=manager, at=at).state == "done"
    assert written() == [1] * 5


def test_a_lost_connection_writes_nothing_and_is_told(
    manager: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = previewed(row(), by=manager, at=at)

    def lose(*_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as broken:
        broken.setattr(writing, "_write_stays", lose)
        with pytest.raises(OperationalError):
            apply(made, by=manager, at=at)
    connection.close()
    assert (written(), Import.objects.get().state) == ([0] * 5, "failed")
    assert apply(made, by=manager, at=at).state == "done"


def test_an_import_that_was_killed_can_be_applied_again(manager: Actor, at: datetime) -> None:
    made = previewed(row(), by=manager, at=at)
    Import.objects.update(state="running", done=0)  # what a process leaves that dies without a word
    assert apply(made, by=manager, at=at).state == "done"


def test_an_import_that_is_done_is_not_done_again(manager: Actor, at: datetime, data: Path) -> None:
    made = taken(row(moved_in=TODAY), by=manager, at=at)
    again = apply(made, by=manager, at=at + timedelta(hours=1))
    assert (again.state, again.finished_at, Import.objects.get().finished_at) == ("done", at, at)
    assert Event.objects.filter(kind="party.moved_in").count() == 1


def test_the_sheet_goes_once_it_is_applied(manager: Actor, at: datetime, data: Path) -> None:
    made = previewed(row(), by=manager, at=at)
    assert len(list((data / "uploads").iterdir())) == 1
    apply(made, by=manager, at=at)
    assert list((data / "uploads").iterdir()) == []


def test_without_its_sheet_an_import_says_so(manager: Actor, at: datetime, data: Path) -> None:
    made = previewed(row(), by=manager, at=at)
    for kept in (data / "uploads").iterdir():
        kept.unlink()
    with pytest.raises(Refused) as refused:
        apply(made, by=manager, at=at)
    assert refused.value.code == "upload_missing"
    assert Import.objects.get().state == "failed"


def test_a_home_added_after_the_preview_is_recognised(manager: Actor, at: datetime) -> None:
    first, second = previewed(row(), by=manager, at=at), previewed(row(area=95), by=manager, at=at)
    apply(first, by=manager, at=at)
    apply(second, by=manager, at=at)
    assert (written(), Home.objects.get().area) == ([1] * 5, Decimal(95))


def test_others_see_how_far_it_is(manager: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_ROWS", 10)
    rows = [of(f"王{nth}", room=nth) for nth in range(1, 101)]
    made = previewed(*rows, by=manager, at=at)
    seen: list[tuple[str, int, int]] = []
    step = writing._portions

    def look() -> tuple[str, int, int]:
        state, done = Import.objects.values_list("state", "done").get()
        return state, done, Party.objects.count()

    def watched(*given: Any) -> Any:
        for portion in step(*given):
            with another() as run:
                seen.append(run(look))
            yield portion

    monkeypatch.setattr(writing, "_portions", watched)
    assert apply(made, by=manager, at=at).done == 100
    counts = [done for _, done, _ in seen]
    assert {(state, written) for state, _, written in seen} == {("running", 0)}
    assert counts == sorted(counts)
    assert counts[0] < 10 < 40 < counts[len(counts) // 2] < 60 < 90 < counts[-1] <= 100


def test_two_imports_of_a_site_do_not_run_at_once(
    manager: Actor, colleague: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = previewed(row(), by=manager, at=at), previewed(row(room=102), by=manager, at=at)
    elsewhere = previewed(row(), by=colleague, at=at)
    inside, go_on = Flag(), Flag()
    original = writing._held

    def paused(plan: Any, site: Any) -> Any:
        if site.pk == "CH":
            inside.set()
            assert go_on.wait(20)
        return original(plan, site)

    def one() -> None:
        apply(first, by=manager, at=at)
        connection.close()

    monkeypatch.setattr(writing, "_held", paused)
    thread = Thread(target=one)
    thread.start()
    assert inside.wait(20)
    with pytest.raises(Refused) as refused:
        apply(second, by=manager, at=at)
    with pytest.raises(Refused) as same:
        apply(first, by=manager, at=at)
    running = Import.objects.get(pk=first.pk).state
    applied = apply(elsewhere, by=colleague, at=at).state
    go_on.set()
    thread.join()
    assert refused.value.code == same.value.code == "import_running"
    assert (running, applied, Import.objects.get(pk=second.pk).state) == ("running", "done", "previewed")
    assert Import.objects.get(pk=first.pk).state == "done"
    assert apply(second, by=manager, at=at).state == "done"


def test_whoever_is_erased_meanwhile_is_not_written_to_again(
    manager: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(of("王例", phone="13812345521"), by=manager, at=at)
    made = previewed(of("王例", phone="13812345521、13900001101"), by=manager, at=at)
    original = writing._held

    def overtaken(plan: Any, site: Any) -> Any:
        with another() as run:
            run(lambda: erase(Party.objects.get(), reason="requested", by=manager, at=at))
        return original(plan, site)

    with monkeypatch.context() as patched:
        patched.setattr(writing, "_held", overtaken)
        with pytest.raises(Refused) as refused:
            apply(made, by=manager, at=at)
    assert refused.value.code == "import_overtaken"
    assert (Phone.objects.count(), Import.objects.get(pk=made.pk).state) == (0, "failed")


def test_a_home_that_somebody_adds_meanwhile_undoes_it_all(
    manager: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(of("甲"), by=manager, at=at)
    made = previewed(of("乙", room=102), by=manager, at=at)
    original = writing._held
    building = Building.objects.get()

    def overtaken(plan: Any, site: Any) -> Any:
        with another() as run:
            run(lambda: Home.objects.create(site_id="CH", building=building, unit="1", room="102", label="x", sort="x"))
        return original(plan, site)

    with monkeypatch.context() as patched:
        patched.setattr(writing, "_held", overtaken)
        with pytest.raises(Refused) as refused:
            apply(made, by=manager, at=at)
    assert refused.value.code == "import_overtaken"
    assert (Party.objects.count(), Home.objects.count()) == (1, 2)
    assert apply(made, by=manager, at=at).state == "done"
    assert Party.objects.count() == 2


@pytest.mark.parametrize(
    ("who", "error"),
    [("agent", NotAllowed), ("technician", NotAllowed), ("colleague", NotFound), ("outsider", NotFound)],
)
def test_others_apply_nothing(who: str, error: type[Refused], manager: Actor, at: datetime, request: Any) -> None:
    made = previewed(row(), by=manager, at=at)
    with pytest.raises(error):
        apply(made, by=request.getfixturevalue(who), at=at)
    assert (written(), Import.objects.get().state) == ([0] * 5, "previewed")


def test_the_number_of_queries_does_not_grow_with_the_rows(manager: Actor, at: datetime) -> None:
    def queries(building: int, count: int) -> int:
        rows = [
            of(f"王{nth}", building=building, room=nth, phone=f"138{building:04}{nth:04}") for nth in range(1, count)
        ]
        made = previewed(*rows, by=manager, at=at)
        with CaptureQueriesContext(connection) as captured:
            apply(made, by=manager, at=at)
        return len(captured)

    assert queries(1, 3) == queries(2, 150)

"""What a sheet would change, told before anything does."""

from __future__ import annotations

import hashlib
import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.accounts.access import Actor, NotAllowed, NotFound
from bihuan.accounts.models import Site
from bihuan.customers.actions import NewHome, add_building, add_home
from bihuan.customers.imports import discard, doubts_of, preview, problems_of, sweep, uploads
from bihuan.customers.models import Building, Home, Import, Occupancy, Party, Phone
from bihuan.customers.sheet import SheetRefused
from bihuan.kernel.errors import Refused
from tests.customers.sheet_files import IDENTITY, UNSOLD, file_of, row
from tests.customers.sites import counted, of, previewed, taken

pytestmark = pytest.mark.usefixtures("data")
TODAY = date(2026, 11, 23)


def test_an_empty_site_gets_everything_new(manager: Actor, at: datetime) -> None:
    made = previewed(row(), row(room=102, name="李四、李五", phone="", role=1001), by=manager, at=at)
    assert (made.state, made.rows, made.done, made.file, made.made_by, made.made_at) == (
        "previewed",
        2,
        0,
        "客户.xlsx",
        manager.staff.pk,
        at,
    )
    assert [counted(made, what) for what in ("buildings", "homes", "people", "stays")] == [
        (1, 0, 0),
        (2, 0, 0),
        (3, 0, 0),
        (3, 0, 0),
    ]
    assert (made.problems, made.summary["changes"], made.summary["doubts"]) == ([], [], [])


def test_a_preview_changes_nothing(manager: Actor, at: datetime) -> None:
    previewed(row(), by=manager, at=at)
    for model in (Building, Home, Party, Phone, Occupancy):
        assert not model.objects.exists()


def test_what_is_there_already_is_the_same(manager: Actor, at: datetime) -> None:
    taken(row(), by=manager, at=at)
    made = previewed(row(), by=manager, at=at)
    assert [counted(made, what) for what in ("buildings", "homes", "people", "stays")] == [(0, 0, 1)] * 4


def test_what_was_entered_by_hand_is_recognised(manager: Actor, at: datetime) -> None:
    new = NewHome(
        unit="1", room="101室", area=Decimal("94.56"), inner_area=Decimal(80), rent=Decimal(0), floor=1, layout="10102"
    )
    add_home(add_building("CH", "一号楼", by=manager, at=at), new, by=manager, at=at)
    made = previewed(of("王女士"), by=manager, at=at)
    assert [counted(made, what) for what in ("buildings", "homes", "people")] == [(0, 1, 0), (0, 0, 1), (1, 0, 0)]


CHANGES: list[tuple[dict[str, Any], list[str]]] = [
    ({"area": 95}, ["area"]),
    ({"inner_area": 81, "rent": 9, "status": 2005, "floor": 2}, ["floor", "inner_area", "rent", "status"]),
    ({"layout": "three rooms", "kind": 120}, ["kind", "layout"]),
    ({"handed_over": date(2020, 5, 1)}, ["handed_over"]),
    ({"gender": "男"}, ["gender"]),
    ({"identity": IDENTITY}, ["identity"]),
    ({"phone": "13812345521、13900001101"}, ["phones"]),
    ({"moved_in": date(2020, 5, 1)}, ["since"]),
    ({"name": "李四", "phone": ""}, ["people"]),
    ({"role": 1001, "name": "王女士、李四", "phone": "13812345521、"}, ["people"]),
]


@pytest.mark.parametrize(("change", "fields"), CHANGES)
def test_a_changed_row_says_what_changes(
    manager: Actor, at: datetime, change: dict[str, Any], fields: list[str]
) -> None:
    taken(row(), by=manager, at=at)
    made = previewed(row(**change), by=manager, at=at)
    assert made.summary["changes"] == [{"row": 2, "home": "1栋1单元101", "fields": fields}]


@pytest.mark.parametrize(
    "name", ["floor", "floors", "lift", "layout", "inner_area", "rent", "gender", "phone", "identity"]
)
def test_an_empty_cell_changes_nothing(manager: Actor, at: datetime, name: str) -> None:
    taken(row(identity=IDENTITY), by=manager, at=at)
    made = previewed(row(**({"identity": IDENTITY} | {name: ""})), by=manager, at=at)
    assert made.summary["changes"] == []
    assert [counted(made, what) for what in ("buildings", "homes", "people", "stays")] == [(0, 0, 1)] * 4


@pytest.mark.parametrize(("days", "fits"), [(0, True), (1, False)])
def test_nobody_has_moved_in_tomorrow(manager: Actor, at: datetime, days: int, fits: bool) -> None:
    made = previewed(row(moved_in=TODAY + timedelta(days=days)), by=manager, at=at)
    assert [one.code for one in problems_of(made)] == ([] if fits else ["moved_in_ahead"])
    assert all((one.row, one.heading) == (2, "入住日期") for one in problems_of(made))


def test_today_is_today_at_the_site(manager: Actor, at: datetime) -> None:
    """At nine in Shanghai it is still Sunday in Honolulu."""
    Site.objects.filter(pk="CH").update(zone="Pacific/Honolulu")
    assert problems_of(previewed(row(moved_in=TODAY), by=manager, at=at))
    assert not problems_of(previewed(row(moved_in=TODAY - timedelta(days=1)), by=manager, at=at))


def test_problems_are_told_by_row_in_the_order_of_rows(manager: Actor, at: datetime) -> None:
    rows = [
        row(moved_in=date(2026, 12, 1)),
        row(room=102, area="big"),
        row(room=103, **UNSOLD | {"name": "李四", "role": 1001}),
    ]
    made = previewed(*rows, row(room=104), by=manager, at=at)
    told = problems_of(made)
    assert [(one.row, one.code) for one in told] == [
        (2, "moved_in_ahead"),
        (3, "number_unreadable"),
        (4, "party_of_unsold"),
    ]
    assert told[1].heading == "建筑面积"
    assert all(one.what and one.remedy and "%" not in one.what + one.remedy for one in told)
    assert counted(made, "homes") == (4, 0, 0)


def test_a_namesake_with_another_number_is_a_doubt_and_no_problem(manager: Actor, at: datetime) -> None:
    taken(of("王女士", phone="13812345521"), by=manager, at=at)
    made = previewed(of("王女士", phone="13900001101"), by=manager, at=at)
    assert [(one.row, one.code) for one in doubts_of(made)] == [(2, "namesake")]
    assert made.problems == []
    assert counted(made, "people") == (1, 0, 0)


def test_the_sheet_is_kept_under_its_hash_for_its_owner_alone(manager: Actor, at: datetime, data: Path) -> None:
    stream = file_of([row()])
    made = preview("CH", stream, filename="客户.xlsx", by=manager, at=at)
    digest = hashlib.sha256(stream.getvalue()).digest()
    [kept] = (data / "uploads").iterdir()
    assert (bytes(made.digest), kept.name, kept.read_bytes()) == (digest, digest.hex(), stream.getvalue())
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_sheet_with_problems_is_not_kept(manager: Actor, at: datetime, data: Path) -> None:
    assert previewed(row(area="big"), by=manager, at=at).problems
    assert list((data / "uploads").iterdir()) == []


def test_nor_is_one_that_cannot_be_read(manager: Actor, at: datetime, data: Path) -> None:
    with pytest.raises(SheetRefused) as refused:
        preview("CH", io.BytesIO(b"not a workbook"), filename="a.xlsx", by=manager, at=at)
    assert refused.value.code == "sheet_not_xlsx"
    assert list((data / "uploads").iterdir()) == []
    assert not Import.objects.exists()


@pytest.mark.parametrize(("size", "code"), [(100, "sheet_not_xlsx"), (101, "upload_too_large")])
def test_nor_is_one_that_is_too_large(
    manager: Actor, at: datetime, data: Path, monkeypatch: pytest.MonkeyPatch, size: int, code: str
) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 100)
    with pytest.raises(Refused) as refused:
        preview("CH", io.BytesIO(b"x" * size), filename="a.xlsx", by=manager, at=at)
    assert refused.value.code == code
    assert list((data / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("客户.xlsx", "客户.xlsx"),
        ("C:\\data\\a.xlsx", "a.xlsx"),
        ("../../etc/a.xlsx", "a.xlsx"),
        ("x" * 200 + ".xlsx", "x" * 115 + ".xlsx"),
    ],
)
def test_of_the_file_s_name_only_the_last_part_is_kept(manager: Actor, at: datetime, sent: str, kept: str) -> None:
    assert preview("CH", file_of([row()]), filename=sent, by=manager, at=at).file == kept


@pytest.mark.parametrize(
    ("who", "error"),
    [("agent", NotAllowed), ("technician", NotAllowed), ("colleague", NotFound), ("outsider", NotFound)],
)
def test_others_preview_and_discard_nothing(
    who: str, error: type[Refused], manager: Actor, at: datetime, data: Path, request: Any
) -> None:
    actor = request.getfixturevalue(who)
    with pytest.raises(error):
        preview("CH", file_of([row()]), filename="a.xlsx", by=actor, at=at)
    assert not (data / "uploads").exists()
    made = previewed(row(), by=manager, at=at)
    with pytest.raises(error):
        discard(made, by=actor, at=at)
    assert Import.objects.get() == made


def test_a_discarded_preview_leaves_nothing(manager: Actor, at: datetime, data: Path) -> None:
    discard(previewed(row(), by=manager, at=at), by=manager, at=at)
    assert (Import.objects.count(), list((data / "uploads").iterdir())) == (0, [])


def test_a_sheet_stays_as_long_as_another_preview_waits_for_it(manager: Actor, at: datetime, data: Path) -> None:
    stream = file_of([row()])
    first, second = (preview("CH", stream, filename="a.xlsx", by=manager, at=at) for _ in range(2))
    discard(first, by=manager, at=at)
    assert len(list((data / "uploads").iterdir())) == 1
    discard(second, by=manager, at=at)
    assert list((data / "uploads").iterdir()) == []


@pytest.mark.parametrize(("age", "left"), [(0, 1), (1, 0)])
def test_previews_that_nobody_applied_are_swept(manager: Actor, at: datetime, data: Path, age: int, left: int) -> None:
    previewed(row(), by=manager, at=at - timedelta(seconds=age))
    assert sweep(at) == 1 - left
    assert (Import.objects.count(), len(list((data / "uploads").iterdir()))) == (left, left)


def test_what_was_applied_is_neither_discarded_nor_swept(manager: Actor, at: datetime) -> None:
    made = taken(row(), by=manager, at=at)
    discard(made, by=manager, at=at)
    assert sweep(at + timedelta(days=1)) == 0
    assert Import.objects.get().state == "done"


def test_the_number_of_queries_does_not_grow_with_the_rows(manager: Actor, at: datetime) -> None:
    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            previewed(*(of(f"王{nth}", room=nth) for nth in range(1, count)), by=manager, at=at)
        return len(captured)

    assert queries(2) == queries(60) <= 8

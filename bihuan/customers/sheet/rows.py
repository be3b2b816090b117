"""One row of the sheet, read by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from bihuan.customers.sheet import cells
from bihuan.customers.sheet.columns import KINDS, SHOP_UNIT, STATUSES
from bihuan.customers.sheet.model import HomeRow
from bihuan.customers.sheet.people import read_people
from bihuan.customers.sheet.taking import Taker

_BUILDING = partial(cells.label, longest=40, ends=("号楼", "栋", "幢", "座", "楼", "#"))
_UNIT = partial(cells.label, longest=10, ends=("单元", "#"))
_ROOM = partial(cells.label, longest=20, ends=("号房", "号铺", "室", "房", "铺", "号"))
_LAYOUT = partial(cells.text, longest=40)
_KIND = partial(cells.code, codes=KINDS)
_STATUS = partial(cells.code, codes=STATUSES)
_FLOOR = partial(cells.floor, low=-20, high=999)
_FLOORS = partial(cells.floor, low=1, high=999)
_AREA = partial(cells.number, low=Decimal("0.01"), high=Decimal("9999999.99"))  # square metres
_RENT = partial(cells.number, low=Decimal(0), high=Decimal("9999999999.99"))  # yuan a month


def read_row(taker: Taker, *, epoch: datetime) -> HomeRow | None:
    """Return the row, blank where a cell is empty or cannot be read; None where it does not say which home it is."""
    day = partial(cells.day, epoch=epoch)
    row = HomeRow(
        taker.number,
        taker.take("building", _BUILDING, default=""),
        taker.take("unit", _UNIT, default=""),
        taker.take("room", _ROOM, default=""),
        kind=taker.take("kind", _KIND, default=""),
        status=taker.take("status", _STATUS, default=""),
        floor=taker.take("floor", _FLOOR, default=None),
        floors=taker.take("floors", _FLOORS, default=None),
        lift=taker.take("lift", cells.lift, default=None),
        layout=taker.take("layout", _LAYOUT, default=""),
        area=taker.take("area", _AREA, default=None),
        inner_area=taker.take("inner_area", _AREA, default=None),
        rent=taker.take("rent", _RENT, default=None),
        handed_over=taker.take("handed_over", day, default=None),
        moved_in=taker.take("moved_in", day, default=None),
        people=read_people(taker),
    )
    return _as_shop(row) if all(row.key) else None


def _as_shop(row: HomeRow) -> HomeRow:
    """Return the row with the unit that stands for shops turned into what it means."""
    if row.unit != SHOP_UNIT:
        return row
    # There is no number for shops, so beside unit 0 people write any of those there are.
    return replace(row, unit="", kind=row.kind if row.kind in ("plant", "parking") else "shop")

"""What tests of figures ask, and complaints as rows, for those that need many."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from bihuan.cases.models import Case
from bihuan.figures.listing import Behind, behind_page
from bihuan.figures.parts import WHATS
from bihuan.figures.reports import Month, report
from bihuan.figures.units import spans
from bihuan.kernel import clock
from bihuan.kernel.ids import new_id
from bihuan.ledger.models import Event
from tests.world import World

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def shown(month: date = MARCH, *sites: str) -> Month:
    """The figures of a month as they are now."""
    return report(list(sites) or ["CH"], month, clock.now()).month


def rate(code: str, month: date = MARCH, *sites: str) -> tuple[float, int, str]:
    """Numerator, denominator and value of one of the six."""
    one = shown(month, *sites).figure(code)
    return float(one.numerator), one.denominator, one.text


def count(what: str, month: date = MARCH, site: str = "CH") -> int:
    """How many there are of a whole or a part; the list behind it is just as long."""
    number = shown(month, site).tally.of(WHATS[what])
    listed = behind_page(spans([site], [month]), Behind(what=what), clock.now(), size=10_000)
    assert len(listed.rows) == number
    return number


def complaint(world: World, *, received: datetime, site: str = "CH", **given: Any) -> Case:
    """A complaint as a row, as if it had been lived through."""
    ended = {"closing_event": Event.objects.first()} if given.get("state") == "closed" else {}
    usual = {
        "kind": "complaint",
        "channel": "phone",
        "severity": "B",
        "problem_id": "03",
        "number": f"N{new_id()}"[:32],
    }
    staff = world.staff("agent")
    return Case.objects.create(
        **{"id": new_id(), "site_id": site, "summary": "吵", "received_at": received, "received_by": staff}
        | usual
        | ended
        | given
    )


SECOND = timedelta(seconds=1)

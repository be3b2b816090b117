"""Figures: the monthly rates of complaints."""

from datetime import date

from ninja import Query, Router

from bihuan.api import asked, shapes, told
from bihuan.api.failures import READ
from bihuan.api.http import Answer, ApiRequest, sites_for, strict
from bihuan.figures.reports import present, report
from bihuan.kernel import clock

router = Router(tags=["Figures"])


@router.get("/figures", operation_id="get_figures", summary="Figures of a month", response={200: told.Figures} | READ)
@strict
def get_figures(request: ApiRequest, filters: Query[asked.FigureFilters]) -> Answer:
    """The six monthly rates of complaints (XQ-C8.2), each with its formula, numerator and denominator. A month that is
    closed is told as it was closed; any other as it is counted now, up to now."""
    sites, now = sites_for(request.auth.actor, "figures.view", filters.site), clock.now()
    month = date.fromisoformat(f"{filters.month}-01") if filters.month else present(sites, now)
    shown = report(sites, month, now).month
    items = [shapes.figure(one) for one in shown.figures]
    return Answer(told.Figures(month=f"{month:%Y-%m}", sites=sites, closed=shown.closed, items=items, next=None))

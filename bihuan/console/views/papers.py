"""Papers as PDF, shown in the browser, from where they are printed."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404

from bihuan.accounts.access import NotFound
from bihuan.accounts.models import Site
from bihuan.cases.access import visible_case
from bihuan.cases.models import Case, CaseKind
from bihuan.cases.severity import is_joint
from bihuan.console.http import StaffRequest, page
from bihuan.console.papers import letters
from bihuan.console.papers import record as records
from bihuan.console.papers import register as registers
from bihuan.kernel import clock
from bihuan.paper.rendering import printed
from bihuan.paper.shapes import Paper

# Viewers of PDF inside browsers are plug-ins with styles of their own; the paper itself runs nothing.
POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@page
def register(request: StaffRequest) -> HttpResponse:
    """The complaint register of the chosen site and a month (`?month=2026-11`), or of the present one."""
    request.actor.must("case.view", request.site_code)
    site, month = get_object_or_404(Site, pk=request.site_code), request.GET.get("month", "")
    return _shown(registers.register(site, month, actor=request.actor, now=clock.now()))


@page
def record(request: StaffRequest, key: str) -> HttpResponse:
    """The handling record of a complaint."""
    return _shown(records.record(_complaint(request, key), actor=request.actor, now=clock.now()))


@page
def acknowledgement(request: StaffRequest, key: str) -> HttpResponse:
    """The letter that tells a complainant that the complaint has come."""
    return _shown(letters.acknowledgement(_complaint(request, key), actor=request.actor, now=clock.now()))


@page
def transfer(request: StaffRequest, key: str) -> HttpResponse:
    """The letter with which a complaint goes to another unit."""
    return _shown(letters.transfer(_complaint(request, key), actor=request.actor, now=clock.now()))


@page
def joint_report(request: StaffRequest, key: str) -> HttpResponse:
    """The report of a joint complaint to the branch."""
    case = _complaint(request, key)
    if not is_joint(case.signers):
        raise NotFound
    return _shown(letters.joint_report(case, actor=request.actor, now=clock.now()))


def _complaint(request: StaffRequest, key: str) -> Case:
    """A complaint that this person may see; these papers are of complaints alone."""
    case = visible_case(request.actor, key)
    if case.kind != CaseKind.COMPLAINT:
        raise NotFound
    return case


def _shown(paper: Paper) -> HttpResponse:
    frame = paper.frame
    name = " ".join(part for part in (frame.title, frame.number or getattr(paper, "period", "")) if part)
    answer = FileResponse(BytesIO(printed(paper)), filename=f"{name}.pdf", content_type="application/pdf")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = POLICY
    return answer  # type: ignore[return-value]

"""Authority letters (XQ-C7.5a): what each site manager may promise, and granting the next one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor, holders, today
from bihuan.accounts.models import Site, Staff
from bihuan.cases.actions.granting import a_year_after, grant
from bihuan.cases.authority import ends_soon, in_force
from bihuan.cases.models import AuthorityLetter
from bihuan.console.forms.authority import LetterForm
from bihuan.console.http import StaffRequest, page
from bihuan.console.refusals import put, told
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused

VIEW, GRANT = "authority.view", "authority.grant"
SHOWN = 100  # letters, the last ones


@page
def authority(request: StaffRequest) -> HttpResponse:
    """The letters of one's sites, those in force first; posting grants one."""
    if not request.actor.may_somewhere(VIEW):
        request.actor.must(VIEW, request.site_code)
    form = _form(request)
    if request.method != "POST":
        return _show(request, form)
    if not request.actor.may_somewhere(GRANT):
        request.actor.must(GRANT, request.site_code)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        made = grant(**form.letter(), by=request.actor, at=clock.now())
    except Refused as refused:
        known = put(form, Refused(refused.what, where=_field(refused), remedy=refused.remedy, code=refused.code))
        return _show(request, form, refused=None if known else refused, status=409)
    messages.success(request, _("%(name)s has a new authority letter.") % {"name": made.manager.name})
    return redirect("console:authority")


def _field(refused: Refused) -> str:
    return "holder" if refused.where == "manager" else refused.where


def _form(request: StaffRequest) -> LetterForm:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    begin = today()
    initial = {"since": begin, "until": a_year_after(begin) - timedelta(days=1)}
    return LetterForm(*sent, holders=_managers(request.actor), initial=initial)


def _managers(actor: Actor) -> list[tuple[Site, Staff]]:
    """The sites for which this person grants letters, each with its managers."""
    day, sites = today(), Site.objects.filter(pk__in=actor.sites_for(GRANT)).order_by("code")
    held = [(site, pk) for site in sites for pk in holders(site.pk, "site_manager", day)]
    people = Staff.objects.in_bulk([pk for _site, pk in held])
    return [(site, people[pk]) for site, pk in held]


def _show(
    request: StaffRequest, form: LetterForm, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    seen = AuthorityLetter.objects.filter(site__in=request.actor.sites_for(VIEW))
    rows = [_row(one, today()) for one in seen.select_related("site", "manager", "approved_by").order_by("-id")[:SHOWN]]
    context = {
        "now": [row for row in rows if row["in_force"]],
        "others": [row for row in rows if not row["in_force"]],
        "form": form,
        "refused": told(refused) if refused else None,
        "may_grant": request.actor.may_somewhere(GRANT),
    }
    return render(request, "console/authority.html", context, status=status)


def _row(letter: AuthorityLetter, day: date) -> dict[str, Any]:
    current = in_force(letter.site_id, letter.manager_id, clock.now())
    valid = current is not None and current.pk == letter.pk
    return {"letter": letter, "in_force": valid, "ends_soon": valid and ends_soon(letter, day)}

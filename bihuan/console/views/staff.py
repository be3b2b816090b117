"""Staff and sites: the tree of the company, its days off, who does what where, and who is on duty when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bihuan.accounts import actions
from bihuan.accounts.access import NotFound, today
from bihuan.accounts.models import Post, Shift, Site, Staff, Unit
from bihuan.accounts.queries import staff_of_sites
from bihuan.console import staffing
from bihuan.console.forms.staff import (
    EndForm,
    HolidayForm,
    HoursForm,
    PasswordForm,
    PersonForm,
    PostForm,
    ShiftForm,
    lay,
)
from bihuan.console.http import StaffRequest, page
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.obligations.models import Obligation, State

YEARS = range(2000, 2100)


@page
def staff(request: StaffRequest) -> HttpResponse:
    """The tree of sites, the days off of a year, and adding somebody."""
    if not request.actor.may_somewhere(staffing.VIEW):
        request.actor.must(staffing.VIEW, request.site_code)
    asked, act = request.POST or None, request.POST.get("act")
    adding = PersonForm(asked if act == "add" else None)
    day = HolidayForm(asked if act == "holiday" else None)
    done = _do(request, act, {"add": (adding, _add), "holiday": (day, _holiday), "clear": (None, _clear)})
    if done is not None:
        return done
    context: dict[str, Any] = {"branches": staffing.tree(request.actor), "day": day, "adding": adding}
    context |= {"holidays": staffing.holidays(_year(request)), "may_add": request.actor.may_somewhere(staffing.EDIT)}
    context["may_everywhere"] = context["may_add"] and staffing.may_everywhere(request.actor)
    context["idle"] = staffing.without_post() if context["may_add"] else []
    return render(request, "console/staff.html", context | {"rail_on": "staff"}, status=_status(adding, day))


@page
def site(request: StaffRequest, code: str) -> HttpResponse:
    """One site: its hours, its people, and the roster of a week."""
    request.actor.must(staffing.VIEW, code)
    place = Site.objects.select_related("unit").get(pk=code)
    people, monday = list(staff_of_sites([code])), _monday(request)
    asked, act = request.POST or None, request.POST.get("act")
    hours = HoursForm(asked if act == "hours" else None, weekly=place.weekly)
    turn = ShiftForm(asked if act == "shift" else None, people=people, day=max(monday, today()))
    ways: Ways = {
        "hours": (hours, lambda request, form: _hours(request, place, form)),
        "shift": (turn, lambda request, form: _shift(request, place, form)),
        "unshift": (None, lambda request, form: _unshift(request, place)),
    }
    done = _do(request, act, ways)
    if done is not None:
        return done
    context = {"place": place, "told_hours": staffing.hours(place.weekly), "people": people}
    context |= {"hours": hours, "turn": turn}
    context |= {"week": staffing.week_of(place, monday, now=clock.now()), "monday": monday, "rail_on": "staff"}
    context |= {"before": monday - timedelta(days=7), "after": monday + timedelta(days=7)}
    context["may_edit"] = request.actor.may(staffing.EDIT, code)
    return render(request, "console/site.html", context, status=_status(hours, turn))


@page
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """One person: posts, password, and leaving."""
    shown = staffing.visible_person(request.actor, pk)
    asked, act, day = request.POST or None, request.POST.get("act"), today()
    may = staffing.may_manage(request.actor, shown)
    post = PostForm(asked if act == "give" else None, **_places(request), day=day)
    password = PasswordForm(asked if act == "password" else None)
    end = EndForm(asked if act == "end" else None, initial={"on": day})
    ways: Ways = {
        "give": (post, lambda request, form: _give(request, shown, form)),
        "password": (password, lambda request, form: _password(request, shown, form)),
        "end": (end, lambda request, form: _end(request, shown, form)),
        "leave": (None, lambda request, form: _leave(request, shown)),
    }
    done = _do(request, act, ways)
    if done is not None:
        return done
    context = {"person": shown, "may_manage": may and shown.is_active, "post": post, "password": password, "end": end}
    context |= _held(shown, day) | {"rail_on": "staff", "itself": shown.pk == request.actor.staff.pk}
    return render(request, "console/person.html", context, status=_status(post, password, end))


Way = Callable[[StaffRequest, Any], HttpResponse]
Ways = dict[str, tuple[forms.Form | None, Way]]


def _do(request: StaffRequest, act: str | None, ways: Ways) -> HttpResponse | None:
    """Does what was asked for; None where nothing was, or where its form must be shown again with what is wrong."""
    if request.method != "POST":
        return None
    if act not in ways:
        raise NotFound
    form, way = ways[act]
    if form is not None and not form.is_valid():
        return None
    try:
        return way(request, form)
    except Refused as refused:
        if form is None or refused.code in ("not_found", "not_allowed"):
            raise
        lay(form, refused)
        return None


def _status(*asked: forms.Form) -> int:
    return 422 if any(form.errors for form in asked) else 200


def _add(request: StaffRequest, form: Any) -> HttpResponse:
    made = actions.add_staff(by=request.actor, **form.cleaned_data)
    messages.success(request, _("%s was added. Give them a post now.") % made.name)
    return redirect("console:person", made.pk)


def _holiday(request: StaffRequest, form: Any) -> HttpResponse:
    day, worked = form.cleaned_data["day"], form.cleaned_data["worked"] == "1"
    actions.set_holiday(day, worked=worked, by=request.actor)
    messages.success(request, (_("%s is worked now.") if worked else _("%s is off now.")) % day)
    return _to_year(day.year)


def _clear(request: StaffRequest, form: None) -> HttpResponse:
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise NotFound from None
    actions.clear_holiday(day, by=request.actor)
    messages.success(request, _("%s is like its weekday again.") % day)
    return _to_year(day.year)


def _to_year(year: int) -> HttpResponse:
    response = redirect("console:staff")
    response["Location"] += f"?year={year}#holidays"
    return response


def _year(request: StaffRequest) -> int:
    asked = request.GET.get("year", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and int(asked[:5]) in YEARS else today().year


def _hours(request: StaffRequest, place: Site, form: Any) -> HttpResponse:
    actions.edit_site_hours(place.code, weekly=form.weekly(), by=request.actor)
    messages.success(request, _("The hours were changed. Promises already made keep their time."))
    return redirect("console:site", place.code)


def _shift(request: StaffRequest, place: Site, form: Any) -> HttpResponse:
    starts_at, ends_at = form.instants(place.zone)
    who, post = form.cleaned_data["person"], form.cleaned_data["post"]
    actions.add_shift(who, site=place.code, post=post, starts_at=starts_at, ends_at=ends_at, by=request.actor)
    messages.success(request, _("%s is on the roster.") % who.name)
    return _to_week(place, form.cleaned_data["day"])


def _unshift(request: StaffRequest, place: Site) -> HttpResponse:
    asked = request.POST.get("shift", "")
    row = Shift.objects.filter(site=place, pk=asked).select_related("staff").first() if asked.isdecimal() else None
    if row is None:
        raise NotFound
    actions.remove_shift(row, by=request.actor)
    messages.success(request, _("%s is off the roster.") % row.staff.name)
    return _to_week(place, _monday(request))


def _to_week(place: Site, day: date) -> HttpResponse:
    response = redirect("console:site", place.code)
    response["Location"] += f"?week={day.isoformat()}#roster"
    return response


def _monday(request: StaffRequest) -> date:
    try:
        day = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        day = today()
    if day.year not in YEARS:
        day = today()
    return day - timedelta(days=day.weekday())


def _give(request: StaffRequest, shown: Staff, form: Any) -> HttpResponse:
    given = actions.assign_post(shown, by=request.actor, **form.assignment())
    messages.success(request, _("%(name)s is %(post)s now.") % {"name": shown.name, "post": given.get_post_display()})
    return redirect("console:person", shown.pk)


def _end(request: StaffRequest, shown: Staff, form: Any) -> HttpResponse:
    asked = request.POST.get("post", "")
    row = Post.objects.filter(staff=shown, pk=asked).first() if asked.isdecimal() else None
    if row is None:
        raise NotFound
    actions.end_post(row, by=request.actor, on=form.cleaned_data["on"])
    messages.success(request, _("The post ends with %s.") % form.cleaned_data["on"])
    return redirect("console:person", shown.pk)


def _password(request: StaffRequest, shown: Staff, form: Any) -> HttpResponse:
    actions.set_password(shown, password=form.cleaned_data["password"], by=request.actor)
    messages.success(request, _("%s has a new password, and is signed out everywhere.") % shown.name)
    return redirect("console:person", shown.pk)


def _leave(request: StaffRequest, shown: Staff) -> HttpResponse:
    actions.deactivate(shown, by=request.actor)
    messages.success(request, _("%s no longer works here.") % shown.name)
    return redirect("console:person", shown.pk)


def _places(request: StaffRequest) -> dict[str, Any]:
    """Where this person may give posts."""
    sites = Site.objects.filter(code__in=request.actor.sites_for(staffing.EDIT))
    units = Unit.objects.order_by("name") if sites and staffing.may_everywhere(request.actor) else []
    return {"sites": sites, "units": units}


def _held(shown: Staff, day: date) -> dict[str, Any]:
    """The posts of a person, those in force first, and what leaving would touch."""
    posts = list(shown.posts.select_related("site", "unit").order_by("-since", "pk"))
    now = [one for one in posts if one.until is None or one.until >= day]
    owed = Obligation.objects.filter(staff=shown, state=State.OPEN).order_by()[:1000].count()
    shifts = Shift.objects.filter(staff=shown, starts_at__gt=clock.now()).count()
    return {"posts": now, "former": [one for one in posts if one not in now], "owed": owed, "shifts": shifts}

"""Customers: the search box, the directory of homes, archives; showing a number, correcting and erasing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.accounts.access import NotFound
from bihuan.cases.access import visible_case
from bihuan.console import archives, directory
from bihuan.console.forms.customers import CustomerForm, EraseForm, RevealForm, lay
from bihuan.console.found import found
from bihuan.console.http import StaffRequest, page
from bihuan.console.rows import case_rows, visit_rows
from bihuan.customers.access import visible_home, visible_party
from bihuan.customers.actions import add_email, add_phone, correct, erase, remove_email, remove_phone, reveal_phone
from bihuan.customers.models import Home, Party, Phone
from bihuan.customers.queries import archive as archive_of
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused


@page
def search(request: StaffRequest) -> HttpResponse:
    """What was typed into the one box: customers, homes, cases; straight to the page where it can only be one."""
    asked = request.GET.get("q", "").strip()[:80]
    shown = found(request.actor, asked, now=clock.now())
    if shown.only:
        return redirect(shown.only)
    return render(request, "console/search.html", {"q": asked, "found": shown, "rail_on": "customers"})


@page
def customers(request: StaffRequest) -> HttpResponse:
    """The directory: buildings, the homes of one or of all, or one home."""
    if "home" in request.GET:
        return _home(request, request.GET["home"])
    request.actor.must("customer.view", request.site_code)
    blocks = archives.buildings(request.site_code)
    chosen, everything = request.GET.get("building", ""), "all" in request.GET or len(blocks) < 2
    context: dict[str, Any] = {"blocks": blocks, "total": sum(one["count"] for one in blocks), "everything": everything}
    if not chosen and not everything:
        return render(request, "console/customers.html", context)
    tower = directory.building_of(request.site_code, chosen) if chosen else None
    after = request.GET.get("after", "")
    homes, more = directory.homes_page(request.site_code, after, building=tower.pk if tower else None)
    begun = f"building={tower.pk}" if tower else "all=1"
    context |= {"tower": tower, "homes": homes, "next": f"?{begun}&after={more}" if more else ""}
    return render(request, "console/customers_homes.html", context)


@page
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything known of a customer. With ?erase, or posted, the page that erases."""
    if "erase" in request.GET or request.method == "POST":
        return _erase(request, visible_party(request.actor, pk, act="customer.erase"))
    party, now = visible_party(request.actor, pk), clock.now()
    kind = request.GET.get("kind", "")
    cases = archives.cases_of(party, request.GET.get("after", ""), kind=kind)
    known = archive_of(party)
    context = {"party": party, "known": known, "homes": archives.homes_of(known), "kind": kind}
    context |= {"year": archives.year_of(party, now)}
    context |= {"rows": case_rows(cases.rows, now=now), "next": _next(kind, cases.next), "rail_on": "customers"}
    context |= {"visits": visit_rows(list(archives.visits_of(party)), now=now), "who": _who(party)}
    return render(request, "console/customer.html", context | _acts(request, party.site_id))


@page
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Correcting what is known of a customer."""
    party = visible_party(request.actor, pk, act="customer.edit")
    form = CustomerForm(party, _sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            _correct(request, party, form)
        except NotFound:
            raise
        except Refused as refused:
            lay(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("console:customer", party.pk)
    context = {"party": party, "form": form, "rail_on": "customers"}
    return render(request, "console/customer_edit.html", context, status=422 if form.errors else 200)


@page
def reveal(request: StaffRequest, pk: int, phone: int) -> HttpResponse:
    """A number in full, once, to whoever says why; that it was shown is recorded."""
    party = visible_party(request.actor, pk, act="customer.reveal")
    row = Phone.objects.filter(party=party, pk=phone).first()
    if row is None:
        raise NotFound
    case = visible_case(request.actor, request.GET["case"]) if request.GET.get("case") else None
    form, number, status = RevealForm(_sent(request)), "", 200
    if request.method == "POST" and form.is_valid():
        about = str(case.pk) if case else None
        reason = form.cleaned_data["reason"]
        number = reveal_phone(party, row, reason=reason, by=request.actor, at=clock.now(), case=about)
    elif request.method == "POST":
        status = 422
    back = reverse("console:case", args=[case.number or case.pk]) if case else reverse("console:customer", args=[pk])
    context = {"party": party, "phone": row, "form": form, "number": number, "back": back, "rail_on": "customers"}
    response = render(request, "console/reveal.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _home(request: StaffRequest, pk: str) -> HttpResponse:
    """One home: its people, then and now, and what was reported about it."""
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        raise NotFound
    home, now = visible_home(request.actor, int(pk)), clock.now()
    cases = archives.cases_of(home, request.GET.get("after", ""))
    more = f"?home={home.pk}&after={cases.next}" if cases.next else ""
    context = {"home": home, "people": archives.people_of(home), "rows": case_rows(cases.rows, now=now), "next": more}
    context |= {"who": f"0-{home.pk}", "rail_on": "customers"}
    return render(request, "console/customer_home.html", context | _acts(request, home.site_id))


@transaction.atomic
def _correct(request: StaffRequest, party: Party, form: CustomerForm) -> None:
    by, at = request.actor, clock.now()
    correct(party, by=by, at=at, **form.changes())
    for number, given in enumerate(form.numbers()):
        add_phone(party, given, primary=number == 0 and bool(form.cleaned_data.get("first")), by=by, at=at)
    for phone in form.cleaned_data.get("remove", ()):
        remove_phone(party, phone, by=by, at=at)
    for email in form.cleaned_data.get("remove_emails", ()):
        remove_email(party, email, by=by, at=at)
    if form.cleaned_data["email"]:
        add_email(party, form.cleaned_data["email"], by=by, at=at)


def _erase(request: StaffRequest, party: Party) -> HttpResponse:
    """Says what goes and what stays, then does it."""
    form = EraseForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        erase(party, reason=form.cleaned_data["reason"], by=request.actor, at=clock.now())
        messages.success(request, _("The data of this customer were erased."))
        seen = request.actor.may("customer.view", party.site_id)
        return redirect("console:customer", party.pk) if seen else redirect("console:workbench")
    context = {"party": party, "known": archive_of(party), "removed": archives.removed_by_erasing(party)}
    context |= {"form": form, "rail_on": "customers"}
    return render(request, "console/customer_erase.html", context, status=422 if form.errors else 200)


def _sent(request: StaffRequest) -> QueryDict | None:
    """What was sent with a form; None where it is only asked for."""
    return request.POST if request.method == "POST" else None


def _acts(request: StaffRequest, site: str) -> dict[str, bool]:
    """What this person may do with a customer of that site."""
    acts = {"may_receive": "case.receive", "may_edit": "customer.edit", "may_reveal": "customer.reveal"}
    held = {name: request.actor.may(act, site) for name, act in acts.items()}
    held["may_receive"] = held["may_receive"] and site == request.site_code  # a case is taken in at the chosen site
    return held | {"may_erase": request.actor.may("customer.erase", site)}


def _next(kind: str, after: str) -> str:
    return (f"?kind={kind}&after={after}" if kind else f"?after={after}") if after else ""


def _who(party: Party) -> str:
    """As the intake reads it: the customer, and the home where there is only one."""
    homes = list(Home.objects.filter(occupancies__party=party, occupancies__until=None).distinct()[:2])
    return f"{party.pk}-{homes[0].pk if len(homes) == 1 else 0}"

"""Every route, every post, one's own site and somebody else's: who gets the page, and who cannot tell that it exists."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from bihuan.accounts.models import Post, PostCode, Site, Staff
from bihuan.accounts.permissions import ACTS
from bihuan.console.urls import urlpatterns
from bihuan.customers.models import Import
from bihuan.kernel.ids import new_id
from tests.console.estate import MORNING, Estate, checked, received, signed_in
from tests.console.estate import handled as handled_case
from tests.files.samples import upload

pytestmark = pytest.mark.django_db

PLAIN: dict[str, str | None] = {  # name → the act it needs; None: everybody who is signed in
    "workbench": None,
    "version": None,
    "notices": None,
    "called": None,  # shows what one is wanted for, which may be nothing
    "search": None,  # finds what one may see, which may be nothing
    "intake": "case.receive",
    "intake_aside": "case.receive",
    "complaints": "case.view",
    "register": "case.view",
    "demands": "case.view",
    "cases": "case.view",
    "work_orders": "work_order.view",
    "visits": "visit.view",
    "customers": "customer.view",
    "figures": "figures.view",
    "figures_behind": "figures.view",
    "figures_close": "figures.close",
    "figures_sheet": "figures.view",
    "figures_paper": "figures.view",
    "rulebook": "rulebook.view",
    "imports": "customer.import",
    "import_example": "customer.import",
    "authority": "authority.view",
    "checks": "check.view",
    "staff": "staff.view",
}
OBJECTS: dict[str, str] = {  # name → act; they speak of one thing, at one site
    "case": "case.view",
    **dict.fromkeys(("record", "acknowledgement", "transfer", "joint_report"), "case.view"),
    "step": "case.classify",
    "dispatch": "work_order.dispatch",
    "visit": "visit.view",
    "visit_of": "visit.view",
    "exempt": "visit.exempt",
    "customer": "customer.view",
    "customer_edit": "customer.edit",
    "reveal": "customer.reveal",
    "import": "customer.import",
    "file": "case.view",
    "check": "check.daily",
    "check_sheet": "check.view",
    "check_signature": "check.view",
    "join": "case.speak",
    "same": "case.merge",
}
ELSEWHERE = {
    "coming",
    "set_site",
    "set_language",
    "clause",
    "work_order",
    "work_order_step",
    "signature",
    "person",
    "site",
}
POSTS = list(PostCode.values)


def holder(estate: Estate, post: str, *, site: Site) -> Staff:
    """Somebody with one post, at one site."""
    staff = Staff.objects.create_user(f"{post}-{site.pk}", name=post, language="en")
    Post.objects.create(staff=staff, post=post, site=site, since=date(2020, 1, 1))
    return staff


def addresses(estate: Estate) -> dict[str, str]:
    """An address of each kind of object of the site."""
    case, done = received(estate, files=[upload()]), handled_case(estate)
    photo = case.files.get()
    joint = received(estate, signers=3)
    sheet = checked(estate)
    visit = done.visits.get(state="planned")
    phone = estate.party.phones.get()
    made = Import.objects.create(id=new_id(), site=estate.site, digest=b"", file="x", made_by=1, made_at=MORNING)
    arguments: dict[str, list[Any]] = {
        "case": [case.number],
        **{paper: [joint.number] for paper in ("record", "acknowledgement", "transfer", "joint_report")},
        "step": [case.number, "classified"],
        "dispatch": [case.number],
        "visit": [visit.pk],
        "visit_of": [visit.subject],
        "exempt": [visit.pk],
        "customer": [estate.party.pk],
        "customer_edit": [estate.party.pk],
        "reveal": [estate.party.pk, phone.pk],
        "import": [made.pk],
        "file": [photo.file_id],
        "check": ["CH", "daily"],
        "check_sheet": [sheet.pk],
        "check_signature": [sheet.pk],
        "join": [case.number],
        "same": [case.number, done.number],
    }
    return {name: reverse(f"console:{name}", args=args) for name, args in arguments.items()}


def test_every_route_is_here() -> None:
    assert {route.name for route in urlpatterns} == {*PLAIN, *OBJECTS, *ELSEWHERE}


@pytest.mark.parametrize("post", POSTS)
def test_pages_open_for_the_posts_that_need_them(estate: Estate, post: str) -> None:
    client = signed_in(holder(estate, post, site=estate.site))
    for name, act in PLAIN.items():
        status = client.get(reverse(f"console:{name}"), follow=name == "workbench").status_code
        allowed = act is None or post in ACTS[act]
        assert (status in (200, 302)) if allowed else status == 403, (name, status)


@pytest.mark.parametrize("post", POSTS)
def test_objects_open_for_the_posts_of_their_site(estate: Estate, post: str) -> None:
    client = signed_in(holder(estate, post, site=estate.site))
    for name, address in addresses(estate).items():
        status = client.get(address).status_code
        assert (status in (200, 302)) if post in ACTS[OBJECTS[name]] else status in (403, 404), (name, status)


@pytest.mark.parametrize("post", POSTS)
def test_objects_of_another_site_are_not_there(estate: Estate, post: str) -> None:
    client = signed_in(holder(estate, post, site=estate.other))
    for name, address in addresses(estate).items():
        assert client.get(address).status_code == 404, name
        assert client.post(address, {}).status_code == 404, name


def test_who_is_not_signed_in_sees_no_page(estate: Estate) -> None:
    from django.test import Client

    for address in (*addresses(estate).values(), *(reverse(f"console:{name}") for name in PLAIN)):
        answer = Client().get(address)
        assert (answer.status_code, "/sign-in" in answer.get("Location", "")) == (302, True), address

"""A small company for the benches: sites beneath a branch, who works there, their customers in their homes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bihuan.accounts.calendars import revise
from bihuan.accounts.models import Post, Site, Staff, Unit
from bihuan.cases.models import Problem
from bihuan.customers.actions.parties import name_party
from bihuan.customers.models import Building, Home, Occupancy, Party

SITES = ("CH", "LH", "NS", "QY")
PROBLEM = "03"
HOMES = 50  # at each site
FOR_YEARS = date(2020, 1, 1)
AT_EACH_SITE = ("agent", "cs_supervisor", "quality_supervisor", "site_manager", "trade_supervisor", "technician")
ABOVE = ("branch_office", "head_office")


@dataclass(frozen=True, slots=True)
class Company:
    """Its agents by site, and who lives where."""

    agents: dict[str, Staff]
    customers: list[tuple[Home, Party]]  # the sites in turn


def found() -> Company:
    """Makes it, in an empty database."""
    head = Unit.objects.create(name="Company")
    branch = Unit.objects.create(name="Branch", parent=head)
    Problem.objects.create(code=PROBLEM, name="夜间噪声")
    for post, unit in zip(ABOVE, (branch, head), strict=True):
        Post.objects.create(staff=_person(post), post=post, unit=unit, since=FOR_YEARS)
    agents = {code: _site(code, branch) for code in SITES}
    revise()
    buildings = [Building.objects.create(site_id=code, name="7栋", sort="7") for code in SITES]
    return Company(agents, [_customer(one, number) for number in range(HOMES) for one in buildings])


def _site(code: str, branch: Unit) -> Staff:
    Site.objects.create(code=code, name=code, unit=branch)
    people = {post: _person(f"{post}_{code.lower()}") for post in AT_EACH_SITE}
    for post, staff in people.items():
        Post.objects.create(staff=staff, post=post, site_id=code, since=FOR_YEARS)
    return people["agent"]


def _person(name: str) -> Staff:
    return Staff.objects.create(username=name, name=name)


def _customer(building: Building, number: int) -> tuple[Home, Party]:
    room = f"{1 + number // 10}{number % 10:02d}"
    home = Home(site_id=building.site_id, building=building, room=room, label=f"7栋{room}", sort=room)
    home.terms = [f"7-{room}", room]
    party = Party(site_id=building.site_id)
    name_party(party, f"王{room}")
    home.save(force_insert=True)
    party.save(force_insert=True)
    Occupancy.objects.create(home=home, party=party, role="owner")
    return home, party

"""The company, its sites with their homes, its people, and its customers. Rows alone: nothing has happened yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from bihuan.accounts.models import Post, Site, Staff, Trade, Unit
from bihuan.cases.models import AuthorityLetter, Problem
from bihuan.customers.actions.homes import blank_home
from bihuan.customers.actions.parties import name_party
from bihuan.customers.models import Building, Home, Occupancy, Party, Phone
from bihuan.customers.places import sort_key
from bihuan.customers.vault import phone_row
from bihuan.kernel.text import pinyin_key
from bihuan.ops.demo.words import TRADES, read, weighted

KIND_OF = {"residence": "resident", "shop": "merchant", "office": "enterprise", "plant": "enterprise"}
OCCUPIED, TENANTS, WITH_NEEDS, KEY = 0.86, 0.18, 0.05, 0.03  # shares of homes and of parties
RANGES = (
    "130",
    "131",
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
    "158",
    "159",
    "177",
    "182",
    "186",
    "188",
    "199",
)
SUPERVISED = {
    "工程主管": Trade.ENGINEERING,
    "环境主管": Trade.ENVIRONMENT,
    "环境秩序主管": Trade.ENVIRONMENT,
    "秩序主管": Trade.SECURITY,
}
PROBLEM_TRADES = {
    "01": "plumbing", "02": "plumbing", "03": "electrics", "04": "lifts", "05": "low_voltage", "06": "electrics",
    "07": "plumbing", "08": "plumbing", "09": "general", "10": "fire", "11": "cleaning", "12": "cleaning",
    "13": "greening", "14": "cleaning", "15": "security", "16": "security", "17": "security", "18": "security",
    "19": "stewards", "20": "stewards", "21": "stewards", "22": "stewards", "23": "security", "24": "stewards",
}  # fmt: skip


def build(password: str, *, today: date) -> None:
    """Makes all of it."""
    company = read("company")
    head = Unit.objects.create(name=company["company"]["name"])
    branch = Unit.objects.create(name=company["branch"]["name"], parent=head)
    Problem.objects.bulk_create(
        Problem(code=one["code"], name=one["zh"], name_en=one["en"], trade=PROBLEM_TRADES[one["code"]])
        for one in company["problems"]
    )
    for one in company["sites"]:
        Site.objects.create(code=one["code"], name=one["office"], unit=branch)
    _staff(password, head=head, branch=branch, since=today - timedelta(days=900))
    _letters(today)
    for one in company["sites"]:
        _homes(one)
        _parties(one["code"], Random(one["code"]), today=today)


def sign_in_name(name: str) -> str:
    """李敏 signs in as limin."""
    return pinyin_key(name).replace(" ", "")


def _staff(password: str, *, head: Unit, branch: Unit, since: date) -> None:
    hashed = Staff()
    hashed.set_password(password)  # once: it is slow by design, and the same for all of the demo
    for one in read("staff")["staff"]:
        person = Staff.objects.create(username=sign_in_name(one["name"]), name=one["name"], password=hashed.password)
        unit = None if "site" in one else head if one["post"] in ("head_office", "admin") else branch
        for trade in _trades(one):
            Post.objects.create(
                staff=person, post=one["post"], site_id=one.get("site"), unit=unit, trade=trade, since=since
            )


def _letters(today: date) -> None:
    """Each manager's authority letters, year after year (XQ-C7.5a); the last one has three quarters to go."""
    branch = Post.objects.filter(post="branch_office").order_by("pk")[0].staff
    managers = Post.objects.filter(post="site_manager", site__isnull=False)
    for site, manager in managers.values_list("site", "staff"):
        for ago in (820, 455, 90):
            since = today - timedelta(days=ago)
            AuthorityLetter.objects.create(
                site_id=site,
                manager_id=manager,
                since=since,
                until=since + timedelta(days=364),
                amount=1000,
                approved_by=branch,
                granted_at=datetime.combine(since, time(9), ZoneInfo(settings.TIME_ZONE)),
            )


def _trades(one: dict[str, Any]) -> list[str]:
    if one["post"] == "trade_supervisor":
        return [SUPERVISED[one["title"]]]
    return [TRADES[trade] for trade in one.get("trades", ())] or [""]


def _homes(site: dict[str, Any]) -> None:
    homes: list[Home] = []
    buildings: dict[str, Building] = {}
    for given in site["buildings"]:
        name = given["name"]
        if name not in buildings:
            buildings[name] = Building.objects.create(site_id=site["code"], name=name, sort=sort_key(name))
        for unit, floor, number in _rooms(given):
            home = blank_home(buildings[name], unit=unit, room=number)
            home.kind, home.floor = given["kind"], floor
            homes.append(home)
    dice = Random(site["code"])
    for home in homes:
        home.status = "occupied" if dice.random() < OCCUPIED else dice.choice(["vacant", "not_moved_in", "decorating"])
        home.area = dice.randrange(*AREAS[home.kind]) + dice.randrange(100) / 100
    Home.objects.bulk_create(homes)


AREAS = {"residence": (58, 143), "shop": (24, 180), "office": (60, 420), "plant": (900, 3200), "parking": (12, 14)}


def _rooms(given: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    first, last = given["floors"]
    pattern = given.get("number", "{floor}{room:02d}")
    for unit in range(1, given["units"] + 1) or [0]:
        for floor in range(first, last + 1):
            for room in range(1, given["rooms"] + 1):
                yield str(unit or ""), floor, pattern.format(floor=floor, room=room)


def _parties(site: str, dice: Random, *, today: date) -> None:
    homes = list(Home.objects.filter(site=site, status="occupied").exclude(kind="parking").order_by("id"))
    organisations = {kind: _names(kind, dice) for kind in ("shop", "office", "plant")}
    parties: list[Party] = []
    links: list[tuple[Home, Party, str]] = []
    for home in homes:
        person = home.kind == "residence"
        party = _party(site, dice, name=_person(dice) if person else next(organisations[home.kind]), kind=home.kind)
        parties.append(party)
        links.append((home, party, "owner" if person or dice.random() < 0.3 else "tenant"))
        if person and dice.random() < TENANTS:
            tenant = _party(site, dice, name=_person(dice), kind=home.kind)
            parties.append(tenant)
            links.append((home, tenant, "tenant"))
    Party.objects.bulk_create(parties)
    Occupancy.objects.bulk_create(
        Occupancy(home=home, party=party, role=role, since=today - timedelta(days=dice.randrange(200, 3600)))
        for home, party, role in links
    )
    Phone.objects.bulk_create(phone_row(party.pk, _number(dice), primary=True) for party in parties)


def _names(kind: str, dice: Random) -> Iterator[str]:
    words = read("organisations")
    names = (
        [name for group in words["merchants"].values() for name in group]
        if kind == "shop"
        else words["enterprises"][kind]
    )
    names = list(names)
    dice.shuffle(names)
    round_ = 0
    while True:
        for name in names:
            yield (
                name
                if not round_
                else f"{name}（{'二三四五六七八九十'[round_ - 1]}店）"
                if kind == "shop"
                else f"{name}{round_ + 1}部"
            )
        round_ += 1


def _party(site: str, dice: Random, *, name: str, kind: str) -> Party:
    party = Party(site_id=site, kind=KIND_OF[kind])
    name_party(party, name)
    party.customer_class = "key" if dice.random() < KEY else "normal"
    if dice.random() < WITH_NEEDS:
        care = [one["text"] for one in read("handling")["care"] if kind in one.get("homes", ["residence"])]
        if care:
            party.needs = dice.choice(care)
            if "13–15" in party.needs:
                party.rest_from, party.rest_until = time(13), time(15)
    return party


def _person(dice: Random) -> str:
    people = read("people")
    age = dice.choices(["elder", "middle", "young"], [22, 48, 30])[0]
    names = people["given_names"][age][dice.choice(["male", "female"])]
    return weighted(dice, people["surnames"]) + str(dice.choice(names))


def _number(dice: Random) -> str:
    return f"+86{dice.choice(RANGES)}{dice.randrange(10**7, 10**8)}"

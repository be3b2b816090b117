"""Who speaks and what they say: a customer, a home and words that fit each other, for every case that is played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from bihuan.accounts.access import Actor, actor_of
from bihuan.accounts.models import Post, Staff
from bihuan.cases.models import Case
from bihuan.customers.models import Home, Occupancy, Party
from bihuan.ops.demo.words import TRADES, Deck, by_problem, fits, read

SOURCES = {"enquiry": "enquiries", "suggestion": "suggestions", "praise": "praise", "emergency": "emergencies"}
ENVIRONMENT = frozenset(("cleaning", "greening"))
ORDER = frozenset(("security", "stewards"))


@dataclass(slots=True)
class Role:
    """One case as it is played: its words, who it is about, its jobs and how often it was put right."""

    words: dict[str, Any]
    party: Party | None
    home: Home | None
    problem: str
    case: Case | None = None
    orders: dict[str, Any] = field(default_factory=dict)
    redone: int = 0

    def text(self, key: str) -> str:
        """The words under a key, with the place and the floor filled in."""
        place = "" if self.home is None else f"{self.home.building.name}{self.home.unit and self.home.unit + '单元'}"
        floor = "" if self.home is None else str(self.home.floor)
        return str(self.words.get(key, "")).replace("{place}", place).replace("{floor}", floor)


class Cast:
    """The people of one site."""

    def __init__(self, site: str) -> None:
        self.site, self.dice = site, Random(f"{site} cast")
        self.deck = Deck(self.dice)
        self.actors: dict[int, Actor] = {}
        held = Post.objects.filter(site=site).select_related("staff").order_by("id")
        self.posts = [(post.post, post.trade, post.staff) for post in held]
        links = Occupancy.objects.filter(home__site=site, until=None).select_related("home__building", "party")
        self.links = list(links.order_by("id"))
        self.kinds = {link.home.kind for link in self.links}

    def actor(self, staff: Staff) -> Actor:
        """The person as an actor, asked for once."""
        if staff.pk not in self.actors:
            self.actors[staff.pk] = actor_of(staff)
        return self.actors[staff.pk]

    def staff(self, post: str, *, trade: str = "") -> Staff:
        """Somebody who holds the post, of the trade where there is one."""
        held = [person for code, known, person in self.posts if code == post and trade in ("", known)]
        return self.dice.choice(held or [person for code, _, person in self.posts if code == post])

    def supervisor(self, trade: str) -> Staff:
        """The trade supervisor that a trade belongs to."""
        group = "environment" if trade in ENVIRONMENT else "security" if trade in ORDER else "engineering"
        return self.staff("trade_supervisor", trade=group)

    def role(self, kind: str, *, problem: str, severity: str, at: datetime) -> Role:
        """Words for a case of that kind, and somebody whose case it can be."""
        words, problem = self._words(kind, problem, severity, at.month)
        homes = words.get("homes") or ["residence"]
        links = [one for one in self.dice.choices(self.links, k=60) if "any" in homes or one.home.kind in homes]
        links = [one for one in links if self._on_floor(one.home, words.get("floor"))] or links
        link = links[0] if links else None
        return Role(words, link.party if link else None, link.home if link else None, problem)

    def _words(self, kind: str, problem: str, severity: str, month: int) -> tuple[dict[str, Any], str]:
        if kind in SOURCES:
            pool = [item for item in read(SOURCES[kind]) if fits(item, homes=self.kinds, month=month)]
            return self.deck.draw(pool), problem
        by_code = by_problem("complaints" if kind == "complaint" else "demands")
        pool = self._fitting(by_code.get(problem, ()), month, severity)
        if not pool:  # nobody demands anything about some codes: then about another
            code = self.dice.choice(sorted(by_code))
            return self._words(kind, code, "", month)
        return self.deck.draw(pool), problem

    def _fitting(self, items: Sequence[dict[str, Any]], month: int, severity: str) -> list[dict[str, Any]]:
        right = [item for item in items if fits(item, homes=self.kinds, month=month)]
        return [item for item in right if item.get("severity", severity) == severity] or right

    def _on_floor(self, home: Home, wanted: str | None) -> bool:
        return wanted is None or home.floor is None or (home.floor > 10 if wanted == "top" else home.floor <= 2)

    def trade(self, role: Role) -> str:
        """Whose work it is."""
        return TRADES.get(str(role.words.get("trade", "")), "general")

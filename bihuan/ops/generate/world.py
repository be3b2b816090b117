"""The company the stories happen in: sites, the people who act there, the parties who live there."""

from array import array
from itertools import count

from bihuan.ops.generate.agenda import Agenda, Start
from bihuan.ops.generate.chance import Chance, mix
from bihuan.ops.generate.tables import (
    CODES,
    KEY_CUSTOMERS,
    KINDS,
    OCCUPIED,
    SITES_PER_BRANCH,
    STAFF,
    TECHNICIANS,
    TRADES,
)

VACANT = 0
CLOCK = "clock"
_KINDS = mix(KINDS)
_STAFF_OF_SITE = sum(STAFF.values()) + len(TRADES) * (1 + TECHNICIANS)
# Fibonacci hashing spreads the numbers of parties evenly, so that kind and class need no memory.
_SPREAD, _SPREAD_CLASS, _MODULUS = 2654435761, 2246822519, 2**32


class Site:
    """One site: its code, who works there, and which party lives in which home."""

    __slots__ = (
        "agents", "branch", "code", "cs_supervisor", "guards", "last_complaint", "manager", "occupied", "parties",
        "quality_supervisor", "subject", "technicians", "trade_supervisors",
    )  # fmt: skip

    def __init__(self, index: int, *, homes: int, sites: int, chance: Chance) -> None:
        round_, place = divmod(index, len(CODES))
        self.code = CODES[place] + (str(round_ + 1) if round_ else "")
        self.subject = f"site:{self.code}"
        people = (f"staff:{index * _STAFF_OF_SITE + number}" for number in count(1))
        posts = {post: tuple(next(people) for _ in range(number)) for post, number in STAFF.items()}
        self.agents, self.guards = posts["agent"], posts["guard"]
        self.cs_supervisor, self.quality_supervisor = posts["cs_supervisor"][0], posts["quality_supervisor"][0]
        self.manager = posts["site_manager"][0]
        self.trade_supervisors = {trade: next(people) for trade in TRADES}
        self.technicians = {trade: tuple(next(people) for _ in range(TECHNICIANS)) for trade in TRADES}
        self.branch = f"staff:{sites * _STAFF_OF_SITE + index // SITES_PER_BRANCH + 1}"
        first = index * homes + 1
        lived_in = (number if chance.happens(OCCUPIED) else VACANT for number in range(first, first + homes))
        self.parties = array("I", lived_in)
        self.occupied = homes - self.parties.count(VACANT)
        self.last_complaint = ""


class World:
    """All sites, the agenda, and the next number of everything that is numbered."""

    __slots__ = ("_numbers", "agenda", "chance", "repeat", "sites", "take_up")

    def __init__(self, *, sites: int, homes: int, seed: int, end: int, take_up: Start, repeat: Start) -> None:
        self.chance, self.agenda = Chance(seed), Agenda(end)
        self.take_up, self.repeat = take_up, repeat  # the stories of what a visit found, and of what came back
        self.sites = [Site(index, homes=homes, sites=sites, chance=self.chance) for index in range(sites)]
        self._numbers = {"party": sites * homes}

    def name(self, noun: str) -> str:
        """Give the next subject of this noun its name."""
        number = self._numbers[noun] = self._numbers.get(noun, 0) + 1
        return f"{noun}:{number}"

    def home(self, site: Site, *, lived_in: bool) -> int | None:
        """Choose a home that is lived in, or one that is not; None where there hardly is one."""
        homes, random = site.parties, self.chance.random
        for _ in range(200):
            home = int(random() * len(homes))
            if (homes[home] != VACANT) is lived_in:
                return home
        return None


def kind_of(party: int) -> str:
    """Tell what kind of customer a party is, always the same."""
    return _KINDS[(party * _SPREAD % _MODULUS) * len(_KINDS) // _MODULUS]


def class_of(party: int) -> str:
    """Tell whether a party is a key customer, always the same."""
    return "key" if party * _SPREAD_CLASS % _MODULUS < KEY_CUSTOMERS * _MODULUS else "normal"

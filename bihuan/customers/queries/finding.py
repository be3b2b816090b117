"""The one search box: by name, initials, telephone, home or number, over all sites that somebody may look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Case, Prefetch, Q, QuerySet, Value, When

from bihuan.accounts.access import Actor
from bihuan.customers import names, places
from bihuan.customers.models import Home, Occupancy, Party, Phone
from bihuan.customers.vault import last_four_digest, phone_digest
from bihuan.kernel.phones import read_phone
from bihuan.kernel.text import normal

_FOUR = 4  # digits by which a caller is looked up
_CURRENT = Occupancy.objects.filter(until=None).order_by("id")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found: a party (with its homes and masked phones), a home (with its people), or a number."""

    kind: str  # "party", "home", or what the finder of a number calls it
    id: str
    site: str
    label: str
    beside: tuple[str, ...] = ()  # the homes of a party, the people of a home
    phones: tuple[str, ...] = ()  # masked
    customer_class: str = ""


FINDERS: list[Callable[[Actor, str], list[Found]]] = []  # of numbers, in rooms above; config.wiring fills it


def find(actor: Actor, text: str, *, limit: int = 20) -> list[Found]:
    """What the text may mean, at most `limit`: numbers first, then callers, homes, names.

    Eight queries at most, besides those of FINDERS.
    """
    asked, sites = normal(text), actor.sites_for("customer.view")
    if not asked or not sites:
        return []
    numbers = [found for finder in FINDERS for found in finder(actor, asked)]
    callers = [_of_party(one) for one in _callers(asked, sites, limit)]
    homes = [_of_home(one) for one in _homes(asked, sites, limit)]
    named = [_of_party(one) for one in _named(asked, sites, limit)]
    return _fairly([numbers, callers, homes, named], limit)


def _fairly(groups: Sequence[Sequence[Found]], limit: int) -> list[Found]:
    """The groups one after the other; where there is not room for all, none crowds out another."""
    filled = [group for group in groups if group]
    share = limit // max(len(filled), 1)
    spare = limit - sum(min(share, len(group)) for group in filled)
    chosen: list[Found] = []
    for group in filled:
        more = min(spare, max(len(group) - share, 0))
        chosen += group[: share + more]
        spare -= more
    return chosen


def _callers(asked: str, sites: list[str], limit: int) -> QuerySet[Party] | list[Party]:
    wanted = _by_number(asked)
    if wanted is None:
        return []
    bearers = Phone.objects.filter(wanted, party__site__in=sites).values("party_id")
    return _whole(Party.objects.filter(pk__in=bearers).order_by("sort", "id")[:limit])


def _by_number(asked: str) -> Q | None:
    if len(asked) == _FOUR and asked.isascii() and asked.isdecimal():
        return Q(last_four=last_four_digest(asked))
    kept = read_phone(asked)
    return Q(digest=phone_digest(kept)) if kept else None


def _named(asked: str, sites: list[str], limit: int) -> QuerySet[Party] | list[Party]:
    """Those whose name is the text itself come first, then those whose name begins with it."""
    wanted = [Q(terms__contains=pieces) for pieces in names.asked(asked)]
    if not wanted:
        return []
    nearness = Case(When(name=asked, then=Value(0)), When(name__startswith=asked, then=Value(1)), default=Value(2))
    parties = Party.objects.filter(reduce(or_, wanted), site__in=sites)
    return _whole(parties.order_by(nearness, "sort", "id")[:limit])


def _homes(asked: str, sites: list[str], limit: int) -> QuerySet[Home] | list[Home]:
    """A home of which the text is the whole comes before those of which it is the end."""
    wanted = places.asked(asked)
    if not wanted:
        return []
    nearness = Case(When(terms__0__in=wanted, then=Value(0)), default=Value(1))
    homes = Home.objects.filter(terms__overlap=wanted, site__in=sites).order_by(nearness, "sort", "id")[:limit]
    return homes.prefetch_related(Prefetch("occupancies", _CURRENT.select_related("party")))


def _whole(parties: QuerySet[Party]) -> QuerySet[Party]:
    return parties.prefetch_related("phones", Prefetch("occupancies", _CURRENT.select_related("home")))


def _of_party(party: Party) -> Found:
    homes = dict.fromkeys(one.home.label for one in party.occupancies.all())
    masks = tuple(phone.mask for phone in party.phones.all())
    return Found("party", str(party.pk), party.site_id, party.name, tuple(homes), masks, party.customer_class)


def _of_home(home: Home) -> Found:
    people = dict.fromkeys(one.party.name for one in home.occupancies.all() if one.party.name)
    return Found("home", str(home.pk), home.site_id, home.label, tuple(people))

"""Who may be calling: people with their homes, as choices of the intake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from bihuan.accounts.access import Actor
from bihuan.customers.access import visible_home, visible_party
from bihuan.customers.models import Home, Occupancy, Party
from bihuan.customers.queries import find
from bihuan.kernel.errors import Refused

MOST = 12


@dataclass(frozen=True, slots=True)
class Who:
    """A customer and the home the matter is about; either may be missing."""

    party: Party | None = None
    home: Home | None = None

    @property
    def value(self) -> str:
        """As the form sends it: 12-34, a party's and a home's number, 0 for none."""
        return f"{self.party.pk if self.party else 0}-{self.home.pk if self.home else 0}"


def read(actor: Actor, value: str, site: str) -> Who:
    """The customer that a form names; refuses whom this person may not see, and whoever belongs to another site."""
    party, _, home = value.partition("-")
    if not (party.isdecimal() and home.isdecimal()):
        return Who()
    who = Who(
        visible_party(actor, int(party)) if int(party) else None, visible_home(actor, int(home)) if int(home) else None
    )
    if any(part is not None and part.site_id != site for part in (who.party, who.home)):
        what, remedy = gettext("this customer belongs to another site."), gettext("Change the site first.")
        raise Refused(what, where="who", remedy=remedy, code="other_site")
    return who


def candidates(actor: Actor, text: str, site: str) -> list[dict[str, Any]]:
    """Choices for what was typed: each person with each home, and each home by itself."""
    found = [one for one in find(actor, text, limit=MOST) if one.site == site]
    parties = [int(one.id) for one in found if one.kind == "party"]
    homes = [int(one.id) for one in found if one.kind == "home"]
    rows = Occupancy.objects.filter(Q(party__in=parties) | Q(home__in=homes), until=None, party__erased_at=None)
    held = list(rows.select_related("party", "home").order_by("home__sort", "id")[: MOST * 2])
    choices = [_choice(Who(one.party, one.home), one.get_role_display()) for one in held]
    alone = Party.objects.filter(pk__in=parties, erased_at=None).exclude(pk__in=[one.party_id for one in held])
    choices += [_choice(Who(one, None), "") for one in alone]
    empty = Home.objects.filter(pk__in=homes).exclude(pk__in=[one.home_id for one in held])
    return choices + [_choice(Who(None, one), "") for one in empty.order_by("sort", "id")]


def _choice(who: Who, role: str) -> dict[str, Any]:
    return {
        "value": who.value,
        "name": who.party.name if who.party else "",
        "home": who.home.label if who.home else "",
        "role": role,
        "key": who.party is not None and who.party.customer_class == "key",
        "needs": who.party.needs if who.party else "",
    }

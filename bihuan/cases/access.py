"""The only way to a case: for those whose post may see it there. Outsiders cannot tell it from one that is not."""

from __future__ import annotations

from uuid import UUID

from bihuan.accounts.access import Actor, NotFound
from bihuan.cases.models import Case

RELATED = ("site", "problem", "home", "party", "in_charge", "received_by")


def visible_case(actor: Actor, key: str | UUID) -> Case:
    """The case of that id, or of any number it ever had."""
    found = Case.objects.select_related(*RELATED).filter(site__in=actor.sites_for("case.view"))
    try:
        case = found.filter(pk=UUID(str(key))).first()
    except ValueError:
        case = found.filter(numbers__number=str(key).upper()).first()
    if case is None:
        raise NotFound
    return case

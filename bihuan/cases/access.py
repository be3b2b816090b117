"""The only way to a case: for those whose post may see it there. Outsiders cannot tell it from one that is not."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from bihuan.accounts.access import Actor, NotFound
from bihuan.cases.models import Case, CaseNumber
from bihuan.files.models import File

RELATED = ("site", "problem", "home", "party", "in_charge", "received_by")


def case_id(subject: str) -> UUID | None:
    """The id of the case that a subject names; None where it names none."""
    try:
        return UUID(subject.removeprefix("case:")) if subject.startswith("case:") else None
    except ValueError:
        return None


def visible_file(actor: Actor, pk: UUID) -> File:
    """A file of a case or of an authority letter that is visible; one whose case was erased is none any more."""
    of_case = Q(case_file__case__site__in=actor.sites_for("case.view"))
    of_letter = Q(authority_letter__site__in=actor.sites_for("authority.view"))
    file = File.objects.filter(of_case | of_letter, pk=pk).first()
    if file is None:
        raise NotFound
    return file


def visible_case(actor: Actor, key: str | UUID) -> Case:
    """The case of that id, or of any number it ever had."""
    found = Case.objects.select_related(*RELATED).filter(site__in=actor.sites_for("case.view"))
    try:
        case = found.filter(pk=UUID(str(key))).first()
    except ValueError:
        named = CaseNumber.objects.filter(number=str(key).upper()).values("case")  # a join more takes long to plan
        case = found.filter(pk__in=named).first()
    if case is None:
        raise NotFound
    return case

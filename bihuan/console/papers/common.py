"""What the papers share: their frame, times as paper says them, and whose case it is."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor, units_from
from bihuan.accounts.models import Site, Unit
from bihuan.cases.models import Case
from bihuan.cases.queries import who
from bihuan.customers.models import Party
from bihuan.paper.shapes import Fact, Frame


def frame(site: Site, title: str, *, actor: Actor, now: datetime, number: str = "") -> Frame:
    """The head and foot of a paper of a site, printed by somebody now."""
    printed = {"when": moment(now, site), "who": actor.staff.name}
    return Frame(
        company=Unit.objects.get(pk=units_from(site.unit_id)[-1]).name,
        site=site.name,
        title=title,
        language=get_language() or "zh-hans",
        number=_("No. %s") % number if number else "",
        made=_("Printed %(when)s by %(who)s") % printed,
        page=_("Page {n} of {m}"),
        unprintable=_("[U+…] is the code of a character that the font does not have."),
    )


def moment(at: datetime | None, site: Site) -> str:
    """An instant on a paper: 2026-11-24 09:00, by the clock of the site."""
    return f"{at.astimezone(ZoneInfo(site.zone)):%Y-%m-%d %H:%M}" if at else ""


def day(at: datetime, site: Site) -> str:
    """The date of a letter, as the language writes it."""
    return date_format(at.astimezone(ZoneInfo(site.zone)), "DATE_FORMAT")


def complainant(case: Case) -> str:
    """The customer's name, or that it is not known."""
    return _("Anonymous") if case.anonymous else who(case)


def telephone(case: Case) -> str:
    """The mask of the number by which the customer is reached; the number itself is asked for on screen."""
    return "" if case.anonymous or case.party is None else mask_of(case.party)


def mask_of(party: Party) -> str:
    """The mask of a party's number; of several the one that is called first."""
    phones = sorted(party.phones.all(), key=lambda one: (not one.primary, one.pk))
    return phones[0].mask if phones else ""


def severity(case: Case) -> str:
    """How grave it is, in words."""
    return str(case.get_severity_display()) if case.severity else ""


def case_facts(case: Case) -> list[Fact]:
    """Whose complaint it is and what about: the fields with which every form about one case begins."""
    site = case.site
    facts = [
        Fact(label=_("Received at"), value=moment(case.received_at, site)),
        Fact(label=_("Taken in by"), value=case.received_by.name),
        Fact(label=_("Complainant"), value=complainant(case)),
        Fact(label=_("Telephone"), value=telephone(case)),
        Fact(label=_("Home"), value=case.home.label if case.home else ""),
        Fact(label=_("Channel"), value=str(case.get_channel_display())),
        Fact(label=_("Severity"), value=severity(case)),
        Fact(label=_("Problem"), value=str(case.problem) if case.problem else ""),
    ]
    if case.signers > 1:
        facts.append(Fact(label=_("Signers"), value=str(case.signers), wide=True))
    return facts

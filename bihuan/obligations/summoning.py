"""Calling somebody to a subject at once: who is called, who comes, and when it is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from bihuan.accounts.access import NotFound, holders
from bihuan.accounts.models import Staff
from bihuan.accounts.permissions import ABOVE
from bihuan.accounts.queries import on_duty
from bihuan.ledger.models import Event
from bihuan.ledger.pulse import beat
from bihuan.obligations.models import Summons

STALE = timedelta(hours=12)  # nobody comes running any more
NEWS = ("complaint.promise_reported",)  # to be read, and not to be run for
UNREAD = timedelta(days=7)


def whom(site: str, post: str, *, at: datetime, but: int) -> tuple[str, list[int]]:
    """The post that is called at a site, and who: those on the roster at that instant, else all who hold it; where
    there is nobody (`but` is who calls), the nearest post above. ("…", []) where nobody stands above either."""
    day = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    for one in (post, *ABOVE):
        here = [pk for pk in on_duty(site, one, at).values_list("pk", flat=True) if pk != but]
        told = here or [pk for pk in holders(site, one, day) if pk != but]
        if told:
            return one, sorted(told)
    return post, []


def summon(event: Event, *, staff: list[int]) -> None:
    """Calls these people to the subject of an event; their open pages show it within a second."""
    if staff:
        Summons.objects.bulk_create(
            [Summons(staff_id=one, event=event, subject=event.subject, at=event.at) for one in staff]
        )
        beat(*(f"staff:{one}" for one in staff))


def wanted(staff: Staff, *, now: datetime) -> list[Summons]:
    """Where this person is wanted at present, the latest first; one query."""
    fresh = Q(at__gte=now - STALE) | Q(at__gte=now - UNREAD, event__kind__in=NEWS)
    rows = Summons.objects.filter(fresh, staff=staff, ended_at=None)
    return list(rows.select_related("event").order_by("-id")[:20])


def called(subject: str) -> list[Staff]:
    """Who was called last about a subject, by name; who was told news of it aside."""
    calls = Summons.objects.filter(subject=subject).exclude(event__kind__in=NEWS)
    last = calls.order_by("-event").values("event")[:1]
    return list(Staff.objects.filter(summonses__event__in=last).order_by("name"))


@transaction.atomic
def come(staff: Staff, pk: int, *, at: datetime) -> str:
    """This person comes; the others need not. Gives the subject; NotFound where it is not this person who is called.

    Whoever comes second, or after the end, is led there all the same.
    """
    mine = Summons.objects.select_related("event").filter(staff=staff, pk=pk).first()
    if mine is None:
        raise NotFound
    if Summons.objects.filter(pk=pk, ended_at=None).update(came=True, ended_at=at):
        end(mine.subject, kind=mine.event.kind, at=at)
    return mine.subject


def end(subject: str, *, kind: str, at: datetime) -> None:
    """Nobody is wanted there any more because of events of that kind."""
    open_ = Summons.objects.filter(subject=subject, event__kind=kind, ended_at=None)
    people = list(open_.values_list("staff_id", flat=True))
    if people:
        open_.update(ended_at=at)
    beat(*(f"staff:{one}" for one in people))

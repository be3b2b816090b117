"""Reading: the log of a subject, and the heads of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from bihuan.ledger.models import Event

_HEADS = """
    SELECT DISTINCT ON (subject) subject, position, hash FROM ledger_event
    WHERE recorded_at >= %s AND recorded_at < %s ORDER BY subject, position DESC
"""


def reaching(subjects: Iterable[str]) -> QuerySet[Event]:
    """The events of these subjects and those that name them in `refs`."""
    wanted = list(subjects)
    return Event.objects.filter(Q(subject__in=wanted) | (Q(refs__overlap=wanted) & ~Q(refs=[])))


def heads_of(day: date) -> Iterator[tuple[str, int, bytes]]:
    """Of every chain that grew on a UTC day: its subject, and the position and hash of that day's last event."""
    start = datetime.combine(day, time.min, UTC)
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, [start, start + timedelta(days=1)])
        yield from cursor

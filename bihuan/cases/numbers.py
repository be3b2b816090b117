"""Numbers that people can say: a complaint's comes with its classification, the others with the day."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from bihuan.cases.models import Case

LETTERS = {"demand": "D", "enquiry": "E", "suggestion": "S", "praise": "P", "emergency": "X", "work_order": "W"}

_NEXT = """
    INSERT INTO cases_serial (site_id, key, last) VALUES (%s, %s, 1)
    ON CONFLICT (site_id, key) DO UPDATE SET last = cases_serial.last + 1 RETURNING last
"""
_KEEP = "INSERT INTO cases_casenumber (number, case_id) VALUES (%s, %s) ON CONFLICT (number) DO NOTHING"


def next_serial(site: str, key: str) -> int:
    """The next number of a row at a site. None is given twice; one whose transaction fails is given again."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [site, key])
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def day_number(site: str, kind: str, local: datetime) -> str:
    """A number within a local day, such as CH-D-20261124-031."""
    letter, day = LETTERS[kind], local.strftime("%Y%m%d")
    return f"{site}-{letter}-{day}-{next_serial(site, letter + day):03d}"


def number_complaint(case: Case) -> None:
    """Gives a complaint the number of its classification, such as CH-B-03-0147; its serial never changes."""
    if case.serial is None:
        case.serial = next_serial(case.site_id, "complaint")
    case.number = f"{case.site_id}-{case.severity}-{case.problem_id}-{case.serial:04d}"


def keep_number(case: Case) -> None:
    """Makes the present number find the case for ever."""
    if case.number:
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [case.number, case.pk])

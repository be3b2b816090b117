"""Applying a sheet from the browser, and its preview and result in words."""

from __future__ import annotations

from datetime import datetime
from threading import Thread
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.accounts.access import Actor
from bihuan.console import words
from bihuan.customers.imports import apply
from bihuan.customers.models import Import
from bihuan.kernel.errors import Refused

SMALL = 300  # rows that are written while the browser waits
THINGS = (
    ("buildings", gettext_lazy("Buildings")),
    ("homes", gettext_lazy("Homes")),
    ("people", gettext_lazy("People and organisations")),
    ("stays", gettext_lazy("Who is what where")),
)
FIELDS = {
    "kind": gettext_lazy("use"),
    "status": gettext_lazy("state"),
    "floor": gettext_lazy("floor"),
    "floors": gettext_lazy("floors"),
    "lift": gettext_lazy("lift"),
    "layout": gettext_lazy("layout"),
    "area": gettext_lazy("area"),
    "inner_area": gettext_lazy("inner area"),
    "rent": gettext_lazy("rent"),
    "handed_over": gettext_lazy("handed over"),
    "people": gettext_lazy("people"),
    "name": gettext_lazy("name"),
    "gender": gettext_lazy("gender"),
    "identity": gettext_lazy("identity number"),
    "phones": gettext_lazy("telephone"),
    "since": gettext_lazy("moved in"),
}


def begin(made: Import, *, by: Actor, at: datetime) -> bool:
    """Applies a sheet: a small one at once, a long one in a thread of this process; tells whether it is done.

    A thread, and not the worker, because somebody waits and watches, and the sheet lies with the web process. It has a
    connection of its own; should the process end, its transaction is rolled back and the sheet can be applied again.
    """
    if made.rows <= SMALL:
        apply(made, by=by, at=at)
        return True
    Thread(target=_run, args=(made.pk,), kwargs={"by": by, "at": at}, name=f"import {made.pk}", daemon=True).start()
    return False


def _run(pk: UUID, *, by: Actor, at: datetime) -> None:
    try:
        apply(Import.objects.select_related("site").get(pk=pk), by=by, at=at)
    except Refused:
        Import.objects.filter(pk=pk, state="previewed").update(state="failed", finished_at=at)  # where it never began
    finally:
        connections.close_all()


def counts(made: Import) -> list[dict[str, Any]]:
    """What is new, changed, and as it was, by kind of thing."""
    return [{"label": label, **made.summary.get(name, {})} for name, label in THINGS]


def changes(made: Import) -> list[dict[str, Any]]:
    """The first rows that change what is known, with what they change."""
    shown = made.summary.get("changes", [])
    return [one | {"fields": words.listed([str(FIELDS.get(name, name)) for name in one["fields"]])} for one in shown]


def state(code: str, *, faulty: bool) -> tuple[str, str]:
    """How far an import is, in words and as the style sheet knows it."""
    if code == "previewed":
        return (_("has problems"), "overdue") if faulty else (_("not applied yet"), "soon")
    return {"running": (_("running"), "open"), "done": (_("applied"), "kept")}.get(code, (_("broken off"), "overdue"))

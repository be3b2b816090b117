"""What every page shows: who, where, and how much is waiting."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Site
from bihuan.accounts.permissions import FRONT
from bihuan.cases.queries import count_open
from bihuan.console import words
from bihuan.kernel import clock
from bihuan.obligations.models import Notice
from bihuan.obligations.queries import overdue
from bihuan.visits.queries import count_planned

CALLED = FRONT | {"site_manager"}  # who is called by telephones and to customers, and must see it at once
EVERY_SECOND, EVERY_FIVE = 1000, 5000  # milliseconds between two questions whether something has happened
LANGUAGE_NAMES = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of the frame; nothing for who has not signed in."""
    actor = getattr(request, "actor", None)
    languages = [(code, LANGUAGE_NAMES[code]) for code, _ in settings.LANGUAGES]
    if not isinstance(actor, Actor):
        return {"actor": None, "languages": languages}
    code = request.site_code  # type: ignore[attr-defined]
    sites = list(Site.objects.filter(code__in=actor.sites))
    return {
        "actor": {"name": actor.staff.name, "post_name": _post(actor, code)},
        "site": next((site for site in sites if site.code == code), None),
        "sites": sites,
        "may": SimpleLazyObject(lambda: dict.fromkeys(_acts(actor, code), True)),
        "rail_counts": SimpleLazyObject(lambda: _counts(code)),
        "notices_unread": Notice.objects.filter(staff=actor.staff, read_at=None)[:100].count(),
        "version_every": EVERY_SECOND if CALLED & actor.posts.get(code, actor.anywhere) else EVERY_FIVE,
        "languages": languages,
    }


def _post(actor: Actor, site: str) -> str:
    held = actor.posts.get(site) or actor.anywhere
    return words.listed(words.post(post) for post in sorted(held))


def _acts(actor: Actor, site: str) -> list[str]:
    from bihuan.accounts.permissions import ACTS

    return [act.replace(".", "_") for act in ACTS if actor.may(act, site)]


def _counts(site: str) -> dict[str, int]:
    return {
        "workbench_overdue": overdue(site, clock.now()),
        "complaints": count_open(site, "complaint"),
        "demands": count_open(site, "demand"),
        "visits": count_planned(site),
    }

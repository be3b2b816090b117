"""The only ways in for who has not signed in: a site by its code, a case by its tracking code."""

from __future__ import annotations

from bihuan.accounts.access import NotFound
from bihuan.accounts.models import Site
from bihuan.cases.models import Case
from bihuan.portal.codes import digest_of
from bihuan.portal.models import Tracking


def site_of(code: str) -> Site:
    """The site; NotFound where there is none of that code."""
    site = Site.objects.filter(pk=code).first()
    if site is None:
        raise NotFound
    return site


def case_of(code: str) -> Case | None:
    """The case of a code. It is looked up by a keyed digest: how long that takes tells nothing of how near one is."""
    found = Tracking.objects.filter(digest=digest_of(code)).select_related("case__site", "case__in_charge").first()
    return found.case if found is not None else None

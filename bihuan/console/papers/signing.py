"""Who signs the handling record; a customer who has signed on the screen has signed here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from bihuan.cases.models import Case
from bihuan.cases.queries import Told
from bihuan.files import store
from bihuan.files.drawings import LARGEST
from bihuan.paper.shapes import Signature
from bihuan.visits.models import Visit


def signatures(case: Case, visits: Sequence[Visit], told: Sequence[Told]) -> list[Signature]:
    """The complainant, the person in charge, the customer-service supervisor and the site manager."""
    return [
        Signature(role=_("Complainant"), picture=_drawn(visits, told)),
        Signature(role=_("In charge"), name=case.in_charge.name if case.in_charge else ""),
        Signature(role=_("Customer-service supervisor")),
        Signature(role=_("Site manager")),
    ]


def _drawn(visits: Sequence[Visit], told: Sequence[Told]) -> bytes:
    """The customer's last signature that was drawn on the screen; b"" where there is none, or it was erased."""
    for digest in _digests(visits, told):
        path = store.path_of(digest)
        if path.is_file() and path.stat().st_size <= LARGEST:
            return path.read_bytes()
    return b""


def _digests(visits: Sequence[Visit], told: Sequence[Told]) -> Iterator[str]:
    for visit in reversed(visits):
        sheet = getattr(visit, "answers", None)
        if sheet is not None and sheet.signature:
            yield sheet.signature
    for one in reversed(told):
        if one.event.facts.get("signed") and one.event.kind.endswith(".settled_on_the_spot") and one.files:
            last = one.files[-1].file  # the signature is kept after the photos of the same step
            if last.media_type == "image/png":
                yield last.digest

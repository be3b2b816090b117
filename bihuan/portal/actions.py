"""What customers do: send something, and add to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from bihuan.cases.actions import Receipt
from bihuan.cases.models import Case, Channel
from bihuan.cases.website import add_word, open_case
from bihuan.customers.queries import home_called
from bihuan.customers.vault import vault
from bihuan.files.actions import Upload
from bihuan.kernel.text import SUMMARY, shortened
from bihuan.messages.models import Message
from bihuan.portal.codes import code_of, digest_of
from bihuan.portal.limits import may_send
from bihuan.portal.models import Tracking

_CLAIM = "INSERT INTO portal_tracking (digest) VALUES (%s) ON CONFLICT DO NOTHING RETURNING 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Words and photos, and the token of the form they were sent with."""

    token: str
    said: str
    uploads: Sequence[Upload] = ()

    @property
    def content(self) -> str:
        """What tells it from anything else that is sent with the same form."""
        return "\n".join(sha256(part).hexdigest() for part in self._parts())

    def _parts(self) -> list[bytes]:
        return [self.said.encode(), *(_bytes(one) for one in self.uploads)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish(Word):
    """What somebody sends. Without name and phone it is anonymous."""

    kind: str
    place: str = ""
    name: str = ""
    phone: str = ""  # in its kept form

    def _parts(self) -> list[bytes]:
        written = (self.kind, self.said, self.place, self.name, self.phone)
        return [*(one.encode() for one in written), *(_bytes(one) for one in self.uploads)]


def send(site: str, wish: Wish, *, address: str, at: datetime) -> str:
    """Takes in what somebody sends to a site; gives the tracking code. The same wish again makes no second case.

    Refused: too_many, and what `receive` and `files.actions.keep` refuse.
    """
    code = code_of(wish.token, wish.content)
    digest = digest_of(code)
    if Tracking.objects.filter(digest=digest).exists():
        return code
    may_send(address, site)
    with transaction.atomic():
        if _claimed(digest):
            case = open_case(_receipt(site, wish), wish.uploads, at=at)
            Tracking.objects.filter(digest=digest).update(case=case)
    return code


def add(case: Case, word: Word, *, address: str, at: datetime) -> None:
    """Puts words to a case, once however often they are sent. Refused: as `send` does."""
    message = UUID(bytes=vault().digest(f"{case.pk}\n{word.token}\n{word.content}", "portal.word")[:16])
    if not Message.objects.filter(pk=message).exists():
        may_send(address, case.site_id)
        add_word(case, word.said, word.uploads, message=message, at=at)


def _claimed(digest: bytes) -> bool:
    """False where the same was sent before; while that is under way, this waits for how it ends."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [digest])
        return cursor.fetchone() is not None


def _receipt(site: str, wish: Wish) -> Receipt:
    with override(settings.LANGUAGE_CODE):  # staff read it, whatever the customer's language
        where = _("Where: %s") % wish.place if wish.place else ""
    return Receipt(
        kind=wish.kind,
        channel=Channel.WEBSITE,
        site=site,
        summary=shortened(wish.said) or wish.said.strip()[:SUMMARY],
        details="\n\n".join(part for part in (wish.said.strip(), where) if part),
        home=home_called(site, wish.place),
        contact_name=wish.name,
        contact_phone=wish.phone,
        anonymous=not (wish.name or wish.phone),
    )


def _bytes(upload: Upload) -> bytes:
    upload.stream.seek(0)
    return upload.stream.read()

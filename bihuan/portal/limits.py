"""How much may come from one place within an hour. Counted in the database, so that all processes count together."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from bihuan.customers.vault import vault
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.portal.models import Knock

HOUR = timedelta(hours=1)
TRIES = 5  # forms that may be posted, whatever is in them, for each that may be sent
_HOUSEHOLD = 64  # bits of an IPv6 address that one customer of a provider has
_TAKE = """
    INSERT INTO portal_knock (digest, since, count) VALUES (%(digest)s, %(now)s, 1)
    ON CONFLICT (digest) DO UPDATE SET
        count = CASE WHEN portal_knock.since <= %(old)s THEN 1 ELSE portal_knock.count + 1 END,
        since = CASE WHEN portal_knock.since <= %(old)s THEN EXCLUDED.since ELSE portal_knock.since END
    RETURNING since, count
"""


class TooMany(Refused):
    """So much does not come from one place within an hour. `until` says from when on it may again."""

    def __init__(self, until: datetime) -> None:
        what = _("too much has been sent from where you are within the last hour.")
        remedy = _("Nothing you typed is lost. Please try again later, or call or visit the service centre.")
        super().__init__(what, remedy=remedy, code="too_many")
        self.until = until

    @property
    def seconds(self) -> int:
        """How long to wait."""
        return max(1, int((self.until - clock.now()).total_seconds()))


def may_post(address: str) -> None:
    """Counts a form that is posted, before it is read; refuses (too_many) beyond the limit."""
    _take("post", place_of(address), most=TRIES * settings.BIHUAN_TALK_PER_ADDRESS)


def may_send(address: str, site: str) -> None:
    """Counts something that would be put before people; refuses (too_many) beyond the limits of address and site."""
    _take("send", place_of(address), most=settings.BIHUAN_TALK_PER_ADDRESS)
    _take("site", site, most=settings.BIHUAN_TALK_PER_SITE)


def may_guess(address: str) -> None:
    """Refuses (too_many) whoever has tried too many wrong codes, whatever comes next."""
    knock = Knock.objects.filter(digest=_digest("guess", place_of(address)), since__gt=clock.now() - HOUR).first()
    if knock is not None and knock.count >= settings.BIHUAN_TALK_WRONG_CODES:
        raise TooMany(knock.since + HOUR)


def guessed(address: str) -> None:
    """Counts a wrong code."""
    _count("guess", place_of(address))


def clear() -> None:
    """Forgets what is older than an hour."""
    Knock.objects.filter(since__lte=clock.now() - HOUR).delete()


def place_of(address: str) -> str:
    """What counts as one place: an IPv4 address, or the network of a household that has IPv6. What a proxy says instead
    of an address counts as it stands."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        mapped = ip.ipv4_mapped
        return str(mapped or ip_network((ip, _HOUSEHOLD), strict=False))
    return str(ip)


def _take(what: str, who: str, *, most: int) -> None:
    since, count = _count(what, who)
    if count > most:
        raise TooMany(since + HOUR)


def _count(what: str, who: str) -> tuple[datetime, int]:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"digest": _digest(what, who), "now": now, "old": now - HOUR})
        since, count = cursor.fetchone()
    return since, count


def _digest(what: str, who: str) -> bytes:
    return vault().digest(who, f"portal.{what}")

"""What people type about a customer, brought to its kept form or refused with what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.kernel.emails import read_email
from bihuan.kernel.errors import Refused
from bihuan.kernel.phones import is_placeholder, is_placeholder_identity, read_identity, read_phone
from bihuan.kernel.text import normal

LONGEST_NAME = 80
LONGEST_NEEDS = 200


def a_name(text: str) -> str:
    """The name on one line; refused where it is missing (name_missing) or over 80 characters (name_too_long)."""
    name = normal(text)
    if not name:
        remedy = _("Write at least how they are called.")
        raise Refused(_("a customer needs a name."), where="name", remedy=remedy, code="name_missing")
    return _at_most(LONGEST_NAME, name, where="name")


def the_needs(text: str) -> str:
    """What to mind about a customer, on one line; refused over 200 characters (needs_too_long)."""
    return _at_most(LONGEST_NEEDS, normal(text), where="needs")


def a_phone(text: str) -> str:
    """The telephone number in its kept form; refused where it is none, or stands for "none known"."""
    kept = read_phone(text)
    if kept is None:
        remedy = _("Write a mobile of 11 digits, a landline with its area code, or from abroad with +.")
        raise Refused(_("this is no telephone number."), where="phone", remedy=remedy, code="phone_unreadable")
    if is_placeholder(kept):
        what = _("this number belongs to nobody.")
        raise Refused(what, where="phone", remedy=_("Leave it empty."), code="phone_placeholder")
    return kept


def an_email(text: str) -> str:
    """The e-mail address in its kept form; refused (email_unreadable) where it is none."""
    kept = read_email(text)
    if kept is None:
        remedy = _("Write it as name@example.com, or leave it empty.")
        raise Refused(_("this is no e-mail address."), where="email", remedy=remedy, code="email_unreadable")
    return kept


def an_identity(text: str) -> str:
    """The identity number, checked; refused where it is none, or stands for "none known"."""
    if is_placeholder_identity(text):
        what = _("this identity number belongs to nobody.")
        raise Refused(what, where="identity", remedy=_("Leave it empty."), code="identity_placeholder")
    number = read_identity(text)
    if number is None:
        what, remedy = _("this is no identity number."), _("Compare it with the identity card, or leave it empty.")
        raise Refused(what, where="identity", remedy=remedy, code="identity_unreadable")
    return number


def _at_most(longest: int, text: str, *, where: str) -> str:
    if len(text) > longest:
        what = _("this has more than %(longest)s characters.") % {"longest": longest}
        raise Refused(what, where=where, remedy=_("Shorten it."), code=f"{where}_too_long")
    return text

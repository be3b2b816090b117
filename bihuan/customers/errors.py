"""What can go wrong with customers, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused


class Erased(Refused):
    """Nothing can be done any more with a party whose data were erased."""

    def __init__(self) -> None:
        remedy = _("Take the person in as a new customer.")
        super().__init__(_("the data of this customer were erased."), remedy=remedy, code="party_erased")


def require(value: str, *, known: list[str], what: str) -> str:
    """The value, if it is one of those known."""
    if value not in known:
        remedy = _("Choose one of: %(known)s.") % {"known": ", ".join(filter(None, known))}
        raise Refused(
            _('this cannot be "%(value)s".') % {"value": value}, where=what, remedy=remedy, code="not_a_choice"
        )
    return value

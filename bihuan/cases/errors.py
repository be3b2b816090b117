"""What can go wrong with a case, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused


class NotNow(Refused):
    """A step that is not possible as the case stands; `allowed` are those that are."""

    def __init__(self, verb: str, allowed: Sequence[str], *, why: str = "") -> None:
        what = why or _("this step is not possible as the case stands.")
        remedy = _("Nothing more can be done with it.")
        if allowed:
            remedy = _("Possible now: %s.") % ", ".join(allowed)
        super().__init__(what, remedy=remedy, code="not_now")
        self.verb, self.allowed = verb, list(allowed)

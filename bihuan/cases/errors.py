"""What can go wrong with a case, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.kernel.errors import Refused


class NotNow(Refused):
    """A step that is not possible as the case stands; `allowed` are those that are."""

    def __init__(self, verb: str, allowed: Sequence[str], *, why: str = "") -> None:
        what = why or f"this case cannot be {verb.replace('_', ' ')} as it stands."
        possible = ", ".join(one.replace("_", " ") for one in allowed) or "nothing more"
        super().__init__(what, remedy=f"Possible now: {possible}.", code="not_now")
        self.verb, self.allowed = verb, list(allowed)

"""The events of figures. Their subject is the site; the month is written like 2026-10."""

from bihuan.ledger.kinds import declare

declare(["site.month_closed"], required=["month", "policy"])

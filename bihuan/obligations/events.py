"""The events of obligations themselves. They stand in the chain of the subject that is owed."""

from bihuan.ledger.kinds import declare

declare(["obligation.breached"], required=["obligation", "rule"])
declare(["obligation.retracted"], facts=["act"], required=["obligation", "rule"])  # of the clock: the id of its event
declare(["obligation.moved"], required=["obligation", "rule", "due_at"])
declare(["obligation.escalated"], facts=["told"], required=["obligation", "rule", "step", "post"])
declare(["site.day_began", "site.week_began", "site.month_began"])  # by the calendar of the site: see beginnings.py
declare(["policy.published"], required=["overlay", "scope", "since"])

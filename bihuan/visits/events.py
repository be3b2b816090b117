"""The events of visits. Their subject is what is visited; the visit's own id is among the facts."""

from bihuan.ledger.kinds import declare

declare(["visit.planned"], required=["visit"])
declare(["visit.attempted"], facts=["said", "again_at"], required=["visit"])
declare(["visit.declined"], facts=["said", "reason"], required=["visit"])
declare(["visit.exempted"], facts=["said"], required=["visit", "reason"])
declare(
    ["visit.done"],
    facts=["scores", "signed", "found_problems", "companion", "solved", "said"],
    required=["visit", "satisfied"],
)

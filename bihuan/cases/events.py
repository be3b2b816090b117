"""The events of cases: the six kinds share their verbs. `said` is a keyed hash of the words that stand in a note."""

from bihuan.cases.models import CaseKind
from bihuan.ledger.kinds import declare

INTAKE = (
    "channel severity problem urgent signers customer_class customer_kind anonymous reachable sensitive agitated"
    " settled_on_the_spot agreed_at requested_by important size home party said urgency"
).split()
SPEECH = ["said", "reason"]
TOLD = ["said", "reason", "means"]  # how the customer was told
FACTS: dict[str, list[str]] = {
    "received": INTAKE,
    **dict.fromkeys(("acknowledged", "answered", "explained", "progress_told", "result_told"), TOLD),
    "restated": ["said", "urgent", "reachable", "requested_by"],
    "time_agreed": ["said", "agreed_at"],
    "classified": ["said", "reason", "severity", "ground", "problem", "urgent", "sensitive", "important"],
    "joined": ["said", "signers", "severity", "ground"],
    "merged": ["said", "into"],
    "linked": ["case"],
    "transferred": ["said", "unit"],
    "returned": ["said", "unit"],
    "handed_up": ["said", "reason", "post", "told"],  # who was called
    "handed_over": ["said", "to", "trade"],
    "assigned": ["said", "to"],
    "reviewed": ["said", "urgent", "urgency"],
    "overrun_requested": ["said", "agreed_until"],
    "overrun_approved": ["said", "agreed_until"],
    "delay_told": ["said", "agreed_until", "means"],
    "noted": ["said"],
    "found_valid": ["said", "valid"],
    "found_invalid": ["said", "valid"],
    "settled_on_the_spot": ["said", "settled_on_the_spot", "signed"],
    "reopened": ["said", "reason", "settled_on_the_spot"],
    "promise_reported": ["said", "told"],  # to whom
    "closed": ["said", "reason"],
    "withdrawn": ["said", "reason"],
}
SHARED = (
    "received acknowledged restated time_agreed classified handed_over assigned reviewed action_taken investigated"
    " found_valid found_invalid explained solution_proposed solution_agreed delay_told answered progress_told"
    " overrun_requested overrun_approved overrun_refused handled result_told settled_on_the_spot closed reopened"
    " withdrawn noted transferred returned merged linked"
).split()
COMPLAINT_ALONE = "handed_up calmed promised promise_reported reported_to_branch joined".split()
REQUIRED: dict[str, list[str]] = {
    "received": ["channel"],
    "time_agreed": ["agreed_at"],
    "overrun_requested": ["agreed_until"],
    "found_valid": ["valid"],
    "found_invalid": ["valid"],
    "settled_on_the_spot": ["settled_on_the_spot"],
    "promised": ["amount", "letter"],  # in whole yuan, and under which authority letter
}

for kind in CaseKind.values:
    for verb in [*SHARED, *(COMPLAINT_ALONE if kind == "complaint" else ())]:
        declare([f"{kind}.{verb}"], facts=FACTS.get(verb, SPEECH), required=REQUIRED.get(verb, ()))

declare(["site.authority_granted"], required=["letter", "manager", "since", "until", "amount"])

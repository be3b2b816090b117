"""The rules as a second reader wrote them down from the clauses: nothing here is shared with the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Facts = dict[str, Any]

NOUNS = ("complaint", "demand", "enquiry", "suggestion", "praise", "emergency")
RECEIVED = " ".join(f"{noun}.received" for noun in NOUNS)
GONE = {f"{noun}.{verb}" for noun in NOUNS for verb in ("withdrawn", "merged")}
KEPT = set(
    "channel severity problem valid urgent signers customer_class customer_kind anonymous reachable sensitive agitated "
    "settled_on_the_spot agreed_at requested_by starts_at ends_at size important sampled monthly".split()
)
INSTANTS = ("agreed_at", "requested_by", "agreed_until", "starts_at", "ends_at")
HOUR = 3600


@dataclass(frozen=True)
class Rule:
    clause: str
    duty: str
    when: str  # the events that make it apply; a bare verb takes the noun before it
    within: str | None  # a duration, same_day, midway, or None: there is only the agreed time
    if_: Callable[[Facts], bool] = lambda f: True  # an absent fact reads as None
    start: str = "event"  # what the time counts from, see Subject.start_of
    met_by: str = "visit.done"
    instead: str = ""  # the fact with an agreed time
    cap: bool = False
    extend: str = ""  # "overrun", or the event whose agreed_until moves the due time
    void_by: str = ""
    yields_to: str = ""
    apart_from: str = ""
    every: bool = False  # periodic
    judged_once: bool = False  # `if` is looked at when it opens and never again
    check: str | None = None  # which site.check_done meets it
    then: tuple[str, Facts] | None = None  # what the clock does at due


def kinds(text: str) -> list[str]:
    """`complaint.handled settled_on_the_spot` is two complaint events."""
    found: list[str] = []
    for word in text.split():
        found.append(word if "." in word else f"{found[-1].split('.')[0]}.{word}")
    return found


NOT_FACE_TO_FACE = ("email", "website", "letter", "drop_box", "fax", "portal", "sms", "chat", "social")
PARTY, LEFT = "party.contract_signed moved_in tenant_moved_in care_plan_set", "party.moved_out erased"
CLASSED, ANSWERED = "complaint.received classified joined", "complaint.answered result_told"
SOLVED = "complaint.handled settled_on_the_spot"
REPLIED = "message.sent " + " ".join(f"{noun}.answered result_told" for noun in NOUNS)
FINISHED, CHECKED = "work_order.finished", "site.check_done"


def unsettled(f: Facts) -> bool:
    return f["settled_on_the_spot"] is not True


def graded(letter: str, *, spot: bool) -> Callable[[Facts], bool]:
    """Of this severity, and (`spot`) not settled on the spot."""
    return lambda f: f["severity"] == letter and (not spot or unsettled(f))


# fmt: off
RULES = [
    # HF. HF-1.1, HF-3.3c and the quarters of HF-4.2.1a yield to HF-2.5a, which stands in every policy that holds them.
    Rule("HF-2.5a", "visit", PARTY, "P3M", lambda f: f["customer_class"] != "key", every=True, void_by=LEFT),
    Rule("HF-2.5a", "visit", PARTY, "P1M", lambda f: f["customer_class"] == "key", every=True, void_by=LEFT),
    Rule("HF-2.5b", "visit", "activity.held", "P1M", lambda f: f["monthly"] is True, every=True, yields_to="GC-6.1.4"),
    Rule("HF-3.3a", "visit", "party.contract_signed", "P1M", void_by=LEFT),
    Rule("HF-3.3b", "visit", "complaint.handled", "P3D", start="handled", yields_to="GC-6.1.1"),
    Rule("HF-3.3b", "visit", FINISHED, "P3D", yields_to="XQ-D2.4a"),
    Rule("HF-4.2.1a", "visit", "party.moved_in", "P1W", void_by=LEFT),
    Rule("HF-4.3c", "take_up", "visit.done", "P1D", lambda f: f["found_problems"] is True, met_by=RECEIVED,
         judged_once=True),
    # XQ, demands and enquiries
    Rule("XQ-D2.1b", "arrive", "demand.received time_agreed", None, start="received", met_by="work_order.arrived",
         instead="agreed_at", extend="work_order.rescheduled"),
    Rule("XQ-D2.4a", "visit", FINISHED, "PT24H"),
    Rule("XQ-D2.4c", "visit", FINISHED, "P1M", lambda f: f["important"] is True, apart_from="XQ-D2.4a"),
    Rule("XQ-K2.1.3a", "assign", "demand.received", "PT30M", lambda f: f["agreed_at"] is None, "received",
         "work_order.assigned"),
    Rule("XQ-K2.2.1c", "answer", "enquiry.received", "P1D", unsettled, "received", "enquiry.answered", "agreed_at"),
    # XQ, complaints
    Rule("XQ-C5.2A", "reclassify", "complaint.found_valid classified", "P1M",
         lambda f: f["valid"] is True and f["severity"] != "A", "received", "",
         void_by="complaint.handled settled_on_the_spot closed", then=("complaint.classified", {"severity": "A"})),
    Rule("XQ-C6.2", "answer", "complaint.received time_agreed restated", None, unsettled, "received", ANSWERED,
         "agreed_at"),
    Rule("XQ-C6.3", "acknowledge", "complaint.received", "P2D", lambda f: f["channel"] in NOT_FACE_TO_FACE, "received",
         "complaint.acknowledged"),
    Rule("XQ-C7.3", "act", "complaint.received restated classified joined reviewed", "PT1H",
         lambda f: f["urgent"] is True, "received", "complaint.action_taken handled settled_on_the_spot"),
    Rule("XQ-C7.4A1", "hand_over", CLASSED, "PT15M", graded("A", spot=True), "severity", "complaint.handed_over"),
    Rule("XQ-C7.4A2", "answer", CLASSED, "P2D", graded("A", spot=True), "severity", ANSWERED),
    Rule("XQ-C7.4A3", "resolve", CLASSED + " reopened", "P10D", graded("A", spot=False), "resolve", SOLVED),
    Rule("XQ-C7.4B1", "hand_over", CLASSED, "PT1H", graded("B", spot=True), "severity", "complaint.handed_over"),
    Rule("XQ-C7.4B2", "resolve", CLASSED + " reopened", "P3D", graded("B", spot=False), "resolve", SOLVED,
         extend="overrun"),
    Rule("XQ-C7.4C1", "hand_over", CLASSED, "PT1H", graded("C", spot=True), "severity", "complaint.handed_over"),
    Rule("XQ-C7.4C2", "resolve", CLASSED + " reopened", "P2D", graded("C", spot=False), "resolve", SOLVED,
         "requested_by", extend="overrun"),
    Rule("XQ-C7.4R", "tell_result", "complaint.handled", "P2D", start="handled", met_by="complaint.result_told"),
    Rule("XQ-C7.5b", "report_promise", "complaint.promised", "same_day", met_by="complaint.promise_reported"),
    Rule("XQ-C7.5c", "report_to_branch", "complaint.received joined", "same_day", lambda f: (f["signers"] or 0) >= 3,
         "third_signer", "complaint.reported_to_branch"),
    Rule("XQ-C8.1", "visit", "complaint.result_told classified joined", "P1M", lambda f: f["severity"] in ("A", "B"),
         "result_told"),
    Rule("XQ-C8.3", "check", "site.week_began", "P1W", met_by=CHECKED, check="weekly"),
    Rule("XQ-C8.4", "check", "site.day_began", "P1D", met_by=CHECKED, check="daily"),
    Rule("XQ-K2.2.2b", "agree_time", "complaint.received", "PT1H", lambda f: f["anonymous"] is not True, "received",
         "complaint.time_agreed handled settled_on_the_spot"),
    # GC
    Rule("GC-1.2a", "visit", FINISHED, "P1W", yields_to="XQ-D2.4a"),
    Rule("GC-1.2a", "visit", "complaint.handled", "P3D", start="handled", yields_to="GC-6.1.1"),
    Rule("GC-2.6", "dispatch", "emergency.received", "PT5M", start="received", met_by="work_order.assigned"),
    Rule("GC-4.2", "answer", "message.received", "P1D", lambda f: f["channel"] in ("email", None), met_by=REPLIED),
    Rule("GC-6.1.1", "visit", "complaint.handled", "P3D", start="handled"),
    Rule("GC-6.1.2a", "visit", FINISHED, "P3D", lambda f: f["size"] == "minor", yields_to="XQ-D2.4a"),
    Rule("GC-6.1.2b", "visit", FINISHED, "P1M", lambda f: f["size"] == "project", yields_to="XQ-D2.4a"),
    Rule("GC-6.1.3", "visit", "service.started", "midway",
         lambda f: f["starts_at"] is not None and f["ends_at"] is not None, void_by="service.cancelled"),
    Rule("GC-6.1.3", "visit", "service.ended", "P3D"),
    Rule("GC-6.1.4", "visit", "activity.held", "P1M"),
    Rule("GC-6.1.5", "visit", "procedure.completed", "P1W"),
    # TS
    Rule("TS-1b", "hand_up", "complaint.received", "PT5M", lambda f: f["agitated"] is True, "received",
         "complaint.handed_up calmed settled_on_the_spot"),
    Rule("TS-5.1", "answer", "complaint.received", "PT24H", unsettled, "received", ANSWERED, "agreed_at", cap=True),
    Rule("TS-5.2", "tell_progress", "complaint.received", "PT24H", unsettled, "received",
         "complaint.progress_told answered result_told handled"),
    Rule("TS-9.1", "carry_out", "complaint.solution_agreed", "same_day", met_by="complaint.handled",
         extend="complaint.delay_told"),
    Rule("TS-9.1", "tell_result", "complaint.handled", "PT24H", lambda f: f["solution_agreed"] is True, "handled",
         "complaint.result_told", judged_once=True),
    Rule("TS-9.2", "tell_delay", "complaint.solution_agreed", "same_day", met_by="complaint.delay_told handled"),
    Rule("TS-10.5", "close", "complaint.handled visit.declined", "P1W", lambda f: f["declined"] is True, "handled", "",
         void_by="repeat.complaint complaint.closed", then=("complaint.closed", {})),
    Rule("TS-11.2", "record", "site.day_began", "P1D", met_by=CHECKED, check="daily_record"),
    Rule("TS-11.2", "report", "site.month_began", "P1M", met_by="site.month_closed"),
]
# fmt: on


def rules_of(policy: str) -> list[Rule]:
    """The rules in force: `strict` is all, the others one regulation; a rule is silent beside the one it yields to."""
    chosen = [rule for rule in RULES if policy == "strict" or rule.clause.startswith(f"{policy.upper()}-")]
    return [rule for rule in chosen if rule.yields_to not in {other.clause for other in chosen}]

"""The second reading itself, against examples worked by hand; times are of 2026 at +08:00 ("03-02 09:00")."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.rulebook.random_histories import history
from tests.rulebook.second_reading import read

Row = dict[str, Any]


def iso(text: str) -> str:
    day, time = text.split(" ")
    return f"2026-{day}T{time}{':00' if len(time) == 5 else ''}+08:00"


def epoch(text: str) -> int:
    return int(datetime.fromisoformat(iso(text)).timestamp())


def event(at: str, kind: str, subject: str = "case:1", refs: tuple[str, ...] = (), **facts: Any) -> Row:
    times = ("agreed_at", "requested_by", "agreed_until", "starts_at", "ends_at")
    facts = {name: iso(value) if name in times else value for name, value in facts.items()}
    return {"at": iso(at), "kind": kind, "subject": subject, "facts": facts, "refs": list(refs)}


def rows(
    events: list[Row], clause: str, duty: str | None = None, *, policy: str = "strict", until: str | None = None
) -> list[Row]:
    """The lines of one clause, in the order they were opened."""
    found = read(events, policy=policy, until=iso(until) if until else None)
    mine = [row for row in found if row["clause"] == clause and duty in (None, row["duty"])]
    return sorted(mine, key=lambda row: row["opened_at"])


def the(events: list[Row], clause: str, duty: str | None = None, **options: Any) -> Row:
    (row,) = rows(events, clause, duty, **options)
    return row


RECEIVED = event("03-02 09:00", "complaint.received", channel="phone")


def classified(at: str, severity: str, **facts: Any) -> Row:
    return event(at, "complaint.classified", severity=severity, problem="01", **facts)


@pytest.mark.parametrize(("handed", "late"), [("03-02 09:59:59", 0), ("03-02 10:00", 0), ("03-02 10:00:01", 1)])
def test_a_b_is_handed_over_within_the_hour_of_its_receipt(handed: str, late: int) -> None:
    row = the([RECEIVED, classified("03-02 09:10", "B"), event(handed, "complaint.handed_over")], "XQ-C7.4B1")
    assert (row["due_at"], row["late_seconds"], row["state"]) == (epoch("03-02 10:00"), late, "met")
    assert row["breached_at"] == (epoch("03-02 10:00") if late else None)


def test_what_was_handed_over_before_it_was_classified_is_met_in_time() -> None:
    row = the([RECEIVED, event("03-02 09:20", "complaint.handed_over"), classified("03-03 09:00", "B")], "XQ-C7.4B1")
    assert (row["state"], row["met_at"], row["late_seconds"]) == ("met", epoch("03-02 09:20"), 0)


def test_nothing_is_born_broken() -> None:
    events = [RECEIVED, classified("03-20 09:00", "A")]
    assert the(events, "XQ-C7.4A1")["original_due_at"] == epoch("03-20 09:15")  # its own quarter of an hour
    assert the(events, "XQ-C7.4A3")["due_at"] == epoch("03-20 10:00")  # ten days were over: an hour


def test_b_to_c_and_back_brings_the_old_due_time_extension_included() -> None:
    events = [
        RECEIVED,
        classified("03-02 09:10", "B"),
        event("03-04 09:00", "complaint.overrun_requested", agreed_until="03-08 09:00"),
        event("03-06 09:00", "complaint.overrun_approved"),
        classified("03-06 10:00", "C", reason="01"),
        classified("03-09 10:00", "B", reason="01"),
    ]
    old, new = rows(events, "XQ-C7.4B2")
    assert (old["state"], old["breached_at"]) == ("void", epoch("03-05 09:00"))  # approved late: the breach stays
    assert (new["opened_at"], new["due_at"], new["original_due_at"]) == tuple(
        epoch(at) for at in ("03-09 10:00", "03-08 09:00", "03-05 09:00")
    )
    assert (new["state"], new["breached_at"]) == ("open", epoch("03-08 09:00"))


def test_more_time_asked_for_after_due_is_refused() -> None:
    asked = event("03-05 09:00:01", "complaint.overrun_approved", agreed_until="03-08 09:00")
    assert the([RECEIVED, classified("03-02 09:10", "B"), asked], "XQ-C7.4B2")["due_at"] == epoch("03-05 09:00")


def test_a_valid_b_unsolved_for_a_month_becomes_a_whose_limits_count_from_then() -> None:
    events = [RECEIVED, event("03-03 09:00", "complaint.found_valid", valid=True), classified("03-03 09:00", "B")]
    late = {"until": "04-20 09:00"}
    timer = the(events, "XQ-C5.2A", **late)
    assert (timer["state"], timer["met_at"], timer["late_seconds"]) == ("met", epoch("04-02 09:00"), 0)
    assert the(events, "XQ-C7.4A1", **late)["due_at"] == epoch("04-02 09:15")
    assert the(events, "XQ-C7.4A3", **late)["due_at"] == epoch("04-12 09:00")
    assert the(events, "XQ-C7.4B2", **late)["state"] == "void"
    assert the(events, "XQ-C5.2A", until="04-02 09:00")["state"] == "open"


def test_two_signers_make_it_a_until_a_classification_with_a_reason() -> None:
    events = [RECEIVED, classified("03-02 09:05", "C"), event("03-02 11:00", "complaint.joined", signers=2)]
    events += [classified("03-02 12:00", "C")]
    assert the(events, "XQ-C7.4A3")["state"] == "open"
    events += [classified("03-02 13:00", "C", reason="01"), event("03-02 14:00", "complaint.joined", signers=3)]
    assert the(events, "XQ-C7.4A3")["state"] == "void"
    assert the(events, "XQ-C7.5c")["due_at"] == epoch("03-03 00:00")


def test_a_reopening_owes_again_from_itself() -> None:
    events = [
        RECEIVED, classified("03-02 09:05", "B"), event("03-03 09:00", "complaint.handled"),
        event("03-06 09:00", "complaint.reopened"), classified("03-06 10:00", "A", reason="01"),
        event("03-07 09:00", "complaint.handled"),
    ]  # fmt: skip
    assert [row["state"] for row in rows(events, "XQ-C7.4B2")] == ["met", "void"]
    assert the(events, "XQ-C7.4A3")["due_at"] == epoch("03-16 09:00")
    assert [row["due_at"] for row in rows(events, "GC-6.1.1")] == [epoch("03-06 09:00"), epoch("03-10 09:00")]
    assert [row["state"] for row in rows(events, "XQ-C7.4R")] == ["void", "open"]


def test_settled_on_the_spot_meets_voids_and_exempts() -> None:
    settled = event("03-02 09:20", "complaint.settled_on_the_spot", settled_on_the_spot=True)
    events = [RECEIVED, classified("03-02 09:05", "A"), settled, event("03-02 09:30", "complaint.handled")]
    states = {row["clause"]: row["state"] for row in read(events)}
    assert (states["XQ-C7.4A3"], states["XQ-C7.4A1"], states["XQ-C7.4A2"]) == ("met", "void", "void")
    assert (states["TS-5.1"], states["TS-5.2"], states["GC-6.1.1"]) == ("void", "void", "waived")
    assert the(events, "GC-6.1.1", policy="gc")["state"] == "open"  # the exemption is not in that policy


def test_an_agreed_reply_time_counts_up_to_a_day_ahead() -> None:
    events = [RECEIVED, event("03-02 10:00", "complaint.time_agreed", agreed_at="03-04 09:00")]
    assert the(events, "TS-5.1")["due_at"] == epoch("03-03 09:00")
    assert the(events, "XQ-C6.2")["due_at"] == epoch("03-04 09:00")
    events += [event("03-02 11:00", "complaint.time_agreed", agreed_at="03-02 10:30")]  # already past: does not count
    assert the(events, "XQ-C6.2")["due_at"] == epoch("03-04 09:00")
    events += [event("03-02 12:00", "complaint.time_agreed", agreed_at="03-02 15:00")]
    assert the(events, "TS-5.1")["due_at"] == epoch("03-02 15:00")
    assert the(events, "TS-5.1")["original_due_at"] == epoch("03-03 09:00")
    assert the(events, "XQ-C6.2")["original_due_at"] == epoch("03-04 09:00")


@pytest.mark.parametrize(("repeat", "state"), [("03-10 09:00", "void"), ("03-10 09:00:01", "met")])
def test_the_quiet_week_ends_in_closing_unless_the_complaint_comes_again(repeat: str, state: str) -> None:
    events = [
        RECEIVED, event("03-03 09:00", "complaint.handled"), event("03-05 09:00", "visit.declined"),
        event(repeat, "complaint.received", "case:2", ("case:1",), channel="phone"),
        event("03-11 09:00", "site.day_began", "site:CH"),
    ]  # fmt: skip
    row = the(events, "TS-10.5")
    assert (row["due_at"], row["state"]) == (epoch("03-10 09:00"), state)
    assert the(events, "GC-6.1.1")["state"] == "waived"


def test_one_visit_meets_all_but_the_second_look_at_the_same_repair() -> None:
    finished = event("03-02 09:00", "work_order.finished", "work_order:1", size="minor", important=True)
    first = event("03-02 18:00", "visit.done", "case:1", ("work_order:1",), visit="visit:1")
    assert the([finished, first], "XQ-D2.4a")["state"] == "met"
    assert the([finished, first], "XQ-D2.4c")["state"] == "open"
    second = event("04-02 09:00", "visit.done", "work_order:1", visit="visit:2")
    assert the([finished, first, second], "XQ-D2.4c")["late_seconds"] == 0
    assert not rows([finished, first], "GC-6.1.2a")  # yields to XQ-D2.4a
    assert the([finished, first], "GC-6.1.2a", policy="gc")["due_at"] == epoch("03-05 09:00")


def test_periodic_visits_count_from_the_last_one_or_from_when_it_fell_due() -> None:
    def of_party(at: str, kind: str, **facts: Any) -> Row:
        return event(at, kind, "party:4", **facts)

    events = [
        of_party("01-31 09:00", "party.contract_signed", customer_class="normal"),
        of_party("05-10 09:00", "visit.done", visit="visit:1"),
        of_party("06-01 09:00", "party.care_plan_set", customer_class="key"),
        of_party("07-15 09:00", "party.moved_out"),
    ]
    lines = rows(events, "HF-2.5a", until="12-01 09:00")
    assert [(row["due_at"], row["state"]) for row in lines] == [
        (epoch("04-30 09:00"), "met"),  # clamped to the month's end, ten days late
        (epoch("07-30 09:00"), "met"),  # began when the first fell due; the same visit meets it
        (epoch("08-10 09:00"), "void"),  # no longer a normal customer
        (epoch("07-01 09:00"), "void"),  # monthly from the care plan; passed unmet
        (epoch("08-01 09:00"), "void"),
    ]
    assert [row["breached_at"] for row in lines] == [epoch("04-30 09:00"), None, None, epoch("07-01 09:00"), None]


def test_a_problem_found_in_a_visit_is_taken_up_by_a_case_that_names_the_visit() -> None:
    found = event("03-02 09:00", "visit.done", "party:4", visit="visit:7", found_problems=True)
    taken = event("03-03 09:00", "suggestion.received", "case:9", ("visit:7",))
    assert the([found, taken], "HF-4.3c")["late_seconds"] == 0
    assert the([found], "HF-4.3c", until="03-03 09:00:01")["breached_at"] == epoch("03-03 09:00")


def test_after_a_withdrawal_everything_is_void_and_nothing_opens() -> None:
    events = [RECEIVED, event("03-02 09:30", "complaint.withdrawn"), classified("03-02 09:40", "A")]
    assert {row["state"] for row in read(events, until=iso("05-01 09:00"))} == {"void"}
    assert {row["clause"] for row in read(events)} == {"TS-5.1", "TS-5.2", "XQ-K2.2.2b"}


@pytest.mark.parametrize("policy", ["strict", "hf", "xq", "gc", "zl", "ts"])
def test_random_histories_keep_what_must_hold_of_every_line(policy: str) -> None:
    for seed in range(150):
        events = history(seed)
        for row in read(events, policy=policy):
            assert (row["met_at"] is None) == (row["state"] != "met") == (row["late_seconds"] is None)
            assert not row["late_seconds"] or row["breached_at"] is not None
        assert read(events, policy="zl") == []

"""The stories go on as they do at an estate, everything that goes wrong included."""

from datetime import datetime, timedelta

from .stories import Event, Story, first, instant, kinds, received, share


def test_dissatisfied_complainants_are_handled_and_visited_again(complaints: list[Story]) -> None:
    assert 0.05 < share(complaints, "complaint.reopened") < 0.25
    again = [story for story in complaints if sum(event["kind"] == "visit.done" for event in story) > 1]
    assert again
    for story in complaints:
        answers = [event["facts"]["satisfied"] for event in story if event["kind"] == "visit.done"]
        closed = first(story, "complaint.closed")
        if closed and answers and "reason" not in closed.get("facts", {}):
            assert any(answers)


def test_some_settled_complaints_come_back_and_are_no_longer_settled(complaints: list[Story]) -> None:
    settled = [story for story in complaints if "complaint.settled_on_the_spot" in kinds(story)]
    reopened = [event for story in settled if (event := first(story, "complaint.reopened"))]
    assert 0.04 < len(settled) / len(complaints) < 0.2
    assert all(event["facts"] == {"settled_on_the_spot": False} for event in reopened)


def test_joint_complaints_reach_the_branch_from_three_signers_on(complaints: list[Story]) -> None:
    joint = [story for story in complaints if any(event.get("facts", {}).get("signers", 0) > 1 for event in story)]
    assert 0.01 < len(joint) / len(complaints) < 0.07
    assert share(joint, "complaint.reported_to_branch") > 0.4
    assert share(joint, "complaint.joined") > 0.2
    assert not any("complaint.reported_to_branch" in kinds(story) for story in complaints if story not in joint)


def test_complaints_lead_everywhere(events: list[Event]) -> None:
    verbs = """acknowledged restated time_agreed classified handed_over assigned reviewed action_taken investigated
        found_valid found_invalid explained solution_proposed solution_agreed delay_told answered progress_told
        overrun_requested overrun_approved transferred handled result_told closed withdrawn merged linked handed_up
        calmed promised promise_reported"""
    assert {f"complaint.{verb}" for verb in verbs.split()} <= kinds(events)


def test_the_lesser_stories_are_told(events: list[Event]) -> None:
    told = """call.answered message.sent enquiry.answered enquiry.put_to_developer suggestion.decided praise.passed_on
        service.price_told service.ended procedure.completed activity.held notice.published party.moved_in
        party.moved_out party.tenant_moved_in party.contract_signed party.care_plan_set fee.reminded patrol.finding
        home.defect_fixed site.day_began site.week_began site.month_began site.month_closed site.shift_ended
        site.shift_taken visit.planned visit.attempted visit.declined work_order.missed work_order.rescheduled
        work_order.reworked work_order.cancelled work_order.form_returned emergency.handled"""
    assert set(told.split()) <= kinds(events)


def test_repeat_complaints_name_the_earlier_one(events: list[Event], by_subject: dict[str, Story]) -> None:
    named = [ref for event in received(events, "complaint") for ref in event.get("refs", []) if ref.startswith("case:")]
    assert named
    assert all(by_subject[ref][0]["kind"] == "complaint.received" for ref in named)


def test_problems_found_in_a_visit_become_demands(events: list[Event]) -> None:
    found = {event["facts"]["visit"] for event in events if event.get("facts", {}).get("found_problems")}
    taken_up = {event["facts"]["visit"] for event in received(events, "demand") if "visit" in event["facts"]}
    assert taken_up
    assert taken_up <= found


def test_work_orders_name_their_case_and_are_visited(by_subject: dict[str, Story]) -> None:
    orders = [story for subject, story in by_subject.items() if subject.startswith("work_order:")]
    assert all(event["refs"][0].startswith("case:") for story in orders for event in story)
    finished = [story for story in orders if "work_order.finished" in kinds(story)]
    assert share(finished, "visit.done") > 0.85


def test_emergencies_are_dispatched_in_minutes(by_subject: dict[str, Story]) -> None:
    orders = [story for story in by_subject.values() if story[0]["kind"] == "work_order.assigned"]
    took = [instant(story[0]) - instant(by_subject[story[0]["refs"][0]][0]) for story in orders]
    assert took
    assert sum(time <= timedelta(minutes=5) for time in took) > 0.6 * len(took)


def test_technicians_without_a_network_and_letters_of_the_weekend_are_recorded_later(events: list[Event]) -> None:
    work = [event for event in events if event["kind"] in ("work_order.arrived", "work_order.finished")]
    assert 0.01 < sum("recorded_at" in event for event in work) / len(work) < 0.03
    late = [event for event in events if "recorded_at" in event]
    assert all(event["recorded_at"] > event["at"] for event in late)
    letters = [event for event in late if event.get("facts", {}).get("channel") in ("letter", "drop_box")]
    assert letters
    assert all(datetime.fromisoformat(event["recorded_at"]).weekday() == 0 for event in letters)


def test_visits_are_made_in_working_hours_and_not_in_the_rest(events: list[Event]) -> None:
    done = [instant(event).hour for event in events if event["kind"] == "visit.done"]
    awake = sum(8 <= hour < 12 or 14 <= hour < 20 for hour in done)
    assert awake > 0.97 * len(done)


def test_the_site_keeps_its_days(events: list[Event]) -> None:
    for event in events:
        if event["kind"] in ("site.day_began", "site.week_began", "site.month_began"):
            assert event["at"].endswith("T00:00:00+08:00")
        if event["kind"] == "site.week_began":
            assert instant(event).weekday() == 0
        if event["kind"] == "site.month_began":
            assert instant(event).day == 1

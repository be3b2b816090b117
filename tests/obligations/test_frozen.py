"""What was promised stays as it was promised; what is promised next follows the rules in force at its site on its day."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from bihuan.accounts.calendars import revise
from bihuan.obligations.books import books
from bihuan.obligations.models import Obligation, Overlay
from tests.world import CHINA, World, ZoneInfo, sql

URUMQI = ZoneInfo("Asia/Urumqi")
HALF_AN_HOUR = """
base: strict
values:
  complaint.hand_over.b:
    2026-01-01: {value: PT30M, cite: XQ-C7.4B1, ours: true}
"""
TWO_HOURS = HALF_AN_HOUR.replace("PT30M", "PT2H")
NO_HAND_OVER = "base: strict\noff: [XQ-C7.4B1, XQ-C6.3]"


def limit(world: World, site: str = "CH") -> str:
    """How long a complaint of that site, received now, may wait to be handed over."""
    by = {"CH": "agent", "LH": "lake_agent", "NS": "north_agent"}[site]
    return world.promise(world.receive(site=site, by=by), "XQ-C7.4B1").value


def test_what_is_open_does_not_move_whatever_happens_to_it_later(world: World) -> None:
    case = world.receive()
    before = world.promise(case, "XQ-C7.4B1")
    world.publish(HALF_AN_HOUR)
    world.later(minutes=2)
    world.take(case, "restated", by="agent", at=world.time("03-02 09:01"))  # backdated: everything is reckoned again
    world.take(case, "classified", by="agent", severity="B", problem="08")
    world.sweep("03-02 09:50")
    after = world.promise(case, "XQ-C7.4B1")
    for name in ("pk", "due_at", "original_due_at", "policy", "value", "calendar", "steps"):
        assert getattr(after, name) == getattr(before, name)
    world.sweep("03-02 10:00")
    assert world.promise(case, "XQ-C7.4B1").breached_at is None


def test_what_is_promised_next_follows_the_change(world: World) -> None:
    before = world.promise(world.receive(), "XQ-C7.4B1")
    world.publish(HALF_AN_HOUR)
    after = world.promise(world.receive(), "XQ-C7.4B1")
    assert (before.value, after.value) == ("PT1H", "PT30M")
    assert after.due_at == world.time("03-02 09:30:01")
    assert (before.policy, after.policy) == (books().base.version, books().policy("CH", world.now).version)
    assert before.policy != after.policy


def test_what_is_recorded_in_the_second_of_the_publication_is_promised_under_the_old_rules(world: World) -> None:
    second = world.now
    world.publish(HALF_AN_HOUR)
    world.at(second)
    case = world.receive()
    assert world.promise(case, "XQ-C7.4B1").value == "PT1H"
    world.later(seconds=1)
    world.take(case, "restated", by="agent")
    assert world.promise(case, "XQ-C7.4B1").due_at == world.time("03-02 10:00")
    assert limit(world) == "PT30M"


def test_a_site_has_its_own_changes(world: World) -> None:
    world.publish(HALF_AN_HOUR, site="LH")
    assert (limit(world, "CH"), limit(world, "LH"), limit(world, "NS")) == ("PT1H", "PT30M", "PT1H")


def test_the_sites_own_change_goes_before_the_companys_whichever_is_newer(world: World) -> None:
    world.publish(HALF_AN_HOUR, site="LH")
    world.publish(TWO_HOURS)
    assert (limit(world, "CH"), limit(world, "LH")) == ("PT2H", "PT30M")


def test_of_several_the_last_one_counts(world: World) -> None:
    world.publish(HALF_AN_HOUR)
    world.publish(TWO_HOURS)
    assert limit(world) == "PT2H"
    world.publish(HALF_AN_HOUR, since="2026-02-01")
    world.publish(TWO_HOURS, since="2026-01-15")  # published later, in force earlier
    assert limit(world) == "PT30M"


def test_a_change_is_in_force_from_the_midnight_of_each_site(world: World) -> None:
    world.publish(HALF_AN_HOUR, since="2026-03-03")
    found = []
    for zone, site in ((CHINA, "CH"), (URUMQI, "NS")):
        for moment in ("03-02 23:59:59", "03-03 00:00:00"):
            world.at(moment, zone)
            found.append((site, moment[:5], limit(world, site)))
    assert found == [
        *(("CH", "03-02", "PT1H"), ("CH", "03-03", "PT30M")),
        *(("NS", "03-02", "PT1H"), ("NS", "03-03", "PT30M")),
    ]


@pytest.mark.parametrize("verb", ["handed_over", "withdrawn"])
def test_what_is_switched_off_stays_owed_where_it_was_promised_and_can_be_kept(world: World, verb: str) -> None:
    case = world.receive()
    world.publish(NO_HAND_OVER)
    assert "XQ-C7.4B1" not in world.promises(world.receive())
    world.later(minutes=30)
    world.take(case, verb)
    state = {"handed_over": "met", "withdrawn": "void"}[verb]
    assert "XQ-C7.4B1" in world.promises(case, state=state)


def test_the_event_that_keeps_it_may_mean_nothing_under_the_rules_in_force(world: World) -> None:
    letter = world.receive(channel="letter")
    assert world.promise(letter, "XQ-C6.3").state == "open"
    world.publish(NO_HAND_OVER)
    world.take(letter, "acknowledged", by="agent")
    assert world.promise(letter, "XQ-C6.3").state == "met"


def test_a_case_goes_on_to_its_end_after_a_rule_it_owes_under_was_switched_off(world: World) -> None:
    case = world.receive(channel="letter")
    world.publish(NO_HAND_OVER)
    world.later(minutes=5)
    case = world.take(case, "handed_over")
    case = world.take(case, "handled", by="trade")
    world.later(minutes=5)
    world.visit(case)
    assert world.take(case, "closed").state == "closed"


def test_what_no_longer_applies_is_void_also_where_only_a_switched_off_rule_asks_for_the_fact(world: World) -> None:
    case = world.receive(agitated=True)
    world.publish("base: strict\noff: [TS-1b]")
    assert world.promise(case, "TS-1b").state == "open"
    world.record("complaint.received", case.subject, channel="phone", agitated=False)
    assert "TS-1b" in world.promises(case, state="void")


def test_a_publication_that_is_undone_is_in_force_nowhere(world: World) -> None:
    """Its revision is given to the next one, which must not be taken for it."""
    with pytest.raises(ZeroDivisionError):
        with transaction.atomic():
            world.publish(TWO_HOURS)
            assert limit(world) == "PT2H"
            raise ZeroDivisionError
    assert limit(world) == "PT1H"
    world.publish(HALF_AN_HOUR)
    assert limit(world) == "PT30M"


def test_a_published_change_never_changes(world: World) -> None:
    overlay = world.publish(HALF_AN_HOUR)
    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        sql("UPDATE obligations_overlay SET since = '2026-05-01' WHERE id = %s", overlay.pk)
    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        sql("DELETE FROM obligations_overlay WHERE id = %s", overlay.pk)


def test_nobody_approves_a_change_of_ones_own(world: World) -> None:
    overlay = world.publish(HALF_AN_HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Overlay.objects.create(
            since=overlay.since,
            text=overlay.text,
            author=overlay.author,
            approver=overlay.author,
            published_at=world.now,
        )


def test_changed_hours_make_another_calendar_and_leave_it_on_what_was_promised(world: World) -> None:
    before = world.promise(world.receive(), "XQ-C7.4B1")
    sql("""UPDATE accounts_site SET weekly = '{"mon": [["08:00", "10:00"]]}' WHERE code = 'CH'""")
    revise()
    after = world.promise(world.receive(), "XQ-C7.4B1")
    assert before.calendar != after.calendar
    before.refresh_from_db()
    assert before.calendar != after.calendar


MONTHLY = """
base: strict
values:
  party.visit.cycle:
    2000-01-01: {value: P1M, cite: HF-2.5a, ours: true}
"""
NO_CYCLE = "base: strict\noff: [HF-2.5a]"


def rounds(world: World) -> list[Obligation]:
    """The rounds of the customer's cycle that were made, in order."""
    return list(
        Obligation.objects.filter(subject=f"party:{world.party.pk}", rule="party.visit.cycle").order_by("start")
    )


def sign(world: World) -> None:
    """The customer signs, and is on the cycle from now on."""
    world.record("party.contract_signed", f"party:{world.party.pk}", customer_class="normal")


def test_a_cycle_keeps_its_round_and_goes_on_under_the_rule_in_force(world: World) -> None:
    sign(world)
    world.publish(MONTHLY)
    sign(world)  # again: no second chain beside the one that runs
    assert [one.due_at for one in rounds(world)] == [world.time("06-02 09:00")]
    world.sweep("06-02 09:00:01")
    assert [one.due_at for one in rounds(world)] == [world.time("06-02 09:00"), world.time("07-02 09:00")]
    assert [one.value for one in rounds(world)] == ["P3M", "P1M"]


def test_a_round_that_began_before_a_change_is_made_under_the_rule_of_its_time(world: World) -> None:
    sign(world)
    world.at("06-02 12:00")  # the worker stood still while the round went by
    world.publish(MONTHLY)
    world.sweep("06-03 09:00")
    assert [one.value for one in rounds(world)] == ["P3M", "P3M"]


def test_a_cycle_that_is_switched_off_ends_with_its_round(world: World) -> None:
    sign(world)
    world.publish(NO_CYCLE)
    world.sweep("06-02 09:00:01")
    assert [one.due_at for one in rounds(world)] == [world.time("06-02 09:00")]

"""How far a site manager may go (XQ-C7.5a), and promises on the spot within that (XQ-C7.5b)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from bihuan.accounts.access import NotAllowed, NotFound
from bihuan.accounts.models import Site
from bihuan.cases.actions.granting import grant
from bihuan.cases.authority import ends_soon, in_force
from bihuan.cases.errors import NotNow
from bihuan.cases.models import AuthorityLetter, Case
from bihuan.cases.steps import possible
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from bihuan.obligations.models import Summons
from bihuan.obligations.summoning import UNREAD, come, wanted
from tests.files.samples import upload
from tests.world import World, serves

YEAR = {"since": date(2026, 3, 2), "until": date(2027, 3, 1)}


def granted(world: World, *, by: str = "branch", to: str = "manager", **given: Any) -> AuthorityLetter:
    usual: dict[str, Any] = {"amount": 500, **YEAR}
    site = Site.objects.get(pk=given.pop("site", "CH"))
    return grant(site, manager=world.staff(to), by=world.actor(by), at=world.now, **usual | given)


def weighed(world: World, **given: Any) -> Case:
    """A complaint whose facts are established and weighed."""
    return world.take(world.receive(**given), "found_valid", by="trade")


def promise(world: World, case: Case, *, by: str = "manager", amount: Any = 100, **given: Any) -> Case:
    return world.take(case, "promised", by=by, amount=amount, **given)


def refusal(world: World, case: Case, **given: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        promise(world, case, **given)
    return refused.value


# ---- the letter


@serves("XQ-C7.5a")
def test_the_branch_lays_down_how_far_a_manager_may_go(world: World) -> None:
    letter = granted(world, problems=["08", "03"], file=upload())
    assert (letter.amount, letter.problems, letter.approved_by) == (500, ["03", "08"], world.staff("branch"))
    assert letter.file is not None
    told = Event.objects.get(kind="site.authority_granted")
    assert told.facts == {
        "letter": letter.pk,
        "manager": world.staff("manager").pk,
        "amount": 500,
        "since": "2026-03-02",
        "until": "2027-03-01",
    }
    assert in_force("CH", world.staff("manager").pk, world.now) == letter


@pytest.mark.parametrize(
    ("since", "until", "fits"),
    [
        (date(2026, 3, 2), date(2027, 3, 2), True),
        (date(2026, 3, 2), date(2027, 3, 3), False),
        (date(2026, 3, 2), date(2026, 3, 2), True),
        (date(2026, 3, 3), date(2026, 3, 2), False),
        (date(2026, 1, 1), date(2026, 3, 1), False),  # it would have ended yesterday
        (date(2026, 1, 1), date(2026, 3, 2), True),
        (date(2028, 2, 29), date(2029, 2, 28), True),
        (date(2028, 2, 29), date(2029, 3, 1), False),
    ],
)
def test_a_letter_lasts_a_year_at_most_and_ends_after_it_begins(
    world: World, since: date, until: date, fits: bool
) -> None:
    if fits:
        assert granted(world, since=since, until=until).until == until
        return
    with pytest.raises(Refused) as refused:
        granted(world, since=since, until=until)
    assert (refused.value.code, AuthorityLetter.objects.count()) == ("bad_span", 0)


@pytest.mark.parametrize("by", ["manager", "supervisor", "quality", "agent"])
def test_nobody_at_the_site_grants_one(world: World, by: str) -> None:
    with pytest.raises(NotAllowed):
        granted(world, by=by)


def test_the_branch_grants_none_for_a_site_that_is_not_theirs(world: World) -> None:
    with pytest.raises(NotFound):
        granted(world, site="NS")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"to": "supervisor"}, "no_manager"),
        ({"to": "branch"}, "own_letter"),
        ({"amount": -1}, "bad_amount"),
        ({"amount": 10_000_001}, "bad_amount"),
        ({"problems": ["99"]}, "no_problem"),
    ],
)
def test_a_letter_to_the_wrong_one_or_over_nothing_is_refused(world: World, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        granted(world, **given)
    assert refused.value.code == code


def test_a_letter_is_never_changed_or_taken_away(world: World) -> None:
    letter = granted(world)
    for change in (lambda: AuthorityLetter.objects.update(amount=9999), letter.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_next_letter_replaces_it_from_its_first_day_and_for_good(world: World) -> None:
    manager = world.staff("manager").pk
    first = granted(world)
    second = granted(world, since=date(2026, 4, 1), until=date(2026, 4, 30), amount=10)
    assert in_force("CH", manager, world.time("03-31 23:59:59")) == first
    assert in_force("CH", manager, world.time("04-01 00:00")) == second
    assert in_force("CH", manager, world.time("04-30 23:59:59")) == second
    assert in_force("CH", manager, world.time("05-01 00:00")) is None  # the first one does not come back


@pytest.mark.parametrize(
    ("day", "soon"), [((2027, 1, 29), False), ((2027, 1, 30), True), ((2027, 3, 1), True), ((2027, 3, 2), False)]
)
def test_its_end_is_told_thirty_days_before(world: World, day: tuple[int, int, int], soon: bool) -> None:
    assert ends_soon(granted(world), date(*day)) is soon


# ---- the promise


@serves("XQ-C7.5b")
@pytest.mark.parametrize(("amount", "fits"), [(0, True), (499, True), (500, True), (501, False)])
def test_a_promise_goes_as_far_as_the_letter_and_no_further(world: World, amount: int, fits: bool) -> None:
    letter, case = granted(world), weighed(world)
    if fits:
        promise(world, case, amount=amount)
        told = Event.objects.get(kind="complaint.promised").facts
        assert (told["amount"], told["letter"]) == (amount, letter.pk)
        return
    refused = refusal(world, case, amount=amount)
    assert (refused.code, refused.where) == ("beyond_authority", "amount")
    assert "500" in refused.what
    assert not Event.objects.filter(kind="complaint.promised").exists()


@serves("XQ-C7.5b")
@pytest.mark.parametrize(
    ("at", "fits"),
    [("03-01 23:59:59", False), ("03-02 00:00", True), ("03-31 23:59:59", True), ("04-01 00:00", False)],
)
def test_it_must_be_in_force_that_day(world: World, at: str, fits: bool) -> None:
    world.at("02-27 09:00")
    granted(world, until=date(2026, 3, 31))
    case = weighed(world)
    world.at(at)
    if fits:
        assert promise(world, case).pk == case.pk
    else:
        assert refusal(world, case).code == "no_authority"


@pytest.mark.parametrize(("problem", "fits"), [("03", True), ("08", False)])
def test_it_must_cover_the_problem(world: World, problem: str, fits: bool) -> None:
    granted(world, problems=["03"])
    case = weighed(world, problem=problem)
    if fits:
        promise(world, case)
    else:
        refused = refusal(world, case)
        assert refused.code == "beyond_authority"
        assert "03" in refused.what


def test_a_letter_granted_later_covers_nothing_promised_before(world: World) -> None:
    case = weighed(world)
    before = world.now
    world.later(hours=1)
    granted(world)
    assert refusal(world, case, at=before).code == "no_authority"
    assert promise(world, case).pk == case.pk


def test_the_letter_of_somebody_else_or_of_another_site_does_not_count(world: World) -> None:
    world.hire("manager_2", ("site_manager", "CH"), ("site_manager", "LH"))
    granted(world, to="manager_2", site="LH")
    granted(world)
    case = weighed(world)
    assert refusal(world, case, by="manager_2").code == "no_authority"
    assert promise(world, case).pk == case.pk


@serves("XQ-C7.5b")
def test_the_facts_are_established_and_weighed_first(world: World) -> None:
    granted(world)
    case = world.receive()
    assert "promised" not in possible(case)
    with pytest.raises(NotNow):
        promise(world, case)
    for verb in ("found_valid", "found_invalid"):  # what is not valid may be settled by goodwill
        assert "promised" in possible(world.take(case, verb, by="trade"))


@pytest.mark.parametrize("by", ["agent", "supervisor", "trade", "branch"])
def test_only_the_site_manager_promises(world: World, by: str) -> None:
    granted(world)
    with pytest.raises(NotAllowed):
        promise(world, weighed(world), by=by, amount=0)


@pytest.mark.parametrize(
    ("given", "where"), [({"amount": None}, "amount"), ({"text": " "}, "text"), ({"amount": -1}, "amount")]
)
def test_a_promise_says_what_it_is_and_what_it_costs(world: World, given: dict[str, Any], where: str) -> None:
    granted(world)
    assert refusal(world, weighed(world), **given).where == where


# ---- the report


@serves("XQ-C7.5b")
@pytest.mark.parametrize(("at", "late"), [("03-03 00:00", False), ("03-03 00:00:01", True)])
def test_it_is_reported_to_the_branch_the_same_day(world: World, at: str, late: bool) -> None:
    granted(world)
    case = promise(world, weighed(world))
    owed = world.promise(case, "XQ-C7.5b")
    assert (owed.owed_by, owed.owed_to, owed.due_at) == ("site_manager", "branch_office", world.time("03-03 00:00"))
    world.sweep(at)
    world.take(case, "promise_reported", by="manager")
    owed.refresh_from_db()
    assert (owed.state, owed.breached_at is not None) == ("met", late)


@serves("XQ-C7.5b")
def test_the_branch_learns_of_it_and_goes_on_seeing_it_when_the_case_is_handled(world: World) -> None:
    granted(world)
    case = world.take(weighed(world), "handed_over", to="trade")
    case = world.take(promise(world, case), "promise_reported", by="manager")
    told = Event.objects.get(kind="complaint.promise_reported").facts["told"]
    assert told == [world.staff("branch").pk]
    world.take(case, "handled", by="trade")
    (row,) = wanted(world.staff("branch"), now=world.now)
    assert wanted(world.staff("branch"), now=world.now + UNREAD) == [row]
    world.later(days=7, seconds=1)
    assert wanted(world.staff("branch"), now=world.now) == []
    assert come(world.staff("branch"), row.pk, at=world.now) == case.subject
    assert Summons.objects.get(pk=row.pk).came

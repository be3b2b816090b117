"""XQ-C3a, TS-5.3: what the site has no power to solve is transferred, the customer hears of it, and then how it goes."""

from __future__ import annotations

import pytest

from bihuan.cases.models import Case
from bihuan.kernel.errors import Refused
from tests.world import World, serves


def transferred(world: World, **given: str) -> Case:
    """A complaint that is with the developer."""
    case = world.take(world.receive(), "handed_over", to="trade")
    return world.take(case, "transferred", **{"unit": "developer", "text": "外墙渗漏，属保修范围"} | given)


@serves("XQ-C3a")
@pytest.mark.parametrize(("at", "breached"), [("03-03 00:00", False), ("03-03 00:00:01", True)])
def test_the_customer_hears_of_the_transfer_the_same_day(world: World, at: str, breached: bool) -> None:
    case = transferred(world)
    assert (case.transferred_to, case.transferred_at, case.state) == ("developer", world.now, "in_hand")
    promise = world.promise(case, "XQ-C3a")
    assert (promise.owed_by, promise.due_at) == ("agent", world.time("03-03 00:00"))
    world.sweep(at)
    world.take(case, "progress_told", by="agent", text="已移交建设单位，每周告知进展")
    promise.refresh_from_db()
    assert (promise.state, promise.breached_at is not None) == ("met", breached)


@serves("TS-5.3", "XQ-C3b")
def test_progress_is_told_every_week_until_the_other_unit_has_given_it_back(world: World) -> None:
    case = transferred(world)
    for day, due in (("03-09 09:00", "03-16 09:00"), ("03-16 08:00", "03-23 08:00")):
        world.sweep(day)
        world.take(case, "progress_told", by="agent", text="建设单位已派人查勘")
        assert world.promise(case, "TS-5.3", state="open").due_at == world.time(due)
    world.take(case, "returned", text="建设单位已修好外墙")
    assert "TS-5.3" not in world.promises(case)
    assert not Case.objects.get(pk=case.pk).transferred_to


def test_a_week_that_goes_by_untold_is_overdue_and_the_next_is_owed(world: World) -> None:
    case = transferred(world)
    world.sweep("03-09 09:00:01")
    late, ahead = (world.promise(case, "TS-5.3", state="open"),), world.promises(case)
    assert "TS-5.3" in ahead
    assert late[0].due_at == world.time("03-16 09:00")


def test_what_is_handled_is_with_nobody_else_any_more(world: World) -> None:
    case = world.take(transferred(world), "handled", by="trade")
    assert (case.transferred_to, case.transferred_at) == ("", None)
    assert "TS-5.3" not in world.promises(case)


@pytest.mark.parametrize(
    ("given", "code", "where"),
    [
        ({"unit": "moon"}, "bad_unit", "unit"),
        ({"unit": ""}, "missing", "unit"),
        ({"unit": "other"}, "missing", "unit_name"),
        ({"text": ""}, "missing", "text"),
    ],
)
def test_it_says_to_whom_and_why(world: World, given: dict[str, str], code: str, where: str) -> None:
    with pytest.raises(Refused) as refused:
        transferred(world, **given)
    assert (refused.value.code, refused.value.where) == (code, where)


def test_what_is_with_another_unit_is_not_transferred_again_before_it_comes_back(world: World) -> None:
    case = transferred(world)
    with pytest.raises(Refused) as refused:
        world.take(case, "transferred", unit="branch")
    assert refused.value.code == "not_now"
    case = world.take(case, "returned")
    assert world.take(case, "transferred", unit="other", unit_name="供电局").transferred_unit == "供电局"

"""Whoever comes is received: with or without a name, a home or a number; and everything that rules read is told at once."""

from __future__ import annotations

import pytest

from bihuan.accounts.access import NotAllowed, NotFound
from bihuan.cases.models import Case, Channel, Note
from bihuan.customers.models import Party
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from tests.world import World, serves


def told(case: Case) -> dict[str, object]:
    return dict(Event.objects.get(subject=case.subject, kind=f"{case.kind}.received").facts)


@serves("XQ-D2.2a", "GC-2.1", "GC-4.6")
def test_nothing_is_needed_but_what_it_is_about(world: World) -> None:
    case = world.receive("demand", summary="水管漏水")
    assert (case.party, case.home, case.state) == (None, None, "received")
    assert Note.objects.get(case=case).text == "水管漏水"
    with pytest.raises(Refused) as refused:
        world.receive("demand", summary="  ")
    assert refused.value.code == "no_summary"


@serves("XQ-C4.1")
@pytest.mark.parametrize("channel", Channel.values)
def test_by_whatever_channel(world: World, channel: str) -> None:
    case = world.receive(channel=channel)
    assert told(case)["channel"] == channel
    written = channel in ("email", "website", "letter", "drop_box", "fax", "portal", "sms", "chat", "social")
    assert ("XQ-C6.3" in world.promises(case)) is written


@serves("XQ-C3")
@pytest.mark.parametrize("who", ["agent", "supervisor", "quality", "manager", "trade", "branch", "head"])
def test_by_whomever_of_the_site_it_is_told(world: World, who: str) -> None:
    assert world.receive(by=who).received_by == world.staff(who)


def test_not_by_those_who_take_nothing_in_or_work_elsewhere(world: World) -> None:
    with pytest.raises(NotAllowed):
        world.receive(by="technician")
    with pytest.raises(NotFound):
        world.receive(by="lake_agent")


def test_who_is_not_on_file_is_taken_in_with_the_case(world: World) -> None:
    case = world.receive(contact_name="张三", contact_phone="13812345678")
    assert case.party is not None
    assert case.party.name == "张三"
    assert told(case)["party"] == case.party.pk
    assert "张三" not in str(list(Event.objects.values()))
    assert "13812345678" not in str(list(Event.objects.values()) + list(Note.objects.values()))


def test_strangers_who_give_no_real_number_are_not_one_customer(world: World) -> None:
    first = world.receive(contact_name="李女士", contact_phone="13800000000")
    second = world.receive(contact_name="赵先生", contact_phone="13800000000")
    assert first.party != second.party
    assert Party.objects.filter(name__in=["李女士", "赵先生"]).count() == 2


def test_what_comes_from_the_customers_row_stands_in_the_event(world: World) -> None:
    world.party.customer_class, world.party.kind = "key", "merchant"
    world.party.save()
    case = world.receive(party=world.party, home=world.home)
    assert {"customer_class": "key", "customer_kind": "merchant", "home": world.home.pk}.items() <= told(case).items()


def test_a_customer_or_home_of_another_site_is_refused(world: World) -> None:
    home, party = world.move_in("LH", room="1", name="刘洋")
    for given in ({"home": home}, {"party": party}):
        with pytest.raises(Refused) as refused:
            world.receive(**given)
        assert refused.value.code == "other_site"


@serves("TS-3")
def test_what_was_read_back_is_recorded(world: World) -> None:
    case = world.receive(restated=True)
    assert case.restated_at == world.now
    assert "complaint.restated" in world.kinds(case)


@serves("XQ-C6.2", "TS-5.1")
def test_a_time_agreed_at_once_is_the_promise(world: World) -> None:
    case = world.receive(agreed_at=world.time("03-02 15:00"))
    assert world.promise(case, "XQ-K2.2.2b").state == "met"
    for clause in ("XQ-C6.2", "TS-5.1"):
        assert world.promise(case, clause).due_at == world.time("03-02 15:00")


@pytest.mark.parametrize("name", ["agreed_at", "requested_by"])
def test_a_time_that_has_passed_is_none(world: World, name: str) -> None:
    with pytest.raises(Refused) as refused:
        world.receive(**{name: world.now})
    assert (refused.value.code, refused.value.where) == ("in_the_past", name)
    world.receive(**{name: world.now.replace(second=1)})


@serves("TS-4a", "TS-4b")
def test_what_is_settled_on_the_spot_is_handled_at_once(world: World) -> None:
    case = world.receive(settled="当场更换门禁卡", agitated=True)
    assert (case.state, case.handled_at, case.in_charge) == ("handled", world.now, world.staff("agent"))
    assert world.promises(case) == set()
    assert Note.objects.filter(case=case).order_by("id").last().text == "当场更换门禁卡"  # type: ignore[union-attr]


def test_a_complaint_is_classified_before_it_is_settled(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.receive(severity="", problem="", settled="当场解决")
    assert refused.value.code == "unclassified"
    world.receive("demand", settled="当场解决")


@serves("TS-1b")
def test_an_agitated_customer_is_handed_up_within_five_minutes(world: World) -> None:
    case = world.receive(agitated=True)
    owed = world.promise(case, "TS-1b")
    assert (owed.due_at, owed.target_at) == (world.time("03-02 09:05"), world.time("03-02 09:03"))
    world.at("03-02 09:05")
    world.take(case, "handed_up", by="agent")
    assert world.promise(case, "TS-1b").late_seconds == 0

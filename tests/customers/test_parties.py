"""Taking customers in, correcting what is known of them, and their care plans."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import pytest

from bihuan.accounts.access import Actor, NotAllowed, NotFound
from bihuan.customers.actions import Changes, NewParty, add_party, correct, erase, set_care
from bihuan.customers.models import Home, Occupancy, Party
from bihuan.customers.queries import archive, find
from bihuan.customers.vault import vault
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from bihuan.obligations.models import Obligation

IDENTITY = "11010519491231002X"
OTHER_IDENTITY = "440305199001010018"
REST = (time(13), time(15))


def told() -> list[tuple[str, dict[str, Any]]]:
    """Kind and facts of every event but those of obligations."""
    events = Event.objects.exclude(kind__startswith="obligation.").order_by("id")
    return [(event.kind, event.facts) for event in events]


def test_a_name_is_enough(agent: Actor, at: datetime) -> None:
    party = add_party(NewParty(site="CH", name=" 王　样例 "), by=agent, at=at)
    known = archive(Party.objects.get(pk=party.pk))
    assert (known.name, known.kind, known.customer_class, known.gender) == ("王 样例", "resident", "normal", "")
    assert (known.homes, known.phones, known.identity, known.needs, known.rest) == ([], [], "", "", None)


def test_everything_that_was_entered_stands_in_the_archive(agent: Actor, home: Home, at: datetime) -> None:
    new = NewParty(
        site="CH",
        name="王样例",
        kind="merchant",
        customer_class="key",
        gender="f",
        identity="11010519491231002x",
        phones=["13812345521", "0755-26731234"],
        needs="有婴儿，13–15 点勿扰",
        rest=REST,
        home=home,
        role="tenant",
    )
    known = archive(add_party(new, by=agent, at=at))
    assert (known.kind, known.customer_class, known.gender, known.identity) == (
        "merchant",
        "key",
        "f",
        "110*************2X",
    )
    assert (known.needs, known.rest, known.erased_at) == ("有婴儿,13–15 点勿扰", REST, None)
    assert [(one.label, one.role, one.since, one.until) for one in known.homes] == [
        ("7栋2单元1101", "tenant", None, None)
    ]
    assert [(one.mask, one.primary) for one in known.phones] == [("138****5521", True), ("0755-****1234", False)]


def test_taking_somebody_in_promises_nothing(agent: Actor, home: Home, at: datetime) -> None:
    add_party(NewParty(site="CH", name="王样例", home=home), by=agent, at=at)
    assert (told(), Obligation.objects.count()) == ([], 0)


def test_the_identity_number_is_sealed(agent: Actor, at: datetime) -> None:
    party = add_party(NewParty(site="CH", name="王样例", identity=IDENTITY), by=agent, at=at)
    sealed = bytes(Party.objects.get(pk=party.pk).identity_sealed or b"")
    assert IDENTITY.encode() not in sealed
    assert vault().open(sealed) == IDENTITY


def test_one_identity_number_is_one_customer_of_a_site(agent: Actor, colleague: Actor, at: datetime) -> None:
    add_party(NewParty(site="CH", name="王样例", identity=IDENTITY), by=agent, at=at)
    with pytest.raises(Refused) as refused:
        add_party(NewParty(site="CH", name="王小例", identity=IDENTITY), by=agent, at=at)
    assert refused.value.code == "party_exists"
    add_party(NewParty(site="NS", name="王样例", identity=IDENTITY), by=colleague, at=at)
    assert Party.objects.count() == 2


def test_a_number_given_twice_is_kept_once(agent: Actor, at: datetime) -> None:
    party = add_party(NewParty(site="CH", name="王样例", phones=["13812345521", "+86 138 1234 5521"]), by=agent, at=at)
    assert party.phones.count() == 1


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": " "}, "name_missing"),
    ({"name": "王" * 81}, "name_too_long"),
    ({"needs": "忌" * 201}, "needs_too_long"),
    ({"identity": "110105194912310021"}, "identity_unreadable"),
    ({"identity": "110101199001010000"}, "identity_placeholder"),
    ({"kind": "ghost"}, "not_a_choice"),
    ({"customer_class": "vip"}, "not_a_choice"),
    ({"gender": "x"}, "not_a_choice"),
]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        *REFUSED,
        ({"phones": ["1381234"]}, "phone_unreadable"),
        ({"phones": ["13800000000"]}, "phone_placeholder"),
        ({"role": "king"}, "not_a_choice"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    agent: Actor, home: Home, at: datetime, wrong: dict[str, Any], code: str
) -> None:
    given: dict[str, Any] = {"site": "CH", "name": "王样例", "home": home} | wrong
    with pytest.raises(Refused) as refused:
        add_party(NewParty(**given), by=agent, at=at)
    assert refused.value.code == code
    assert not Party.objects.exists()


@pytest.mark.parametrize(("wrong", "code"), REFUSED)
def test_nor_can_it_be_corrected_into(agent: Actor, party: Party, at: datetime, wrong: Changes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        correct(party, by=agent, at=at, **wrong)
    assert refused.value.code == code
    assert archive(Party.objects.get()) == archive(party)


@pytest.mark.parametrize("fits", [{"name": "王" * 80}, {"needs": "忌" * 200}])
def test_the_longest_that_fits_is_taken(agent: Actor, party: Party, at: datetime, fits: Changes) -> None:
    assert correct(party, by=agent, at=at, **fits).pk == party.pk


def test_a_corrected_name_is_found_and_the_old_one_is_not(agent: Actor, party: Party, at: datetime) -> None:
    correct(party, name="黄小例", by=agent, at=at)
    assert [one.id for one in find(agent, "黄小")] == [one.id for one in find(agent, "hxl")] == [str(party.pk)]
    assert find(agent, "王样") == find(agent, "wyl") == []


def test_what_is_not_named_stays(agent: Actor, party: Party, at: datetime) -> None:
    correct(party, needs="有婴儿", rest=REST, gender="f", identity=IDENTITY, by=agent, at=at)
    known = archive(correct(party, name="黄小例", by=agent, at=at))
    assert (known.needs, known.rest, known.gender, known.identity) == ("有婴儿", REST, "f", "110*************2X")


def test_what_is_emptied_goes(agent: Actor, party: Party, at: datetime) -> None:
    correct(party, needs="有婴儿", rest=REST, identity=IDENTITY, by=agent, at=at)
    known = archive(correct(party, needs="", rest=None, identity="", by=agent, at=at))
    assert (known.needs, known.rest, known.identity) == ("", None, "")
    assert Party.objects.get().identity_sealed is Party.objects.get().identity_digest is None


def test_an_identity_of_somebody_else_is_refused(agent: Actor, party: Party, at: datetime) -> None:
    add_party(NewParty(site="CH", name="李四", identity=IDENTITY), by=agent, at=at)
    with pytest.raises(Refused) as refused:
        correct(party, identity=IDENTITY, by=agent, at=at)
    assert refused.value.code == "party_exists"
    correct(party, identity=OTHER_IDENTITY, by=agent, at=at)


def test_corrections_tell_the_rules_nothing(agent: Actor, party: Party, at: datetime) -> None:
    correct(party, name="黄小例", needs="有婴儿", rest=REST, kind="merchant", by=agent, at=at)
    correct(party, customer_class="normal", by=agent, at=at)
    assert (told(), Obligation.objects.count()) == ([], 0)


def test_a_change_of_class_is_told_to_the_rules(agent: Actor, party: Party, at: datetime) -> None:
    correct(party, customer_class="key", by=agent, at=at)
    assert told() == [("party.care_plan_set", {"customer_class": "key", "customer_kind": "resident"})]
    assert {one.rule for one in Obligation.objects.filter(state="open")} == {"party.visit.cycle.key"}
    correct(party, customer_class="normal", by=agent, at=at)
    assert {one.rule for one in Obligation.objects.filter(state="open")} == {"party.visit.cycle"}


def test_a_care_plan_is_told_even_where_the_class_stays(agent: Actor, party: Party, at: datetime) -> None:
    known = archive(set_care(party, needs="独居老人", rest=REST, customer_class="normal", by=agent, at=at))
    assert (known.needs, known.rest) == ("独居老人", REST)
    assert told() == [("party.care_plan_set", {"customer_class": "normal", "customer_kind": "resident"})]
    event = Event.objects.get(kind="party.care_plan_set")
    assert (event.subject, event.site, event.actor, event.at) == (f"party:{party.pk}", "CH", agent.subject, at)


@pytest.mark.parametrize(
    ("who", "error"),
    [("technician", NotAllowed), ("colleague", NotFound), ("outsider", NotFound), ("office", NotAllowed)],
)
def test_others_change_nothing(who: str, error: type[Refused], party: Party, at: datetime, request: Any) -> None:
    actor = request.getfixturevalue(who)
    with pytest.raises(error):
        add_party(NewParty(site="CH", name="李四"), by=actor, at=at)
    with pytest.raises(error):
        correct(party, name="李四", by=actor, at=at)
    with pytest.raises(error):
        set_care(party, needs="", rest=None, customer_class="key", by=actor, at=at)
    assert [one.name for one in Party.objects.all()] == ["王样例"]


def test_nobody_is_taken_in_at_another_site_s_home(colleague: Actor, home: Home, at: datetime) -> None:
    with pytest.raises(NotFound):
        add_party(NewParty(site="NS", name="李四", home=home), by=colleague, at=at)
    assert not Party.objects.exists()


def test_whoever_was_erased_cannot_be_corrected(agent: Actor, manager: Actor, party: Party, at: datetime) -> None:
    erase(party, reason="requested", by=manager, at=at)
    with pytest.raises(Refused) as refused:
        correct(party, name="王样例", by=agent, at=at)
    assert refused.value.code == "party_erased"
    assert Party.objects.get().name == ""


def test_an_archive_takes_three_queries(
    agent: Actor, party: Party, at: datetime, django_assert_num_queries: Any
) -> None:
    fresh = Party.objects.get()
    with django_assert_num_queries(3):
        archive(fresh)


def test_the_archive_lists_the_homes_of_today_first(agent: Actor, party: Party, home: Home, at: datetime) -> None:
    Occupancy.objects.update(until=at.date())
    Occupancy.objects.create(home=home, party=party, role="tenant")
    assert [(one.role, one.until) for one in archive(party).homes] == [("tenant", None), ("owner", at.date())]

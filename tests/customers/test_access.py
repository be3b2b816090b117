"""Who reaches which customer: an agent of the site, a colleague elsewhere, an outsider, a post that does not look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from bihuan.accounts.access import Actor, NotAllowed, NotFound
from bihuan.customers.access import visible_home, visible_import, visible_party
from bihuan.customers.models import Home, Import, Party
from bihuan.kernel.ids import new_id

Look = Callable[..., Any]


@pytest.fixture
def made(manager: Actor, at: datetime) -> Import:
    return Import.objects.create(
        id=new_id(), site_id="CH", digest=b"x", file="a.xlsx", made_by=manager.staff.pk, made_at=at
    )


def test_an_agent_reaches_the_homes_and_parties_of_the_own_site(agent: Actor, home: Home, party: Party) -> None:
    assert visible_home(agent, home.pk) == home
    assert visible_party(agent, party.pk) == party


def test_whoever_works_at_both_sites_reaches_them_too(office: Actor, home: Home, party: Party) -> None:
    assert (visible_home(office, home.pk), visible_party(office, party.pk)) == (home, party)


@pytest.mark.parametrize("who", ["colleague", "outsider"])
def test_to_others_they_do_not_exist(who: str, home: Home, party: Party, made: Import, request: Any) -> None:
    actor = request.getfixturevalue(who)
    looks: list[tuple[Look, Any]] = [
        (visible_home, home.pk),
        (visible_party, party.pk),
        (visible_import, made.pk),
    ]
    for look, pk in looks:
        with pytest.raises(NotFound):
            look(actor, pk)


def test_what_is_nobody_s_looks_the_same(agent: Actor, manager: Actor, party: Party) -> None:
    for look, actor, pk in (
        (visible_home, agent, 0),
        (visible_party, agent, party.pk + 1),
        (visible_party, agent, 10**30),
    ):
        with pytest.raises(NotFound):
            look(actor, pk)
    with pytest.raises(NotFound):
        visible_import(manager, new_id())


def test_a_technician_of_the_site_is_told_that_the_post_does_not_look(
    technician: Actor, home: Home, party: Party
) -> None:
    with pytest.raises(NotAllowed):
        visible_home(technician, home.pk)
    with pytest.raises(NotAllowed):
        visible_party(technician, party.pk)


def test_an_import_is_for_those_who_may_import(agent: Actor, manager: Actor, made: Import) -> None:
    assert visible_import(manager, made.pk) == made
    with pytest.raises(NotAllowed):
        visible_import(agent, made.pk)


def test_whoever_may_do_an_act_reaches_what_it_is_done_to(agent: Actor, manager: Actor, party: Party) -> None:
    assert visible_party(manager, party.pk, act="customer.erase") == party
    with pytest.raises(NotAllowed):
        visible_party(agent, party.pk, act="customer.erase")

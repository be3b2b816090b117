"""The pages on which others join a complaint, and on which two complaints are made one or linked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.cases.models import Case
from bihuan.kernel import clock
from tests.console.estate import MORNING, Estate, queries_for, received

pytestmark = pytest.mark.django_db


def later() -> object:
    return clock.frozen(MORNING + timedelta(hours=1))


def test_people_join_by_a_list_and_are_seen_beside_the_case(agent: Client, estate: Estate) -> None:
    case = received(estate)
    address = reverse("console:join", args=[case.number])
    with later():  # type: ignore[attr-defined]
        answer = agent.post(address, {"signed_by": "赵刚 139 1111 0001\n钱敏，13911110002\n孙丽"}, follow=True)
    page = answer.content.decode()
    case.refresh_from_db()
    assert (case.signers, case.severity, case.number) == (4, "A", "CH-A-03-0001")
    assert all(name in page for name in ("王丽", "赵刚", "钱敏", "孙丽"))
    assert "13911110002" not in page


def test_an_empty_list_says_what_to_do(agent: Client, estate: Estate) -> None:
    answer = agent.post(reverse("console:join", args=[received(estate).number]), {"signed_by": " "})
    assert (answer.status_code, "at least one name" in answer.content.decode()) == (422, True)


def test_two_are_made_one_only_when_somebody_says_so(agent: Client, estate: Estate) -> None:
    first, second = received(estate), received(estate)
    address = reverse("console:same", args=[second.number, first.number])
    page = agent.get(address).content.decode()
    assert ("promises of this complaint become void" in page, first.number in page) == (True, True)
    assert agent.post(address, {}).status_code == 422
    assert Case.objects.filter(state="received").count() == 2
    with later():  # type: ignore[attr-defined]
        answer = agent.post(address, {"what": "same", "text": "同一件事"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("console:case", args=[first.number])
    ended = agent.get(reverse("console:case", args=[second.number])).content.decode()
    assert "is part of another one" in ended


def test_what_is_over_can_only_be_repeated(agent: Client, estate: Estate) -> None:
    first = received(estate, at=MORNING - timedelta(days=1))
    second = received(estate)
    Case.objects.filter(pk=first.pk).update(state="withdrawn")
    address = reverse("console:same", args=[second.number, first.number])
    assert 'value="same"' not in agent.get(address).content.decode()
    with later():  # type: ignore[attr-defined]
        agent.post(address, {"what": "repeats"})
    page = agent.get(reverse("console:case", args=[second.number])).content.decode()
    assert "The trouble came back" in page


def test_more_signers_need_no_more_queries(agent: Client, estate: Estate) -> None:
    few = received(estate, signed_by=[("赵刚", "")])
    many = received(estate, signed_by=[(f"赵{number}", "") for number in range(40)])
    seen = [queries_for(agent, reverse("console:case", args=[case.number])) for case in (few, many)]
    assert seen[0] == seen[1]

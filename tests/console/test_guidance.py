"""While a complaint is taken: what to do and say, the time with somebody agitated, the hand-up, and the call it came by."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from bihuan.accounts.models import Post
from bihuan.calls.actions import Ring, tell
from bihuan.calls.models import Call
from bihuan.cases.models import Case
from bihuan.console import guidance
from bihuan.kernel import clock
from bihuan.ledger.models import Event
from bihuan.obligations.books import rulebook
from bihuan.obligations.models import Obligation, Summons
from tests.console import estate as on
from tests.console.estate import MORNING, Estate
from tests.world import serves

pytestmark = pytest.mark.django_db

COMPLAINT = {"kind": "complaint", "channel": "walk_in", "said": "又漏水了，你们到底管不管！"}
ANGRY = COMPLAINT | {"agitated": "on"}
SECOND = timedelta(seconds=1)


def looked(client: Client, at: datetime = MORNING, **given: Any) -> HttpResponse:
    """The right side, as it is asked for while somebody types."""
    with clock.frozen(at):
        return client.post("/intake/aside", given, headers={"HX-Request": "true"})  # type: ignore[return-value]


def sent(client: Client, at: datetime = MORNING, **given: Any) -> HttpResponse:
    with clock.frozen(at):
        return client.post("/intake", given)  # type: ignore[return-value]


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def clauses(response: HttpResponse) -> list[str]:
    """The clauses of the steps on the page, in their order."""
    return [one.clause for one in response.context["advice"]]  # type: ignore[attr-defined]


def carried(response: HttpResponse) -> dict[str, str]:
    """What the form carries along, signed."""
    return dict(
        re.findall(r'<input type="hidden" form="intake" name="(begun|calm)" value="([^"]*)"', response.content.decode())
    )


def kinds(case: Case) -> list[str]:
    rows = Event.objects.filter(subject=case.subject).order_by("id").values_list("kind", flat=True)
    return [kind.removeprefix("complaint.") for kind in rows]


def promise(case: Case) -> Obligation:
    return Obligation.objects.get(subject=case.subject, rule="complaint.hand_up")


# ---- what to do and say


@serves("TS-1a", "TS-1c", "TS-2.2")
def test_at_the_desk_and_on_the_telephone_other_steps_are_shown_and_for_letters_none(agent: Client) -> None:
    assert clauses(looked(agent, **COMPLAINT)) == ["TS-1c", "TS-1a", "TS-3", "TS-1a"]
    assert clauses(looked(agent, **COMPLAINT | {"channel": "phone"})) == ["TS-2.1", "TS-2.2", "TS-3", "TS-2.2"]
    assert clauses(looked(agent, **COMPLAINT | {"channel": "letter"})) == []


@serves("TS-1b", "TS-1d", "TS-2.7")
def test_with_somebody_agitated_the_steps_are_others(agent: Client) -> None:
    assert clauses(looked(agent, **ANGRY)) == ["TS-1c", "TS-1b", "TS-1d"]
    assert clauses(looked(agent, **ANGRY | {"channel": "phone"})) == ["TS-2.2", "TS-1b", "TS-2.7"]
    assert clauses(looked(agent, **ANGRY | {"calmed": "on"})) == ["TS-1c", "TS-1a", "TS-3", "TS-1a"]


def test_who_asks_for_a_repair_is_guided_by_nobody(agent: Client) -> None:
    assert clauses(looked(agent, **COMPLAINT | {"kind": "demand"})) == []


@pytest.mark.parametrize("guide", sorted(guidance.texts()))
def test_every_step_cites_a_clause_and_is_whole_in_three_languages(estate: Estate, guide: str) -> None:
    channel, mood = guide.split(".")
    told = {}
    for language in ("zh-hans", "zh-hant", "en"):
        with translation.override(language):
            told[language] = guidance.advice(channel, mood, site="CH", at=MORNING)
    assert {one.clause for one in told["en"]} <= set(rulebook().clauses)
    assert 2 <= len(told["en"]) <= 4, "what is read while somebody speaks is short"
    for simple, english in zip(told["zh-hans"], told["en"], strict=True):
        assert len(simple.do) <= 40
        assert bool(simple.say) == bool(english.say)
        assert english.do.isascii() or "“" in english.do
        assert not {"{", "—"} & set(simple.do + english.do)


def test_the_times_and_rings_it_speaks_of_are_those_of_the_rulebook(estate: Estate) -> None:
    with translation.override("en"):
        (_, up, _), (pick_up, *_) = (
            guidance.advice(channel, mood, site="CH", at=MORNING)
            for channel, mood in (("walk_in", "agitated"), ("phone", "calm"))
        )
    assert "3 minutes" in up.do
    assert "5 minutes" in up.do
    assert "3 rings" in pick_up.do


# ---- the time with somebody agitated


def test_the_time_begins_with_the_first_words_and_goes_on_from_there(agent: Client) -> None:
    first = looked(agent, **COMPLAINT)
    assert first.context["timer"] is None  # type: ignore[attr-defined]
    later = looked(agent, MORNING + 100 * SECOND, **ANGRY, **carried(first))
    timer = later.context["timer"]  # type: ignore[attr-defined]
    assert (timer["start"], timer["passed"], timer["state"]) == (MORNING, "1:40", "open")
    assert (timer["target"] - MORNING, timer["due"] - MORNING) == (180 * SECOND, 300 * SECOND)


@serves("TS-1b")
@pytest.mark.parametrize(
    ("seconds", "state"), [(0, "open"), (180, "open"), (181, "soon"), (300, "soon"), (301, "overdue")]
)
def test_after_three_minutes_it_is_time_and_after_five_too_late(agent: Client, seconds: int, state: str) -> None:
    begun = carried(looked(agent, **ANGRY))
    at = MORNING + seconds * SECOND
    assert looked(agent, at, **ANGRY, **begun).context["timer"]["state"] == state  # type: ignore[attr-defined]
    assert sent(agent, at, **ANGRY, **begun).status_code == 302
    case = Case.objects.get()
    assert case.received_at == MORNING
    with clock.frozen(at):
        page = agent.get(f"/cases/{case.pk}")
    assert page.context["timer"]["state"] == state
    assert (promise(case).breached_at is None) is (state != "overdue")


def test_nobody_types_when_it_began(agent: Client) -> None:
    ago = MORNING - timedelta(hours=1)
    for forged in (str(int(ago.timestamp())), "x", "", "1:2:3"):
        assert looked(agent, **ANGRY, begun=forged).context["timer"]["start"] == MORNING  # type: ignore[attr-defined]
    tomorrow = carried(looked(agent, MORNING + timedelta(days=1), **ANGRY))
    assert looked(agent, **ANGRY, **tomorrow).context["timer"]["start"] == MORNING  # type: ignore[attr-defined]


@pytest.mark.parametrize(("over", "begins"), [(0, "then"), (1, "now")])
def test_a_form_that_was_left_open_for_two_hours_belongs_to_no_conversation(
    agent: Client, over: int, begins: str
) -> None:
    begun = carried(looked(agent, **ANGRY))
    at = MORNING + timedelta(hours=2, seconds=over)
    start = looked(agent, at, **ANGRY, **begun).context["timer"]["start"]  # type: ignore[attr-defined]
    assert start == (MORNING if begins == "then" else at)


def test_who_may_not_backdate_goes_back_five_minutes_at_most(estate: Estate) -> None:
    quality = on.signed_in(estate.quality)
    begun = carried(looked(quality, **ANGRY))
    at = MORNING + timedelta(minutes=20)
    assert sent(quality, at, **ANGRY, **begun).status_code == 302
    assert Case.objects.get().received_at == at - timedelta(minutes=5)


def test_who_is_calm_again_was_agitated_all_the_same(agent: Client) -> None:
    begun = carried(looked(agent, **ANGRY))
    calm = carried(looked(agent, MORNING + 120 * SECOND, **ANGRY, calmed="on", **begun))
    answer = looked(agent, MORNING + 500 * SECOND, **ANGRY, calmed="on", **calm)
    assert answer.context["timer"] is None  # type: ignore[attr-defined]
    assert sent(agent, MORNING + 500 * SECOND, **ANGRY, calmed="on", **carried(answer)).status_code == 302
    case = Case.objects.get()
    assert kinds(case) == ["received", "calmed"]
    assert (promise(case).state, promise(case).met_at) == ("met", MORNING + 120 * SECOND)


def test_what_is_no_complaint_has_no_time_to_hand_up(agent: Client) -> None:
    answer = looked(agent, **ANGRY | {"kind": "demand"})
    assert answer.context["timer"] is None  # type: ignore[attr-defined]


# ---- one key hands up


@serves("TS-1b", "TS-1d")
def test_one_key_takes_it_in_and_calls_the_supervisor(agent: Client, estate: Estate) -> None:
    begun = carried(looked(agent, **ANGRY))
    answer = sent(agent, MORNING + 200 * SECOND, **ANGRY, **begun, hand_up="1")
    case = Case.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/cases/{case.pk}")
    assert kinds(case) == ["received", "handed_up"]
    assert (case.received_at, promise(case).met_at) == (MORNING, MORNING + 200 * SECOND)
    assert "陈岚" in on.messages_of(answer)[0]
    assert Summons.objects.get().staff == estate.supervisor


def test_it_is_taken_in_with_what_is_there_be_it_nothing(agent: Client) -> None:
    assert sent(agent, hand_up="1").status_code == 302
    case = Case.objects.get()
    assert (case.kind, case.agitated) == ("complaint", True)
    assert case.details == "Agitated; handed up to the supervisor at once."


def test_what_is_wrong_holds_nothing_up_and_is_not_lost(agent: Client) -> None:
    wrong = {"contact_phone": "1381234", "channel": "by pigeon", "severity": "B", "agreed_at": "2020-01-01T09:00"}
    answer = sent(agent, **ANGRY | wrong | {"hand_up": "1", "settled": "愿意道歉", "rings": "-1"})
    assert answer.status_code == 302
    case = Case.objects.get()
    assert (case.severity, case.agreed_at, case.settled_on_the_spot) == ("", None, False)
    for typed in (ANGRY["said"], "1381234", "2020-01-01T09:00", "愿意道歉"):
        assert typed in case.details


def test_words_that_are_too_long_are_given_back_whole(agent: Client) -> None:
    answer = sent(agent, **ANGRY | {"said": "漏" * 4001, "hand_up": "1"})
    assert (answer.status_code, "漏" * 4001 in text(answer)) == (422, True)


def test_where_nobody_can_be_called_the_agent_is_told_to_ring(agent: Client, estate: Estate) -> None:
    Post.objects.exclude(staff=estate.agent).delete()
    told = on.messages_of(sent(agent, **ANGRY, hand_up="1"))[0]
    assert "ring the supervisor yourself" in told


def test_from_the_page_of_the_case_one_key_does_it_too(agent: Client, estate: Estate) -> None:
    case = on.received(estate, agitated=True)
    with clock.frozen(MORNING + 60 * SECOND):
        page = agent.get(f"/cases/{case.number}")
        assert page.context["timer"]["passed"] == "1:00"
        assert agent.post(f"/cases/{case.number}/handed_up").status_code == 302
        after = agent.get(f"/cases/{case.number}")
    assert after.context["timer"] is None
    assert clauses(after) == ["TS-2.7", "TS-4c"]  # type: ignore[arg-type]


@serves("TS-4c")
def test_after_the_hand_up_the_page_says_what_follows_until_something_does(agent: Client, estate: Estate) -> None:
    case = on.received(estate, agitated=True, channel="walk_in")
    case = on.stepped(case, "handed_up", by=estate.agent, at=MORNING)
    assert clauses(agent.get(f"/cases/{case.number}")) == ["TS-1d", "TS-1d", "TS-4c"]  # type: ignore[arg-type]
    on.stepped(case, "calmed", by=estate.supervisor, at=MORNING)
    assert clauses(agent.get(f"/cases/{case.number}")) == []  # type: ignore[arg-type]


# ---- who is wanted


@serves("TS-1d")
def test_the_supervisor_is_shown_where_to_come_and_is_led_there(agent: Client, estate: Estate) -> None:
    sent(agent, **ANGRY, hand_up="1")
    case, supervisor = Case.objects.get(), on.signed_in(estate.supervisor)
    with clock.frozen(MORNING + 5 * SECOND):
        banner = text(supervisor.get("/called"))
        assert ("李敏" in banner, case.summary in banner) == (True, True)
        assert case.summary in text(supervisor.get("/notices"))
        assert case.summary not in text(agent.get("/called"))
        pk = Summons.objects.get().pk
        assert on.signed_in(estate.manager).post(f"/called/{pk}").status_code == 404
        assert supervisor.post(f"/called/{pk}").headers["Location"] == f"/cases/{case.pk}"
        assert case.summary not in text(supervisor.get("/called"))


def test_twenty_calls_cost_as_much_as_two(agent: Client, estate: Estate) -> None:
    supervisor = on.signed_in(estate.supervisor)
    with clock.frozen(MORNING):
        for _ in range(2):
            sent(agent, **ANGRY, hand_up="1")
        few = on.queries_for(supervisor, "/called")
        for _ in range(18):
            sent(agent, **ANGRY, hand_up="1")
        assert on.queries_for(supervisor, "/called") == few <= 10


@pytest.mark.parametrize(
    ("who", "pace"), [("agent", 1000), ("supervisor", 1000), ("manager", 1000), ("chief", 5000), ("plumber", 5000)]
)
def test_who_may_be_called_asks_every_second(estate: Estate, who: str, pace: int) -> None:
    page = on.signed_in(getattr(estate, who)).get("/notices")
    assert f'data-version-every="{pace}"' in text(page)  # type: ignore[arg-type]


# ---- the call


def rang(estate: Estate, **given: Any) -> Call:
    usual: dict[str, Any] = {"site": "CH", "call_id": "1", "rang_at": MORNING, "phone": "13812345521", "rings": 2}
    with clock.frozen(MORNING + 9 * SECOND):
        return tell(Ring(**usual | given), by=on.as_actor(estate.agent))[0]


@serves("TS-2.1")
def test_a_call_fills_in_the_channel_the_customer_and_the_rings(agent: Client, estate: Estate) -> None:
    call = rang(estate)
    with clock.frozen(MORNING + 10 * SECOND):
        assert f"/intake?call={call.pk}" in text(agent.get("/called"))  # type: ignore[arg-type]
        page = agent.get(f"/intake?call={call.pk}")
    assert page.context["who"].party == estate.party
    assert (page.context["form"]["channel"].value(), page.context["form"]["rings"].value()) == ("phone", 2)
    assert ("138****5521" in text(page), "13812345521" in text(page)) == (True, False)  # type: ignore[arg-type]


@serves("TS-1b")
def test_with_a_call_the_time_counts_from_its_answer(agent: Client, estate: Estate) -> None:
    call = rang(estate, answered_at=MORNING + 9 * SECOND)
    given = ANGRY | {"channel": "phone", "call": str(call.pk)}
    answer = looked(agent, MORNING + 189 * SECOND, **given)
    timer = answer.context["timer"]  # type: ignore[attr-defined]
    assert (timer["start"], timer["passed"]) == (MORNING + 9 * SECOND, "3:00")


def test_a_call_that_was_taken_in_knows_its_case_and_rings_no_more(agent: Client, estate: Estate) -> None:
    call = rang(estate)
    who = f"{estate.party.pk}-{estate.home.pk}"
    at = MORNING + 60 * SECOND
    assert sent(agent, at, **COMPLAINT | {"channel": "phone", "call": str(call.pk), "who": who}).status_code == 302
    call.refresh_from_db()
    assert (call.about, call.rings, call.answered_at) == (Case.objects.get().subject, 2, at)
    with clock.frozen(at):
        assert str(call.pk) not in text(agent.get("/called"))  # type: ignore[arg-type]


def test_a_caller_who_is_not_on_file_can_be_rung_back_but_not_the_anonymous(agent: Client, estate: Estate) -> None:
    for call_id, more, masks in (("1", {}, ["139****0102"]), ("2", {"anonymous": "on"}, [])):
        call = rang(estate, call_id=call_id, phone="13900010102")
        given = COMPLAINT | {"channel": "phone", "call": str(call.pk)} | more
        assert sent(agent, MORNING + 60 * SECOND, **given).status_code == 302
        party = Case.objects.latest("id").party
        assert [one.mask for one in party.phones.all()] == masks if party else masks == []


def test_a_call_of_another_site_is_not_there(agent: Client, estate: Estate) -> None:
    with clock.frozen(MORNING):
        ring = Ring(site="YQ", call_id="1", rang_at=MORNING)
        call, _ = tell(ring, by=on.as_actor(estate.stranger))
        assert agent.get(f"/intake?call={call.pk}").status_code == 404
        assert agent.get("/intake?call=x").status_code == 404
        assert sent(agent, **COMPLAINT, call=str(call.pk)).status_code == 404
    assert not Case.objects.exists()


@serves("TS-2.1")
@pytest.mark.parametrize(("channel", "typed", "kept"), [("phone", "4", 4), ("phone", "", None), ("walk_in", "4", None)])
def test_rings_that_are_typed_are_kept_of_the_telephone_alone(
    agent: Client, channel: str, typed: str, kept: int | None
) -> None:
    assert sent(agent, **COMPLAINT | {"channel": channel, "rings": typed}).status_code == 302
    found = Call.objects.first()
    assert (found.rings if found else None) == kept
    if found:
        assert (found.about, found.agent) == (Case.objects.get().subject, Case.objects.get().received_by)


@pytest.mark.parametrize(("typed", "status"), [("0", 302), ("99", 302), ("100", 422), ("-1", 422), ("two", 422)])
def test_rings_are_a_number_up_to_99(agent: Client, typed: str, status: int) -> None:
    assert sent(agent, **COMPLAINT | {"channel": "phone", "rings": typed}).status_code == status

"""E-mail on the pages: letters to begin with, how far they are, what customers wrote, and notes that are no answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils.html import strip_tags
from pytest_django.fixtures import Settings

from bihuan.accounts.models import PostCode, Staff
from bihuan.cases.models import Case, Note
from bihuan.cases.steps import STEPS
from bihuan.customers.actions import add_email
from bihuan.kernel import clock
from bihuan.ledger.models import Event
from bihuan.messages import actions
from bihuan.messages.models import Message
from bihuan.messages.servers import smtp_server
from bihuan.messages.wording import GAP, WORDS, Facts, language_of, letter
from tests.console import estate as on
from tests.console.estate import MORNING, Estate
from tests.messages.conftest import PostOffice
from tests.world import World, serves

pytestmark = pytest.mark.django_db
ADDRESS = "wang@customer.example"
FACTS = Facts(
    name="王丽", about="噪音", site="翠湖花园", received="2026-11-24 09:00", number="CH-B-03-0001", in_charge="陈凯"
)


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def estate() -> Estate:
    estate = on.build()
    add_email(estate.party, ADDRESS, by=on.as_actor(estate.supervisor), at=MORNING)
    Staff.objects.update(language="zh-hans")
    estate.agent.refresh_from_db()
    return estate


@pytest.fixture
def agent(estate: Estate) -> Client:
    return on.signed_in(estate.agent)


@pytest.fixture
def case(estate: Estate) -> Case:
    """A complaint that came by e-mail."""
    return on.received(estate, channel="email")


@pytest.fixture
def set_up(settings: Settings) -> None:
    settings.BIHUAN_SMTP = smtp_server("smtp://mail.example")
    settings.BIHUAN_MAIL_FROM = "service@site.example"


def text(response: HttpResponse) -> str:
    """What a reader sees of a page."""
    return " ".join(strip_tags(re.sub(r"<(script|style).*?</\1>", "", response.content.decode(), flags=re.S)).split())


def box(response: Any) -> str:
    """What stands in the box for words."""
    return str(response.context["form"]["text"].value() or "")


def step(client: Client, case: Case, verb: str, **given: Any) -> HttpResponse:
    return client.post(f"/cases/{case.number}/{verb}", given)  # type: ignore[return-value]


# ---- letters


@serves("XQ-C6.3", "XQ-C7.4R")
@pytest.mark.parametrize("verb", sorted(WORDS))
@pytest.mark.parametrize(
    ("language", "begins"), [("zh-hans", "尊敬的王丽"), ("zh-hant", "尊敬的王麗"), ("en", "Dear 王丽")]
)
def test_every_step_that_speaks_has_its_letter_in_three_languages(verb: str, language: str, begins: str) -> None:
    written = letter(verb, FACTS, language=language)
    assert written.startswith(begins.replace("麗", "丽"))
    assert all(fact in written for fact in ("CH-B-03-0001", "噪音", "陈凯", "翠湖花园"))
    assert (GAP in written) == (verb != "acknowledged")
    assert ("%(" in written, "We answer by" in written) == (False, False)


def test_every_letter_belongs_to_a_step_that_is_told() -> None:
    assert set(WORDS) == {verb for verb, known in STEPS.items() if "means" in known.asks}


@pytest.mark.parametrize(
    ("text", "language"),
    [("电梯坏了", "zh-hans"), ("電梯壞了", "zh-hant"), ("The lift is broken", "en"), ("!!! 1101", "fr")],
)
def test_customers_are_answered_in_the_language_they_wrote_in(text: str, language: str) -> None:
    assert language_of(text, usual="fr") == language


def test_who_wrote_by_mail_is_answered_by_mail_with_the_letter_filled_in(agent: Client, case: Case) -> None:
    shown = agent.get(f"/cases/{case.number}/acknowledged")
    assert shown.context["form"]["means"].value() == "email"
    assert box(shown).startswith("尊敬的")
    assert str(case.number) in box(shown)
    assert "w***@customer.example" in text(shown)
    assert ADDRESS not in shown.content.decode()


def test_the_letter_can_be_begun_in_another_language(agent: Client, case: Case) -> None:
    assert box(agent.get(f"/cases/{case.number}/answered?means=email&language=en")).startswith("Dear ")
    assert box(agent.get(f"/cases/{case.number}/answered?means=email&language=xx")).startswith("尊敬的")


def test_who_rang_up_is_not_written_to_unless_somebody_says_so(agent: Client, estate: Estate) -> None:
    case = on.received(estate, channel="phone")
    assert (box(agent.get(f"/cases/{case.number}/answered"))) == ""
    assert box(agent.get(f"/cases/{case.number}/answered?means=email")).startswith("尊敬的")


def test_without_an_address_the_page_says_so(agent: Client, estate: Estate) -> None:
    estate.party.emails.all().delete()
    case = on.received(estate, channel="email")
    shown = agent.get(f"/cases/{case.number}/answered")
    assert box(shown) == ""
    assert "没有客户的邮箱地址" in text(shown)
    refused = step(agent, case, "answered", means="email", text="好")
    assert refused.status_code == 409
    assert "没有客户的邮箱地址" in text(refused)
    assert not Message.objects.exists()


@pytest.mark.usefixtures("set_up")
def test_a_letter_does_not_leave_with_a_gap(agent: Client, case: Case) -> None:
    shown = step(agent, case, "answered", means="email", text=f"答复：{GAP}")
    assert (shown.status_code, Message.objects.count()) == (422, 0)
    assert step(agent, case, "answered", means="phone", text=f"电话里说了 {GAP}").status_code == 302


@pytest.mark.parametrize("means", ["phone", "in_person", "letter", ""])
def test_what_was_told_otherwise_is_written_down_and_not_sent(agent: Client, case: Case, means: str) -> None:
    step(agent, case, "answered", means=means, text="已说明")
    facts = Event.objects.get(kind="complaint.answered").facts
    assert (facts.get("means", ""), Message.objects.count()) == (means, 0)


@pytest.mark.usefixtures("set_up")
@serves("XQ-C7.4R")
def test_the_story_shows_how_far_a_letter_is(agent: Client, case: Case) -> None:
    step(agent, case, "answered", means="email", text="第一行\n第二行")
    message = Message.objects.get()
    page = f"/cases/{case.number}"
    assert "邮件即将发出" in text(agent.get(page))
    Message.objects.update(error="unreachable")
    assert "邮件待发：连不上本方邮件服务器" in text(agent.get(page))
    actions.sent(message, at=MORNING)
    assert "邮件已发出" in text(agent.get(page))
    with transaction.atomic():
        actions.fail(message, reason="bounced", status="5.1.1", at=MORNING)
    shown = text(agent.get(page))
    assert "邮件没有送达 被退回 (5.1.1)" in shown
    assert "请用其他方式告知客户" in shown


def test_where_mail_is_not_set_up_the_pages_say_so(agent: Client, case: Case) -> None:
    assert "尚未设置邮件服务" in text(agent.get(f"/cases/{case.number}/answered"))
    step(agent, case, "answered", means="email", text="好的")
    assert "尚未设置邮件服务" in text(agent.get(f"/cases/{case.number}"))


@serves("TS-5.1")
def test_a_note_for_colleagues_keeps_no_promise(agent: Client, case: Case) -> None:
    owed = on_the_list(case)
    step(agent, case, "noted", text="打过电话，没人接")
    assert Note.objects.get(event__kind="complaint.noted").text == "打过电话，没人接"
    assert on_the_list(case) == owed
    assert "打过电话，没人接" in text(agent.get(f"/cases/{case.number}"))


def on_the_list(case: Case) -> list[tuple[str, str]]:
    from bihuan.obligations.models import Obligation

    return list(Obligation.objects.filter(subject=case.subject).order_by("id").values_list("clause", "state"))


@pytest.mark.parametrize("post", PostCode.values)
def test_whoever_sees_a_case_may_note_something(estate: Estate, case: Case, post: str) -> None:
    client = on.signed_in(on.person(f"p-{post}", "某人", post, estate.site))
    sees = client.get(f"/cases/{case.number}").status_code == 200
    assert (step(client, case, "noted", text="备注").status_code == 302) == sees


def test_a_long_letter_is_shown_in_part_with_the_rest_behind_it(agent: Client, case: Case) -> None:
    step(agent, case, "answered", means="email", text="长" * 700)
    entry = next(one for one in agent.get(f"/cases/{case.number}").context["entries"] if one.get("letter"))
    assert (entry["letter"], entry["whole"]) == ("长" * 600 + "…", "长" * 700)


def test_addresses_are_corrected_on_the_page_of_the_customer(agent: Client, estate: Estate) -> None:
    page = f"/customers/{estate.party.pk}/edit"
    form = agent.get(page).context["form"]
    usual = {name: value for name, value in form.initial.items() if value is not None}
    assert agent.post(page, usual | {"email": "no address"}).status_code == 422
    agent.post(page, usual | {"email": "Neu@Customer.Example"})
    assert "n***@customer.example" in text(agent.get(f"/customers/{estate.party.pk}"))
    first = estate.party.emails.get(mask__startswith="w")
    agent.post(page, usual | {"remove_emails": [first.pk]})
    assert [one.mask for one in estate.party.emails.filter(primary=True)] == ["n***@customer.example"]
    assert estate.party.emails.count() == 1


# ---- what customers wrote (with real servers)


def letters(world: World, name: str, **asked: str) -> str:
    shown = on.signed_in(world.staff(name)).get("/", asked)
    return text(shown) if shown.context and shown.context.get("letters") else ""


def test_an_answer_stands_on_the_workbench_until_somebody_has_read_it(world: World, post: PostOffice) -> None:
    post.put(post.mail())
    post.fetch()
    assert letters(world, "trade") == ""  # a new complaint stands there with its promises
    case = world.take(post.case(), "classified", by="agent")
    case = world.take(case, "handed_over", by="agent", to="trade")
    post.put(post.mail("今晚又吵了\n\n> 您好", title=f"[{case.number}]"))
    post.fetch()
    assert "投诉噪音" in letters(world, "trade", mine="1")
    assert letters(world, "trade_2", mine="1") == ""
    assert "投诉噪音" in letters(world, "trade_2")
    assert letters(world, "lake_agent") == ""

    trade = on.signed_in(world.staff("trade"))
    shown = trade.get(f"/cases/{case.number}")
    assert "客户有新来信" in text(shown)
    entry = next(one for one in shown.context["entries"] if one["title"] == "客户来信")
    assert (entry["letter"], entry["whole"]) == ("今晚又吵了", "今晚又吵了\n\n> 您好")
    assert trade.post(f"/cases/{case.number}").status_code == 302
    assert post.message("in").read_by == world.staff("trade")
    assert letters(world, "trade") == ""


def test_an_answer_after_the_end_asks_whether_to_reopen(world: World, post: PostOffice) -> None:
    case = world.handled(party=world.party)
    add_email(world.party, post.customer, by=world.actor("supervisor"), at=world.now)
    world.take(case, "result_told", by="agent", means="email", text="已修好")
    case = world.take(case, "closed", by="manager", reason="all_means_used", text="已尽力")
    post.put(post.mail("又漏了", title=f"[{case.number}]"))
    post.fetch()
    case.refresh_from_db()
    assert case.state == "closed"
    shown = on.signed_in(world.staff("agent")).get(f"/cases/{case.number}")
    assert "事项结束后客户又来信" in text(shown)
    assert f"/cases/{case.number}/reopened" in shown.content.decode()
    assert "已结束" in letters(world, "trade", mine="1")

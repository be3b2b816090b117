"""What somebody sees who has the code: where it stands and what they were told, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from bihuan.accounts.models import Staff
from bihuan.cases.models import Case, CaseFile
from bihuan.kernel import clock
from bihuan.kernel.surnames import surname
from bihuan.messages.models import Message
from bihuan.obligations.models import Obligation
from tests.console.estate import HOUR, Estate, signed_in, stepped
from tests.portal.visitor import SAID, Visitor, photo
from tests.world import serves

WRONG = "0000-0000-0000"


def step(verb: str, *, by: Staff, **given: object) -> Case:
    """The only case takes a step, an hour after what came before."""
    clock.set_to(clock.now() + HOUR)
    return stepped(Case.objects.get(), verb, by=by, at=clock.now(), **given)  # type: ignore[arg-type]


@serves("XQ-C6.3", "TS-5.2")
def test_whoever_has_the_code_reads_what_they_were_told(visitor: Visitor, estate: Estate) -> None:
    code = visitor.writes(who="anonymous")
    step("acknowledged", by=estate.agent, text="已收到，我们会跟进。", means="website")
    step("classified", by=estate.agent, severity="B", problem="03")
    step("handed_over", by=estate.agent, to=estate.chief.pk, text="维保合同下月到期，先别提")
    step("progress_told", by=estate.agent, text="维保人员明早到场。")
    page = visitor.tracks(code)
    assert all(told in page for told in (SAID, "Being handled", "已收到，我们会跟进。", "维保人员明早到场。"))
    assert "looked after by: Trade supervisor 周" in page


def test_nothing_that_is_ours_shows(visitor: Visitor, estate: Estate) -> None:
    code = visitor.writes(name="赵敏", phone="13712345678", place="7栋2单元1101")
    step("classified", by=estate.agent, severity="B", problem="03", text="判为一般")
    step("handed_over", by=estate.agent, to=estate.chief.pk, text="此人常投诉")
    step("noted", by=estate.supervisor, text="内部：同栋三户已诉")
    step("investigated", by=estate.chief, text="轴承磨损，是我们漏保养")
    step("found_valid", by=estate.chief, text="有效投诉")
    step("handled", by=estate.chief, text="内部处理记录")
    page = visitor.tracks(code)
    ours = (
        "判为一般",
        "此人常投诉",
        "内部",
        "轴承",
        "有效",
        "周强",
        "李敏",
        "陈岚",
        "赵敏",
        "5678",
        "1101",
        "XQ-",
        "TS-",
        "/cases/",
    )
    assert [word for word in ours if word in page] == []
    assert ("Solved" in page, "you hear the result" in page) == (True, True)


def test_the_time_that_was_agreed_and_what_is_still_promised_show(visitor: Visitor, estate: Estate) -> None:
    code = visitor.writes(phone="13712345678")
    step("time_agreed", by=estate.agent, agreed_at=clock.now() + 3 * HOUR)
    page = visitor.tracks(code)
    assert ("A time was agreed: today 12:00" in page, "Today 12:00 at the latest you have our answer." in page) == (
        True,
        True,
    )


def test_times_are_those_of_the_site(visitor: Visitor, estate: Estate) -> None:
    estate.site.zone = "Asia/Urumqi"
    estate.site.save()
    assert "sent today 07:00" in visitor.tracks(visitor.writes())


@pytest.mark.parametrize("typed", [WRONG, "", "nonsense", "🦊"])
def test_a_wrong_code_leads_nowhere(visitor: Visitor, typed: str) -> None:
    visitor.writes()
    answer = Visitor("198.51.100.1").client.post("/talk/track", {"code": typed})
    assert (answer.status_code, "leads nowhere" in answer.content.decode()) == (422, True)


def test_whatever_is_typed_the_same_is_looked_up(visitor: Visitor) -> None:
    visitor.writes()
    counts = set()
    for typed in (WRONG, "nonsense", ""):
        with CaptureQueriesContext(connection) as seen:
            visitor.client.post("/talk/track", {"code": typed})
        counts.add(len(seen))
    assert len(counts) == 1


def test_a_code_in_the_address_does_not_stay_there(visitor: Visitor) -> None:
    code = visitor.writes()
    other = Visitor("198.51.100.1")
    answer = other.client.get(f"/talk/track?code={code.replace('-', '')}")
    assert (answer.status_code, answer["Location"]) == (302, "/talk/track")
    assert SAID in other.get("/talk/track")
    assert code.replace("-", "") not in str(other.client.cookies)


def test_this_device_forgets_the_code_when_told_to(visitor: Visitor) -> None:
    visitor.writes()
    assert SAID in visitor.get("/talk/track")
    visitor.client.post("/talk/track/leave")
    assert SAID not in visitor.get("/talk/track")


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "é", "A" * 200])
def test_a_cookie_that_is_not_ours_opens_nothing(visitor: Visitor, cookie: str) -> None:
    visitor.writes()
    visitor.client.cookies["talk"] = cookie
    assert "leads nowhere" not in visitor.get("/talk/track")
    assert SAID not in visitor.get("/talk/track")


def test_after_so_many_wrong_codes_not_even_a_right_one_opens_for_an_hour(visitor: Visitor, settings: Settings) -> None:
    settings.BIHUAN_TALK_WRONG_CODES = 3
    code, guesser = visitor.writes(), Visitor("198.51.100.1")
    begun = clock.now()
    assert [guesser.client.get(f"/talk/track?code={WRONG}").status_code for _ in range(4)] == [422, 422, 422, 429]
    assert guesser.client.post("/talk/track", {"code": code}).status_code == 429
    assert visitor.client.post("/talk/track", {"code": code}).status_code == 302, "others may"
    clock.set_to(begun + HOUR - timedelta(seconds=1))
    assert guesser.client.post("/talk/track", {"code": code}).status_code == 429
    clock.set_to(begun + HOUR)
    assert guesser.client.post("/talk/track", {"code": code}).status_code == 302


# ---- a word more


def test_words_and_photos_are_put_to_the_case_and_staff_see_that_they_are_new(visitor: Visitor, estate: Estate) -> None:
    visitor.writes()
    case = Case.objects.get()
    assert visitor.adds("昨晚又响了三次", photos=[photo()]).status_code == 302
    assert "昨晚又响了三次" in visitor.get("/talk/track")
    agent = signed_in(estate.agent)
    page = agent.get(f"/cases/{case.pk}").content.decode()
    assert ("昨晚又响了三次" in page, "The customer has written." in page) == (True, True)
    assert CaseFile.objects.get(case=case).event == Message.objects.get().event
    assert SAID[:10] in agent.get("/").content.decode()


def test_the_same_words_sent_twice_stand_once(visitor: Visitor) -> None:
    visitor.writes()
    visitor.adds("又响了")
    assert visitor.sends("/talk/track/word", said="又响了").status_code == 302
    assert Message.objects.count() == 1
    visitor.adds("又响了")
    assert Message.objects.count() == 2


def test_after_the_end_one_asks_and_staff_decide(visitor: Visitor, estate: Estate) -> None:
    code = visitor.writes(kind="enquiry", phone="13712345678")
    step("answered", by=estate.agent, text="周末也开放。")
    step("closed", by=estate.supervisor)
    page = visitor.tracks(code)
    assert ("Ask to take it up again" in page, "Closed" in page) == (True, True)
    visitor.adds("周末去了，没开")
    case = Case.objects.get()
    assert case.state == "closed", "nothing reopens by itself"
    staff = signed_in(estate.supervisor).get(f"/cases/{case.number}").content.decode()
    assert ("written after the case was ended" in staff, f"/cases/{case.number}/reopened" in staff) == (True, True)


def test_what_is_wrong_with_a_word_is_said_and_the_word_kept(visitor: Visitor) -> None:
    visitor.writes()
    answer = visitor.adds("很" * 4001)
    assert (answer.status_code, "很" * 4001 in answer.content.decode(), Message.objects.count()) == (422, True, 0)


def test_without_the_code_nothing_can_be_added(visitor: Visitor) -> None:
    visitor.writes()
    answer = Visitor("198.51.100.1").client.post("/talk/track/word", {"said": "x"})
    assert (answer.status_code, answer["Location"], Message.objects.count()) == (302, "/talk/track", 0)


def test_words_count_with_what_is_sent(visitor: Visitor, settings: Settings) -> None:
    settings.BIHUAN_TALK_PER_ADDRESS = 2
    visitor.writes()
    assert visitor.adds("一").status_code == 302
    answer = visitor.adds("二")
    assert (answer.status_code, "二" in answer.content.decode()) == (429, True)


def test_a_word_answers_no_promise_of_ours(visitor: Visitor) -> None:
    visitor.writes()
    case = Case.objects.get()
    before = list(Obligation.objects.filter(subject=case.subject).values_list("rule", "state").order_by("id"))
    visitor.adds("又响了")
    assert list(Obligation.objects.filter(subject=case.subject).values_list("rule", "state").order_by("id")) == before


@pytest.mark.parametrize(
    ("name", "wanted"), [("周强", "周"), ("欧阳娜", "欧阳"), ("John Smith", "Smith"), ("", ""), ("Li", "Li")]
)
def test_of_a_name_the_surname_is_told(name: str, wanted: str) -> None:
    assert surname(name) == wanted

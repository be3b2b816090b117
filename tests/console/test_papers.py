"""The papers of complaints: who gets them, and what stands on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from bihuan.accounts.models import Site, Staff
from bihuan.cases.actions.joining import join
from bihuan.cases.models import Case, Unit
from bihuan.customers.models import Party
from bihuan.files import store
from bihuan.kernel import clock
from bihuan.visits import actions as visits
from bihuan.visits.actions import Answers
from tests.console import estate as on
from tests.console.estate import HOUR, MORNING, Estate
from tests.paper.reading import DOT, pages, pictures, sizes, text
from tests.world import serves

pytestmark = pytest.mark.django_db
PAPERS = ("record", "acknowledgement", "transfer", "joint-report")
UPRIGHT, SIDEWAYS = (210, 297), (297, 210)


@pytest.fixture(autouse=True)
def _next_day(estate: Estate) -> Iterator[None]:
    """It is nine in the morning of the day after; the agent reads Chinese."""
    Staff.objects.update(language="zh-hans")
    with clock.frozen(MORNING + 24 * HOUR):
        yield


def fetched(client: Client, address: str) -> bytes:
    """A paper, as it is sent."""
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def read(client: Client, address: str) -> str:
    """What stands on a paper."""
    return text(fetched(client, address))


def joint(estate: Estate) -> Case:
    """A complaint that five have signed."""
    return on.received(estate, signers=5, summary="楼下餐馆油烟扰民", details="五户联名，请尽快处理。")


def handled_in_full(estate: Estate, **given: object) -> Case:
    """A complaint whose every step is written down."""
    case = on.received(estate, details="每晚十一点以后响。", agreed_at=MORNING + 5 * HOUR, restated=True, **given)
    steps = (
        ("handed_over", estate.agent, {"to": estate.chief.pk}, ""),
        ("investigated", estate.chief, {}, "曳引机轴承磨损"),
        ("found_valid", estate.chief, {}, "上月保养已有记录"),
        ("solution_proposed", estate.chief, {}, "当晚停梯更换轴承"),
        ("progress_told", estate.agent, {}, "配件下午到货"),
        ("handled", estate.chief, {}, "轴承已更换，试运行正常"),
        ("result_told", estate.agent, {}, "电话告知已修好"),
    )
    for nth, (verb, by, facts, said) in enumerate(steps, start=1):
        case = on.stepped(case, verb, by=by, at=MORNING + nth * HOUR / 2, text=said, **facts)
    return case


def visited(
    case: Case, estate: Estate, *, at: timedelta = 6 * HOUR, signature: str = "", satisfied: str = "yes"
) -> None:
    """The visit is made by two."""
    answers = Answers(
        satisfied=satisfied,
        stars={"intake": 5, "measures": 4},
        shortcomings="希望主动回电",
        companion=estate.supervisor,
        signature=signature,
    )
    with clock.frozen(MORNING + at):
        visits.done(on.visit_to(case.subject), answers=answers, by=on.as_actor(estate.agent), at=MORNING + at)


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_of_another_site_is_not_there(estate: Estate, paper: str) -> None:
    stranger = on.signed_in(estate.stranger)
    case = joint(estate)
    assert stranger.get(f"/cases/{case.number}/{paper}.pdf").status_code == 404
    assert stranger.get(f"/cases/{case.pk}/{paper}.pdf").status_code == 404


@pytest.mark.parametrize("paper", PAPERS)
def test_who_does_not_see_cases_gets_no_papers_of_them(estate: Estate, paper: str) -> None:
    assert on.signed_in(estate.plumber).get(f"/cases/{joint(estate).number}/{paper}.pdf").status_code == 404


def test_who_does_not_see_cases_gets_no_register(estate: Estate) -> None:
    assert on.signed_in(estate.plumber).get("/complaints/register.pdf").status_code == 403


@pytest.mark.parametrize("paper", PAPERS)
def test_papers_are_of_complaints_alone(estate: Estate, agent: Client, paper: str) -> None:
    request = on.received(estate, kind="demand", signers=5)
    assert agent.get(f"/cases/{request.number}/{paper}.pdf").status_code == 404


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_is_shown_in_the_browser_and_kept_nowhere(estate: Estate, agent: Client, paper: str) -> None:
    answer = agent.get(f"/cases/{joint(estate).number}/{paper}.pdf")
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert answer["Cache-Control"] == "private, no-store"
    assert sizes(b"".join(answer.streaming_content)) == {UPRIGHT}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("language", "title"),
    [("zh-hans", "投诉处理记录表"), ("zh-hant", "投訴處理記錄表"), ("en", "Complainthandlingrecord")],
)
def test_papers_speak_the_language_of_who_prints_them(estate: Estate, agent: Client, language: str, title: str) -> None:
    Staff.objects.update(language=language)
    assert title in read(agent, f"/cases/{on.received(estate).number}/record.pdf")


@serves("XQ-C7.1", "TS-11.1")
def test_the_handling_record_holds_every_step_with_who_and_when(estate: Estate, agent: Client) -> None:
    case = handled_in_full(estate)
    visited(case, estate)
    on.stepped(case, "closed", by=estate.agent, at=MORNING + 7 * HOUR)
    found = read(agent, f"/cases/{case.number}/record.pdf")
    for said in (
        "编号：CH-B-03-0001",
        "王丽电话138****5521",
        "B一般问题分类03电梯运行",
        "电梯异响夜间扰民",
        "每晚十一点以后响。",
        "复述确认复述核对李敏2026-11-2409:00",
        "约定答复2026-11-2414:00",
        "原因曳引机轴承磨损调查周强2026-11-2410:00",
        "是否有效认定有效·上月保养已有记录周强2026-11-2410:30",
        "解决方案当晚停梯更换轴承提出方案周强2026-11-2411:00",
        "告知投诉人配件下午到货告知进展李敏2026-11-2411:30",
        "落实轴承已更换，试运行正常处理完毕周强2026-11-2412:00",
        "电话告知已修好告知结果李敏2026-11-2412:30",
        "转交交周强",
        "满意",
        "希望主动回电李敏、陈岚2026-11-2415:00",
        "已关闭关闭李敏2026-11-2416:00",
    ):
        assert said in found, said


@serves("XQ-C7.1")
def test_a_fresh_record_leaves_room_for_the_four_steps(estate: Estate, agent: Client) -> None:
    found = read(agent, f"/cases/{on.received(estate).number}/record.pdf")
    assert "处理过程原因解决方案告知投诉人落实回访结果" in found


def test_a_complaint_that_is_not_classified_has_a_record_too(estate: Estate, agent: Client) -> None:
    case = on.received(estate, severity="", problem="", party=None, home=None, anonymous=True)
    found = read(agent, f"/cases/{case.pk}/record.pdf")
    assert "投诉人匿名" in found
    assert "编号" not in found


def test_an_anonymous_complaint_shows_no_name_and_no_number(estate: Estate, agent: Client) -> None:
    case = on.received(estate, anonymous=True)
    for paper in ("record", "acknowledgement", "transfer"):
        found = read(agent, f"/cases/{case.number}/{paper}.pdf")
        assert "王丽" not in found
        assert "5521" not in found


def test_no_paper_shows_a_telephone_number_in_full(estate: Estate, agent: Client) -> None:
    case = joint(estate)
    for address in (*(f"/cases/{case.number}/{paper}.pdf" for paper in PAPERS), "/complaints/register.pdf"):
        assert "13812345521" not in read(agent, address)


def test_a_signature_drawn_at_the_visit_is_on_the_record(estate: Estate, agent: Client) -> None:
    case = handled_in_full(estate)
    visited(case, estate, signature=store.put(DOT))
    assert pictures(fetched(agent, f"/cases/{case.number}/record.pdf")) == 1
    store.path_of(store.put(DOT)).unlink()
    assert pictures(fetched(agent, f"/cases/{case.number}/record.pdf")) == 0


def test_a_visit_that_reached_nobody_stands_on_the_record(estate: Estate, agent: Client) -> None:
    case = on.handled(estate)
    with clock.frozen(MORNING + 5 * HOUR):
        visits.not_reached(
            on.visit_to(case.subject), note="无人接听", by=on.as_actor(estate.agent), at=MORNING + 5 * HOUR
        )
    visited(case, estate)
    assert "未接通·无人接听李敏2026-11-2414:00" in read(agent, f"/cases/{case.number}/record.pdf")


def test_a_record_costs_as_many_queries_for_many_steps_as_for_few(estate: Estate, agent: Client) -> None:
    short, long = handled_in_full(estate), handled_in_full(estate)
    for nth in range(10):
        on.stepped(long, "progress_told", by=estate.agent, at=MORNING + (8 + nth) * HOUR, text="仍在跟进")
    assert on.queries_for(agent, f"/cases/{short.number}/record.pdf") == on.queries_for(
        agent, f"/cases/{long.number}/record.pdf"
    )


@serves("XQ-C6.3")
@pytest.mark.parametrize(("gender", "to"), [("f", "尊敬的王丽女士："), ("m", "尊敬的王丽先生："), ("", "尊敬的王丽：")])
def test_the_acknowledgement_says_it_came_will_be_followed_and_when_an_answer_comes(
    estate: Estate, agent: Client, gender: str, to: str
) -> None:
    Party.objects.update(gender=gender)
    case = on.received(estate, channel="letter", agreed_at=MORNING + 20 * HOUR)
    found = read(agent, f"/cases/{case.number}/acknowledgement.pdf")
    for said in (
        to,
        "您反映的“电梯异响夜间扰民”，我们已于2026-11-2409:00收到",
        "一直跟进到解决为止",
        "编号CH-B-03-0001",
        "答复时间2026-11-2505:00",
        "2026年11月25日",
    ):
        assert said in found, said


def test_where_no_time_was_agreed_the_letter_names_the_one_that_is_owed(estate: Estate, agent: Client) -> None:
    case = on.received(estate, channel="letter")
    assert "答复时间2026-11-2509:00" in read(agent, f"/cases/{case.number}/acknowledgement.pdf")


def test_the_transfer_letter_tells_the_matter_and_brings_a_slip(estate: Estate, agent: Client) -> None:
    case = on.received(estate, details="外墙渗水，属保修期内。", summary="外墙渗水")
    found = read(agent, f"/cases/{case.number}/transfer.pdf")
    for said in ("投诉移交函", "致：", "外墙渗水外墙渗水，属保修期内。", "直至办结", "回执", "签字盖章"):
        assert said in found, said


@serves("XQ-C3a")
@pytest.mark.parametrize(
    ("given", "to"),
    [
        ({"unit": "developer", "unit_name": "翠湖置业公司"}, "致：翠湖置业公司"),
        ({"unit": "developer"}, None),
        ({"unit": "branch"}, "致：华南分公司投诉管理部门"),
    ],
)
def test_what_was_transferred_is_addressed_to_that_unit(
    estate: Estate, agent: Client, given: dict[str, str], to: str | None
) -> None:
    case = on.stepped(on.received(estate), "transferred", by=estate.agent, at=MORNING + HOUR, text="保修期内", **given)
    with translation.override("zh-hans"):
        unit = f"致：{Unit.DEVELOPER.label}"
    assert (to or unit) in read(agent, f"/cases/{case.number}/transfer.pdf")
    assert "保修期内" in read(agent, f"/cases/{case.number}/record.pdf")


def test_signers_who_are_known_stand_in_the_joint_report(estate: Estate, agent: Client) -> None:
    case = joint(estate)
    neighbour = on.resident(estate.site, "赵勇", on.dwelling(estate.site, "7", "2", "1201"), phone="+8613912340000")
    join(case, [("赵勇", "13912340000"), ("孙梅", "")], by=on.as_actor(estate.agent), at=MORNING + HOUR)
    assert case.signed_by.filter(party=neighbour).exists()
    found = read(agent, f"/cases/{case.number}/joint-report.pdf")
    assert "1王丽7栋2单元1101138****55212赵勇7栋2单元1201139****00003孙梅45" in found


@serves("XQ-C7.5c")
def test_the_joint_report_goes_to_the_branch_with_a_line_for_every_signer(estate: Estate, agent: Client) -> None:
    found = read(agent, f"/cases/{joint(estate).number}/joint-report.pdf")
    for said in (
        "致：华南分公司投诉管理部门",
        "5人联名",
        "五户联名，请尽快处理。",
        "1王丽7栋2单元1101138****5521",
        "2345",
    ):
        assert said in found, said


def test_what_one_alone_complains_of_is_no_joint_report(estate: Estate, agent: Client) -> None:
    assert agent.get(f"/cases/{on.received(estate).number}/joint-report.pdf").status_code == 404


@serves("XQ-C6.1")
def test_the_register_lists_who_complained_of_what_and_under_which_number(estate: Estate, agent: Client) -> None:
    case = on.received(estate, requested_by=MORNING + 30 * HOUR, agreed_at=MORNING + 20 * HOUR)
    on.received(estate, kind="demand", summary="灯不亮")
    on.received(estate, site="YQ", home=None, party=None, summary="园区道路破损")
    pdf = fetched(agent, "/complaints/register.pdf")
    line = f"{case.number}11-2409:00电话王丽7栋2单元1101138****5521电梯异响夜间扰民11-2515:0011-2505:00李敏"
    assert line in text(pdf)
    assert "2026年11月" in text(pdf)
    assert "共1件" in text(pdf)
    assert not {"灯不亮", "园区道路破损"} & {said for said in ("灯不亮", "园区道路破损") if said in text(pdf)}
    assert sizes(pdf) == {SIDEWAYS}


@serves("TS-11.1")
def test_the_register_says_how_content_the_customer_was_at_the_last_visit(estate: Estate, agent: Client) -> None:
    case = on.handled(estate)
    visited(case, estate, satisfied="basically")
    assert "处理完毕·基本满意" in read(agent, "/complaints/register.pdf")


def test_a_month_begins_and_ends_at_midnight_of_the_site(estate: Estate, agent: Client) -> None:
    midnight = MORNING.replace(day=30, hour=16)  # of the first of December in China
    for nth, at in enumerate((midnight - timedelta(seconds=1), midnight)):
        with clock.frozen(at + HOUR):
            on.received(estate, at=at, summary=f"半夜第{nth}件")
    with clock.frozen(midnight + HOUR):
        november, december = (
            read(agent, f"/complaints/register.pdf?month={month}") for month in ("2026-11", "2026-12")
        )
        assert "半夜第0件" in november
        assert "半夜第1件" not in november
        assert "半夜第1件" in december
        assert "半夜第0件" not in december
        assert read(agent, "/complaints/register.pdf") == december


def test_the_zone_of_the_site_counts(estate: Estate, agent: Client) -> None:
    Site.objects.filter(pk="CH").update(zone="Asia/Urumqi")
    on.received(estate)
    assert "11-2407:00" in read(agent, "/complaints/register.pdf")


@pytest.mark.parametrize("month", ["", "2026-13", "2026-00", "26-11", "2026-11-01", "x", "１２３４-01"])
def test_what_is_no_month_means_the_present_one(estate: Estate, agent: Client, month: str) -> None:
    on.received(estate)
    assert "共1件" in read(agent, f"/complaints/register.pdf?month={month}")


def test_an_empty_month_says_so(estate: Estate, agent: Client) -> None:
    assert "本月没有受理投诉。" in read(agent, "/complaints/register.pdf?month=2026-10")


def test_sixty_complaints_run_over_pages_at_the_cost_of_one(estate: Estate, agent: Client) -> None:
    on.received(estate)
    one = on.queries_for(agent, "/complaints/register.pdf")
    for nth in range(59):
        on.received(estate, at=MORNING + nth * HOUR / 60)
    found = pages(fetched(agent, "/complaints/register.pdf"))
    assert len(found) > 1
    assert sum("CH-B-03-" in page for page in found) > 1
    assert all("编号受理时间渠道投诉人" in page for page in found if "CH-B-03-" in page)
    assert all(f"CH-B-03-{nth:04d}" in "".join(found) for nth in range(1, 61))
    assert on.queries_for(agent, "/complaints/register.pdf") == one


def test_pages_lead_to_their_papers(estate: Estate, agent: Client) -> None:
    case, many = on.received(estate), joint(estate)
    alone, together = (agent.get(f"/cases/{one.number}").content.decode() for one in (case, many))
    for paper in PAPERS:
        assert f"/cases/{many.number}/{paper}.pdf" in together
        assert (f"/cases/{case.number}/{paper}.pdf" in alone) is (paper != "joint-report")
    assert "record.pdf" not in agent.get(f"/cases/{on.received(estate, kind='demand').number}").content.decode()
    shown = agent.get("/complaints").content.decode()
    assert "/complaints/register.pdf?month=2026-11" in shown
    assert "/complaints/register.pdf?month=2026-09" in shown
    assert "register.pdf" not in agent.get("/requests").content.decode()

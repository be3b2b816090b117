"""A complaint by e-mail from beginning to end, over real servers."""

from __future__ import annotations

from bihuan.cases.models import Case, Note
from bihuan.messages.models import Message
from tests.messages.conftest import PostOffice
from tests.world import World, serves


@serves("XQ-C4.1", "XQ-C6.3")
def test_a_mail_opens_a_complaint_that_is_acknowledged_and_answered_by_mail(world: World, post: PostOffice) -> None:
    post.write(post.mail("楼上半夜太吵，连续三晚。\n请处理"))
    assert post.fetch() == 1
    case = post.case()
    assert (case.kind, case.channel, case.summary) == ("complaint", "email", "投诉噪音")
    assert case.details == "楼上半夜太吵，连续三晚。\n请处理"
    assert "XQ-C6.3" in world.promises(case)

    world.later(hours=1)
    world.take(case, "acknowledged", by="agent", means="email", text="来信收到，会一直跟进。")
    assert world.promise(case, "XQ-C6.3").state == "met"
    assert post.send() == 1
    [first] = post.got()
    assert first["To"] == post.customer
    assert first["Subject"] == "投诉噪音"
    assert first.get_content().strip() == "来信收到，会一直跟进。"

    post.write(post.answer(first, "今晚还是很吵"))
    assert post.fetch() == 1
    assert Case.objects.count() == 1
    assert world.kinds(case)[-1] == "message.received"
    assert post.message("in").body.startswith("今晚还是很吵")

    case = world.take(case, "classified", by="agent")
    world.take(case, "answered", by="agent", means="email", text="已与楼上住户谈妥。")
    assert post.send() == 1
    second = post.got(2)[-1]
    assert second["Subject"].strip() == f"[{case.number}] 投诉噪音"
    assert second["In-Reply-To"] == post.message("in").message_id
    assert {one.state for one in Message.objects.filter(direction="out")} == {"sent"}
    assert world.kinds(case).count("message.sent") == 2
    assert Note.objects.get(event__kind="complaint.answered").text == "已与楼上住户谈妥。"

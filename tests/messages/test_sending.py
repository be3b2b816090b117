"""Letters leave after commit, at least once, under one id; what cannot leave waits, and is given up in the end."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, transaction

from bihuan.cases.models import Case
from bihuan.customers.actions import add_email, erase
from bihuan.files.actions import Upload
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from bihuan.messages import actions, sending
from bihuan.messages.actions import Letter, queue
from bihuan.messages.models import Message
from bihuan.messages.servers import smtp_server
from tests.messages.conftest import PostOffice
from tests.messages.servers import THEIRS, MailServers
from tests.world import World, at_once


def told(world: World, address: str, **given: Any) -> Case:
    """A complaint whose customer is told by e-mail how far it is."""
    add_email(world.party, address, by=world.actor("supervisor"), at=world.now)
    case = world.receive(party=world.party)
    return world.take(case, "progress_told", by="agent", means="email", text="已安排明早上门", **given)


def events(case: Case, kind: str) -> list[dict[str, Any]]:
    return list(Event.objects.filter(subject=case.subject, kind=kind).values_list("facts", flat=True))


def test_what_is_told_by_mail_goes_to_the_address_on_file(world: World, post: PostOffice) -> None:
    case = told(world, post.customer.upper())
    assert post.send() == 1
    [mail] = post.got()
    assert (mail["From"], mail["To"]) == (f"山茶苑 <{post.ours}>", post.customer)
    assert mail["Subject"].strip() == f"[{case.number}] {case.summary}"
    assert mail["Message-ID"] == post.message().message_id
    assert "Auto-Submitted" not in mail
    assert events(case, "complaint.progress_told")[0]["means"] == "email"
    assert events(case, "message.sent") == [{"message": str(post.message().pk), "means": "email"}]


def test_nothing_is_sent_twice(world: World, post: PostOffice) -> None:
    told(world, post.customer)
    assert (post.send(), post.send()) == (1, 0)
    world.later(days=1)
    assert post.send() == 0


def test_nothing_leaves_of_what_is_rolled_back(world: World, post: PostOffice) -> None:
    with pytest.raises(Refused), transaction.atomic():
        told(world, post.customer)
        raise Refused("no")
    assert not Message.objects.exists()
    assert post.send() == 0


def test_without_an_address_it_cannot_be_told_by_mail(world: World, post: PostOffice) -> None:
    case = world.receive(party=world.party)
    with pytest.raises(Refused) as refused:
        world.take(case, "progress_told", by="agent", means="email")
    assert (refused.value.code, refused.value.where) == ("no_address", "means")
    assert "complaint.progress_told" not in world.kinds(case)


@pytest.mark.parametrize(("seconds", "refused"), [(300, ""), (301, "not_earlier")])
def test_a_mail_leaves_now_and_not_earlier(world: World, post: PostOffice, seconds: int, refused: str) -> None:
    add_email(world.party, post.customer, by=world.actor("supervisor"), at=world.now)
    case, began = world.receive(party=world.party), world.now
    world.later(seconds=seconds)
    with pytest.raises(Refused, match=r"\S") if refused else nullcontext() as said:
        world.take(case, "progress_told", by="agent", at=began, means="email")
    assert (said.value.code if said else "") == refused


def test_files_of_the_step_go_along(world: World, post: PostOffice) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    told(world, post.customer, files=[Upload(BytesIO(picture), "走廊.png")])
    post.send()
    [attached] = post.got()[0].iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("走廊.png", "image/png")
    assert attached.get_content() == picture


def test_where_mail_is_not_set_up_letters_wait(world: World, post: PostOffice) -> None:
    server, post.settings.BIHUAN_SMTP = post.settings.BIHUAN_SMTP, None
    told(world, post.customer)
    assert post.send() == 0
    world.later(days=30)
    assert post.message().state == "queued"
    post.settings.BIHUAN_SMTP = server
    assert post.send() == 1
    assert post.message().state == "sent"


def test_a_server_that_does_not_answer_is_tried_again_after_growing_pauses(world: World, post: PostOffice) -> None:
    post.settings.BIHUAN_SMTP = smtp_server("smtp://localhost:1")
    case = told(world, post.customer)
    assert post.send() == 1
    assert (post.message().state, post.message().error, post.message().attempts) == ("queued", "unreachable", 1)
    for minutes in (1, 2, 4, 8):
        world.later(minutes=minutes, seconds=-1)
        assert post.send() == 0
        world.later(seconds=1)
        assert post.send() == 1
    post.settings.BIHUAN_SMTP = smtp_server(post.servers.smtp_url)
    world.later(hours=4)
    post.send()
    assert (post.message().state, post.message().error) == ("sent", "")
    assert events(case, "message.failed") == []


@pytest.mark.parametrize(("attempts", "pause"), [(1, "0:01:00"), (8, "2:08:00"), (9, "4:00:00"), (5000, "4:00:00")])
def test_a_pause_doubles_up_to_four_hours(attempts: int, pause: str) -> None:
    assert str(sending.pause(attempts)) == pause


@pytest.mark.parametrize(("short", "state"), [(1, "queued"), (0, "failed")])
def test_it_is_given_up_three_days_after_the_first_attempt(
    world: World, post: PostOffice, short: int, state: str
) -> None:
    post.settings.BIHUAN_SMTP = smtp_server("smtp://localhost:1")
    case = told(world, post.customer)
    post.send()
    world.later(days=3, seconds=-short)
    post.send()
    assert post.message().state == state
    failed = {"message": str(post.message().pk), "means": "email", "reason": "unreachable"}
    assert events(case, "message.failed") == ([] if short else [failed])


@pytest.mark.parametrize(("name", "state", "error"), [("refused", "failed", "refused"), ("later", "queued", "refused")])
def test_a_refusal_for_good_ends_it_and_one_for_now_does_not(
    world: World, post: PostOffice, name: str, state: str, error: str
) -> None:
    case = told(world, f"{name}@{THEIRS}")
    post.send()
    assert (post.message().state, post.message().error) == (state, error)
    failed = {"message": str(post.message().pk), "means": "email", "reason": "refused", "status": "550"}
    assert events(case, "message.failed") == ([failed] if state == "failed" else [])


def test_a_wrong_password_is_ours_to_mend_so_the_letter_waits(world: World, post: PostOffice) -> None:
    post.settings.BIHUAN_SMTP = smtp_server(post.servers.smtp_url.replace("cret", "crude"))
    told(world, post.customer)
    post.send()
    assert (post.message().state, post.message().error) == ("queued", "not_let_in")


def test_a_server_with_a_certificate_of_nobody_is_told_nothing(
    world: World, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    told(world, post.customer)
    post.send()
    assert (post.message().state, post.message().error) == ("queued", "unreachable")
    assert post.servers.lying(post.customer) == []


class Killed(BaseException):
    """The worker is killed."""


def test_a_worker_killed_after_sending_sends_again_under_the_same_id(
    world: World, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_given: object, **_more: object) -> None:
        raise Killed

    told(world, post.customer)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(actions, "sent", killed)
        post.send()
    post.got(1)
    world.later(minutes=10, seconds=-1)
    assert post.send() == 0
    world.later(seconds=1)
    assert post.send() == 1
    assert {mail["Message-ID"] for mail in post.got(2)} == {post.message().message_id}
    assert len({mail["Date"] for mail in post.got(2)}) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_letter_once(world: World, post: PostOffice) -> None:
    add_email(world.party, post.customer, by=world.actor("supervisor"), at=world.now)
    case = world.receive(party=world.party)
    for number in range(6):
        world.take(case, "progress_told", by="agent", means="email", text=f"进展 {number}")
    assert sum(at_once(post.send, post.send)) == 6
    assert sorted(mail.get_content().strip() for mail in post.got(6)) == [f"进展 {number}" for number in range(6)]


def reminder(world: World, address: str, *, reminder: bool = True) -> Message:
    case = world.receive(party=world.party)
    with transaction.atomic():
        event = Event.objects.get(subject=case.subject, kind="complaint.received")
        return queue(Letter(to=address, title="满意吗", body="请告诉我们", reminder=reminder), event=event)


@pytest.mark.parametrize(
    ("time", "leaves"),
    [("03-02 20:59", ""), ("03-02 21:00", "03-03 08:00"), ("03-03 07:59", "03-03 08:00"), ("03-03 08:00", "")],
)
def test_reminders_wait_for_the_morning(world: World, post: PostOffice, time: str, leaves: str) -> None:
    world.at(time)
    message = reminder(world, post.customer)
    assert message.next_try_at == (world.time(leaves) if leaves else world.now)
    assert post.send() == (0 if leaves else 1)
    if leaves:
        world.at(leaves)
        assert post.send() == 1
    assert post.got()[0]["Auto-Submitted"] == "auto-generated"


def test_a_reminder_that_failed_in_the_evening_is_not_tried_again_at_night(world: World, post: PostOffice) -> None:
    post.settings.BIHUAN_SMTP = smtp_server("smtp://localhost:1")
    world.at("03-02 20:59:30")
    reminder(world, post.customer)
    post.send()
    assert post.message().next_try_at == world.time("03-03 08:00")


def test_an_answer_leaves_at_night_too(world: World, post: PostOffice) -> None:
    world.at("03-02 23:30")
    told(world, post.customer)
    assert post.send() == 1


def test_the_address_is_nowhere_to_be_read(world: World, post: PostOffice) -> None:
    told(world, post.customer)
    with connection.cursor() as cursor:
        for table in ("mail_message", "customers_email", "ledger_event"):
            cursor.execute(f"SELECT * FROM {table}")
            assert post.customer not in repr(
                [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor]
            )
    assert post.message().address_mask == f"w***@{THEIRS}"


def test_what_waits_for_somebody_who_is_erased_does_not_leave(world: World, post: PostOffice) -> None:
    case = told(world, post.customer)
    erase(world.party, reason="requested", by=world.actor("manager"), at=world.now)
    left = post.message()
    assert (left.state, left.error, left.title, left.body) == ("failed", "erased", "", "")
    assert (left.address_sealed, left.address_digest, left.address_mask) == (None, None, "")
    assert events(case, "message.failed")[0]["reason"] == "erased"
    assert post.send() == 0


def test_an_answer_goes_back_to_the_mailbox_of_the_site(world: World, post: PostOffice, servers: MailServers) -> None:
    lake = servers.mailbox("lake")
    post.settings.BIHUAN_MAIL_FROM = f"office@{THEIRS}"
    told(world, post.customer)
    post.send()
    assert post.got()[0]["Reply-To"] == post.ours
    assert lake not in str(post.got()[0])


def test_what_is_wrong_with_one_letter_holds_up_no_other(
    world: World, post: PostOffice, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    told(world, post.customer)
    broken = post.message()
    Message.objects.filter(pk=broken.pk).update(address_sealed=b"damaged")
    world.later(seconds=1)
    told(world, post.customer)
    assert post.send() == 2
    broken.refresh_from_db()
    assert (broken.state, broken.error, broken.next_try_at) == ("queued", "fault", world.now + timedelta(minutes=1))
    assert post.message().state == "sent"
    assert str(broken.pk) in capfd.readouterr().err

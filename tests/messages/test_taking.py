"""What arrives is taken once and only once, put where it belongs, and nobody answers machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from bihuan.cases.models import Case
from bihuan.customers.actions import NewParty, add_email, add_party, erase, occupy
from bihuan.customers.models import Party
from bihuan.ledger.models import Event
from bihuan.messages import arrivals, fetching, taking
from bihuan.messages.models import Message, Taken
from bihuan.messages.servers import mailboxes
from tests.messages.conftest import PostOffice
from tests.messages.servers import OURS, THEIRS, MailServers
from tests.world import World, at_once, serves


def outcomes() -> list[str]:
    return list(Taken.objects.order_by("id").values_list("outcome", flat=True))


def told(world: World, case: Case, text: str = "已安排明早上门") -> Case:
    return world.take(case, "progress_told", by="agent", means="email", text=text)


@pytest.fixture
def case(world: World, post: PostOffice) -> Case:
    """A complaint that came by e-mail, and was answered with how far it is."""
    post.put(post.mail())
    post.fetch()
    case = world.take(post.case(), "classified", by="agent")
    told(world, case)
    post.send()
    return Case.objects.get()


# ---- once and only once


def test_what_was_taken_lies_read_in_its_folder_and_nothing_is_deleted(world: World, post: PostOffice) -> None:
    post.put(post.mail())
    assert (post.fetch(), post.fetch()) == (1, 0)
    assert post.servers.lying(post.ours) == []
    assert len(post.kept()) == 1
    with post.servers.opened(post.ours, "Bihuan") as box:
        assert [mail.flags for mail in box.fetch(mark_seen=False)] == [("\\Seen",)]


class Killed(BaseException):
    """The worker is killed."""


def killed(*_given: object, **_more: object) -> None:
    raise Killed


def test_a_worker_killed_after_commit_has_taken_the_mail(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    post.put(post.mail())
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(fetching, "_put_away", lambda _box, _mailbox, uids: killed() if uids else None)
        post.fetch()
    assert len(post.servers.lying(post.ours)) == 1
    assert post.fetch() == 0
    assert (Case.objects.count(), post.servers.lying(post.ours), len(post.kept())) == (1, [], 1)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_before_commit_has_not(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    post.put(post.mail())
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(taking, "_write", killed)
        post.fetch()
    assert (Case.objects.count(), Taken.objects.count(), len(post.servers.lying(post.ours))) == (0, 0, 1)
    assert post.fetch() == 1
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_each_mail_once(post: PostOffice) -> None:
    post.put(*(post.mail(title=f"投诉 {number}") for number in range(5)))
    at_once(post.fetch, post.fetch)
    post.fetch()
    assert sorted(Case.objects.values_list("summary", flat=True)) == [f"投诉 {number}" for number in range(5)]
    assert post.servers.lying(post.ours) == []


def test_the_same_mail_in_another_place_opens_nothing_again(post: PostOffice) -> None:
    mail = post.mail()
    post.put(mail)
    post.fetch()
    post.put(b"Received: from elsewhere\r\n" + mail.as_bytes())
    post.fetch()
    assert (outcomes(), Case.objects.count()) == (["opened", "again"], 1)


def test_two_mails_that_share_an_id_are_two_mails(post: PostOffice) -> None:
    for text in ("楼上太吵", "电梯坏了"):
        post.put(post.mail(text, Message_ID="<1@careless>"))
    post.fetch()
    assert outcomes() == ["opened", "opened"]


def test_a_mail_that_cannot_be_dealt_with_stays_and_holds_up_no_other(
    post: PostOffice, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    [desk] = arrivals._desk

    def stumbling(mail: arrivals.Incoming, by: object) -> Event:
        if mail.title == "难":
            raise RuntimeError("no")
        return desk(mail, by)  # type: ignore[arg-type]

    for title in ("难", "易"):
        post.put(post.mail(title=title))
    monkeypatch.setattr(arrivals, "_desk", [stumbling])
    assert post.fetch() == 1
    assert post.case().summary == "易"
    assert "stays in the mailbox: RuntimeError" in capfd.readouterr().err
    monkeypatch.setattr(arrivals, "_desk", [desk])
    assert post.fetch() == 1
    assert Case.objects.count() == 2


def test_a_mailbox_that_cannot_be_opened_is_told_once_and_holds_up_no_other(
    post: PostOffice, capfd: pytest.CaptureFixture[str]
) -> None:
    wrong = post.servers.imap_url("nobody@site.example").replace("cret", "crude")
    post.settings.BIHUAN_MAILBOXES = (*mailboxes(wrong), *post.settings.BIHUAN_MAILBOXES)
    post.put(post.mail())
    assert (post.fetch(), post.fetch()) == (1, 0)
    said = capfd.readouterr().err
    assert said.count("nobody@site.example") == 1
    assert "crude" not in said


def test_a_mailbox_for_a_site_that_is_none_keeps_its_mail(post: PostOffice, capfd: pytest.CaptureFixture[str]) -> None:
    post.settings.BIHUAN_MAILBOXES = mailboxes(post.servers.imap_url(post.ours, site="XX"))
    post.put(post.mail())
    assert post.fetch() == 0
    assert "there is no site for this mailbox" in capfd.readouterr().err
    assert len(post.servers.lying(post.ours)) == 1


def test_every_site_may_have_its_mailbox(world: World, post: PostOffice, servers: MailServers) -> None:
    lake = servers.mailbox("lake")
    post.settings.BIHUAN_MAILBOXES += mailboxes(servers.imap_url(lake, site="LH"))
    servers.put(lake, post.mail(To=lake).as_bytes())
    post.fetch()
    assert post.case().site_id == "LH"


@pytest.mark.parametrize(("known_at", "site"), [("LH", "LH"), ("", "CH")])
def test_one_mailbox_for_all_goes_by_where_the_sender_is_known(
    world: World, post: PostOffice, known_at: str, site: str
) -> None:
    post.settings.BIHUAN_MAILBOXES = mailboxes(post.servers.imap_url(post.ours, site=""))
    if known_at:
        lake = add_party(NewParty(site="LH", name="王丽"), by=world.actor("lake_agent"), at=world.now)
        add_email(lake, post.customer, by=world.actor("lake_agent"), at=world.now)
    post.put(post.mail())
    post.fetch()
    assert post.case().site_id == site


# ---- when it arrived


@serves("XQ-C6.3")
def test_promises_begin_when_the_mail_arrived(world: World, post: PostOffice) -> None:
    arrived = world.now - timedelta(hours=10)
    post.put(post.mail(), at=arrived)
    post.fetch()
    case = post.case()
    assert case.received_at == arrived
    assert world.promise(case, "XQ-C6.3").due_at == arrived + timedelta(days=2)


@pytest.mark.parametrize(
    ("age", "counts"),
    [
        (timedelta(days=7), True),
        (timedelta(days=7, seconds=1), False),
        (timedelta(0), True),
        (-timedelta(minutes=1), False),
    ],
)
def test_what_arrived_too_long_ago_or_in_the_future_counts_from_now(
    world: World, post: PostOffice, age: timedelta, counts: bool
) -> None:
    post.put(post.mail(), at=world.now - age)
    post.fetch()
    assert post.case().received_at == (world.now - age if counts else world.now)


def test_the_date_that_a_mail_claims_counts_for_nothing(world: World, post: PostOffice) -> None:
    post.put(post.mail(Date="Mon, 01 Jan 2001 00:00:00 +0000"))
    post.fetch()
    assert post.case().received_at == world.now


# ---- who wrote


def test_nobody_has_to_be_there_to_take_it_in(world: World, post: PostOffice) -> None:
    world.leave(*world.people)
    post.put(post.mail())
    post.fetch()
    by = post.case().received_by
    assert (by.username, by.is_active, by.has_usable_password()) == ("+mailbox", False, False)
    assert not by.posts.exists()


def test_a_customer_on_file_is_known_by_the_address(world: World, post: PostOffice) -> None:
    add_email(world.party, post.customer, by=world.actor("supervisor"), at=world.now)
    occupy(world.party, world.home, role="owner", by=world.actor("supervisor"), at=world.now)
    post.put(post.mail(From=f"somebody <{post.customer.upper()}>"))
    post.fetch()
    assert (post.case().party, post.case().home) == (world.party, world.home)


def test_who_writes_for_the_first_time_is_known_the_second_time(post: PostOffice) -> None:
    for title in ("噪音", "渗水"):
        post.put(post.mail(title=title))
        post.fetch()
    [first, second] = Case.objects.order_by("id")
    assert first.party == second.party
    assert first.party is not None
    assert first.party.name == "王丽"


def test_of_two_who_share_an_address_the_name_tells(world: World, post: PostOffice) -> None:
    for name in ("王丽", "李强"):
        party = add_party(NewParty(site="CH", name=name), by=world.actor("supervisor"), at=world.now)
        add_email(party, post.customer, by=world.actor("supervisor"), at=world.now)
    for name in ("李强", "赵敏"):
        post.put(post.mail(title=name, From=f"{name} <{post.customer}>"))
    post.fetch()
    assert Case.objects.get(summary="李强").party == Party.objects.get(name="李强")
    assert Case.objects.get(summary="赵敏").party == Party.objects.get(name="赵敏")


# ---- answers


@serves("XQ-C4.2")
def test_an_answer_joins_the_case_of_the_letter_it_answers(world: World, post: PostOffice, case: Case) -> None:
    post.put(post.answer(post.got()[0], "今晚又吵了"))
    post.fetch()
    assert (Case.objects.count(), outcomes()) == (1, ["opened", "joined"])
    message, ours = post.message("in"), post.message("out")
    assert (message.subject, message.event.kind) == (case.subject, "message.received")
    assert message.event.facts == {"message": str(message.pk), "means": "email", "in_reply_to": str(ours.pk)}


def test_an_answer_from_another_address_joins_too(post: PostOffice, case: Case) -> None:
    answer = post.answer(post.got()[0], "我先生转来的")
    answer.replace_header("From", f"li@{THEIRS}")
    post.put(answer)
    post.fetch()
    assert outcomes() == ["opened", "joined"]


@pytest.mark.parametrize("title", ["Re: [{}] 投诉噪音", "回复：【{}】", "关于 [ {} ] 的补充"])
def test_the_number_in_the_title_joins_what_comes_from_an_address_the_case_knows(
    post: PostOffice, case: Case, title: str
) -> None:
    post.put(post.mail(title=title.format(str(case.number).lower())))
    post.fetch()
    assert outcomes() == ["opened", "joined"]


def test_a_former_number_joins_as_well(world: World, post: PostOffice, case: Case) -> None:
    world.take(case, "classified", by="agent", severity="C")
    post.put(post.mail(title=f"[{case.number}]"))
    post.fetch()
    assert outcomes() == ["opened", "joined"]


def test_a_stranger_with_the_number_opens_a_case_of_his_own(post: PostOffice, case: Case) -> None:
    post.put(post.mail(title=f"Re: [{case.number}]", From=f"stranger@{THEIRS}"))
    post.fetch()
    assert (outcomes(), Case.objects.count()) == (["opened", "opened"], 2)


def test_an_answer_after_the_end_is_shown_and_reopens_nothing(world: World, post: PostOffice, case: Case) -> None:
    world.take(case, "withdrawn", by="agent")
    post.put(post.answer(post.got()[0], "又来了"))
    post.fetch()
    case.refresh_from_db()
    assert (case.state, Case.objects.count()) == ("withdrawn", 1)
    assert post.message("in").read_at is None


def test_an_answer_keeps_no_promise(world: World, post: PostOffice, case: Case) -> None:
    before = world.promises(case)
    post.put(post.answer(post.got()[0], "好的"))
    post.fetch()
    assert world.promises(case) == before


# ---- machines


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto-Submitted", "auto-replied"),
        ("Auto-Submitted", "auto-generated; x=1"),
        ("Precedence", "bulk"),
        ("Precedence", "List"),
        ("Precedence", "junk"),
        ("X-Autoreply", "yes"),
        ("X-Autorespond", "I am away"),
        ("From", "MAILER-DAEMON@elsewhere.example"),
        ("Return-Path", "<>"),
    ],
)
def test_automatic_answers_are_left_alone(post: PostOffice, name: str, value: str) -> None:
    post.put(post.mail(**{name.replace("-", "_"): value}))
    post.fetch()
    assert (outcomes(), Case.objects.count(), Message.objects.count()) == (["automatic"], 0, 0)
    assert len(post.kept()) == 1


@pytest.mark.parametrize(
    ("name", "value"), [("Auto-Submitted", "no"), ("Precedence", "first-class"), ("Return-Path", "<wang@x.example>")]
)
def test_what_only_looks_automatic_is_a_complaint(post: PostOffice, name: str, value: str) -> None:
    post.put(post.mail(**{name.replace("-", "_"): value}))
    post.fetch()
    assert outcomes() == ["opened"]


def test_an_automatic_answer_to_a_letter_does_not_join_its_case(post: PostOffice, case: Case) -> None:
    answer = post.answer(post.got()[0], "我在休假")
    answer["Auto-Submitted"] = "auto-replied"
    post.put(answer)
    post.fetch()
    assert outcomes() == ["opened", "automatic"]


def test_our_own_mail_that_comes_back_opens_nothing(post: PostOffice, case: Case) -> None:
    post.put(post.servers.lying(post.customer)[0])  # as a forwarding of the customer's brings it
    post.put(post.mail(From=post.ours))
    post.fetch()
    assert outcomes() == ["opened", "own", "own"]


@pytest.mark.parametrize(("before", "more"), [(29, 0), (30, 1)])
def test_many_mails_of_one_address_within_the_hour_become_one_line(
    world: World, post: PostOffice, before: int, more: int
) -> None:
    post.put(*(post.mail(title=f"投诉 {number}") for number in range(before)))
    post.fetch()
    post.put(post.mail(title="又一封"), post.mail(title="邻居", From=f"neighbour@{THEIRS}"))
    post.fetch()
    assert outcomes()[-2:] == ["too_many" if more else "opened", "opened"]
    assert sum(Message.objects.values_list("more", flat=True)) == more
    world.later(hours=1)
    post.put(post.mail(title="一小时后"))
    post.fetch()
    assert outcomes()[-1] == "opened"


# ---- what did not arrive


def test_a_letter_that_comes_back_has_failed(world: World, post: PostOffice) -> None:
    """Exim itself says that there is no such mailbox, in a mail to the sender."""
    add_email(world.party, f"unknown@{THEIRS}", by=world.actor("supervisor"), at=world.now)
    case = told(world, world.receive(party=world.party))
    post.send()
    assert post.message().state == "sent"
    post.wait_for_mail()
    post.fetch()
    assert (post.message().state, post.message().error, outcomes()) == ("failed", "bounced", ["bounced"])
    facts = Event.objects.get(subject=case.subject, kind="message.failed").facts
    assert (facts["reason"], facts["status"][:2]) == ("bounced", "5.")
    assert Case.objects.count() == 1


def report(post: PostOffice, action: str) -> bytes:
    """A report about the last letter, as mail systems write them (RFC 3464)."""
    head = f"From: MAILER-DAEMON@{OURS}\r\nTo: {post.ours}\r\nMIME-Version: 1.0\r\n"
    head += (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\n'
    )
    status = f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: {action}\r\nStatus: 4.4.1\r\n"
    ours = f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {post.message().message_id}\r\n--b--\r\n"
    return (head + status + ours).encode()


@pytest.mark.parametrize(("action", "state"), [("failed", "failed"), ("delayed", "sent"), ("relayed", "sent")])
def test_a_report_of_a_delay_is_no_failure(post: PostOffice, case: Case, action: str, state: str) -> None:
    post.put(report(post, action))
    post.put(report(post, action).replace(b"Sorry", b"Sorry again"))
    post.fetch()
    assert post.message().state == state
    assert Event.objects.filter(kind="message.failed").count() == (1 if state == "failed" else 0)
    assert Case.objects.count() == 1


# ---- forgetting


def test_when_a_customer_is_erased_the_letters_are_empty(world: World, post: PostOffice, case: Case) -> None:
    assert case.party is not None
    erase(case.party, reason="requested", by=world.actor("manager"), at=world.now)
    for message in Message.objects.all():
        assert (message.title, message.body, message.address_mask, message.address_sealed) == ("", "", "", None)
    post.put(post.answer(post.got()[0], "还在吗"))
    post.fetch()
    assert outcomes()[-1] == "joined"


def test_an_answer_with_a_date_in_its_envelope_only(post: PostOffice) -> None:
    mail = EmailMessage()
    mail["From"] = post.customer
    mail.set_content("没有标题的来信\n第二行")
    post.put(mail, at=datetime(2026, 3, 2, 0, 30, tzinfo=UTC))
    post.fetch()
    assert post.case().summary == "没有标题的来信"

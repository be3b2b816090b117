"""The public form: what is sent becomes a case at once, with or without a name; what is refused is refused in words."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.test.client import BOUNDARY, encode_multipart

from bihuan.accounts.models import Site, Staff, Unit
from bihuan.cases.models import Case, CaseFile
from bihuan.customers.models import Party, Phone
from bihuan.obligations.models import Obligation
from bihuan.portal import http
from bihuan.portal.forms import LARGEST_PHOTO, LONGEST
from bihuan.portal.models import Tracking
from tests.console.estate import Estate, resident, signed_in
from tests.files.samples import PAGE, PDF, PNG
from tests.portal.visitor import SAID, Visitor, photo
from tests.world import serves


def one() -> Case:
    """The only case there is."""
    return Case.objects.get()


def text_of(page: str) -> str:
    """A page without what differs from one copy to the next: marks, tokens, codes and the square."""
    page = re.sub(r'(name="(?:mark|csrfmiddlewaretoken)" value|src)="[^"]*"', "", page)
    return re.sub(r"(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}", "CODE", page)


@serves("XQ-C4.1", "XQ-C6.3")
def test_what_is_sent_is_a_complaint_of_which_receipt_must_be_confirmed(visitor: Visitor, estate: Estate) -> None:
    code = visitor.writes(place="7栋2单元1101", name="赵敏", phone="13712345678", photos=[photo()])
    case = one()
    assert (case.kind, case.channel, case.state, case.anonymous) == ("complaint", "website", "received", False)
    assert (case.summary, case.details.startswith(SAID), "7栋2单元1101" in case.details) == (SAID, True, True)
    assert (case.home, case.party and case.party.name) == (estate.home, "赵敏")
    owed = set(Obligation.objects.filter(subject=case.subject, state="open").values_list("clause", "duty"))
    assert {("XQ-C6.3", "acknowledge"), ("TS-5.1", "answer")} <= owed
    assert bytes(Tracking.objects.get(case=case).digest).hex() not in code


@pytest.mark.parametrize("kind", ["complaint", "demand", "enquiry", "suggestion", "praise"])
def test_every_kind_can_be_sent(visitor: Visitor, kind: str) -> None:
    visitor.writes(kind=kind)
    assert one().kind == kind


def test_an_emergency_is_no_matter_for_a_form(visitor: Visitor) -> None:
    assert "119" in visitor.opens()
    assert visitor.sends(kind="emergency").status_code == 422
    assert not Case.objects.exists()


def test_the_page_afterwards_shows_the_code_and_the_promises_that_were_made(visitor: Visitor) -> None:
    code = visitor.writes(phone="13712345678")
    page = visitor.get("/talk/received")
    assert code in page
    assert "At the latest" not in page
    assert "Tomorrow 09:00 at the latest you have our answer." in page
    assert "11/26 09:00 at the latest we confirm that we look after it." in page
    assert "data:image/svg+xml" in page


def test_who_did_not_send_anything_sees_no_code(visitor: Visitor, estate: Estate) -> None:
    visitor.writes()
    answer = Visitor("198.51.100.1").client.get("/talk/received")
    assert (answer.status_code, answer["Location"]) == (302, "/talk/track")


def test_whoever_stays_anonymous_leaves_nothing_even_where_something_was_typed(visitor: Visitor) -> None:
    before = Party.objects.count(), Phone.objects.count()
    visitor.writes(who="anonymous", name="赵敏", phone="13712345678")
    assert (one().anonymous, one().party) == (True, None)
    assert (Party.objects.count(), Phone.objects.count()) == before
    assert "the only way to read our answer" in visitor.get("/talk/received")


def test_a_number_that_cannot_be_one_does_not_hinder_whoever_stays_anonymous(visitor: Visitor) -> None:
    visitor.opens()
    assert visitor.sends(who="anonymous", phone="12").status_code == 302


def test_whoever_leaves_neither_name_nor_number_is_anonymous(visitor: Visitor) -> None:
    visitor.writes(who="named")
    assert one().anonymous


def test_a_number_and_a_name_on_file_find_the_customer(visitor: Visitor, estate: Estate) -> None:
    visitor.writes(name="王丽", phone="138 1234 5521")
    assert one().party == estate.party


def test_a_number_that_belongs_to_nobody_merges_nobody(visitor: Visitor, estate: Estate) -> None:
    first = resident(estate.site, "刘芳", None, phone="+8613800000000")
    visitor.writes(name="刘芳", phone="13800000000")
    assert one().party not in (None, first)


def test_no_page_tells_whether_a_number_or_a_home_is_on_file(estate: Estate) -> None:
    pages = []
    for number, (phone, place) in enumerate([("13812345521", "7栋2单元1101"), ("13912345522", "9栋9单元9999")]):
        visitor = Visitor(f"203.0.113.{number}")
        code = visitor.writes(name="王丽", phone=phone, place=place)
        pages.append([text_of(visitor.get("/talk/received")), text_of(visitor.tracks(code))])
    assert pages[0] == pages[1]
    assert not any(known in page for page in pages[0] for known in ("王丽", "5521", "1101"))


def test_what_is_wrong_is_said_and_everything_typed_is_still_there(visitor: Visitor) -> None:
    visitor.opens()
    answer = visitor.sends(kind="", said="灯坏了 💡", name="赵敏", phone="123", place="车库")
    page = answer.content.decode()
    assert (answer.status_code, "Choose what it is." in page, "This is no telephone number" in page) == (
        422,
        True,
        True,
    )
    assert all(typed in page for typed in ("灯坏了 💡", "赵敏", "123", "车库"))


def test_emoji_are_kept(visitor: Visitor) -> None:
    visitor.writes(said="🔥🔥 太吵了 😡")
    assert one().details == "🔥🔥 太吵了 😡"


@pytest.mark.parametrize("said", ["！！！", "？"])
def test_what_has_no_words_before_the_first_stop_is_its_own_heading(visitor: Visitor, said: str) -> None:
    visitor.writes(said=said)
    assert one().summary


def test_what_nobody_can_see_is_nothing(visitor: Visitor) -> None:
    visitor.opens()
    answer = visitor.sends(said="\u200b\u200b")
    assert (answer.status_code, "in a few words" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(("length", "status"), [(LONGEST, 302), (LONGEST + 1, 422), (7000, 422)])
def test_there_is_room_for_4000_characters(visitor: Visitor, length: int, status: int) -> None:
    visitor.opens()
    said = "吵" * length
    answer = visitor.sends(said=said)
    assert answer.status_code == status
    if status == 422:
        page = answer.content.decode()
        assert (said in page, f"{length} characters; 4000 find room" in page) == (True, True)


def test_staff_see_whence_it_came_and_the_photo(visitor: Visitor, estate: Estate) -> None:
    visitor.writes(photos=[photo(), photo(PDF, "来信.pdf")])
    picture = CaseFile.objects.order_by("id")[0]
    page = signed_in(estate.agent).get(f"/cases/{one().pk}").content.decode()
    assert ("Website" in page, f'<img src="/files/{picture.file_id}"' in page, "来信.pdf" in page) == (True, True, True)
    assert picture.file.kept_by is None
    assert Staff.objects.get(username="+website").has_usable_password() is False


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([photo(PAGE, "照片.jpg")], "照片.jpg"),
        ([photo(PNG + bytes(LARGEST_PHOTO - len(PNG) + 1))], "larger than 10 MB"),
        ([photo()] * 5, "At most 4 files"),
    ],
    ids=["mislabelled", "too large", "too many"],
)
def test_files_that_cannot_be_kept_are_refused_in_words(visitor: Visitor, files: list[object], told: str) -> None:
    visitor.opens()
    answer = visitor.sends(photos=files)
    page = answer.content.decode()
    assert (answer.status_code, told in page, SAID in page, "choose the photos again" in page) == (
        422,
        True,
        True,
        True,
    )
    assert not Case.objects.exists()
    assert visitor.sends().status_code == 302, "and without them it goes"


def test_four_photos_of_ten_megabytes_are_kept(visitor: Visitor) -> None:
    large = PNG + bytes(LARGEST_PHOTO - len(PNG))
    visitor.writes(photos=[photo(large), photo(), photo(), photo()])
    assert CaseFile.objects.count() == 4


@pytest.mark.parametrize(("over", "status"), [(0, 422), (1, 413)])
def test_what_is_far_too_large_is_not_even_read(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, over: int, status: int
) -> None:
    monkeypatch.setattr(http, "LARGEST_BODY", len(encode_multipart(BOUNDARY, {"said": SAID})) - over)
    answer = visitor.client.post("/talk/CH", {"said": SAID})
    assert (answer.status_code, "Go back" in answer.content.decode()) == (status, status == 413)


def test_a_site_that_is_not_there_is_not_there(visitor: Visitor) -> None:
    answer = visitor.client.get("/talk/XX")
    assert (answer.status_code, "choose your community" in answer.content.decode()) == (404, True)
    assert visitor.client.get("/talk/ch")["Location"] == "/talk/CH"


def test_of_several_sites_one_chooses(visitor: Visitor, estate: Estate) -> None:
    page = visitor.get("/talk")
    assert all(f'href="/talk/{site}"' in page for site in ("CH", "YQ"))
    assert 'href="/talk/YQ"' not in visitor.get("/talk?q=翠湖")


def test_of_one_site_nobody_need_choose(db: None) -> None:
    Site.objects.create(code="CH", name="翠湖花园", unit=Unit.objects.create(name="华南分公司"))
    assert Visitor().client.get("/talk")["Location"] == "/talk/CH"


def test_the_poster_leads_to_the_form(visitor: Visitor) -> None:
    page = visitor.get("/talk/CH/poster")
    assert ("http://testserver/talk/CH" in page, "data:image/svg+xml" in page, "翠湖花园" in page) == (True, True, True)


@pytest.mark.parametrize(
    ("language", "heading"), [("zh-CN", 'lang="zh-Hans"'), ("zh-TW", 'lang="zh-Hant"'), ("en", 'lang="en"')]
)
def test_it_speaks_the_visitors_language_until_another_is_chosen(estate: Estate, language: str, heading: str) -> None:
    visitor = Visitor(language=language)
    assert heading in visitor.get("/talk/CH")
    answer = visitor.client.post("/sign-in/language", {"lang": "en", "next": "/talk/CH"})
    assert answer["Location"] == "/talk/CH"
    assert 'lang="en"' in visitor.get("/talk/CH")


def test_a_form_of_another_website_is_not_taken(estate: Estate) -> None:
    assert Client(enforce_csrf_checks=True).post("/talk/CH", {"kind": "praise", "said": SAID}).status_code == 403

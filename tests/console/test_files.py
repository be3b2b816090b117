"""Photos, scans and signatures on the pages: sent with an intake or a step, shown in the story, refused when they lie."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bihuan.cases.models import Case, CaseFile
from bihuan.files.actions import LARGEST
from bihuan.kernel import clock
from tests.console.estate import MORNING, Estate, received
from tests.files.samples import DRAWN, PAGE, PDF, PNG

pytestmark = pytest.mark.django_db

COMPLAINT = {
    "kind": "complaint",
    "channel": "walk_in",
    "said": "电梯半夜异响，睡不着",
    "problem": "03",
    "severity": "B",
}


def sent(content: bytes = PNG, name: str = "电梯.png") -> SimpleUploadedFile:
    """A file as a browser sends it, which says of everything that it is a PNG."""
    return SimpleUploadedFile(name, content, content_type="image/png")


def take_in(client: Client, **given: Any) -> tuple[int, str]:
    """The answer to an intake."""
    answer = client.post(reverse("console:intake"), COMPLAINT | given)
    return answer.status_code, answer.content.decode()


def settle(client: Client, case: Case, **given: Any) -> int:
    """The answer to a settlement on the spot."""
    address = reverse("console:step", args=[case.number, "settled_on_the_spot"])
    with clock.frozen(MORNING):
        return client.post(address, {"text": "当面说明并道歉"} | given).status_code


def test_what_is_sent_with_an_intake_is_in_the_story_and_opens(agent: Client) -> None:
    assert take_in(agent, files=[sent(), sent(PDF, "来信.pdf")])[0] == 302
    case = Case.objects.get()
    photo, letter = CaseFile.objects.order_by("id")
    page = agent.get(reverse("console:case", args=[case.number])).content.decode()
    assert (f'<img src="/files/{photo.file_id}"' in page, "来信.pdf" in page) == (True, True)
    answer = agent.get(reverse("console:file", args=[photo.file_id]))
    assert (answer["Content-Type"], b"".join(answer)) == ("image/png", PNG)
    assert "sandbox" in answer["Content-Security-Policy"]
    assert agent.get(reverse("console:file", args=[letter.file_id]))["Content-Disposition"].startswith("inline")


def test_a_page_that_calls_itself_a_picture_is_refused_in_words_and_nothing_typed_is_lost(agent: Client) -> None:
    status, page = take_in(agent, files=sent(PAGE))
    assert (status, "neither a picture nor a PDF" in page, COMPLAINT["said"] in page) == (422, True, True)
    assert not Case.objects.exists()


@pytest.mark.parametrize(("over", "status"), [(0, 302), (1, 422)])
def test_a_picture_may_have_20_mb_and_not_a_byte_more(agent: Client, over: int, status: int) -> None:
    assert take_in(agent, files=sent(PNG + bytes(LARGEST - len(PNG) + over)))[0] == status


@pytest.mark.parametrize(("many", "status"), [(10, 302), (11, 422)])
def test_ten_files_at_once_and_not_eleven(agent: Client, many: int, status: int) -> None:
    assert take_in(agent, files=[sent() for _ in range(many)])[0] == status


def test_what_is_signed_at_the_desk_is_closed(agent: Client, estate: Estate) -> None:
    case = received(estate)
    assert settle(agent, case, signature=DRAWN) == 302
    case.refresh_from_db()
    assert (case.state, case.closing_reason) == ("closed", "signed")


def test_a_photo_of_the_signed_paper_does_as_well(agent: Client, estate: Estate) -> None:
    case = received(estate)
    assert settle(agent, case, signed_paper=sent(name="签字.jpg")) == 302
    case.refresh_from_db()
    assert case.state == "closed"


@pytest.mark.parametrize("forged", ["data:image/png;base64,AAAA", "javascript:alert(1)", DRAWN + "x" * 420_000])
def test_what_is_no_drawing_signs_nothing(agent: Client, estate: Estate, forged: str) -> None:
    case = received(estate)
    assert settle(agent, case, signature=forged) == 422
    case.refresh_from_db()
    assert case.state == "received"


def test_settled_and_signed_at_the_intake_it_is_closed_at_once(agent: Client) -> None:
    assert take_in(agent, settled="当面说明并道歉", signature=DRAWN)[0] == 302
    assert Case.objects.get().state == "closed"

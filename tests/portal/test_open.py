"""Every address of this face: open to everybody, and nothing behind it is."""

from __future__ import annotations

import re

import pytest

from bihuan.portal.urls import urlpatterns
from tests.console.estate import Estate, queries_for, received, signed_in
from tests.portal.visitor import Visitor

OPEN = {
    "choose": "/talk",
    "received": "/talk/received",
    "track": "/talk/track",
    "talk": "/talk/CH",
    "poster": "/talk/CH/poster",
}
POSTED = {"word": "/talk/track/word", "leave": "/talk/track/leave"}
LINK = re.compile(r'(?:href|src|action)="(/[^"]*)"')
ALLOWED = re.compile(r"/talk(/|$)|/static/|/sign-in/language$")


def test_every_route_is_here() -> None:
    assert {route.name for route in urlpatterns} == {*OPEN, *POSTED}


@pytest.mark.parametrize("path", OPEN.values())
def test_nobody_need_sign_in_and_no_page_leads_inside(visitor: Visitor, path: str) -> None:
    visitor.writes()
    answer = visitor.client.get(path)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert [link for link in LINK.findall(page) if not ALLOWED.match(link)] == []
    assert "<script" not in page
    assert " style=" not in page
    assert answer["Cache-Control"] == "no-store"
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "sessionid" not in visitor.client.cookies


@pytest.mark.parametrize("path", POSTED.values())
def test_what_changes_something_is_posted(visitor: Visitor, path: str) -> None:
    assert visitor.client.get(path).status_code == 405
    assert visitor.client.post(path).status_code == 302


def test_who_has_signed_in_sees_the_same(estate: Estate) -> None:
    page = signed_in(estate.agent).get("/talk/CH").content.decode()
    assert ("李敏" in page, 'href="/talk/track"' in page) == (False, True)


@pytest.mark.parametrize(
    "path", ["/talk/CH/cases", "/talk/CH/received", "/talk/track/CH", "/talkative", "/talk/../cases"]
)
def test_nothing_else_is_open(estate: Estate, path: str) -> None:
    answer = Visitor().client.get(path)
    assert answer.status_code in (302, 404)
    assert not answer.get("Location", "").startswith("/talk")


@pytest.mark.parametrize(("path", "most"), [("/talk", 1), ("/talk/CH", 2), ("/talk/CH/poster", 1), ("/talk/track", 1)])
def test_pages_ask_the_database_little_however_much_there_is(estate: Estate, path: str, most: int) -> None:
    for _ in range(3):
        received(estate)
    assert queries_for(Visitor().client, path) <= most


def test_the_page_of_a_case_asks_little_however_long_it_is(visitor: Visitor) -> None:
    visitor.writes()
    few = queries_for(visitor.client, "/talk/track")
    for words in ("一", "二", "三"):
        visitor.adds(words)
    assert queries_for(visitor.client, "/talk/track") == few <= 8

"""Every page of signing in and of one's account: whole HTML that needs no script, and every field with its label."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.test import Client

from bihuan.accounts.models import Staff
from tests.accounts.conftest import sign_in
from tests.accounts.telephone import set_up

VOID = {"meta", "link", "input", "img", "br", "hr"}
BEFORE = ["/sign-in", "/sign-in?next=/told"]
SIGNED_IN = ["/account", "/account/password", "/account/telephone", "/account/confirm", "/sign-out"]
WITH_TELEPHONE = ["/account", "/account/codes", "/account/codes/new", "/account/telephone/off", "/account/confirm/code"]


class Page(HTMLParser):
    """What stands on a page, and whatever is wrong with it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: set[str] = set()
        self.count: dict[str, int] = {}
        self.wrong: list[str] = []
        self.feed(text)
        self.wrong += [f"<{tag}> is not closed" for tag in self.open]
        self.wrong += [f"no label for {field}" for field in sorted(self.fields - self.labelled)]
        self.wrong += [f"id {one} twice" for one in set(self.ids) if self.ids.count(one) > 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.count[tag] = self.count.get(tag, 0) + 1
        self.open += [] if tag in VOID else [tag]
        self.ids += [one] if (one := given.get("id")) else []
        self.labelled |= {one} if tag == "label" and (one := given.get("for")) else set()
        if tag == "input" and given.get("type") != "hidden":
            self.fields.add(given.get("id") or "an input without an id")
        self.wrong += [f"{name} on <{tag}>" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.wrong.append(f"inline <{tag}>")
        if tag == "img" and not given.get("alt"):
            self.wrong.append("an image without words")
        if tag == "form" and given.get("method") != "post":
            self.wrong.append("a form that is not sent")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")


def check(client: Client, address: str) -> str:
    response = client.get(address)
    text = response.content.decode()
    page = Page(text)
    assert (response.status_code, page.wrong) == (200, [])
    assert (page.count["h1"], page.count["main"], page.count["title"]) == (1, 1, 1)
    assert text.startswith('<!doctype html>\n<html lang="zh-Hans">')
    return text


@pytest.mark.parametrize("address", BEFORE)
def test_pages_before_signing_in(client: Client, address: str) -> None:
    check(client, address)


@pytest.mark.parametrize("address", SIGNED_IN)
def test_pages_of_who_is_signed_in(client: Client, chen: Staff, address: str) -> None:
    sign_in(client, "chen")
    check(client, address)


@pytest.mark.parametrize("address", WITH_TELEPHONE)
def test_pages_of_who_has_a_second_step(client: Client, chen: Staff, address: str) -> None:
    sign_in(client, "chen")
    set_up(client)
    check(client, address)


def test_the_page_that_asks_for_the_code(client: Client, chen: Staff) -> None:
    sign_in(client, "chen")
    set_up(client)
    client.post("/sign-out")
    sign_in(client, "chen")
    assert 'autocomplete="one-time-code"' in check(client, "/sign-in/code")


def test_a_filled_page_that_was_refused_is_whole_and_keeps_the_name_but_not_the_password(client: Client) -> None:
    text = sign_in(client, "nobody", "my secret word").content.decode()
    assert Page(text).wrong == []
    assert 'value="nobody"' in text
    assert "my secret word" not in text
    assert 'role="alert"' in text


def test_the_codes_come_as_a_file_too(client: Client, chen: Staff) -> None:
    sign_in(client, "chen")
    set_up(client)
    answer = client.get("/account/codes/file")
    codes = answer.content.decode().split()
    assert (len(codes), all(code.isdigit() for code in codes)) == (10, True)
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_checker_finds_what_is_wrong() -> None:
    text = '<form><p style="x"><input id="a"><img src="b"><script>1</script><style></style><a onclick="x" id="a">'
    assert len(Page(text).wrong) == 11

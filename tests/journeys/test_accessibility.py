"""Every page of the console for those who see it, on a wide screen and on a telephone: axe finds nothing against WCAG
2.2 A and AA, and no page scrolls sideways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.plugin import DjangoDbBlocker

from bihuan.console.urls import urlpatterns
from tests.console import estate as on
from tests.journeys.pages import NO_PAGES, Pages, build, served

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "preload": False,  # all styles are our own and there already
    "selectors": False,
    "iframes": False,
}
WIDTHS = (1440, 390)
TALLEST = 12_000  # pixels of a window
ALL_BUT_THE_FRAME = {"exclude": [[".rail"], [".top"], [".tabbar"]]}
UNFOLD = "document.querySelectorAll('main details:not(.menu)').forEach(one => { one.open = true })"
BEGIN = "([part, rules]) => { window.found = axe.run(part || document, rules); return 0 }"
END = "window.found.then(found => found.violations)"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MEANING = re.compile(r'(?<=>)[^<]*(?=<)|(?<==")[^"]*[0-9][^"]*(?=")|name="csrfmiddlewaretoken" value="\w+"')
ACCOUNT = {"mfa_index", "account_change_password", "mfa_activate_totp"}
SHOWN = {  # what each sees, whatever stands behind a colon
    "technician": ACCOUNT | {"workbench", "search", "notices", "work_orders", "work_order", "work_order_step"},
    "admin": ACCOUNT
    | {"workbench", "search", "notices", "rulebook", "clause", "staff", "person", "site", "imports", "import"}
    | {"customer"},  # to be erased
}
REFUSED = {
    "manager": {"nothing"},
    "desk": {"nothing", "imports", "import", "figures_close", "check", "authority", "exempt"},
}  # these see all the rest


class Looker:
    """Looks at pages in two browsers at once; at what is built alike for several people once."""

    def __init__(self, pages: Pages, browser: Browser, address: str) -> None:
        self.pages, self.address, self._browser = pages, address, browser
        self._seen: set[str] = set()

    def look(self, post: str) -> tuple[set[str], dict[str, list[str]]]:
        """The names of the pages that somebody sees, and what is wrong with them and with how others are refused."""
        client = on.signed_in(self.pages.people[post])
        shown, new = set(), []
        for name, path in self.pages.where.items():
            response = client.get(path, follow=True)
            assert response.status_code in (200, 403, 404), (name, response.status_code)
            shown |= {plain(name)} if response.status_code == 200 else set()
            if self._is_new(response.content.decode()):
                new.append(name)
        tabs = [self.page(client) for _ in range(2)]
        found: dict[str, list[str]] = {}
        for names in zip_longest(new[::2], new[1::2]):
            found |= self._examined(dict(zip(filter(None, names), tabs, strict=False)), whole=not found)
        return shown, {name: wrong for name, wrong in found.items() if wrong}

    def page(self, client: Client) -> Page:
        """A browser of its own, in which somebody has signed in, or nobody."""
        context = self._browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
        context.add_init_script(AXE_SCRIPT)
        cookies = [{"name": one.key, "value": one.value, "url": self.address} for one in client.cookies.values()]
        context.add_cookies(cookies)  # type: ignore[arg-type]
        return context.new_page()

    def _is_new(self, text: str) -> bool:
        kept = MEANING.sub("", text[text.index("<main") : text.index("</main>")])
        known = kept in self._seen
        self._seen.add(kept)
        return not known

    def _examined(self, tabs: dict[str, Page], *, whole: bool) -> dict[str, list[str]]:
        for name, tab in tabs.items():
            tab.goto(self.address + self.pages.where[name], wait_until="commit")
        for tab in tabs.values():
            tab.wait_for_load_state()
        return dict(zip(tabs, examined(list(tabs.values()), part=None if whole else ALL_BUT_THE_FRAME), strict=True))


def plain(name: str) -> str:
    """The name of an address without how it stands."""
    return name.partition(":")[0]


def examined(pages: Sequence[Page], *, part: Any = None) -> list[list[str]]:
    """What axe and a ruler find on each page at both widths, everything unfolded; axe looks at a part, or at all."""
    for page in pages:
        page.evaluate(UNFOLD)
    found: list[list[str]] = [[] for _ in pages]
    for width in WIDTHS:
        for page in pages:
            sized(page, width)
            page.evaluate(BEGIN, [part, RULES])
        for page, wrong in zip(pages, found, strict=True):
            wrong.extend(f"{width} px: {one}" for one in broken(page))
    return found


def sized(page: Page, width: int) -> None:
    """Makes the window so high that all of the page is in it; else what is fixed to the window would cover some."""
    page.set_viewport_size({"width": width, "height": 900})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(height, TALLEST)})


def broken(page: Page) -> Iterator[str]:
    """The rules that are broken, where and how, when axe has done what it was asked."""
    for rule in page.evaluate(END):
        yield from (f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}" for node in rule["nodes"])
    if beyond := page.evaluate(SIDEWAYS):
        yield f"the page is {beyond} px too wide"


@pytest.fixture(scope="module")
def looker(django_db_setup: None, django_db_blocker: DjangoDbBlocker, browser: Browser) -> Iterator[Looker]:
    with django_db_blocker.unblock():
        try:
            pages = build()
            with served() as address:
                yield Looker(pages, browser, address)
        finally:
            for context in browser.contexts:
                context.close()
            call_command("flush", verbosity=0, interactive=False)


@pytest.mark.parametrize("post", ["manager", "desk", "technician", "admin"])
def test_nothing_stands_in_anybodys_way(looker: Looker, post: str) -> None:
    shown, wrong = looker.look(post)
    assert wrong == {}
    everything = {plain(name) for name in looker.pages.where}
    assert shown == SHOWN.get(post, everything - REFUSED.get(post, set()))


@pytest.mark.parametrize("width", WIDTHS)
def test_menus_are_open_to_all(looker: Looker, width: int) -> None:
    page = looker.page(on.signed_in(looker.pages.people["desk"]))
    page.goto(looker.address + looker.pages.where["case:taken"])
    sized(page, width)
    menus = page.locator("[data-menu]:visible").all()
    assert len(menus) > 2
    for menu in menus:
        menu.locator("summary").click()
        page.evaluate(BEGIN, [menu.element_handle(), RULES])
        assert list(broken(page)) == []
        page.keyboard.press("Escape")


def test_signing_in_is_open_to_all(looker: Looker) -> None:
    page = looker.page(Client())
    page.goto(looker.address)
    assert examined([page]) == [[]]
    page.fill("input[name=login]", "nobody")
    page.fill("input[name=password]", "not the password")
    with page.expect_navigation():
        page.click("main button.btn-primary")
    assert page.locator(".notice").count()
    assert examined([page]) == [[]]


def test_every_address_of_the_console_is_looked_at(looker: Looker) -> None:
    pages = {one.name for one in urlpatterns if not str(one.pattern).endswith((".pdf", ".xlsx"))}
    assert pages - {plain(name) for name in looker.pages.where} == NO_PAGES

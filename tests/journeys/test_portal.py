"""A complaint from a telephone, without a name: sent with a photo, acknowledged by staff, read with the code, added to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from bihuan.kernel import clock
from tests.console import estate as on
from tests.console.estate import MORNING, Estate
from tests.files.samples import PNG
from tests.journeys.conftest import shot
from tests.journeys.pages import served
from tests.journeys.test_accessibility import examined
from tests.journeys.test_loop import chosen, pressed
from tests.world import serves

SAID = "十一楼电梯夜里有金属摩擦声。\n孩子睡不着，已经一周了。"
PHOTO = {"name": "电梯.png", "mimeType": "image/png", "buffer": PNG}
SEND = "main form button.btn-primary"
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Street:
    """The site, where it is reached, and telephones that open it."""

    estate: Estate
    address: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    def telephone(self, client: Client | None = None, *, scripts: bool = True) -> Page:
        """A telephone of somebody who has signed in, or of anybody."""
        context = self.browser.new_context(
            viewport={"width": 390, "height": 844},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
        )
        context.add_init_script(AXE_SCRIPT)
        for one in client.cookies.values() if client else ():
            context.add_cookies([{"name": one.key, "value": one.value, "url": self.address}])
        page = context.new_page()
        page.on("console", lambda told: self.complaints.append(told.text) if told.type == "error" else None)
        return page

    def goes(self, page: Page, path: str) -> None:
        """Opens a page of ours."""
        page.goto(self.address + path)


@pytest.fixture
def street(browser: Browser) -> Iterator[Street]:
    with clock.frozen(MORNING):
        estate = on.build()
        with served() as address:
            made = Street(estate, address, browser)
            yield made
            for context in browser.contexts:
                context.close()
    assert made.complaints == []


def later(**span: float) -> None:
    clock.set_to(clock.now() + timedelta(**span))


def written(page: Page, said: str) -> None:
    """Fills the form in, without a name, with a photo."""
    chosen(page, "kind", "complaint")
    page.fill("[name=said]", said)
    page.fill("[name=place]", "7栋电梯")
    page.set_input_files("[name=photos]", [PHOTO])  # type: ignore[list-item]
    expect(page.locator("[name=phone]")).to_be_visible()
    chosen(page, "who", "anonymous")
    expect(page.locator("[name=phone]")).to_be_hidden()
    expect(page.locator(".only-anonymous")).to_be_visible()


@serves("XQ-C4.1", "XQ-C6.3")
def test_an_anonymous_complaint_with_a_photo_is_acknowledged_and_followed_with_its_code(street: Street) -> None:
    visitor = street.telephone()
    street.goes(visitor, "/talk/CH")
    written(visitor, SAID)
    shot(visitor, "portal-form")
    later(minutes=2)
    pressed(visitor, SEND)
    code = visitor.locator("p.code").inner_text()
    shot(visitor, "portal-received")
    assert "明天 09:02" in visitor.locator(".promised").inner_text()

    agent = street.telephone(on.signed_in(street.estate.agent))
    street.goes(agent, "/complaints")
    agent.locator("main a", has_text="电梯夜里").first.click()
    expect(agent.locator(".tl .files img")).to_be_visible()
    later(minutes=30)
    street.goes(agent, f"{agent.url.removeprefix(street.address)}/acknowledged")
    chosen(agent, "means", "website")
    agent.fill("main [name=text]", "来信收到，已安排维保今天检查，结果会在这里告诉您。")
    pressed(agent, "main form.panel button.btn-primary")

    elsewhere = street.telephone()
    street.goes(elsewhere, "/talk/track")
    elsewhere.fill("[name=code]", code.lower().replace("-", " "))
    pressed(elsewhere, SEND)
    expect(elsewhere.locator(".steps")).to_contain_text("来信收到，已安排维保今天检查")
    later(minutes=1)
    elsewhere.fill("[name=said]", "昨晚十点又响。")
    pressed(elsewhere, "form[action$='/word'] button.btn-primary")
    expect(elsewhere.locator(".steps .mine")).to_contain_text("昨晚十点又响")
    shot(elsewhere, "portal-case")
    agent.reload()
    expect(agent.locator("main")).to_contain_text("昨晚十点又响")


def test_nothing_stands_in_a_customers_way(street: Street) -> None:
    page = street.telephone()
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        [wrong[name]] = examined([page])
        page.set_viewport_size({"width": 390, "height": 844})

    for path in ("/talk", "/talk/track", "/talk/CH/poster", "/talk/CH"):
        street.goes(page, path)
        look(path)
    later(minutes=1)
    pressed(page, SEND)
    look("refused")
    written(page, SAID * 3 + "https://example.com/a/very/long/address/without/any/space/in/it/at/all/0123456789")
    look("anonymous")
    pressed(page, SEND)
    look("received")
    pressed(page, ".submit a.btn")
    look("case")
    assert {name: found for name, found in wrong.items() if found} == {}
    street.complaints[:] = [one for one in street.complaints if "422" not in one]


def test_it_works_without_scripts(street: Street) -> None:
    page = street.telephone(scripts=False)
    street.goes(page, "/talk/CH")
    written(page, SAID)
    later(minutes=1)
    pressed(page, SEND)
    pressed(page, ".submit a.btn")
    expect(page.locator(".steps li")).not_to_have_count(0)

"""An agitated customer at the desk: the time is in sight, one key calls the supervisor, who sees it at once, comes, and
settles it there; the customer signs, and the complaint is closed (TS-1, TS-4)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

from playwright.sync_api import Page, expect

from tests.journeys.conftest import ROOT, Installation, SignIn, shot
from tests.journeys.test_loop import AGENT, SEND, SUPERVISOR, chosen, pressed, state
from tests.world import serves

SAID = "楼上天天半夜装修，我投诉三次了，今天不给说法我不走！"
SOON = 2000  # milliseconds in which the supervisor's page shows the call


def listening(page: Page, installation: Installation) -> None:
    """The agent begins to take a complaint in at the desk."""
    page.goto(f"{installation.address}/intake?kind=complaint&channel=walk_in")
    chosen(page, "kind", "complaint")
    chosen(page, "channel", "walk_in")
    page.fill("[name=said]", SAID)
    expect(page.locator("#advice li")).to_have_count(4)


def drawn(page: Page) -> None:
    """A finger on the screen."""
    field = page.locator("[data-signature] canvas")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 30 + step * 12, box["y"] + box["height"] / 2 + (step % 3 - 1) * 14)
    page.mouse.up()
    expect(page.locator("[name=signature]")).to_have_value(re.compile("^data:image/png;base64,"))


@serves("TS-1a", "TS-1b", "TS-1c", "TS-1d", "TS-4c")
def test_an_agitated_customer_is_handed_up_and_the_complaint_settled_and_signed_for_on_the_spot(
    sign_in: SignIn, installation: Installation
) -> None:
    supervisor, agent = sign_in(SUPERVISOR), sign_in(AGENT)
    listening(agent, installation)
    shot(agent, "guidance-calm")
    assert agent.locator("[data-timer]").count() == 0
    agent.check("[name=agitated]")
    timer = agent.locator("#talk [data-timer]")
    expect(timer).to_be_visible()
    expect(agent.locator("#advice li")).to_have_count(3)
    first = timer.locator("[data-passed]").inner_text()
    expect(timer.locator("[data-passed]")).not_to_have_text(first, timeout=3000)
    assert agent.evaluate("document.querySelector('[role=timer]').closest('[aria-live]')") is None
    shot(agent, "guidance-agitated")

    agent.focus("[name=said]")  # the key works while one writes
    with agent.expect_navigation():
        agent.keyboard.press("F8")
    banner = supervisor.locator("#called .notice")
    expect(banner).to_be_visible(timeout=SOON)
    expect(banner).to_contain_text("陈雨桐")
    expect(supervisor).to_have_title(re.compile("^●"))
    shot(supervisor, "called")
    expect(agent.locator("main")).to_contain_text("李敏")
    expect(agent.locator(".advice li")).to_have_count(3)
    shot(agent, "handed-up")

    with supervisor.expect_navigation():
        supervisor.keyboard.press("g")
    assert supervisor.url == agent.url
    expect(supervisor.locator("main")).to_contain_text(SAID)
    expect(banner).to_have_count(0, timeout=SOON)
    pressed(supervisor, "main .advice a[href$='/classified']")
    chosen(supervisor, "severity", "B")
    supervisor.select_option("[name=problem]", "04")
    pressed(supervisor, SEND)
    pressed(supervisor, "main .advice a[href$='/settled_on_the_spot']")
    supervisor.fill("[name=text]", "当面致歉，与楼上约定晚八点后停工，客户认可。")
    drawn(supervisor)
    pressed(supervisor, SEND)
    assert "已关闭" in state(supervisor)
    shot(supervisor, "settled")


@serves("TS-1b")
def test_a_customer_who_calms_down_ends_the_countdown(sign_in: SignIn, installation: Installation) -> None:
    agent = sign_in(AGENT, width=390, height=844)
    listening(agent, installation)
    agent.check("[name=agitated]")
    expect(agent.locator("#talk [data-timer]")).to_be_visible()
    assert agent.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    agent.locator("[name=said]").scroll_into_view_if_needed()
    expect(agent.locator("#talk .talk-strip")).to_be_in_viewport()
    agent.check("[name=calmed]")
    expect(agent.locator("#talk [data-timer]")).to_have_count(0)
    expect(agent.locator("#advice li")).to_have_count(4)
    with agent.expect_navigation():
        agent.keyboard.press("Control+Enter")
    assert agent.locator("[data-timer]").count() == 0
    assert agent.locator(".is-overdue.talk-strip").count() == 0


@serves("TS-1b")
def test_the_page_changes_its_words_at_three_and_at_five_minutes(sign_in: SignIn, installation: Installation) -> None:
    """The browser's clock is set on; what it shows was counted from the server's."""
    agent = sign_in(AGENT)
    agent.clock.install()
    listening(agent, installation)
    agent.check("[name=agitated]")
    expect(agent.locator("#talk [data-timer]")).to_be_visible()
    for minutes, seconds, look in ((3, -3, "open"), (3, 3, "soon"), (5, -3, "soon"), (5, 3, "overdue")):
        passed = agent.locator("#talk [data-passed]").inner_text().split(":")
        gone = int(passed[0]) * 60 + int(passed[1])
        agent.clock.run_for(1000 * (minutes * 60 + seconds - gone))
        expect(agent.locator(f"#talk [data-while={look}]")).to_be_visible(timeout=1000)
        expect(agent.locator("#talk .timer")).to_have_class(re.compile(rf"\bis-{look}\b"))
    expect(agent.locator("#announce")).to_contain_text("5")


@serves("TS-2.1")
def test_a_telephone_that_rings_pops_up_and_fills_the_intake_in(sign_in: SignIn, installation: Installation) -> None:
    agent = sign_in(AGENT)
    agent.goto(f"{installation.address}/notices")
    agent.wait_for_load_state("networkidle")
    answer = told_by_telephone(installation, call_id="journey-1")
    pop = agent.locator(f"#called a[href$='{answer['intake']}']")
    expect(pop).to_be_visible(timeout=SOON)
    shot(agent, "ringing")
    with agent.expect_navigation():
        pop.click()
    expect(agent.locator("[name=channel][value=phone]")).to_be_checked()
    expect(agent.locator("[name=rings]")).to_have_value("2")
    shot(agent, "intake-call")


def told_by_telephone(installation: Installation, *, call_id: str) -> dict[str, str]:
    """What a telephone system sends while it rings; gives the answer."""
    command = [sys.executable, "-P", "-m", "bihuan", "token", AGENT, "--days", "1"]
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env["BIHUAN_HOME"] = str(installation.home)
    token = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=5)
    body = {"call_id": call_id, "site": "CH", "from": "13812345521", "rang_at": now.isoformat(), "rings": 2}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(f"{installation.address}/api/v1/calls", json.dumps(body).encode(), headers)
    with urlopen(request) as response:
        told: dict[str, str] = json.loads(response.read())
    return told

"""The loop, clicked through by those whose work it is: a complaint and a repair, from the call to the closed case."""

from __future__ import annotations

import io
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from bihuan.customers.sheet import write_example
from tests.journeys.conftest import Installation, SignIn, shot

AGENT, SUPERVISOR, ENGINEER = "chenyutong", "limin", "zhouqiang"
SEND = "main form.panel button.btn-primary"


def chosen(page: Page, name: str, value: str) -> None:
    """Chooses a chip or a star by its label, as a person would."""
    page.locator(f"label:has(input[name={name}][value='{value}'])").click()


def pressed(page: Page, button: str) -> None:
    """Presses a button that leads to another page, and waits for that page."""
    with page.expect_navigation():
        page.locator(button).first.click()


def step_form(page: Page, verb: str, **given: str) -> None:
    """Opens the form of a step from the case's own buttons and fills it in."""
    link = page.locator(f"main a[href$='/{verb}']").first
    if not link.is_visible():
        page.locator("main .head details.menu summary").click()
    with page.expect_navigation():
        link.click()
    for name, value in given.items():
        page.fill(f"main [name={name}]", value)


def taken(page: Page, verb: str, **given: str) -> None:
    """Takes a step with words."""
    step_form(page, verb, **given)
    pressed(page, SEND)


def received(page: Page, installation: Installation, *, kind: str, said: str, customer: str) -> str:
    """Takes a call; gives the address of the case."""
    with page.expect_navigation():
        page.keyboard.press("n")
    page.fill("#q", customer)
    page.locator("#aside input[name=who]").first.check()
    chosen(page, "kind", kind)
    page.fill("[name=said]", said)
    if kind == "complaint":
        chosen(page, "severity", "B")
        page.select_option("[name=problem]", "04")
    page.check("[name=restated]")
    expect(page.locator("#promised dt")).not_to_have_count(1 if kind == "complaint" else 0)
    shot(page, f"intake-{kind}")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    return page.url


def state(page: Page) -> str:
    return page.locator(".head .sub").inner_text()


def imported(page: Page, installation: Installation, tmp_path: Path) -> None:
    """Takes the example sheet in, twice: the second time there is nothing new."""
    sheet = io.BytesIO()
    write_example(sheet)
    path = tmp_path / "rooms.xlsx"
    path.write_bytes(sheet.getvalue())
    for _ in range(2):
        page.goto(f"{installation.address}/imports")
        page.set_input_files("input[type=file]", path)
        pressed(page, "main form:has(input[type=file]) button.btn-primary")
        shot(page, "import")
        if page.locator("button[name=act][value=apply]").count():
            pressed(page, "button[name=act][value=apply]")
            expect(page.locator("main .notice.is-kept").first).to_be_visible(timeout=20_000)


def test_a_complaint_goes_from_the_call_to_a_signed_visit(
    sign_in: SignIn, installation: Installation, tmp_path: Path
) -> None:
    supervisor = sign_in(SUPERVISOR)
    imported(supervisor, installation, tmp_path)

    agent = sign_in(AGENT)
    shot(agent, "workbench")
    said = "23 点后电梯每次经过 11 楼都有金属摩擦声，孩子睡不着，已经一周了。"
    case = received(agent, installation, kind="complaint", said=said, customer="1101")
    assert "-B-04-" in case

    supervisor.goto(case)
    step_form(supervisor, "handed_over")
    supervisor.select_option("[name=to]", label="周强")
    pressed(supervisor, SEND)

    engineer = sign_in(ENGINEER)
    engineer.goto(case)
    pressed(engineer, "main a[href$='/dispatch']")
    engineer.locator("[name=technician] option:nth-child(2)").wait_for(state="attached")
    engineer.select_option("[name=technician]", index=1)
    shot(engineer, "dispatch")
    pressed(engineer, "#dispatch button.btn-primary")
    worked(engineer, result="更换曳引机轴承，空载、满载各试三次，无异响。")

    engineer.goto(case)
    taken(engineer, "answered", text="王女士，轴承今天已换，今晚请您再听一听。")
    taken(engineer, "handled", text="曳引机轴承磨损，已更换并试运行。")
    agent.goto(case)
    taken(agent, "result_told", text="已电话告知：轴承已换，今晚起应无异响。")
    shot(agent, "case")

    visited(agent, satisfied="no", words="昨晚十一点多还是响，只是小一点。")
    agent.goto(case)
    engineer.goto(case)
    taken(engineer, "handled", text="导靴间隙重新调整，夜间跟梯两小时无异响。")
    agent.goto(case)
    taken(agent, "result_told", text="已告知调整导靴，并说明夜间跟梯结果。")
    visited(agent, satisfied="yes", words="这回真的不响了。", signs=True)
    agent.goto(case)
    taken(agent, "closed")
    assert agent.locator(".head .acts a[href$='/reopened'], .head details.menu").count() >= 1
    shot(agent, "closed")


def worked(page: Page, *, result: str) -> None:
    """The job is picked up, reached and finished, from its own page."""
    pressed(page, "aside a[href*='/work-orders/']")
    for verb in ("picked_up", "arrived"):
        pressed(page, f"main form[action$='/{verb}'] button")
    pressed(page, "main a[href$='/finished']")
    page.fill("[name=result]", result)
    pressed(page, "main form:has([name=result]) button.btn-primary")


def visited(page: Page, *, satisfied: str, words: str = "", signs: bool = False) -> None:
    """The customer of the case on the page is visited."""
    pressed(page, "main .head a[href*='/visits/']")
    for name in ("intake", "measures", "result"):
        chosen(page, name, "2" if satisfied == "no" else "5")
    if page.locator("[name=solved]").count():
        chosen(page, "solved", "unsolved" if satisfied == "no" else "solved")
    page.fill("[name=shortcomings]", words)
    if page.locator("[name=companion]").count():
        page.select_option("[name=companion]", index=1)
    if signs:
        signed(page)
    shot(page, f"visit-{satisfied}")
    with page.expect_navigation():
        page.click(f"button[name=outcome][value={satisfied}]")
        if satisfied == "no":
            page.click("dialog#confirm button[value=yes]")


def signed(page: Page) -> None:
    """A finger on the screen."""
    page.locator("details.more:has([data-signature]) > summary").click()
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


def test_a_repair_goes_from_the_call_to_the_closed_case(sign_in: SignIn, installation: Installation) -> None:
    agent = sign_in(AGENT, width=390, height=844)
    agent.goto(f"{installation.address}/")
    case = received(agent, installation, kind="demand", said="厨房下水堵了，水漫到地板上。", customer="1101")
    pressed(agent, "main a[href$='/dispatch']")
    agent.locator("[name=technician] option:nth-child(2)").wait_for(state="attached")
    agent.select_option("[name=technician]", index=1)
    pressed(agent, "#dispatch button.btn-primary")
    worked(agent, result="疏通存水弯，清出油垢，试水通畅。")
    agent.goto(case)
    visited(agent, satisfied="yes", words="来得快。")
    agent.goto(case)
    taken(agent, "closed")
    shot(agent, "repair-closed")

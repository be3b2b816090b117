"""A running installation as a new user has it, and a real browser to click through it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TO_TYPE = "Type: sudo apt-get install chromium fonts-noto-cjk"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright runs a loop in this thread, in which Django sees no harm
SHOTS = os.environ.get("BIHUAN_SHOTS")  # a folder for the pictures of a journey


@dataclass(frozen=True, slots=True)
class Installation:
    """Where it is reached, and how one signs in."""

    address: str
    password: str
    home: Path


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """`./run` in an empty folder, with the demo company, until the tests are done."""
    home = Path(tempfile.mkdtemp(prefix="bihuan-journey-"))
    port = free_port()
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {"BIHUAN_HOME": str(home)}
    command = [sys.executable, "-P", "-m", "bihuan", "--port", str(port)]
    running = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    try:
        yield Installation(*_told(running), home)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def _told(running: subprocess.Popen[str]) -> tuple[str, str]:
    """The address and the password that are printed."""
    assert running.stdout is not None
    address = ""
    for line in running.stdout:
        found = re.search(r"http://\S+", line)
        address = found[0] if found else address
        password = re.search(r"password: (\S+)", line)
        if password:
            return address, password[1]
    raise AssertionError("it did not start")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, without a window."""
    path = next((found for found in map(shutil.which, BROWSERS) if found), None)
    if path is None:
        pytest.skip(f"there is no browser here. {TO_TYPE}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(browser: Browser, installation: Installation) -> Iterator[SignIn]:
    """Opens a browser of one's own, signed in; errors of scripts and of the content policy fail the test."""
    complaints: list[str] = []
    contexts = []

    def signed_in(user: str, *, width: int = 1440, height: int = 900, language: str = "zh-CN") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=language, timezone_id="Asia/Shanghai"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        page.goto(installation.address)
        page.fill("input[name=login]", user)
        page.fill("input[name=password]", installation.password)
        page.click("main button.btn-primary")
        page.wait_for_url(f"{installation.address}/")
        return page

    yield signed_in
    for context in contexts:
        context.close()
    assert complaints == []


def shot(page: Page, name: str) -> None:
    """Keeps a picture where somebody asked for pictures."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)

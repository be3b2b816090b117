"""Somebody with a telephone who has not signed in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from bihuan.kernel import clock
from tests.files.samples import PNG

SAID = "电梯半夜异响 孩子睡不着"
READING = timedelta(seconds=20)
CODE = re.compile(r"(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}")


class Visitor:
    """Opens a form, takes time to read it, fills it in and sends it."""

    def __init__(self, address: str = "203.0.113.7", *, language: str = "en", **headers: str) -> None:
        self.client = Client(REMOTE_ADDR=address, headers={"accept-language": language} | headers)
        self.mark = ""

    def get(self, path: str) -> str:
        """The words of a page."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def opens(self, path: str = "/talk/CH", *, reading: timedelta = READING) -> str:
        """Opens a form and reads it."""
        page = self.get(path)
        found = re.search(r'name="mark" value="([^"]+)"', page)
        assert found is not None
        self.mark = found[1]
        clock.set_to(clock.now() + reading)
        return page

    def sends(self, path: str = "/talk/CH", **given: Any) -> HttpResponse:
        """Sends the form that was opened last, for the first time or again."""
        usual: dict[str, Any] = {"kind": "complaint", "said": SAID, "who": "named"} if "track" not in path else {}
        return self.client.post(path, usual | {"mark": self.mark} | given)

    def writes(self, **given: Any) -> str:
        """Sends something to the site; gives the tracking code."""
        self.opens()
        answer = self.sends(**given)
        assert answer.status_code == 302, answer.content.decode()
        return self.code()

    def code(self) -> str:
        """The code that the page after sending shows."""
        found = CODE.search(self.get("/talk/received"))
        assert found is not None
        return found[0]

    def tracks(self, code: str) -> str:
        """The page of a code."""
        assert self.client.post("/talk/track", {"code": code}).status_code == 302
        return self.get("/talk/track")

    def adds(self, words: str, **given: Any) -> HttpResponse:
        """Adds words to the case of the code typed before."""
        self.opens("/talk/track")
        return self.sends("/talk/track/word", said=words, **given)


def photo(content: bytes = PNG, name: str = "电梯.png") -> SimpleUploadedFile:
    """A file as a browser sends it, which says of everything that it is a PNG."""
    return SimpleUploadedFile(name, content, content_type="image/png")

"""A file is what it holds, whatever it is called; and it is kept once, for the application's eyes only."""

from __future__ import annotations

import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from bihuan.files import store
from bihuan.files.actions import LARGEST, forget, keep
from bihuan.files.models import File
from bihuan.kernel.errors import Refused
from tests.files.samples import HEIC, JPEG, PAGE, PDF, PNG, PROGRAM, WEBP, upload
from tests.world import World

Committing = Callable[..., AbstractContextManager[Any]]


def refused(content: bytes, name: str = "a.png") -> str:
    """The code with which it is refused; nothing is kept."""
    with pytest.raises(Refused) as refusal:
        keep(upload(content, name), site="CH", by=None)
    assert not File.objects.exists()
    return refusal.value.code


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (WEBP, "image/webp"),
        (HEIC, "image/heic"),
        (PDF, "application/pdf"),
    ],
    ids=["png", "jpeg", "webp", "heic", "pdf"],
)
def test_it_is_what_its_bytes_say(world: World, content: bytes, kind: str) -> None:
    file = keep(upload(content, "whatever.txt"), site="CH", by=None)
    assert (file.media_type, file.size) == (kind, len(content))
    assert store.path_of(file.digest).read_bytes() == content


@pytest.mark.parametrize(
    "content", [PAGE, PROGRAM, b"RIFF\x24\x00\x00\x00AVI " + bytes(20)], ids=["page", "program", "film"]
)
def test_what_calls_itself_a_picture_and_is_none_is_refused(world: World, content: bytes) -> None:
    assert refused(content) == "bad_file"


def test_anything_is_kept_where_that_is_wanted_but_never_as_a_page(world: World) -> None:
    file = keep(upload(PAGE, "letter.html"), site="CH", by=None, anything=True)
    assert file.media_type == "application/octet-stream"


def test_up_to_the_limit_it_is_kept_and_a_byte_more_is_not(world: World) -> None:
    assert refused(PNG + bytes(LARGEST + 1 - len(PNG))) == "file_too_large"
    assert keep(upload(PNG + bytes(LARGEST - len(PNG))), site="CH", by=None).size == LARGEST


def test_an_empty_file_is_refused(world: World) -> None:
    assert refused(b"") == "file_empty"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\王丽\\照片.jpg", "照片.jpg"),
        ("../../etc/passwd", "passwd"),
        ("长" * 300, "长" * 120),
        ("", ""),
    ],
)
def test_of_the_name_only_the_last_part_is_kept(world: World, given: str, kept: str) -> None:
    assert keep(upload(name=given), site="CH", by=None).name == kept


def test_nobody_else_on_the_machine_can_read_it(world: World) -> None:
    path = store.path_of(keep(upload(), site="CH", by=None).digest)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_forgotten_is_gone_once_that_is_committed_and_no_other_file_has_it(
    world: World, django_capture_on_commit_callbacks: Committing
) -> None:
    mine, theirs = (keep(upload(PDF), site="CH", by=None) for _ in range(2))
    with django_capture_on_commit_callbacks(execute=True):
        forget([mine])
    assert store.path_of(theirs.digest).exists()
    assert (File.objects.get(pk=mine.pk).size, File.objects.get(pk=theirs.pk).size) == (0, len(PDF))
    with django_capture_on_commit_callbacks(execute=True):
        forget([theirs])
        assert store.path_of(theirs.digest).exists()
    assert not store.path_of(theirs.digest).exists()

"""What came with a case stays with it; a signature under a settlement closes it (TS-4b)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from bihuan.accounts.access import NotAllowed
from bihuan.cases.models import Case, CaseFile
from bihuan.customers.actions import erase
from bihuan.files import store
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from tests.files.samples import PAGE, PDF, PNG, upload
from tests.world import World, serves


def files(case: Case) -> list[tuple[str, str]]:
    """What came with the case: the event, and the kind of file."""
    rows = CaseFile.objects.filter(case=case).order_by("id")
    return [(one.event.kind, one.file.media_type) for one in rows.select_related("event", "file")]


def test_files_are_kept_with_the_event_they_came_with(world: World) -> None:
    case = world.receive()
    world.take(case, "investigated", files=[upload(PNG), upload(PDF, "报告.pdf")])
    assert files(case) == [("complaint.investigated", "image/png"), ("complaint.investigated", "application/pdf")]


def test_a_step_whose_file_is_refused_is_not_taken(world: World) -> None:
    case = world.receive()
    with pytest.raises(Refused) as refused:
        world.take(case, "investigated", files=[upload(PNG), upload(PAGE)])
    assert refused.value.code == "bad_file"
    assert files(case) == []
    assert not Event.objects.filter(subject=case.subject, kind="complaint.investigated").exists()


@serves("TS-4b", "TS-10.6")
def test_a_complaint_settled_on_the_spot_and_signed_for_is_closed_and_not_visited(world: World) -> None:
    case = world.take(world.receive(), "settled_on_the_spot", by="agent", signature=upload(PNG))
    assert (case.state, case.closed_at, case.closing_reason) == ("closed", world.now, "signed")
    assert case.closing_event is not None
    assert case.closing_event.kind == "complaint.settled_on_the_spot"
    assert case.closing_event.facts["signed"] is True
    assert files(case) == [("complaint.settled_on_the_spot", "image/png")]
    assert world.promises(case) == set()


def test_without_a_signature_it_is_handled_and_still_to_be_closed(world: World) -> None:
    case = world.take(world.receive(), "settled_on_the_spot", by="agent")
    assert (case.state, files(case)) == ("handled", [])
    with pytest.raises(NotAllowed):  # TS-10.6: that no visit is needed is for a supervisor to say
        world.take(case, "closed", by="agent")
    case = world.take(case, "closed", by="supervisor")
    assert (case.state, case.closing_reason) == ("closed", "exempt")


def test_when_the_customer_is_erased_so_are_the_files(
    world: World, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]]
) -> None:
    case = world.receive(party=world.party, home=world.home)
    world.take(case, "investigated", files=[upload(PNG + b"theirs", "王丽家.png")])
    file = CaseFile.objects.get(case=case).file
    with django_capture_on_commit_callbacks(execute=True):
        erase(world.party, reason="requested", by=world.actor("manager"), at=world.now)
    file.refresh_from_db()
    assert (file.name, file.size, store.path_of(file.digest).exists()) == ("", 0, False)


@serves("TS-4b")
def test_what_is_settled_and_signed_while_it_is_taken_in_is_closed_at_once(world: World) -> None:
    case = world.receive(
        channel="walk_in", settled="当面说明并道歉", signature=upload(PNG), files=[upload(PDF, "来信.pdf")]
    )
    assert (case.state, case.closing_reason) == ("closed", "signed")
    assert files(case) == [
        ("complaint.received", "application/pdf"),
        ("complaint.settled_on_the_spot", "image/png"),
    ]
    assert world.promises(case) == set()

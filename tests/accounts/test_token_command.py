"""`./run token`, as it is typed."""

from __future__ import annotations

import pytest

from bihuan.accounts import tokens
from bihuan.accounts.models import ApiToken, Staff
from bihuan.kernel.errors import Refused
from bihuan.ops.cli import run

pytestmark = pytest.mark.django_db(transaction=True)  # the command closes its connections when it is done


@pytest.fixture
def issued(chen: Staff, capsys: pytest.CaptureFixture[str]) -> str:
    """What stands on standard output, and nothing else does."""
    assert run(["token", "Chen", "--days", "7", "--site", "CH", "--read-only"]) == 0
    return capsys.readouterr().out


def test_it_prints_the_token_alone(issued: str, chen: Staff) -> None:
    actor = tokens.actor_for(issued.rstrip("\n"))
    assert actor is not None
    assert (actor.staff, actor.reads_only, actor.sites) == (chen, True, ["CH"])


def test_it_lives_as_long_as_was_asked(issued: str) -> None:
    row = ApiToken.objects.get()
    assert (row.ends_at - row.issued_at).days == 7


def test_without_more_it_lives_ninety_days_at_all_sites_and_may_write(chen: Staff) -> None:
    run(["token", "chen"])
    row = ApiToken.objects.get()
    assert ((row.ends_at - row.issued_at).days, row.sites, row.reads_only) == (90, None, False)


def test_revoking_ends_them_and_issues_none(issued: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["token", "chen", "--revoke"]) == 0
    assert capsys.readouterr().out == ""
    assert tokens.actor_for(issued.strip()) is None


@pytest.mark.parametrize("line", ["nobody", "chen --days 0", "chen --site NS"])
def test_what_cannot_be_is_refused(chen: Staff, line: str) -> None:
    with pytest.raises(Refused):
        run(["token", *line.split()])
    assert not ApiToken.objects.exists()

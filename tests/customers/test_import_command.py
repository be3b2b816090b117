"""`./run import`, as it is typed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bihuan.accounts.models import Site, Unit
from bihuan.customers.models import Home, Import, Party
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from bihuan.ops.cli import run
from tests.customers.conftest import NOW
from tests.customers.sheet_files import Row, file_of, row
from tests.customers.sites import of

# The command closes its connections when it is done.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("data")]


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(code="CH", name="Lake garden", unit=Unit.objects.create(name="Company"))


def sheet(folder: Path, *rows: Row) -> str:
    path = folder / "客户.xlsx"
    path.write_bytes(file_of(rows).getvalue())
    return str(path)


def test_without_apply_it_shows_and_changes_nothing(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", sheet(tmp_path, row(), row(room=102))]) == 0
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[-3:] for line in shown[1:5]] == [["1", "0", "0"], ["2", "0", "0"], ["1", "0", "0"], ["2", "0", "0"]]
    assert (Home.objects.count(), Import.objects.count()) == (0, 0)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_with_apply_it_changes_what_it_shows_and_a_second_time_nothing(site: Site, tmp_path: Path) -> None:
    for _ in range(2):
        assert run(["import", sheet(tmp_path, row(), row(room=102)), "--site", "CH", "--apply"]) == 0
    assert (Home.objects.count(), Party.objects.count()) == (2, 1)
    assert {(one.state, one.made_by) for one in Import.objects.all()} == {("done", 0)}


def test_the_ledger_names_the_command(site: Site, tmp_path: Path) -> None:
    with clock.frozen(NOW):
        run(["import", sheet(tmp_path, row(moved_in=date(2026, 11, 23))), "--apply"])
    assert Event.objects.get(kind="party.moved_in").actor == "command:import"


def test_with_a_problem_it_tells_each_by_its_row_and_changes_nothing(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", sheet(tmp_path, row(area="big"), row(room=102, status="no")), "--apply"]) == 1
    told = capsys.readouterr().out
    assert ("2" in told, "建筑面积" in told, "3" in told, "房屋状态" in told) == (True, True, True, True)
    assert (Home.objects.count(), Import.objects.count()) == (0, 1)


def test_a_doubt_is_told_and_keeps_nothing_from_being_applied(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIHUAN_LANG", "en")
    for phone in ("13812345521", "13900001101"):
        assert run(["import", sheet(tmp_path, of("王女士", phone=phone)), "--apply"]) == 0
    assert capsys.readouterr().out.count(": ") > 2
    assert Party.objects.count() == 2


@pytest.mark.parametrize("line", [["--site", "NS"], ["--site", ""]])
def test_a_site_that_is_none_is_refused(site: Site, tmp_path: Path, line: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        run(["import", sheet(tmp_path, row()), *line])
    assert refused.value.code == "no_such_site"
    assert "CH" in refused.value.remedy


@pytest.mark.parametrize("sites", [0, 2])
def test_without_the_only_site_it_must_be_named(tmp_path: Path, sites: int) -> None:
    unit = Unit.objects.create(name="Company")
    for number in range(sites):
        Site.objects.create(code=f"S{number}", name="x", unit=unit)
    with pytest.raises(Refused) as refused:
        run(["import", sheet(tmp_path, row())])
    assert refused.value.code == "no_such_site"


def test_a_file_that_is_no_sheet_is_refused(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("no sheet")
    with pytest.raises(Refused):
        run(["import", str(path)])
    with pytest.raises(FileNotFoundError):
        run(["import", str(tmp_path / "none.xlsx")])

"""Taking over a sheet in the browser: preview, problems row by row, all or nothing, progress, and what became of it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook

from bihuan.console import importing
from bihuan.customers.models import Home, Import, Party
from bihuan.customers.sheet import write_example
from tests import databases
from tests.console import estate as on
from tests.console.estate import Estate

pytestmark = pytest.mark.django_db(transaction=True)  # the progress is told through a second connection
Cells = dict[str, object]


@pytest.fixture
def supervisor(estate: Estate) -> Client:
    return on.signed_in(estate.supervisor)


def sheet(*rows: Cells) -> SimpleUploadedFile:
    """The example, with some cells of its rows changed, from the first on."""
    file = BytesIO()
    write_example(file)
    book = load_workbook(file)
    homes = book.worksheets[0]
    column = {cell.value: cell.column for cell in homes[1]}
    for number, cells in enumerate(rows, start=2):
        for heading, value in cells.items():
            homes.cell(number, column[heading]).value = value
    changed = BytesIO()
    book.save(changed)
    return SimpleUploadedFile("residents.xlsx", changed.getvalue())


FAULTY: tuple[Cells, ...] = ({"手机号": "12345"}, {"建筑面积": "九十"}, {}, {"房间": None})


def sent(client: Client, file: SimpleUploadedFile) -> HttpResponse:
    return client.post("/imports", {"sheet": file})  # type: ignore[return-value]


def previewed(client: Client, file: SimpleUploadedFile) -> str:
    """The address of the preview."""
    response = sent(client, file)
    assert response.status_code == 302
    return response.headers["Location"]


def of(address: str) -> Import:
    return Import.objects.get(pk=UUID(address.rpartition("/")[2].partition("?")[0]))


def until(reached: Callable[[], bool]) -> None:
    """Waits for a thread, at most ten seconds."""
    for _ in range(200):
        if reached():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come so far in ten seconds")


# ---- who may


def test_whoever_is_not_signed_in_is_led_to_signing_in(client: Client) -> None:
    for address in ("/imports", "/imports/example.xlsx"):
        assert client.get(address).status_code == 302


def test_an_agent_imports_nothing(estate: Estate, supervisor: Client) -> None:
    address = previewed(supervisor, sheet())
    agent = on.signed_in(estate.agent)
    assert [agent.get(one).status_code for one in ("/imports", "/imports/example.xlsx", address)] == [403, 403, 403]
    assert agent.post(address, {"act": "apply"}).status_code == 403
    assert of(address).state == "previewed"


def test_imports_of_other_sites_are_not_found(estate: Estate, supervisor: Client) -> None:
    address = previewed(supervisor, sheet())
    manager = on.signed_in(on.person("mgr", "罗志远", "site_manager", estate.other))
    assert (manager.get(address).status_code, manager.post(address, {"act": "apply"}).status_code) == (404, 404)
    assert manager.get("/imports").context["rows"] == []


# ---- the way of a sheet


def test_the_example_can_be_had_and_sent_as_it_is(supervisor: Client) -> None:
    example = supervisor.get("/imports/example.xlsx")
    assert 'filename="example.xlsx"' in example.headers["Content-Disposition"]
    address = previewed(supervisor, SimpleUploadedFile("example.xlsx", example.content))
    assert of(address).problems == []


def test_a_preview_says_what_is_new_and_changes_nothing(supervisor: Client) -> None:
    response = supervisor.get(previewed(supervisor, sheet()))
    counts = [(one["new"], one["changed"], one["same"]) for one in response.context["counts"]]
    assert counts == [(2, 0, 0), (4, 0, 0), (5, 0, 0), (5, 0, 0)]  # buildings, homes, people, who is what where
    assert 'value="apply"' in response.content.decode()
    assert (Home.objects.count(), Party.objects.count()) == (1, 1)


def test_applying_takes_everything_over(supervisor: Client) -> None:
    address = previewed(supervisor, sheet())
    response = supervisor.post(address, {"act": "apply"})
    assert (response.status_code, response.headers["Location"]) == (302, address)
    assert (Home.objects.count(), Party.objects.count()) == (5, 6)
    assert Party.objects.get(name="王样例").phones.get().mask == "199****0001"
    page = supervisor.get(address)
    assert "is-kept" in page.content.decode()
    assert 'value="apply"' not in page.content.decode()
    assert supervisor.get("/search", {"q": "王样例"}).status_code == 302


def test_the_same_sheet_again_doubles_nothing(supervisor: Client) -> None:
    supervisor.post(previewed(supervisor, sheet()), {"act": "apply"})
    response = supervisor.get(previewed(supervisor, sheet()))
    assert all((one["new"], one["changed"]) == (0, 0) for one in response.context["counts"])
    supervisor.post(response.wsgi_request.path, {"act": "apply"})
    assert (Home.objects.count(), Party.objects.count()) == (5, 6)


def test_what_changes_is_listed_row_by_row(supervisor: Client) -> None:
    supervisor.post(previewed(supervisor, sheet()), {"act": "apply"})
    context = supervisor.get(previewed(supervisor, sheet({"建筑面积": 91}, {"建筑面积": 91}))).context
    told = [(one["row"], one["home"], one["fields"]) for one in context["changes"]]
    assert told == [(2, "1栋1单元101", "area"), (3, "1栋1单元101", "area")]  # one home, named in two rows


def test_pressing_twice_applies_once(supervisor: Client) -> None:
    address = previewed(supervisor, sheet())
    assert [supervisor.post(address, {"act": "apply"}).status_code for _ in range(2)] == [302, 302]
    assert Party.objects.count() == 6


def test_a_preview_can_be_discarded(supervisor: Client) -> None:
    address = previewed(supervisor, sheet())
    assert supervisor.post(address, {"act": "discard"}).headers["Location"] == "/imports"
    assert supervisor.get(address).status_code == 404


# ---- problems


def test_problems_stand_in_a_table_and_nothing_can_be_applied(supervisor: Client) -> None:
    address = previewed(supervisor, sheet(*FAULTY))
    response = supervisor.get(address)
    told = [(one.row, one.heading) for one in response.context["problems"]]
    assert told == [(2, "手机号"), (3, "建筑面积"), (5, "房间")]
    assert all(one.what and one.remedy for one in response.context["problems"])
    page = response.content.decode()
    assert page.count('<th scope="row" class="num"') == 3
    assert 'value="apply"' not in page
    assert supervisor.post(address, {"act": "apply"}).status_code == 409
    assert (Home.objects.count(), of(address).state) == (1, "previewed")


def test_very_many_problems_go_on_page_by_page(supervisor: Client) -> None:
    address = previewed(supervisor, sheet(*FAULTY))
    made = of(address)
    made.problems = made.problems * 100
    made.save()
    seen, back = [], []
    asked = address
    while asked:
        context = supervisor.get(asked).context
        seen.append(len(context["problems"]))
        back.append(context["back"])
        asked = f"{address}{context['next']}" if context["next"] else ""
    assert (seen, back) == ([200, 100], ["", "?from=0"])


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (b"name;phone", "workbook"), (b"PK\x03\x04 cut short", "workbook")]
)
def test_a_file_that_is_no_workbook_is_refused_at_the_form(supervisor: Client, content: bytes, code: str) -> None:
    response = sent(supervisor, SimpleUploadedFile("residents.xlsx", content))
    assert response.status_code == 422
    told = response.context["form"].errors["sheet"]  # type: ignore[attr-defined]
    assert code in " ".join(told)
    assert not Import.objects.exists()


def test_no_file_at_all_says_so(supervisor: Client) -> None:
    response = supervisor.post("/imports", {})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["sheet"]


# ---- long sheets


def test_a_long_sheet_is_applied_beside_the_request(supervisor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "SMALL", 4)  # the example has five rows
    address = previewed(supervisor, sheet())
    response = supervisor.post(address, {"act": "apply"})
    assert response.headers["Location"] == f"{address}?begun=1"
    until(lambda: of(address).state == "done")
    assert Party.objects.count() == 6


@pytest.mark.parametrize(("most", "beside"), [(5, False), (4, True)])
def test_sheets_up_to_the_limit_are_applied_at_once(
    supervisor: Client, monkeypatch: pytest.MonkeyPatch, most: int, beside: bool
) -> None:
    monkeypatch.setattr(importing, "SMALL", most)
    address = previewed(supervisor, sheet())
    assert ("begun" in supervisor.post(address, {"act": "apply"}).headers["Location"]) == beside
    until(lambda: of(address).state == "done")


def test_while_it_runs_the_page_asks_again_every_second(supervisor: Client) -> None:
    address = previewed(supervisor, sheet())
    Import.objects.update(state="running", done=2)
    page = supervisor.get(address)
    shown = page.content.decode()
    assert page.context["percent"] == 40
    assert re.search(r'<div id="import" hx-get="[^"]+" hx-trigger="every 1s" hx-select="#import"', shown)
    assert '<noscript><meta http-equiv="refresh"' in shown
    Import.objects.update(state="done", done=5)
    shown = supervisor.get(address).content.decode()
    assert "every 1s" not in shown
    assert 'http-equiv="refresh"' not in shown


def test_one_that_was_broken_off_says_so_and_can_be_applied_again(supervisor: Client) -> None:
    address = previewed(supervisor, sheet())
    Import.objects.update(state="failed")
    page = supervisor.get(address).content.decode()
    assert "is-overdue" in page
    assert 'value="apply"' in page
    supervisor.post(address, {"act": "apply"})
    assert of(address).state == "done"


def test_one_that_the_server_left_running_can_be_applied_again(supervisor: Client) -> None:
    address = previewed(supervisor, sheet())
    Import.objects.update(state="running", done=2)
    assert 'value="apply"' in supervisor.get(address).content.decode()
    supervisor.post(address, {"act": "apply"})
    assert (of(address).state, Party.objects.count()) == ("done", 6)


@pytest.mark.parametrize("small", [0, 300])
def test_two_sheets_of_a_site_are_not_applied_at_once(
    supervisor: Client, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(importing, "SMALL", small)
    address = previewed(supervisor, sheet())
    with psycopg.connect(databases.url_of(connection.settings_dict["NAME"])) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended('bihuan.customers.import:' || 'CH', 0))")
        response = supervisor.post(address, {"act": "apply"})
        if small:
            assert response.status_code == 409
        else:
            until(lambda: of(address).state == "failed")
    assert Party.objects.count() == 1
    supervisor.post(address, {"act": "apply"})
    until(lambda: of(address).state == "done")


# ---- the list


def test_imports_are_listed_with_how_they_went(supervisor: Client) -> None:
    previewed(supervisor, sheet(*FAULTY))
    supervisor.post(previewed(supervisor, sheet()), {"act": "apply"})
    previewed(supervisor, sheet())
    rows = supervisor.get("/imports").context["rows"]
    assert {(row["word"], row["standing"]) for row in rows} == {
        ("has problems", "overdue"), ("applied", "kept"), ("not applied yet", "soon")
    }  # fmt: skip
    assert {(row["file"], row["rows"], row["by"]) for row in rows} >= {("residents.xlsx", 5, "陈岚")}


def test_twenty_imports_cost_as_much_as_three(supervisor: Client) -> None:
    for _ in range(3):
        previewed(supervisor, sheet())
    with_three = on.queries_for(supervisor, "/imports")
    first = Import.objects.first()
    assert first is not None
    for number in range(17):
        first.pk = UUID(int=number)
        first.save(force_insert=True)
    assert on.queries_for(supervisor, "/imports") == with_three <= 13

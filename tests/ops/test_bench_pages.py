"""The benches of the work list and of the pages, on few rows: they run, and say what they measured."""

from __future__ import annotations

import re

from tests.ops.conftest import Run

ROW = re.compile(r"(.+?)  +(\d+)  +[\d.]+ → [\d.]+  +[\d.]+ → [\d.]+  +\d+\.\d\d")


PATIENCE = 300  # seconds: each starts a database of its own, and loads two


def test_the_work_list_is_measured_among_few_promises_and_among_many(bihuan: Run) -> None:
    done = bihuan("bench", "worklist", "--rows", "20000", timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert "20,000 of 20,000 promises at 4 sites" in done.stdout
    lines = re.findall(r"^the 50 most urgent +[\d.]+ ms +[\d.]+ ms +\d+\.\d\d$", done.stdout, re.MULTILINE)
    assert len(lines) == 2, "once as it is, and once with far more left open"


def test_pages_are_measured_in_a_small_and_in_a_large_company_and_a_ratio_that_is_too_low_fails(bihuan: Run) -> None:
    done = bihuan("bench", "pages", "--rows", "2000", "--only", "requests", "--least", "100", timeout=PATIENCE)
    assert done.returncode == 1
    assert done.stderr == ""
    measured = {match[1]: int(match[2]) for line in done.stdout.splitlines() if (match := ROW.fullmatch(line))}
    assert {"requests", "requests, all", "requests, words, all"} <= set(measured)
    assert all(0 < queries < 30 for queries in measured.values())
    assert re.search(r"^other statements +on no page$", done.stdout, re.MULTILINE)

"""`./run replay`: events in, obligations out."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

from tests.ops.conftest import ROOT, Run

KEYS = [
    *("rule", "clause", "subject", "duty", "owed_by", "opened_at", "due_at", "original_due_at"),
    *("state", "met_at", "late_seconds", "breached_at", "reason"),
]
RECEIVED = {
    "at": "2026-03-02T09:00:00+08:00",
    "kind": "complaint.received",
    "subject": "case:1",
    "site": "CH",
    "actor": "staff:7",
    "facts": {"channel": "phone"},
}
CLASSIFIED = {
    "at": "2026-03-02T09:10:00+08:00",
    "kind": "complaint.classified",
    "subject": "case:1",
    "site": "CH",
    "facts": {"severity": "B", "problem": "03"},
}


def lines(*events: object) -> str:
    return "".join(json.dumps(event) + "\n" for event in events)


def test_an_obligation_is_one_line_with_every_key_in_order(bihuan: Run) -> None:
    told = bihuan("replay", "-", text=lines(RECEIVED, CLASSIFIED))
    assert told.returncode == 0
    [hand_over] = [one for one in map(json.loads, told.stdout.splitlines()) if one["duty"] == "hand_over"]
    assert list(hand_over) == KEYS
    assert hand_over == {
        "rule": "complaint.hand_over.b",
        "clause": "XQ-C7.4B1",
        "subject": "case:1",
        "duty": "hand_over",
        "owed_by": "cs_supervisor",
        "opened_at": "2026-03-02T09:10:00+08:00",
        "due_at": "2026-03-02T10:00:00+08:00",
        "original_due_at": "2026-03-02T10:00:00+08:00",
        "state": "open",
        "met_at": None,
        "late_seconds": None,
        "breached_at": None,
        "reason": None,
    }


def test_lines_are_ordered_by_due_rule_subject_and_opening(bihuan: Run, example: Path) -> None:
    told = [json.loads(line) for line in bihuan("replay", example).stdout.splitlines()]
    assert told == sorted(told, key=lambda one: (one["due_at"], one["rule"], one["subject"], one["opened_at"]))
    assert len(told) > 40


def test_the_order_of_the_lines_does_not_matter(bihuan: Run, example: Path) -> None:
    given = example.read_text().splitlines(keepends=True)
    mixed = "".join(random.Random(1).sample(given, len(given)))
    assert bihuan("replay", "-", text=mixed).stdout == bihuan("replay", example).stdout


def test_nothing_after_until_counts_and_what_was_due_before_is_breached(bihuan: Run) -> None:
    text = lines(RECEIVED, CLASSIFIED)
    at_due = bihuan("replay", "-", "--until", "2026-03-02T10:00:00+08:00", text=text).stdout
    after = bihuan("replay", "-", "--until", "2026-03-02T10:00:01+08:00", text=text).stdout
    before = bihuan("replay", "-", "--until", "2026-03-02T09:05:00+08:00", text=text).stdout
    assert ["breached_at" in at_due, at_due.count('"breached_at":null') == len(at_due.splitlines())] == [True, True]
    assert after.count('"breached_at":"2026-03-02T10:00:00+08:00"') == 2
    assert "hand_over" not in before


def test_a_policy_of_one_regulation_holds_only_its_clauses(bihuan: Run, example: Path) -> None:
    told = [json.loads(line) for line in bihuan("replay", example, "--policy", "gc").stdout.splitlines()]
    assert told
    assert all(one["clause"].startswith("GC-") for one in told)


def test_an_overlay_moves_a_limit_from_its_day_on(bihuan: Run, tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        "base: xq\nvalues:\n  complaint.hand_over.b:\n    2026-03-02: {value: PT30M, cite: XQ-C7.4B1, ours: true}\n"
    )
    told = bihuan("replay", "-", "--policy", overlay, text=lines(RECEIVED, CLASSIFIED)).stdout
    assert '"due_at":"2026-03-02T09:30:00+08:00"' in told
    day_before = json.loads(lines(RECEIVED).replace("03-02", "03-01")) | {"facts": {"severity": "B"}}
    assert (
        '"due_at":"2026-03-01T10:00:00+08:00"'
        in bihuan("replay", "-", "--policy", overlay, text=lines(day_before)).stdout
    )


def test_calendars_give_zones(bihuan: Run, tmp_path: Path) -> None:
    calendars = tmp_path / "calendars.json"
    calendars.write_text(json.dumps({"CH": {"zone": "Europe/Berlin", "weekly": {"mon": [["09:00", "17:00"]]}}}))
    told = bihuan("replay", "-", "--calendar", calendars, text=lines(RECEIVED, CLASSIFIED)).stdout
    assert '"due_at":"2026-03-02T03:00:00+01:00"' in told


def test_facts_nobody_knows_are_counted_on_stderr(bihuan: Run) -> None:
    told = bihuan("replay", "-", text=lines(RECEIVED | {"facts": {"colour": "red"}}, CLASSIFIED))
    assert (told.returncode, "colour (1)" in told.stderr) == (0, True)


def test_a_malformed_line_is_named_with_its_remedy(bihuan: Run) -> None:
    told = bihuan("replay", "-", text=lines(RECEIVED, {**CLASSIFIED, "kind": "complaint.clasified"}))
    assert (told.returncode, told.stdout) == (2, "")
    assert "standard input:2" in told.stderr
    assert "complaint.classified" in told.stderr


def test_no_events_are_no_obligations(bihuan: Run) -> None:
    told = bihuan("replay", "-", text="")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_a_file_that_is_not_there_is_said_in_one_line(bihuan: Run) -> None:
    told = bihuan("replay", "nowhere.jsonl")
    assert (told.returncode, told.stdout, len(told.stderr.splitlines())) == (2, "", 1)


def test_a_reader_that_leaves_early_is_no_error(example: Path) -> None:
    command = f"'{sys.executable}' -P -m bihuan replay '{example}' | head -1"
    where = {"cwd": ROOT, "env": {**os.environ, "PYTHONPATH": str(ROOT)}}
    told = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60, check=False, **where)
    assert (len(told.stdout.splitlines()), told.stderr) == (1, "")


def test_the_table_has_words_and_no_colour_when_piped(bihuan: Run, example: Path) -> None:
    told = bihuan("replay", example, "--table").stdout
    assert "管理处经理" in told
    assert "\033[" not in told
    assert "site manager" in bihuan("replay", example, "--table", BIHUAN_LANG="en").stdout


def test_holidays_that_are_not_known_yet_are_never_guessed_silently(bihuan: Run, tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        "base: xq\nvalues:\n  complaint.resolve.b:\n    2026-01-01: {value: P3WD, cite: XQ-C7.4B2, ours: true}\n"
    )
    known = bihuan("replay", "-", "--policy", overlay, text=lines(RECEIVED, CLASSIFIED))
    later = bihuan("replay", "-", "--policy", overlay, text=lines(RECEIVED, CLASSIFIED).replace("2026-", "2097-"))
    assert ("not confirmed" in known.stderr, "2097 are not confirmed" in later.stderr) == (False, True)


def test_until_holds_for_files_that_are_not_sorted_and_for_pipes(bihuan: Run, example: Path, tmp_path: Path) -> None:
    until = ("--until", "2026-03-05T09:00:00+08:00")
    wanted = bihuan("replay", example, *until).stdout
    backwards = tmp_path / "backwards.jsonl"
    backwards.write_text("".join(reversed(example.read_text().splitlines(keepends=True))))
    assert bihuan("replay", backwards, *until).stdout == wanted
    command = f"'{sys.executable}' -P -m bihuan replay <(cat '{example}') {' '.join(until)}"
    where = {"cwd": ROOT, "env": {**os.environ, "PYTHONPATH": str(ROOT)}}
    assert subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, **where).stdout == wanted


def test_a_malformed_line_after_until_is_still_refused(bihuan: Run) -> None:
    told = bihuan("replay", "-", "--until", "2026-03-02T09:05:00+08:00", text=lines(RECEIVED, CLASSIFIED) + "{\n")
    assert (told.returncode, "standard input:3" in told.stderr) == (2, True)


def test_facts_outside_of_facts_are_counted_too(bihuan: Run) -> None:
    told = bihuan("replay", "-", text=lines({**RECEIVED, "severity": "B"}))
    assert (told.returncode, "severity (not under facts) (1)" in told.stderr) == (0, True)


def test_a_version_nobody_knows_is_refused(bihuan: Run) -> None:
    assert bihuan("replay", "-", text=lines({**RECEIVED, "v": 2})).returncode == 2


def test_a_full_disk_is_said_in_one_line(example: Path) -> None:
    command = f"'{sys.executable}' -P -m bihuan replay '{example}' > /dev/full"
    where = {"cwd": ROOT, "env": {**os.environ, "PYTHONPATH": str(ROOT)}}
    told = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60, check=False, **where)
    assert (told.returncode, len(told.stderr.splitlines())) == (2, 1)


def test_calendars_that_make_no_sense_are_refused(bihuan: Run, example: Path, tmp_path: Path) -> None:
    for number, text in enumerate(("[", "[]", '{"CH": null}', '{"CH": {"weekly": []}}', '{"CH": {"overrides": [1]}}')):
        calendars = tmp_path / f"{number}.json"
        calendars.write_text(text)
        told = bihuan("replay", example, "--calendar", calendars)
        assert (told.returncode, len(told.stderr.splitlines())) == (2, 1), text

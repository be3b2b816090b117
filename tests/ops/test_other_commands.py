"""The other commands, their help, their exit codes, and how fast they start."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest

from bihuan.ops.cli import COMMANDS
from tests.ops.conftest import Run


def test_compare_counts_per_rule_and_finds_the_busiest_day(bihuan: Run, example: Path) -> None:
    told = json.loads(bihuan("compare", example, "--policy", "strict", "--against", "gc", "--json").stdout)
    [visit] = [rule for rule in told["rules"] if rule["rule"] == "complaint.visit"]
    assert visit["strict"] == {"owed": 2, "met_in_time": 2, "late": 0, "waived": 2}
    assert visit["gc"] == {"owed": 3, "met_in_time": 2, "late": 1, "waived": 1}
    assert told["daily_peaks"]["gc"]["agent"]["count"] >= 1
    assert told["policies"]["strict"] != told["policies"]["gc"]


def test_compare_of_a_policy_with_itself_shows_no_difference(bihuan: Run, example: Path) -> None:
    told = json.loads(bihuan("compare", example, "--policy", "ts", "--against", "ts", "--json").stdout)
    assert told["rules"]
    assert all(rule["ts"] == rule["ts (2)"] for rule in told["rules"])


def test_compare_shows_a_table(bihuan: Run, example: Path) -> None:
    told = bihuan("compare", example, "--against", "xq", "--lang", "en").stdout
    assert "B = xq" in told
    assert "busiest day B" in told


def test_explain_tells_what_was_owed_why_and_how_it_went(bihuan: Run, example: Path) -> None:
    told = bihuan("explain", example, "case:6").stdout
    assert "突发事件受理" in told
    assert "GC-2.6" in told
    assert "迟 1 分钟 30 秒" in told
    assert "1 minute 30 seconds late" in bihuan("explain", example, "case:6", "--lang", "en").stdout


def test_explain_says_when_there_is_nothing_to_tell(bihuan: Run, example: Path) -> None:
    told = bihuan("explain", example, "case:77")
    assert (told.returncode, told.stdout, "case:77" in told.stderr) == (2, "", True)


def test_clauses_prints_a_line_a_clause_and_no_open_deadline(bihuan: Run) -> None:
    rows = [line.split() for line in bihuan("clauses").stdout.splitlines()]
    assert len(rows) >= 220
    assert {row[2] for row in rows} <= {"modelled", "served", "open"}
    assert [row for row in rows if row[1] in ("deadline", "rate") and "." not in "".join(row[3:])] == []  # rules
    handing_over = next(row for row in rows if row[0] == "XQ-C7.4B1")
    assert handing_over[3] == "complaint.hand_over.b"


def test_clauses_for_programs(bihuan: Run) -> None:
    told = json.loads(bihuan("clauses", "--json").stdout)
    assert {"id", "kind", "state", "by", "zh", "en"} <= told[0].keys()


def test_check_accepts_the_shipped_rulebook(bihuan: Run) -> None:
    assert bihuan("check").stdout.startswith("ok: ")


def test_check_says_what_an_overlay_changes(bihuan: Run, tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        "base: strict\noff: [XQ-C8.1]\n"
        "values:\n  complaint.tell_progress:\n    2026-06-01: {value: PT12H, cite: TS-5.2, ours: true}\n"
    )
    told = bihuan("check", overlay)
    assert told.returncode == 0
    assert "off  complaint.visit.in_a_month" in told.stdout
    assert "from 2026-06-01  complaint.tell_progress: PT24H → PT12H (TS-5.2, ours)" in told.stdout


def test_check_refuses_with_line_and_remedy(bihuan: Run, tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text("base: strict\nvalues:\n  complaint.visitt:\n    2026-06-01: {value: P2D, cite: GC-6.1.1}\n")
    told = bihuan("check", overlay)
    assert (told.returncode, told.stdout) == (1, "")
    assert f"{overlay}:3" in told.stderr
    assert "complaint.visit" in told.stderr


def test_generate_is_the_same_for_the_same_seed(bihuan: Run) -> None:
    once, again, other = (
        bihuan("generate", "--homes", "60", "--months", "1", "--seed", seed).stdout for seed in ("4", "4", "5")
    )
    assert once == again != other
    assert bihuan("replay", "-", text=once).returncode == 0


def test_generate_refuses_nonsense(bihuan: Run) -> None:
    assert bihuan("generate", "--homes", "0").returncode == 2
    assert bihuan("generate", "--start", "yesterday").returncode == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(bihuan: Run, command: str) -> None:
    told = bihuan(command, "--help")
    assert told.returncode == 0
    assert len(told.stdout.splitlines()) > 4


def test_help_names_every_command(bihuan: Run) -> None:
    told = bihuan("--help").stdout
    assert all(command in told for command in COMMANDS)


def test_an_unknown_command_is_refused_with_the_known_ones(bihuan: Run) -> None:
    told = bihuan("repaly")
    assert (told.returncode, "replay" in told.stderr) == (2, True)


def test_commands_start_in_well_under_a_third_of_a_second(bihuan: Run, example: Path, tmp_path: Path) -> None:
    """In processor time, so that a busy machine does not matter; compiled once, as at any user's second start."""

    def seconds(*arguments: str | Path) -> float:
        began = resource.getrusage(resource.RUSAGE_CHILDREN)
        bihuan(*arguments, PYTHONPYCACHEPREFIX=str(tmp_path), PYTHONDONTWRITEBYTECODE="")
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime

    for arguments in (("replay", example), ("check",), ("clauses",)):
        assert min(seconds(*arguments) for _ in range(4)) < 0.3

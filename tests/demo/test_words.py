"""The invented words of the demo company: whole, in shape, and enough of them for every turn a story takes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bihuan.ops.generate.tables import ANY_TRADE, PROBLEMS
from tests.demo.shelf import COMPANY, COMPLAINTS, DEMANDS, FILES, KINDS, Entry, fits, read, texts

CODES = {row[0]: row[1] for row in PROBLEMS}  # code: trade that mends it
DEMANDED = [row[0] for row in PROBLEMS if row[2]]
MONTHS = range(1, 13)
SAID = {"finding", "solution", "result", "said", "unhappy", "redone"}
OTHER_BLANKS = re.compile(r"\{(?!place\}|floor\}|who\}|summary\}|until\}|name\}|unit\}|number\}|room:)")
OF_ITS_OWN = re.compile(r"\d+ ?(栋|单元|号楼|号厂房)|[A-Z] ?座")  # would contradict the customer's own home
ASCII_MARKS = re.compile(r"(?<=[\u4e00-\u9fff])[,;:!?()]|[,;!?](?=[\u4e00-\u9fff])")
HALF_SPACED = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")
BRANDS = re.compile(
    "微信|支付宝|抖音|快手|微博|淘宝|京东|天猫|拼多多|美团|饿了么|滴滴出行|顺丰|圆通|中通|申通|韵达|菜鸟|丰巢|迅达|奥的斯|通力|三菱"
    "|日立|格力|美的集团|海尔|华为|小米|苹果手机|特斯拉|比亚迪|万科|碧桂园|龙湖|恒大|绿城|保利|华润|居然之家|星巴克|麦当劳|肯德基"
    "|瑞幸|中国移动|中国电信|中国联通|国家电网"
)


def entries() -> Iterator[Entry]:
    for shelf in (COMPLAINTS, DEMANDS):
        for one in shelf.values():
            yield from one
    for name in ("enquiries", "suggestions", "praise", "emergencies"):
        yield from read(name)


# ---- every file


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_says_its_shape_first_and_stays_readable(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert len(lines) <= 400
    assert max(map(len, lines)) <= 160


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_texts_are_whole_and_written_as_chinese_is(path: Path) -> None:
    for text in texts(yaml.safe_load(path.read_text(encoding="utf-8"))):
        assert text
        assert text == text.strip()
        assert OTHER_BLANKS.findall(text) == []
        assert ASCII_MARKS.findall(text) == []
        assert BRANDS.findall(text) == []
        assert text.count("“") == text.count("”")


@pytest.mark.parametrize("path", [one for one in FILES if one.stem != "company"], ids=lambda path: path.stem)
def test_figures_stand_apart_from_characters_and_name_no_building_of_their_own(path: Path) -> None:
    for text in texts(yaml.safe_load(path.read_text(encoding="utf-8"))):
        assert HALF_SPACED.findall(text) == []
        assert OF_ITS_OWN.findall(text) == []


def test_no_two_cases_are_called_the_same_or_told_the_same() -> None:
    for key in ("summary", "said", "asked"):
        counted = Counter(entry[key] for entry in entries() if key in entry)
        assert [text for text, count in counted.items() if count > 1] == []


def test_homes_and_months_are_words_that_exist() -> None:
    for entry in entries():
        assert set(entry.get("homes", [])) <= {*KINDS, "any"}
        assert set(entry.get("months", [])) <= set(MONTHS)


# ---- complaints


def test_every_problem_has_its_complaints_and_its_entry_in_the_classification_table() -> None:
    assert COMPLAINTS.keys() == CODES.keys()
    assert [item["code"] for item in COMPANY["problems"]] == list(CODES)
    assert min(map(len, COMPLAINTS.values())) >= 12


@pytest.mark.parametrize("code", CODES)
def test_a_complaint_has_all_its_parts(code: str) -> None:
    for entry in COMPLAINTS[code]:
        optional = entry.keys() - SAID - {"summary", "severity"}
        assert entry.keys() >= SAID
        assert optional <= {"homes", "floor", "months", "joint", "unfounded", "explained"}
        assert ("unfounded" in entry) is ("explained" in entry)
        assert 8 <= len(entry["summary"]) <= 14
        assert 12 <= len(entry["said"]) <= 120
        assert entry["severity"] in "ABC"
        assert entry["severity"] == "A" or "joint" not in entry
        assert entry.get("floor", "top") in ("top", "ground")


@pytest.mark.parametrize("code", CODES)
def test_whatever_the_severity_a_complaint_can_be_borne_out_or_not(code: str) -> None:
    for severity in "ABC":
        those = [entry for entry in COMPLAINTS[code] if entry["severity"] == severity]
        assert len(those) >= 2
        assert [entry for entry in those if "unfounded" in entry]
    assert [entry for entry in COMPLAINTS[code] if "joint" in entry]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("kind", KINDS)
def test_everybody_can_complain_about_anything_in_any_month(code: str, kind: str) -> None:
    least = 6 if kind == "residence" else 2
    for month in MONTHS:
        assert sum(fits(entry, kind, month) for entry in COMPLAINTS[code]) >= least


@pytest.mark.parametrize("code", CODES)
def test_the_anonymous_have_words_that_give_no_home_away(code: str) -> None:
    assert sum("{" not in entry["said"] + entry["summary"] for entry in COMPLAINTS[code]) >= 6


# ---- demands and emergencies


def group(entry: Entry) -> str:
    return str(COMPANY["trades"][entry["trade"]]["group"])


def test_everything_that_is_demanded_has_its_demands() -> None:
    assert list(DEMANDS) == DEMANDED
    assert sum(map(len, DEMANDS.values())) >= 120


@pytest.mark.parametrize("code", DEMANDED)
def test_a_demand_has_all_its_parts_and_the_trade_that_mends_its_problem(code: str) -> None:
    for entry in DEMANDS[code]:
        assert entry.keys() - {"homes", "months", "parts"} == {"summary", "trade", "said", "result", "minutes", "fee"}
        assert group(entry) == CODES[code]
        assert 4 <= len(entry["summary"]) <= 14
        assert 10 <= entry["minutes"] <= 180
        assert entry["fee"] >= 0
        assert entry.get("parts") != []


@pytest.mark.parametrize("code", DEMANDED)
@pytest.mark.parametrize("kind", KINDS)
def test_everybody_can_demand_anything_in_any_month(code: str, kind: str) -> None:
    assert min(sum(fits(entry, kind, month) for entry in DEMANDS[code]) for month in MONTHS) >= 2


def test_an_emergency_has_its_first_action_and_a_trade_that_is_sent_to_emergencies() -> None:
    for entry in read("emergencies"):
        assert entry.keys() - {"homes", "months"} == {"summary", "trade", "said", "action", "result"}
        assert group(entry) in ANY_TRADE


@pytest.mark.parametrize("kind", KINDS)
def test_anywhere_any_trade_can_be_called_in_an_emergency(kind: str) -> None:
    for trade in set(ANY_TRADE):
        those = [entry for entry in read("emergencies") if group(entry) == trade]
        assert min(sum(fits(entry, kind, month) for entry in those) for month in MONTHS) >= 3


# ---- the rest


def test_there_are_enquiries_for_the_desk_and_for_the_developer() -> None:
    found = read("enquiries")
    assert len(found) >= 60
    assert sum("developer" in entry for entry in found) >= 8
    for entry in found:
        assert entry.keys() - {"homes", "developer"} == {"summary", "asked", "answer"}


def test_a_suggestion_is_as_often_adopted_as_not() -> None:
    found = Counter(entry["decision"] for entry in read("suggestions"))
    assert found.keys() == {"adopted", "not_adopted"}
    assert min(found.values()) >= 20


def test_praise_is_due_to_a_trade_or_a_post() -> None:
    posts = {"agent", "cs_supervisor", "quality_supervisor", "site_manager"}
    assert len(read("praise")) >= 40
    assert {entry["to"] for entry in read("praise")} <= posts | COMPANY["trades"].keys()


def count(node: Any) -> int:
    return sum(map(count, node.values())) if isinstance(node, dict) else len(node)


def test_visits_have_something_to_note_however_they_end() -> None:
    good, bad = read("visits_good"), read("visits_bad")
    visited = {"complaint", "repair", "help", "service", "procedure", "activity", "party"}
    assert good["satisfied"].keys() == good["basically"].keys() == bad["dissatisfied"].keys() == visited
    assert count(good["satisfied"]) >= 80
    assert count(good["basically"]) >= 40
    assert count(bad["dissatisfied"]) >= 40
    assert min(len(bad["declined"]), len(bad["not_reached"])) >= 20
    for remarks in bad["dissatisfied"].values():
        assert all({"said", "redone"} <= remark.keys() for remark in remarks)


@pytest.mark.parametrize("name", ["visits_good", "visits_bad"])
def test_some_remarks_of_every_group_fit_whatever_was_done(name: str) -> None:
    for groups in read(name).values():
        for group_name, remarks in groups.items() if isinstance(groups, dict) else ():
            plain = [remark for remark in remarks if remark.keys() <= {"said", "redone"}]
            assert len(plain) >= 2, group_name


@pytest.mark.parametrize("name", ["visits_good", "visits_bad", "progress", "handling"])
def test_what_fits_only_some_cases_names_codes_trades_and_homes_that_exist(name: str) -> None:
    for remark in tagged(read(name)):
        assert set(remark.get("problems", [])) <= CODES.keys()
        assert set(remark.get("trades", [])) <= COMPANY["trades"].keys()
        assert set(remark.get("homes", [])) <= set(KINDS)


def tagged(node: Any) -> Iterator[Entry]:
    if isinstance(node, dict) and ("said" in node or "text" in node):
        yield node
    elif isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from tagged(value)


def test_there_is_something_to_tell_while_a_case_is_handled() -> None:
    told, handling = read("progress"), read("handling")
    assert count(told["progress"]) >= 80
    assert count(told["delays"]) >= 30
    assert len(handling["care"]) >= 40
    assert len(handling["restated"]) >= 12
    assert all("{summary}" in pattern for pattern in handling["restated"])


def test_patrols_find_problems_of_the_table() -> None:
    assert {finding["problem"] for finding in read("daily")["patrols"]} <= set(DEMANDED)

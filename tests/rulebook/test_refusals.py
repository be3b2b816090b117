"""What the loader refuses: one failing file for every refusal, and none that it cannot refuse properly.

A fixture in refused/ begins with what its error must say; its faulty line ends with `# here` (the first, where the
whole file is wrong). It is laid among the shipped rules, or takes the place of one of their files
(`as: rules/settings.yaml`), or is an overlay (`as: overlay`).
"""

from __future__ import annotations

import ast
import re
import shutil
import traceback
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.kernel.errors import Refused
from bihuan.rulebook import replay
from bihuan.rulebook.load import HOME, Rulebook, load, read_target
from bihuan.rulebook.parsing import Reader
from bihuan.rulebook.read_rule import read_rule
from bihuan.rulebook.read_waiver import read_waiver
from bihuan.rulebook.source import Map, parse, read

REFUSED = sorted((Path(__file__).parent / "refused").glob("*.yaml"))
MODULES = [HOME / f"{name}.py" for name in ("read_rule", "read_waiver", "load", "source")]
HEAD = re.compile(r"^# (code|what|remedy|as): (.*)$", re.MULTILINE)
shipped = Rulebook()
Refusals = Callable[[Path], Refused]
HERE = re.compile(r"# here$", re.MULTILINE)


def lay(home: Path, text: str, *, as_: str) -> Callable[[], object]:
    """Lays a file into a copy of the rulebook; gives what loads it."""
    shutil.copytree(HOME, home, ignore=shutil.ignore_patterns("scenarios", "*.py", "__pycache__"))
    file = home / ("overlay.yaml" if as_ == "overlay" else as_)
    file.write_text(text, encoding="utf-8")
    rulebook = Rulebook(home)
    rulebook.__dict__.update(vocabulary=shipped.vocabulary, clause_ids=shipped.clause_ids)  # no fixture touches these
    return lambda: rulebook.policy(str(file) if as_ == "overlay" else "strict")


@pytest.fixture(scope="module")
def refusals(tmp_path_factory: pytest.TempPathFactory) -> Refusals:
    """The refusal of each fixture, loaded once."""

    @cache
    def refusal(fixture: Path) -> Refused:
        text = fixture.read_text(encoding="utf-8")
        laid = lay(
            tmp_path_factory.mktemp("laid") / "home", text, as_=dict(HEAD.findall(text)).get("as", "rules/x.yaml")
        )
        with pytest.raises(Refused) as caught:
            laid()
        return caught.value

    return refusal


@pytest.mark.parametrize("fixture", REFUSED, ids=lambda path: path.stem)
def test_it_is_refused_with_its_line_what_is_wrong_and_a_remedy(fixture: Path, refusals: Refusals) -> None:
    text = fixture.read_text(encoding="utf-8")
    wanted = dict(HEAD.findall(text))
    error = refusals(fixture)
    (here,) = HERE.finditer(text)
    line = text.count("\n", 0, here.start()) + 1
    file = {"overlay": "overlay.yaml"}.get(wanted.get("as", ""), wanted.get("as", "rules/x.yaml"))
    assert error.code == wanted["code"]
    assert wanted["what"] in error.what
    assert error.remedy
    assert wanted["remedy"] in error.remedy
    assert error.where.endswith(f"{file}:{line}")
    assert str(error) == f"{error.where}: {error.what} {error.remedy}"


# ---- refusals that no file can show


def test_a_policy_that_is_nowhere_is_refused() -> None:
    with pytest.raises(
        Refused, match=r'there is no policy "stricct"\. Write one of strict, house, gc, hf, .*, or the'
    ) as e:
        load("stricct")
    assert e.value.code == "unknown_policy"


def test_an_overlay_file_that_is_nowhere_is_refused() -> None:
    with pytest.raises(Refused, match=r"nowhere\.yaml: there is no such file\. Check the path") as e:
        load("nowhere.yaml")
    assert e.value.code == "no_overlay"


def test_a_rules_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    laid = lay(tmp_path / "home", "", as_="rules/x.yaml")
    (tmp_path / "home" / "rules" / "x.yaml").write_bytes("投诉".encode("gbk"))
    with pytest.raises(Refused, match=r"rules/x\.yaml: cannot read this file: it is not UTF-8 text\. Check") as caught:
        laid()
    assert caught.value.code == "unreadable"


def test_a_settings_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    laid = lay(tmp_path / "home", "[]", as_="rules/x.yaml")
    (tmp_path / "home" / "rules" / "settings.yaml").unlink()
    with pytest.raises(
        Refused, match=r"rules/settings\.yaml: cannot read this file: No such file or directory\. Check"
    ):
        laid()


@pytest.mark.parametrize("text", ["when: &one [*one]", "value: 0x_", "value: !!int one", "value: !!float one"])
def test_yaml_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"x\.yaml:1"):
        parse(text, name="x.yaml")


# ---- none is forgotten


def codes() -> set[str]:
    """Every code that the loader can give."""
    return {code for module in MODULES for code in re.findall(r'code="(\w+)"', module.read_text(encoding="utf-8"))}


def test_every_code_has_a_failing_file() -> None:
    shown = {dict(HEAD.findall(path.read_text(encoding="utf-8")))["code"] for path in REFUSED}
    assert codes() - shown == {"unreadable", "unknown_policy", "no_overlay"}, "these are shown above"
    assert shown <= codes()


def sites() -> Iterator[tuple[str, int, int]]:
    """Every place where the loader refuses: module, first and last line."""
    for module in MODULES:
        for top in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(top, ast.FunctionDef) and top.name != "refuse":
                for node in ast.walk(top):
                    if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and named(node) == "refuse"):
                        yield module.name, node.lineno, node.end_lineno or node.lineno


def named(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_every_place_that_refuses_is_reached_by_a_failing_file(refusals: Refusals) -> None:
    reached = set()
    for fixture in REFUSED:
        frames = [one for one in traceback.extract_tb(refusals(fixture).__traceback__) if one.name != "refuse"]
        reached.add((Path(frames[-1].filename).name, frames[-1].lineno or 0))
    missed = [
        f"{module}:{first}"
        for module, first, last in sites()
        if not any(file == module and first <= line <= last for file, line in reached)
    ]
    others = 3  # what cannot be read, a policy and an overlay file that are nowhere: shown above
    assert len(missed) == others, missed


# ---- whatever is done to the shipped files, they are refused or accepted, and never break the loader

GONE = object()
PARTS: tuple[Any, ...] = (
    GONE,
    None,
    [],
    [1],
    [[]],
    {},
    {"x": 1},
    [{"a": 1}],
    5,
    -1.5,
    float("nan"),
    True,
    date(2026, 1, 1),
)
TEXTS = ("", "x", "²%", "agreed", "midway", "due", "clock", "P999999999999D", "PT99999999999H")
OTHERS: tuple[Any, ...] = (*PARTS, *TEXTS)
OTHER_KEYS: tuple[Any, ...] = (None, 5, 1.5, "x", True, date(2020, 1, 1))


def as_map(value: Any) -> Any:
    """The same with maps that know a place."""
    if isinstance(value, dict):
        made = Map("x.yaml", 1)
        made.update({key: as_map(one) for key, one in value.items()})
        return made
    return [as_map(one) for one in value] if isinstance(value, list) else value


def paths(value: Any, so_far: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a map or list."""
    if so_far:
        yield so_far
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in parts:
        yield from paths(one, (*so_far, key))


def spoilt(item: Map) -> Iterator[Map]:
    """The item with each of its parts left out, replaced by each of OTHERS, or under another key."""
    for path in list(paths(item)):
        for other in OTHERS:
            yield spoil(item, path, other)
        for key in OTHER_KEYS:
            copy, parent = parent_of(item, path)
            if isinstance(parent, dict):
                parent[key] = parent.pop(path[-1])
                yield copy


def spoil(item: Map, path: tuple[Any, ...], other: Any) -> Map:
    copy, parent = parent_of(item, path)
    if other is GONE:
        del parent[path[-1]]
    else:
        parent[path[-1]] = as_map(other)
    return copy


def parent_of(item: Map, path: tuple[Any, ...]) -> tuple[Map, Any]:
    copy = as_map(item)
    parent = copy
    for key in path[:-1]:
        parent = parent[key]
    return copy, parent


def refusal_of(read_it: Callable[[Map], object], item: Map) -> Refused | None:
    try:
        read_it(item)
    except Refused as error:
        return error
    return None


def refused_or_accepted(read_it: Callable[[Map], object], item: Map) -> None:
    error = refusal_of(read_it, item)
    if error is not None:
        assert error.what
        assert error.remedy
        assert re.search(r":\d+$", error.where)


ITEMS = [item for path in sorted((HOME / "rules").glob("[!s]*.yaml")) for item in read(path, name=path.name)]
SETTINGS = read(HOME / "rules" / "settings.yaml", name="rules/settings.yaml")
OVERLAY = parse(
    """
    name: example
    base: gc
    off: [complaint.visit, GC-1.2a]
    on: [XQ-D2.4a, complaint.close]
    values:
      complaint.visit: {2026-01-01: {value: P2D, cite: GC-6.1.1, ours: true}}
      service.visit.midway: {2026-01-01: {value: PT8H, clock: working, cite: GC-6.1.3}}
    """,
    name="overlay.yaml",
)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
def test_a_spoilt_rule_never_breaks_the_loader(item: Map) -> None:
    def read_it(given: Map) -> object:
        if "figure" in item:
            return read_target(shipped.words, given)
        return (read_waiver if "waive" in item else read_rule)(shipped.words, given)

    for copy in spoilt(item):
        refused_or_accepted(read_it, copy)


def with_settings(given: Map) -> object:
    rulebook = Rulebook()
    rulebook.__dict__.update(vocabulary=shipped.vocabulary, clause_ids=shipped.clause_ids, _settings=given)
    return rulebook.settings


def test_spoilt_settings_never_break_the_loader() -> None:
    for copy in spoilt(SETTINGS):
        refused_or_accepted(with_settings, copy)


def test_a_spoilt_overlay_never_breaks_the_loader() -> None:
    for copy in spoilt(OVERLAY):
        refused_or_accepted(shipped.policy, copy)


HISTORY = [
    {"at": "2026-03-02T09:00:00+08:00", "kind": kind, "subject": f"{kind.partition('.')[0]}:1", "facts": facts}
    for facts in ({}, {"starts_at": "2026-03-10T09:00:00+08:00", "severity": "A", "signers": 3, "found_problems": True})
    for kind in shipped.vocabulary.kinds
    if kind.partition(".")[2] not in shipped.vocabulary.required and kind not in shipped.vocabulary.required
]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_accepted_can_be_replayed(data: st.DataObject) -> None:
    """An accepted rule has sense: every event can happen under it, and a year can pass."""
    number = data.draw(st.integers(0, len(shipped._items) - 1))
    item = shipped._items[number]
    path = data.draw(st.sampled_from(list(paths(item))))
    copy = spoil(item, path, data.draw(st.sampled_from(OTHERS)))
    rulebook = Rulebook()
    items = [*shipped._items[:number], copy, *shipped._items[number + 1 :]]
    rulebook.__dict__.update(
        vocabulary=shipped.vocabulary, words=shipped.words, settings=shipped.settings, _items=items
    )
    try:
        policy = rulebook.policy()
    except Refused:
        return
    events = list(Reader(policy.vocabulary).dicts(HISTORY))
    assert all(one.due_at >= one.start for one in replay(policy, events, until=events[0].at + 366 * 86400))

"""Scenarios: what is expected of the rules, written under the headings of the clauses they show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bihuan.kernel.errors import Refused
from bihuan.rulebook.load import Rulebook
from bihuan.rulebook.obligation import Obligation
from bihuan.rulebook.parsing import Reader
from bihuan.rulebook.policy import Policy
from bihuan.rulebook.record import escalations, target_at
from bihuan.rulebook.replay import replay
from bihuan.rulebook.sitetime import SiteTime, SiteTimes
from bihuan.rulebook.source import Map, read

EVENT_KEYS = ("at", "kind", "subject", "site", "actor", "refs")
EXPECT_KEYS = frozenset(
    "clause rule duty subject owed_by state due original_due opened met late breached reason target tell count".split()
)
TIMES = frozenset(("due", "original_due", "opened", "met", "breached", "target"))


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story and what must come of it."""

    clause: str
    name: str
    given: Map
    where: str


def read_scenarios(folder: Path) -> Iterator[Scenario]:
    """Every scenario in the folder's files."""
    for path in sorted(folder.glob("*.yaml")):
        for heading in read(path, name=f"scenarios/{path.name}"):
            for given in heading["scenarios"]:
                yield Scenario(heading["clause"], given["name"], given, given.where("name"))


def check(scenario: Scenario, rulebook: Rulebook) -> list[str]:
    """What is not as expected, in words; an empty list where all is."""
    given = scenario.given
    if "rate" in given or "rings" in given:
        return _check_target(scenario, rulebook)
    policy = rulebook.policy(given.get("policy", "strict"))
    told = run(scenario, policy)
    return [fault for expected in given["expect"] for fault in _check_one(expected, told)]


def run(scenario: Scenario, policy: Policy) -> list[dict[str, Any]]:
    """The obligations of a scenario, each as the values that expectations name."""
    given, times = scenario.given, SiteTimes()
    reader = Reader(policy.vocabulary, name=scenario.where)
    events = list(reader.dicts(_event(event, policy, times[""]) for event in given["events"]))
    until = _instant(given["until"], times[""]) if "until" in given else None
    if reader.unknown:
        raise Refused(f"nobody knows the fact {min(reader.unknown)}.", where=scenario.where, code="unknown_fact")
    return [_told(one, times[one.site]) for one in replay(policy, events, times, until)]


def _event(given: Map, policy: Policy, time: SiteTime) -> dict[str, Any]:
    event = {key: given[key] for key in EVENT_KEYS if key in given}
    event.setdefault("subject", "case:1")
    event.setdefault("site", "CH")
    event["at"] = time.iso(_instant(given["at"], time))
    facts = {name: value for name, value in given.items() if name not in EVENT_KEYS}
    for name in facts.keys() & policy.instants:
        facts[name] = time.iso(_instant(facts[name], time))
    return {**event, "facts": facts}


def _instant(text: Any, time: SiteTime) -> int:
    """UTC seconds of a local `YYYY-MM-DD HH:MM[:SS]`."""
    return int(datetime.fromisoformat(str(text)).replace(tzinfo=time.zone).timestamp())


def _told(one: Obligation, time: SiteTime) -> dict[str, Any]:
    return {
        "clause": one.rule.clause,
        "rule": one.rule.id,
        "duty": one.rule.duty,
        "subject": one.subject,
        "owed_by": one.rule.by,
        "state": one.state,
        "due": one.due_at,
        "original_due": one.original_due_at,
        "opened": one.opened_at,
        "met": one.met_at,
        "late": one.late_seconds,
        "breached": one.breached_at,
        "reason": one.reason or None,
        "target": target_at(one, time),
        "tell": escalations(one, time),
    }


def _check_one(expected: Map, told: list[dict[str, Any]]) -> list[str]:
    unknown = expected.keys() - EXPECT_KEYS
    if unknown:
        return [f"{expected.where()}: nobody reads {min(unknown)}"]
    time = SiteTimes()[""]
    wanted = {key: _wanted(key, value, time) for key, value in expected.items() if key != "count"}
    found = [one for one in told if all(one[key] == value for key, value in wanted.items())]
    count = expected.get("count")
    if (count is None and found) or (count is not None and len(found) == count):
        return []
    return [
        f"{expected.where()}: expected {'one' if count is None else count} of {dict(expected)}\n{_near(expected, told)}"
    ]


def _wanted(key: str, value: Any, time: SiteTime) -> Any:
    if key == "tell":
        return [(_instant(step["at"], time), step["post"]) for step in value]
    return _instant(value, time) if key in TIMES and value is not None else value


def _near(expected: Map, told: list[dict[str, Any]]) -> str:
    time = SiteTimes()[""]
    same = [one for one in told if one["clause"] == expected.get("clause")]
    lines = [
        f"    found {one['rule']} {one['subject']} {one['state']} late={one['late']} {one['reason'] or ''} "
        + " ".join(f"{key}={time.iso(one[key])}" for key in ("opened", "due", "original_due", "met", "breached"))
        for one in same
    ]
    return "\n".join(lines) or "    found none under that clause"


def _check_target(scenario: Scenario, rulebook: Rulebook) -> list[str]:
    given = scenario.given
    rate: Map = given["rate"] if "rate" in given else given["rings"]
    measured = rate["rang"] if "rang" in rate else rate["done"] / rate["of"]
    targets = [target for target in rulebook.targets if target.clause == scenario.clause and target.value is not None]
    if not targets:
        return [f"{scenario.where}: {scenario.clause} has no target with a value"]
    in_force = [target for target in targets if target.since <= rate.get("on", date.max)]
    kept = not in_force or in_force[-1].kept(measured)
    return [] if kept == rate["kept"] else [f"{scenario.where}: expected kept {rate['kept']}, found {kept}"]

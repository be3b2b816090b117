"""Exemptions (TS-10.6): from a waiver as written to one that runs."""

from __future__ import annotations

from bihuan.rulebook.model import Waiver
from bihuan.rulebook.read_rule import Words, keys, refuse
from bihuan.rulebook.source import Map

WAIVER_KEYS = keys("id clause case if waive")


def read_waiver(words: Words, item: Map) -> Waiver:
    """An exemption from its map. Its condition is about lasting facts: it is asked at any time, not at one event."""
    words.keys(item, WAIVER_KEYS)
    waive = words.part(item, "waive", "Write waive: {duty: visit, why: anonymous}.")
    words.keys(waive, keys("duty why"))
    duty = words.vocabulary.duties[words.duty(waive)]
    if not duty.waived_by:
        remedy = "Name one with waived_by in vocabulary.yaml, such as visit."
        refuse(waive, "duty", f"the duty {duty.name} cannot be waived.", remedy, code="not_waived")
    asked = words.part(item, "if", "Say who is exempt: if: {anonymous: true}.")
    if not asked:
        refuse(
            item, "if", "an exemption of all is none.", "Say who is exempt: if: {anonymous: true}.", code="bad_match"
        )
    for fact in asked:
        if fact in words.vocabulary.momentary:
            remedy = "Ask for a fact that is kept, such as anonymous."
            refuse(asked, fact, f'"{fact}" is known for the moment of its event only.', remedy, code="bad_match")
    if item.get("case") not in tuple(words.vocabulary.cases):
        refuse(item, "case", "an exemption names its kind of case.", "Write case: complaint.", code="missing_key")
    return Waiver(
        words.text(item, "id"),
        words.clause(item, "clause"),
        item["case"],
        words.match(item, "if"),
        duty.name,
        words.text(waive, "why"),
        item.where("id"),
    )

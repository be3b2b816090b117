"""Plays a site's history through the real actions, the clock set to each moment; time does its part in between."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bihuan.accounts.access import Actor
from bihuan.cases.actions import Receipt, receive, take
from bihuan.cases.actions.judging import UNDERSTOOD
from bihuan.cases.steps import STEPS
from bihuan.dispatch import actions as jobs
from bihuan.dispatch.models import OrderState, WorkOrder
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.obligations.escalator import sweep_once
from bihuan.obligations.models import Obligation
from bihuan.ops.demo.casting import Cast, Role
from bihuan.ops.demo.history import NOUNS, Event
from bihuan.ops.demo.words import read
from bihuan.visits import actions as calls
from bihuan.visits.models import Visit, VisitState

SPOKEN = {  # which words of a case belong to which step
    "investigated": "finding",
    "found_invalid": "unfounded",
    "explained": "explained",
    "solution_proposed": "solution",
    "solution_agreed": "solution",
    "handled": "result",
    "result_told": "result",
    "action_taken": "action",
}
ANSWERS = {"suggestion.decision_told": "answered", "praise.passed_on": "answered"}
STARS = {"yes": (4, 5, 5), "basically": (3, 4, 4), "no": (1, 2, 3)}


class Player:
    """One site's history."""

    def __init__(self, site: str) -> None:
        self.site, self.cast = site, Cast(site)
        self.dice, self.deck = self.cast.dice, self.cast.deck
        self.roles: dict[str, Role] = {}
        self.played = self.refused = 0

    def play(self, events: list[Event], *, until: datetime) -> None:
        """Everything, in order; what the real actions do not allow is left out, as in life."""
        ahead = self._classified(events)
        for event in events:
            at = event["when"].astimezone(UTC)
            self.tick(at)
            clock.set_to(at)
            try:
                self._one(event, at, ahead)
                self.played += 1
            except Refused:
                self.refused += 1
        self.tick(until)
        clock.set_to(None)

    def tick(self, until: datetime) -> None:
        """Lets the escalator take every step at its own time."""
        due = Obligation.objects.filter(site=self.site, next_action_at__lte=until).order_by("next_action_at")
        while (at := due.values_list("next_action_at", flat=True).first()) is not None:
            clock.set_to(at)
            sweep_once(site=self.site)

    def _classified(self, events: list[Event]) -> dict[str, dict[str, Any]]:
        """What each complaint will be found to be: its words must fit that from the start."""
        found: dict[str, dict[str, Any]] = {}
        for event in events:
            if event["kind"] == "complaint.classified":
                found.setdefault(self._name(event, event["subject"]), event.get("facts") or {})
        return found

    def _name(self, event: Event, subject: str) -> str:
        return f"{event['tag']}{subject}"

    def _one(self, event: Event, at: datetime, ahead: dict[str, dict[str, Any]]) -> None:
        noun, _, verb = event["kind"].partition(".")
        if noun in NOUNS and verb == "received":
            self._receive(event, noun, at, ahead)
        elif noun in NOUNS:
            self._step(event, verb, at, ahead)
        elif noun == "work_order":
            self._job(event, verb, at)
        elif noun == "visit":
            self._visit(event, verb, at)

    # ---- cases

    def _receive(self, event: Event, noun: str, at: datetime, ahead: dict[str, dict[str, Any]]) -> None:
        facts = event.get("facts") or {}
        name = self._name(event, event["subject"])
        known = {**facts, **ahead.get(name, {})}
        problem, severity = str(known.get("problem", "24")), str(known.get("severity", ""))
        role = self.cast.role(noun, problem=problem, severity=severity, at=at)
        agreed = facts.get("agreed_at")
        receipt = Receipt(
            kind=noun,
            channel=facts.get("channel", "phone"),
            site=self.site,
            summary=role.text("summary"),
            details=role.text("said") or role.text("asked"),
            problem=role.problem if noun == "demand" else "",
            home=None if facts.get("anonymous") else role.home,
            party=None if facts.get("anonymous") else role.party,
            signers=facts.get("signers") or 1,
            anonymous=bool(facts.get("anonymous")),
            agitated=bool(facts.get("agitated")),
            urgent=bool(facts.get("urgent")),
            agreed_at=datetime.fromisoformat(agreed) if agreed else None,
        )
        role.case, _ = receive(receipt, by=self.cast.actor(self.cast.staff("agent")), at=at)
        self.roles[name] = role

    def _make_ready(self, role: Role, verb: str, at: datetime, known: dict[str, Any]) -> None:
        """What the history took for granted: a complaint is classified before it is worked on; nothing is closed before
        the customer was told and visited."""
        case = role.case
        assert case is not None
        if case.kind == "complaint" and not case.number and STEPS[verb].numbered:
            given = {"severity": known.get("severity", "C"), "problem": role.problem}
            role.case = take(case, "classified", by=self._actor("classified", role, strict=False), at=at, **given)
        if verb == "handled":
            self._hand_over(role, at)
            self._explain(role, at)
        if verb == "closed":
            self._finish_work(role, at)
            self._round_off(role, at)

    def _finish_work(self, role: Role, at: datetime) -> None:
        """What is closed was handed over and handled."""
        assert role.case is not None
        if role.case.state not in ("received", "in_hand"):
            return
        self._hand_over(role, at)
        self._explain(role, at)
        if role.case.kind in ("complaint", "demand", "emergency"):
            by = self._actor("handled", role, strict=False)
            role.case = take(role.case, "handled", by=by, at=at, text=self._said("handled", role))

    def _hand_over(self, role: Role, at: datetime) -> None:
        """What is handled was handed over, if that was owed."""
        assert role.case is not None
        if Obligation.objects.filter(subject=role.case.subject, duty="hand_over", state="open").exists():
            by = self._actor("handed_over", role, strict=False)
            role.case = take(role.case, "handed_over", by=by, at=at, to=self._in_charge(role))

    def _explain(self, role: Role, at: datetime) -> None:
        """XQ-C7.2: what was found invalid is explained until the customer understands."""
        assert role.case is not None
        if role.case.valid is False and not role.case.understood:
            by, said = self._actor("explained", role, strict=False), self._said("explained", role)
            role.case = take(role.case, "explained", by=by, at=at, text=said, understood=UNDERSTOOD)

    def _round_off(self, role: Role, at: datetime) -> None:
        assert role.case is not None
        if role.case.state != "handled":
            return
        by = self.cast.actor(self.cast.staff("agent"))
        if role.case.kind == "complaint" and role.case.told_at is None:
            role.case = take(role.case, "result_told", by=by, at=at, text=role.text("result") or "已告知处理结果。")
        for visit in Visit.objects.filter(case=role.case, state=VisitState.PLANNED):
            calls.done(visit, answers=self._answers(role, {"facts": {"satisfied": True}}, visit), by=by, at=at)

    def _step(self, event: Event, verb: str, at: datetime, ahead: dict[str, dict[str, Any]]) -> None:
        role = self.roles.get(self._name(event, event["subject"]))
        if role is None or role.case is None or not (verb in STEPS or event["kind"] in ANSWERS):
            return
        facts = event.get("facts") or {}
        verb = ANSWERS.get(event["kind"], verb)
        self._make_ready(role, verb, at, ahead.get(self._name(event, event["subject"]), {}))
        given: dict[str, Any] = {}
        if verb == "classified":
            given = {"severity": facts.get("severity"), "problem": role.problem}
        elif verb in ("handed_over", "assigned"):
            given = {"to": self._in_charge(role)}
        said = self._said(verb, role)
        if verb == "promised":
            given = {"amount": int(next(iter(re.findall(r"(\d+) 元", said)), 0))}
        for name in ("agreed_at", "agreed_until"):
            if facts.get(name):
                given[name] = datetime.fromisoformat(facts[name])
        if verb == "closed" and facts.get("reason") == "all_means_used":
            given["reason"] = "all_means_used"
        actor = self._actor(verb, role, strict=given.get("reason") == "all_means_used")
        role.case = take(role.case, verb, by=actor, at=at, text=said, **given)

    def _in_charge(self, role: Role) -> int:
        assert role.case is not None
        if role.case.severity == "A":
            return self.cast.staff("site_manager").pk
        return self.cast.supervisor(self._trade(role)).pk

    def _trade(self, role: Role) -> str:
        case = role.case
        if "trade" in role.words or case is None or case.problem is None:
            return self.cast.trade(role)
        return case.problem.trade

    def _actor(self, verb: str, role: Role, *, strict: bool) -> Actor:
        case = role.case
        assert case is not None
        if verb in ("overrun_approved", "overrun_refused", "promised", "promise_reported") or strict:
            return self.cast.actor(self.cast.staff("site_manager"))
        act = STEPS[verb].act
        if act in ("case.handle", "case.ask_overrun") and case.in_charge is not None:
            return self.cast.actor(case.in_charge)
        post = (
            "cs_supervisor" if act in ("case.hand_over", "case.close", "case.handle", "case.ask_overrun") else "agent"
        )
        return self.cast.actor(self.cast.staff(post))

    def _said(self, verb: str, role: Role) -> str:
        if verb == "handled" and role.redone:
            return role.text("redone") or role.text("result")
        told = role.text(SPOKEN.get(verb, ""))
        if told:
            return told
        if verb == "answered":
            told = role.text("answer") or role.text("reply") or role.text("solution")
            return told or (
                "已转达，谢谢您。" if role.case and role.case.kind == "praise" else self._progress("progress")
            )
        if verb in ("progress_told", "delay_told", "overrun_requested"):
            return self._progress("progress" if verb == "progress_told" else "delays")
        lists = {"calmed": "calmed", "promised": "promises", "withdrawn": "withdrawn", "overrun_refused": "refused"}
        if verb in lists:
            return str(self.deck.draw(read("handling")[lists[verb]]))
        fixed = {"closed": "", "reopened": role.text("unhappy") or "客户不满意，重新处理。"}
        return fixed.get(verb, "现场核实，已处理。" if verb in ("handled", "investigated", "action_taken") else "")

    def _progress(self, kind: str) -> str:
        return str(self.deck.draw(read("progress")[kind]["any"])["text"])

    # ---- jobs

    def _job(self, event: Event, verb: str, at: datetime) -> None:
        case = next((ref for ref in event.get("refs", ()) if ref.startswith("case:")), "")
        role = self.roles.get(self._name(event, case))
        if role is None or role.case is None:
            return
        play: Callable[[Role, Event, datetime], None] | None = getattr(self, f"_job_{verb}", None)
        if play is not None:
            play(role, event, at)

    def _order(self, role: Role, event: Event) -> WorkOrder | None:
        order: WorkOrder | None = role.orders.get(event["subject"])
        if order is not None:
            order.refresh_from_db()
        return order

    def _job_issued(self, role: Role, event: Event, at: datetime) -> None:
        assert role.case is not None
        facts = event.get("facts") or {}
        trade = self._trade(role)
        role.orders[event["subject"]] = jobs.issue(
            role.case,
            task=role.text("summary"),
            trade=trade,
            by=self.cast.actor(self.cast.staff("agent")),
            at=at,
            important=bool(facts.get("important")),
        )

    def _job_assigned(self, role: Role, event: Event, at: datetime) -> None:
        if event["subject"] not in role.orders:
            self._job_issued(role, event, at)
        order = self._order(role, event)
        if order is not None:
            to = self.cast.staff("technician", trade=order.trade)
            jobs.assign(order, to=to, by=self.cast.actor(self.cast.staff("agent")), at=at)

    def _job_picked_up(self, role: Role, event: Event, at: datetime) -> None:
        order = self._order(role, event)
        if order is not None and order.technician is not None:
            jobs.pick_up(order, by=self.cast.actor(order.technician), at=at)

    def _job_arrived(self, role: Role, event: Event, at: datetime) -> None:
        order = self._order(role, event)
        if order is None or order.technician is None:
            return
        by = self.cast.actor(order.technician)
        if order.state == OrderState.ASSIGNED:
            order = jobs.pick_up(order, by=by, at=at)
        jobs.arrive(order, by=by, at=at)

    def _job_finished(self, role: Role, event: Event, at: datetime) -> None:
        order = self._order(role, event)
        if order is None or order.technician is None:
            return
        if order.state in (OrderState.ASSIGNED, OrderState.PICKED_UP):
            self._job_arrived(role, event, at)
        fee = role.words.get("fee")
        result = (role.text("redone") if role.redone else "") or role.text("result") or "已处理完毕。"
        jobs.finish(
            order, result=result, by=self.cast.actor(order.technician), at=at, fee=Decimal(fee) if fee else None
        )

    # ---- visits

    def _visit(self, event: Event, verb: str, at: datetime) -> None:
        role, subject = self._visited(event)
        visit = Visit.objects.filter(subject=subject, state=VisitState.PLANNED).first() if subject else None
        if role is None or visit is None:
            return
        by = self.cast.actor(self.cast.staff("agent"))
        bad = read("visits_bad")
        if verb == "attempted":
            note = self.deck.draw(bad["not_reached"])
            calls.not_reached(visit, by=by, at=at, note=_text(note), again_at=at + timedelta(hours=4))
        elif verb == "declined":
            calls.declined(visit, by=by, at=at, note=_text(self.deck.draw(bad["declined"])))
        elif verb == "done":
            calls.done(visit, answers=self._answers(role, event, visit), by=by, at=at)

    def _visited(self, event: Event) -> tuple[Role | None, str]:
        subject = event["subject"]
        if subject.startswith("case:"):
            role = self.roles.get(self._name(event, subject))
            return role, role.case.subject if role and role.case else ""
        for role in reversed(self.roles.values()):
            if subject in role.orders and role.orders[subject] is not None:
                return role, role.orders[subject].subject
        return None, ""

    def _answers(self, role: Role, event: Event, visit: Visit) -> calls.Answers:
        told = (event.get("facts") or {}).get("satisfied")
        satisfied = "yes" if told is True else "no" if told is False else "basically"
        complaint = role.case is not None and role.case.kind == "complaint" and visit.subject == role.case.subject
        if satisfied == "no":
            role.redone += 1
        low, usual, high = STARS[satisfied]
        return calls.Answers(
            satisfied=satisfied,
            solved="unsolved" if satisfied == "no" else "solved" if satisfied == "yes" else "partly",
            stars={name: self.dice.choice((low, usual, high)) for name in calls.STARS},
            shortcomings=self._remark(role, satisfied, complaint=complaint),
            companion=self.cast.staff("cs_supervisor") if complaint else None,
            signed_on_paper=satisfied != "no" and self.dice.random() < 0.7,
        )

    def _remark(self, role: Role, satisfied: str, *, complaint: bool) -> str:
        if satisfied == "no":
            if role.text("unhappy"):
                return role.text("unhappy")
            item = self.deck.draw(read("visits_bad")["dissatisfied"]["complaint" if complaint else "repair"])
            role.words = {**role.words, "redone": item.get("redone", "")}
            return str(item["said"])
        good = read("visits_good")["satisfied" if satisfied == "yes" else "basically"][
            "complaint" if complaint else "repair"
        ]
        right = [item for item in good if not item.get("problems") or role.problem in item["problems"]]
        right = [item for item in right if not item.get("paid") or role.words.get("fee")]
        return _text(self.deck.draw(right)) if self.dice.random() < 0.8 else ""


def _text(item: Any) -> str:
    if isinstance(item, str):
        return item
    return str(item.get("said") or item.get("text") or item.get("note") or "")

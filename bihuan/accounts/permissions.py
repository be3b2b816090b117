"""Who may do what: for every act, the posts that may do it at their sites. One table for every face and for tests."""

from __future__ import annotations

FRONT = frozenset({"agent", "cs_supervisor"})
SUPERVISORS = frozenset({"cs_supervisor", "quality_supervisor", "site_manager", "trade_supervisor"})
OFFICES = frozenset({"branch_office", "head_office"})
DESK = FRONT | SUPERVISORS | OFFICES
HANDLERS = frozenset({"cs_supervisor", "site_manager", "trade_supervisor"})
LEADERS = frozenset({"cs_supervisor", "site_manager"})

ACTS: dict[str, frozenset[str]] = {
    "case.view": DESK,
    "case.receive": FRONT | SUPERVISORS | OFFICES,
    "case.speak": FRONT | HANDLERS | OFFICES,  # restate, agree a time, tell progress or the result, answer
    "case.note": DESK,  # for the colleagues alone
    "case.classify": FRONT | HANDLERS | {"quality_supervisor"},
    "case.hand_over": FRONT | HANDLERS,
    "case.handle": FRONT | HANDLERS,  # review, investigate, act, propose, handle, settle on the spot
    "case.merge": FRONT | LEADERS,
    "case.close": FRONT | LEADERS | {"quality_supervisor"},
    "case.close_unvisited": LEADERS | {"quality_supervisor"},  # a complaint that is exempt from a visit (TS-10.6)
    "case.close_unsatisfied": frozenset({"site_manager"}),  # the finding that all reasonable means are used
    "case.withdraw": FRONT | LEADERS,
    "case.promise": frozenset({"site_manager"}),  # XQ-C7.5b: within the authority letter
    "case.ask_overrun": FRONT | HANDLERS,
    "case.approve_overrun": frozenset({"site_manager", "branch_office"}),  # XQ-C7.4B2
    "case.backdate": LEADERS | {"agent", "trade_supervisor", "technician"},  # a basement has no signal
    "work_order.view": DESK | {"technician"},
    "work_order.dispatch": FRONT | HANDLERS,
    "work_order.do": HANDLERS | {"technician", "agent"},
    "visit.view": DESK,
    "visit.do": FRONT | LEADERS | {"quality_supervisor", "branch_office", "head_office"},
    "visit.exempt": LEADERS,  # TS-10.6
    "customer.view": DESK,
    "customer.edit": FRONT | LEADERS,
    "customer.reveal": FRONT | HANDLERS | OFFICES,
    "customer.import": frozenset({"cs_supervisor", "site_manager", "admin"}),
    "customer.erase": frozenset({"site_manager", "admin"}),
    "call.view": DESK,
    "call.record": DESK | {"admin"},  # what a telephone system tells, in the name of its token's user
    "figures.view": DESK,
    "figures.close": frozenset({"quality_supervisor", "site_manager"}),  # XQ-C8.2, TS-11.2
    "rulebook.view": DESK | {"admin"},
    "authority.view": SUPERVISORS | OFFICES,
    "authority.grant": OFFICES,  # XQ-C7.5a
    "check.view": DESK,
    "check.daily": frozenset({"cs_supervisor", "site_manager"}),  # XQ-C8.4
    "check.weekly": frozenset({"quality_supervisor", "site_manager"}),  # XQ-C8.3
    "check.daily_record": FRONT | {"site_manager"},  # TS-11.2
    "staff.view": DESK | {"admin"},
    "staff.edit": frozenset({"admin"}),
    "policy.publish": frozenset({"quality_supervisor", "admin"}),
    "obligation.view": DESK,
}

ABOVE = ("site_manager", "branch_office", "head_office", "admin")  # who is told where nobody holds the post

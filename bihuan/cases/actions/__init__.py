"""All writes about cases. Each is one transaction that holds the case, checks, writes the row and records the event."""

from bihuan.cases.actions.by_clock import take_back, take_clock_act
from bihuan.cases.actions.joining import join, link, merge
from bihuan.cases.actions.receiving import Receipt, foresee, receive
from bihuan.cases.actions.stepping import begin, finish_work, reopen, take

__all__ = [
    "Receipt",
    "begin",
    "finish_work",
    "foresee",
    "join",
    "link",
    "merge",
    "receive",
    "reopen",
    "take",
    "take_back",
    "take_clock_act",
]

"""What buttons say: the steps of a case as things to do."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

STEPS = {
    "restated": gettext_noop("Read back"),
    "time_agreed": gettext_noop("Agree a time"),
    "acknowledged": gettext_noop("Confirm receipt"),
    "classified": gettext_noop("Classify"),
    "handed_up": gettext_noop("Pass to the supervisor"),
    "calmed": gettext_noop("Customer is calm again"),
    "handed_over": gettext_noop("Hand over"),
    "assigned": gettext_noop("Assign"),
    "reviewed": gettext_noop("Review"),
    "action_taken": gettext_noop("Action taken"),
    "investigated": gettext_noop("Findings"),
    "found_valid": gettext_noop("Find valid"),
    "found_invalid": gettext_noop("Find invalid"),
    "explained": gettext_noop("Explanation given"),
    "solution_proposed": gettext_noop("Propose a solution"),
    "solution_agreed": gettext_noop("Solution agreed"),
    "transferred": gettext_noop("Transfer to another unit"),
    "returned": gettext_noop("Given back by the other unit"),
    "delay_told": gettext_noop("Tell of the delay"),
    "progress_told": gettext_noop("Tell how far it is"),
    "answered": gettext_noop("Answer"),
    "overrun_requested": gettext_noop("Ask for more time"),
    "overrun_approved": gettext_noop("Approve more time"),
    "overrun_refused": gettext_noop("Refuse more time"),
    "promised": gettext_noop("Promise on the spot"),
    "promise_reported": gettext_noop("Report the promise"),
    "reported_to_branch": gettext_noop("Report to the branch"),
    "settled_on_the_spot": gettext_noop("Settled on the spot"),
    "handled": gettext_noop("Handled"),
    "result_told": gettext_noop("Tell the result"),
    "closed": gettext_noop("Close"),
    "reopened": gettext_noop("Reopen"),
    "withdrawn": gettext_noop("Withdraw"),
    "noted": gettext_noop("Internal note"),
}


def step(verb: str) -> str:
    """The step as a button says it."""
    return _(STEPS[verb])

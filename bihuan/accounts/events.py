"""The events of staff."""

from bihuan.ledger.kinds import declare

declare(["staff.signed_in"], required=["second_step"])
declare(["staff.post_changed"], facts=["unit", "trade", "until"], required=["change", "post", "since"])

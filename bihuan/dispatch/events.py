"""The events of work orders."""

from bihuan.ledger.kinds import declare

declare(["work_order.issued"], facts=["agreed_at", "important", "size"], required=["trade"])
declare(["work_order.assigned"], required=["to"])
declare(["work_order.picked_up", "work_order.arrived"])
declare(["work_order.finished"], facts=["said", "important", "fee_cents"])
declare(["work_order.reworked", "work_order.cancelled"], facts=["said", "reason"])

"""The events of customers."""

from bihuan.ledger.kinds import declare

CLASSED = ("customer_class", "customer_kind", "home", "role")

declare(["party.contract_signed", "party.moved_in", "party.tenant_moved_in", "party.care_plan_set"], facts=CLASSED)
declare(["party.moved_out"], facts=["home", "role"])
declare(["party.phone_revealed"], facts=["case"], required=["reason", "phone"])
declare(["party.erased"], required=["reason"])

"""The events of calls. Who called stands in the row, which can be erased."""

from bihuan.ledger.kinds import declare

declare(["call.answered"], facts=["rings"])  # as often as it rang, where that is known (TS-2.1)

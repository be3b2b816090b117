"""The events of messages, told about what each is about. Who wrote what stands in its row, which can be erased."""

from bihuan.ledger.kinds import declare

declare(["message.received"], facts=["in_reply_to"], required=["message", "means"])
declare(["message.sent"], required=["message", "means"])
declare(["message.failed"], facts=["status"], required=["message", "means", "reason"])

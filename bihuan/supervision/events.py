"""The events of supervision. Their subject is the site; `findings` says how many there were."""

from bihuan.ledger.kinds import declare

declare(["site.check_done"], facts=["findings"], required=["check"])

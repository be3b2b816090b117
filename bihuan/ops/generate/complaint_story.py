"""What a complaint remembers while it is told."""

from bihuan.ops.generate.agenda import Facts, Refs
from bihuan.ops.generate.problems import complaint_problem
from bihuan.ops.generate.story import Story
from bihuan.ops.generate.world import Site, World


class Complaint(Story):
    """A complaint: its class, its signers, who has it in hand."""

    __slots__ = (
        "join_later", "last_at", "problem", "received_at", "requested_by", "responsible", "rounds", "severity",
        "signers", "transferred",
    )  # fmt: skip

    def __init__(self, world: World, site: Site, subject: str) -> None:
        super().__init__(world, site, subject)
        self.severity, self.problem, self.responsible = "C", "24", site.cs_supervisor
        self.signers, self.join_later, self.transferred = 1, False, False
        self.received_at, self.requested_by, self.rounds, self.last_at = 0, 0, 0, 0

    def say(
        self, at: int, kind: str, actor: str, facts: Facts | None = None, refs: Refs = (), *, recorded: int = 0
    ) -> None:
        """Tell that something happened, and remember the latest of what has been told."""
        self.last_at = max(self.last_at, at)
        super().say(at, kind, actor, facts, refs, recorded=recorded)

    def look_up(self, at: int) -> None:
        """Find out what it is about, and whose trade that is."""
        self.problem, trade = complaint_problem(self.chance, at)
        self.responsible = self.site.trade_supervisors[trade]

    @property
    def silent(self) -> bool:
        """Tell whether nobody can or may be called back about it (TS-10.6)."""
        facts = self.facts
        return "anonymous" in facts or "reachable" in facts or "sensitive" in facts

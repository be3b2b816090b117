"""The rulebook: written clauses as rules, events in, obligations out. Pure: no clock, no database, no framework."""

from bihuan.rulebook.event import Event
from bihuan.rulebook.live import Changes, State
from bihuan.rulebook.load import Rulebook, load
from bihuan.rulebook.obligation import Obligation
from bihuan.rulebook.parsing import Reader
from bihuan.rulebook.policy import Policy
from bihuan.rulebook.replay import replay
from bihuan.rulebook.sitetime import SiteTimes

__all__ = ["Changes", "Event", "Obligation", "Policy", "Reader", "Rulebook", "SiteTimes", "State", "load", "replay"]

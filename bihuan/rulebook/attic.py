"""The attic: subjects with nothing open, put aside on disk until an event names them again.

It is a temporary file of its own, made when first needed and gone when the replay ends. Only plain values are
written: rules and their values are named, since they belong to the policy, and calendars to the sites.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Container, Iterable, Iterator
from operator import attrgetter
from typing import Any

from bihuan.rulebook.obligation import Obligation
from bihuan.rulebook.policy import Policy
from bihuan.rulebook.sitetime import SiteTimes
from bihuan.rulebook.subject import SubjectState

_LEFT_OUT = (
    "calendar",
    "made",
    "moment",
    "next_act",
    "obligations",
    "open",
    "site",
    "subject",
)  # derived, or written apart
_STATE = tuple(name for name in SubjectState.__slots__ if name not in _LEFT_OUT)
_PLAIN = tuple(name for name in Obligation.__slots__ if name not in ("rule", "site", "subject", "value"))
_read_state = attrgetter(*_STATE)
_read_plain = attrgetter(*_PLAIN)


class Attic:
    """States by subject."""

    def __init__(self, policy: Policy, calendars: SiteTimes) -> None:
        self._policy, self._calendars = policy, calendars
        self._disk: sqlite3.Connection | None = None

    def store(self, states: Iterable[SubjectState]) -> None:
        """Puts states with nothing open aside."""
        rows = ((one.subject, marshal.dumps((one.site, _read_state(one), _pack(one.obligations)))) for one in states)
        self._open().executemany("INSERT OR REPLACE INTO states VALUES (?, ?)", rows)

    def file(self, state: SubjectState, obligations: list[Obligation]) -> None:
        """Puts obligations aside that their subject has let go."""
        packed = marshal.dumps((state.site, None, _pack(obligations)))
        self._open().execute("INSERT INTO filed VALUES (?, ?)", (state.subject, packed))

    def fetch(self, subject: str) -> SubjectState | None:
        """A state that was put aside, or None. Its row stays, and is written over when it is put aside again."""
        if self._disk is None:
            return None
        row = self._disk.execute("SELECT state FROM states WHERE subject = ?", (subject,)).fetchone()
        return None if row is None else self._unpack(subject, row[0])

    def obligations(self, *, besides: Container[str]) -> Iterator[Obligation]:
        """The obligations of every state put aside, leaving out the subjects that were taken out again."""
        for table, subject, packed in self._rows():
            if table == "filed" or subject not in besides:
                site, _, obligations = marshal.loads(packed)
                for one in obligations:
                    yield self._obligation(subject, site, *one)

    def _rows(self) -> Iterable[tuple[str, str, bytes]]:
        rows = "SELECT 'states', subject, state FROM states UNION ALL SELECT 'filed', subject, state FROM filed"
        return () if self._disk is None else self._disk.execute(rows)

    def _open(self) -> sqlite3.Connection:
        if self._disk is None:
            self._disk = sqlite3.connect("", isolation_level=None)  # "": a temporary file that deletes itself
            self._disk.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8000")
            self._disk.execute("CREATE TABLE states (subject TEXT PRIMARY KEY, state BLOB NOT NULL) WITHOUT ROWID")
            self._disk.execute("CREATE TABLE filed (subject TEXT NOT NULL, state BLOB NOT NULL)")
            self._disk.execute("BEGIN")
        return self._disk

    def _unpack(self, subject: str, packed: bytes) -> SubjectState:
        site, values, obligations = marshal.loads(packed)
        state = SubjectState(subject, site, self._calendars[site])
        for name, value in zip(_STATE, values, strict=True):
            setattr(state, name, value)
        for one in obligations:
            state.add(self._obligation(subject, site, *one))
        return state

    def _obligation(self, subject: str, site: str, rule_id: str, index: int, plain: tuple[Any, ...]) -> Obligation:
        rule = self._policy.by_id[rule_id]
        made = Obligation(rule, subject, site, start=0, start_round=0, started_by="")
        made.value = rule.values[index]
        for name, value in zip(_PLAIN, plain, strict=True):
            setattr(made, name, value)
        return made


def _pack(obligations: list[Obligation]) -> list[tuple[str, int, tuple[Any, ...]]]:
    return [(one.rule.id, one.rule.values.index(one.value), _read_plain(one)) for one in obligations]

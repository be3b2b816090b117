"""A history of events in a file or on standard input, taken in the order in which things happened."""

from __future__ import annotations

import gc
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import IO, TypeVar

from bihuan.kernel.errors import Refused
from bihuan.rulebook import Event, Reader
from bihuan.rulebook.vocabulary import Vocabulary

T = TypeVar("T")
Take = Callable[[Event], None]


class _OutOfOrderError(Exception):
    """An event lies before one that has been taken already."""


class History:
    """The events of a file; standard input (-) is kept in a temporary file, so that it can be read twice."""

    def __init__(self, name: str, vocabulary: Vocabulary) -> None:
        self.name = "standard input" if name == "-" else name
        self._vocabulary = vocabulary
        self._file = _opened(name)
        self.reader = Reader(vocabulary, name=self.name)

    def __enter__(self) -> History:
        gc.disable()  # a replay makes no cycles, and looking for them costs a third of its time
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gc.enable()
        self._file.close()

    def run(self, begin: Callable[[], T], take: Callable[[T], Take], *, until: int | None = None) -> T:
        """Gives every event to what `begin` makes; begins anew, with all events in memory, if they are not sorted."""
        taker = begin()
        try:
            _give(_in_order(self._events()), take(taker), until)
        except _OutOfOrderError:
            taker = begin()
            _give(sorted(self._events(), key=_order), take(taker), until)
        self._tell_unknown()
        return taker

    def _events(self) -> Iterator[Event]:
        self._file.seek(0)
        self.reader = Reader(self._vocabulary, name=self.name)
        return self.reader.lines(self._file)

    def _tell_unknown(self) -> None:
        counts = ", ".join(f"{fact} ({count})" for fact, count in sorted(self.reader.unknown.items()))
        if counts:
            print(f"bihuan: ignored facts that nobody knows: {counts}", file=sys.stderr)


def _give(events: Iterable[Event], take: Take, until: int | None) -> None:
    for event in events:
        if until is None or event.at <= until:  # the rest is read too: it may be malformed, or not in order
            take(event)


def _in_order(events: Iterable[Event]) -> Iterator[Event]:
    last: int | None = None
    for event in events:
        if last is not None and event.at < last:
            raise _OutOfOrderError
        last = event.at
        yield event


def _order(event: Event) -> tuple[int, int]:
    return event.order


def _opened(name: str) -> IO[bytes]:
    try:
        file = sys.stdin.buffer if name == "-" else open(name, "rb")  # noqa: SIM115 - closed with the history
        return file if file.seekable() and name != "-" else _kept(file)
    except OSError as error:
        remedy = "Check the path, or give - to read standard input."
        raise Refused(f"cannot read events: {error.strerror}.", where=name, remedy=remedy, code="unreadable") from None


def _kept(file: IO[bytes]) -> IO[bytes]:
    """A copy that can be read twice."""
    kept = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the history
    shutil.copyfileobj(file, kept)
    return kept

"""Being asked to stop, and children that end, as something to wait for: nothing is interrupted in the middle."""

from __future__ import annotations

import math
import os
import select
import signal
import socket
from types import FrameType, TracebackType
from typing import Any


class Stopped(Exception):
    """The server was asked to stop."""


class Signals:
    """While it is entered, in the main thread: TERM, INT and HUP ask to stop, and a later INT asks to hurry.

    HUP is left alone where it is ignored, as under nohup.
    """

    def __init__(self) -> None:
        self.asked = self.hurried = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Signals:
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._wakeup = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            if one is not signal.SIGHUP or signal.getsignal(one) is not signal.SIG_IGN:
                self._before[one] = signal.signal(one, self._take)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for one, handler in self._before.items():
            signal.signal(one, handler)
        signal.set_wakeup_fd(self._wakeup)
        os.close(self._reader)
        os.close(self._writer)

    def wait(self, seconds: float, *, reading: socket.socket | None = None) -> bool:
        """Waits for a signal, or for something to read, at most so many seconds; whether it can be read."""
        watched: list[Any] = [self._reader, reading] if reading else [self._reader]
        found = select.select(watched, [], [], None if seconds == math.inf else seconds)[0]
        if self._reader in found:
            os.read(self._reader, 4096)
        return reading in found

    def pause(self, seconds: float) -> None:
        """Waits likewise, and raises Stopped as soon as somebody asked to stop."""
        if not self.asked:
            self.wait(seconds)
        if self.asked:
            raise Stopped

    def _take(self, number: int, _: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self.hurried = self.hurried or (self.asked and number == signal.SIGINT)
            self.asked = True

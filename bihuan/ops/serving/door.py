"""Where the web server listens: free before the start, answering after it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from dataclasses import dataclass

from bihuan.kernel.errors import Refused

SLOW = 2.0  # seconds for an answer
ENOUGH = 1 << 16  # bytes of one
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # what listens there is asked here
ASKED = "GET /healthz HTTP/1.1\r\nHost: {}\r\nUser-Agent: bihuan\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Door:
    """An address of this machine, and a port."""

    host: str
    port: int

    @property
    def address(self) -> str:
        """What to type into a browser on this machine."""
        return f"http://{self._name}"

    def require_free(self) -> None:
        """Raises Refused unless it can be listened on."""
        if not 1 <= self.port <= 65535:
            raise _refused(f"there is no port {self.port}", code="bad_port")
        try:
            with socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that just ended takes no port
                tried.bind((self.host, self.port))
                tried.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise _refused(f"port {self.port} is taken", code="port_taken") from None
            what = f"cannot listen on {self.host}, port {self.port} ({error.strerror})"
            raise _refused(what, code="bad_port") from None

    def answers(self, *, wait: Callable[..., bool]) -> bool:
        """Whether GET /healthz gives 200. `wait` is Signals.wait, so that a slow answer keeps no signal waiting."""
        try:
            with socket.create_connection((self._near, self.port), timeout=SLOW) as asking:
                asking.sendall(ASKED.format(self._name).encode())
                return _heard(asking, wait=wait).split(b" ")[1:2] == [b"200"]
        except OSError:
            return False

    @property
    def _near(self) -> str:
        return EVERYWHERE.get(self.host, self.host)

    @property
    def _name(self) -> str:
        return f"[{self._near}]:{self.port}" if ":" in self._near else f"{self._near}:{self.port}"


def _heard(asking: socket.socket, *, wait: Callable[..., bool]) -> bytes:
    """The answer to its end: a server that is cut short would complain in its log."""
    answer = b""
    while len(answer) < ENOUGH and wait(SLOW, reading=asking) and (part := asking.recv(ENOUGH)):
        answer += part
    return answer


def _refused(what: str, *, code: str) -> Refused:
    return Refused(f"{what}.", remedy="Give another with --port.", code=code)

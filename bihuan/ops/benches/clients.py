"""The clients of a bench: a process of its own that posts the same requests again and again, each client by itself.

Reads a plan from standard input (JSON: port, path, clients, seconds, requests as [token, body]) and writes what came of
it: how many were answered with 201, in how many seconds, and the median time of one. Anything else ends it.
Bare sockets that stay open, so that the clients take little from the machine that they share with the server.
"""

from __future__ import annotations

import json
import re
import socket
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

PATIENCE = 30.0  # seconds for one answer
LAST_CHUNK = b"0\r\n\r\n"


def main() -> None:
    """Runs the plan."""
    plan = json.load(sys.stdin)
    requests = [_request(plan["path"], token, body) for token, body in plan["requests"]]
    began = time.perf_counter()
    until = began + plan["seconds"]

    def client(number: int) -> list[float]:
        return _post(plan["port"], requests[number :: plan["clients"]], until)

    with ThreadPoolExecutor(plan["clients"]) as threads:
        took = [one for some in threads.map(client, range(plan["clients"])) for one in some]
    told: dict[str, Any] = {"done": len(took), "seconds": time.perf_counter() - began}
    json.dump(told | {"median": statistics.median(took)}, sys.stdout)


def _request(path: str, token: str, body: dict[str, Any]) -> bytes:
    content = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content


def _post(port: int, requests: list[bytes], until: float) -> list[float]:
    """Posts them in turn over one connection, once at least, and gives how long each took, in seconds."""
    took: list[float] = []
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as server:
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (began := time.perf_counter()) < until or not took:
            server.sendall(requests[len(took) % len(requests)])
            answer = _answer(server)
            if not answer.startswith(b"HTTP/1.1 201 "):
                raise SystemExit(answer.decode(errors="replace"))
            took.append(time.perf_counter() - began)
    return took


def _answer(server: socket.socket) -> bytes:
    """A whole answer, whether its length is told at its head or it comes in chunks."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _part(server)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\ncontent-length: *([0-9]+)", head)
    while not (body.endswith(LAST_CHUNK) if length is None else len(body) >= int(length[1])):
        body += _part(server)
    return head + b"\r\n\r\n" + body


def _part(server: socket.socket) -> bytes:
    part = server.recv(1 << 16)
    if not part:
        raise SystemExit("the server hung up")
    return part


if __name__ == "__main__":
    main()

"""A web server for tests: answers on PORT, and has a helper process as servers do.

Behaves as its second argument says: "deaf" does not end on TERM, "slow" answers 503 at first.
"""

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from signal import SIG_IGN, SIGTERM, signal

PORT, MANNER = int(sys.argv[1]), sys.argv[2]


class Handler(BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self) -> None:
        Handler.asked += 1
        well = self.path == "/healthz" and (MANNER != "slow" or Handler.asked > 3)
        self.send_response(200 if well else 503)
        self.end_headers()
        self.wfile.write(str(Handler.asked).encode())

    def log_message(self, *_: object) -> None:
        pass


def stop(*_: object) -> None:
    helper.terminate()
    sys.exit()


helper = subprocess.Popen(["sleep", "600"])
signal(SIGTERM, SIG_IGN if MANNER == "deaf" else stop)
ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()

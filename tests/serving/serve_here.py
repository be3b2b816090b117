"""The supervisor as a process of its own, as `./run` starts it. Its only argument: how, as JSON."""

import json
import sys
from pathlib import Path

from bihuan.kernel.errors import Refused
from bihuan.ops.serving import leftovers, supervisor

how = json.loads(sys.argv[1])
supervisor.GRACE = leftovers.GRACE = how.pop("grace")
home, port = Path(how.pop("home")), how.pop("port")
try:
    code = supervisor.serve(home, port, say=lambda line: print(line, flush=True), **how)
except Refused as refused:
    print(f"bihuan: {refused}", file=sys.stderr)
    code = 2
sys.exit(code)

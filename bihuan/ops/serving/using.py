"""The database for a command that runs for a while, beside a running server or without one."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bihuan.ops.serving.cluster import Cluster
from bihuan.ops.serving.lock import InUse
from bihuan.ops.serving.place import Place

PATIENCE = 0.05  # seconds between two tries


@contextmanager
def database(home: Path) -> Iterator[str]:
    """The address of this installation's database, for as long as the block runs.

    That of DATABASE_URL, else of the server that runs on this folder, else of one started for the while. Another
    command's is waited for, since it ends with that command. Raises Refused when there is none to be had.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    cluster = Cluster(home)
    url = _url(cluster)
    try:
        yield url
    finally:
        cluster.stop()


def _url(cluster: Cluster) -> str:
    while True:
        try:
            return cluster.start()
        except InUse as in_use:
            if in_use.address and _takes_connections(cluster.place):
                return cluster.place.url
            time.sleep(PATIENCE)


def _takes_connections(place: Place) -> bool:
    """The socket is asked first: a killed server's file may still call itself ready, but nobody listens for it."""
    with socket.socket(socket.AF_UNIX) as one:
        heard = one.connect_ex(str(place.socket)) == 0
    return heard and place.is_ready()

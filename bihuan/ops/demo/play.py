"""Plays the history of one site, in a process of its own: SITE NOW."""

from __future__ import annotations

import sys
from datetime import datetime

import django


def main() -> None:
    """Plays it up to the instant that is given."""
    django.setup()
    from bihuan.ops.demo.history import history
    from bihuan.ops.demo.player import Player

    site, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
    Player(site).play(history(site, now=now), until=now)


if __name__ == "__main__":
    main()

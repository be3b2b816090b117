"""Walks every chain of events and every daily anchor, and names the first break. Exit code 1 where there is one."""

from __future__ import annotations

import argparse

from bihuan.ops.application import application


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command has none."""


def run(options: argparse.Namespace) -> int:
    """Prints what was walked and whether it is whole."""
    with application():
        return report()


def report() -> int:
    """Verifies the database that is at hand, and says how it came out; 1 where it is broken."""
    from bihuan.ledger.verify import verify

    verdict = verify()
    print(f"{verdict.events} events in {verdict.chains} chains, {verdict.anchors} daily anchors")
    if verdict.broken:
        print(f"broken: {verdict.broken}")
        return 1
    print(f"whole: {verdict.digest}")
    return 0

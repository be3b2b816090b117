"""Tells the story of one subject: every event, what each made owed and why, and how every promise went."""

from __future__ import annotations

import argparse

from bihuan.kernel.errors import Refused
from bihuan.ops import options as ask
from bihuan.ops.history import History, Take
from bihuan.rulebook import Event, Policy, Rulebook, SiteTimes
from bihuan.rulebook.explain import Teller, story
from bihuan.rulebook.record import order
from bihuan.rulebook.replay import Run


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    ask.add_events(parser)
    parser.add_argument("subject", metavar="SUBJECT", help="such as case:1 or work_order:9")
    ask.add_policy(parser)
    ask.add_language(parser)


def run(options: argparse.Namespace) -> int:
    """Prints the story."""
    rulebook, calendars = Rulebook(), ask.calendars_of(options)
    policy, until = rulebook.policy(options.policy), ask.until_of(options, calendars)
    with History(options.events, rulebook.vocabulary) as history:
        one = history.run(lambda: _Watch(policy, calendars, options.subject), _take, until=until)
    if not one.events:
        remedy = "Check the subject's spelling; it is written as in the events, such as case:1."
        raise Refused(f"nothing happened to {options.subject}.", where=options.events, remedy=remedy, code="no_subject")
    told = sorted((each for each in one.run.finish(until) if each.subject == options.subject), key=order)
    print("\n".join(story(one.events, told, Teller(rulebook, calendars, options.lang))))
    return 0


class _Watch:
    """A replay that keeps the events of one subject, and those that name it."""

    def __init__(self, policy: Policy, calendars: SiteTimes, subject: str) -> None:
        self.run, self.events, self._subject = Run(policy, calendars), list[Event](), subject

    def take(self, event: Event) -> None:
        """The next event."""
        if event.subject == self._subject or self._subject in self.run.reached(event):
            self.events.append(event)
        self.run.take(event)


def _take(watch: _Watch) -> Take:
    return watch.take

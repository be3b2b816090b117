"""What happens with a customer's mail. This room knows no cases: `config.wiring` says who takes them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bihuan.accounts.access import Actor
from bihuan.files.actions import Upload
from bihuan.ledger.models import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A customer's mail that has just arrived at a site."""

    id: UUID  # of the message it becomes
    site: str
    name: str
    address: str  # in its kept form; "" where it had none
    title: str
    text: str
    at: datetime
    subject: str = ""  # what the message of ours is about that it answers
    answers: str = ""  # the id of that message
    uploads: tuple[Upload, ...] = ()
    whole: bool = True  # False: something of it could not be read; the mail itself is among the uploads


Desk = Callable[[Incoming, Actor], Event]  # gives the event with which it was put to something, or opened it
_desk: list[Desk] = []


def register(desk: Desk) -> None:
    """Settles who takes mail in."""
    _desk[:] = [desk]


def take_in(mail: Incoming, *, by: Actor) -> Event:
    """Hands a mail to whoever takes mail in, in the transaction that marks it as taken."""
    return _desk[0](mail, by)

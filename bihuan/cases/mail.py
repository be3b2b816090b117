"""Customers' mail: a new one opens a complaint at once (XQ-C4.1), an answer is put to the case it belongs to."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor
from bihuan.cases.actions.filing import attach
from bihuan.cases.actions.receiving import Receipt, receive
from bihuan.cases.models import Case, CaseKind, Channel
from bihuan.customers.actions.contacts import correspondent
from bihuan.customers.models import Email, Home, Party
from bihuan.customers.vault import email_digest
from bihuan.ledger.actions import hold
from bihuan.ledger.models import Event
from bihuan.messages.actions import joined
from bihuan.messages.arrivals import Incoming
from bihuan.messages.queries import knows
from bihuan.messages.quoting import number_in, plain_title

_HEADING = 40  # characters of the text that stand for a title that is missing


def take_in(mail: Incoming, by: Actor) -> Event:
    """Puts a mail to its case, or opens one; gives the event that tells of it."""
    case = _known(mail)
    return _open(mail, by) if case is None else _join(case, mail, by)


def _known(mail: Incoming) -> Case | None:
    """The case of our message that is answered; else that of a number in the title, from an address which it knows."""
    noun, _colon, pk = mail.subject.partition(":")
    if noun == "case":
        return Case.objects.filter(pk=pk).first()
    number = number_in(mail.title)
    case = Case.objects.filter(numbers__number=number).first() if number else None
    return case if case is not None and mail.address and _is_theirs(case, mail.address) else None


def _is_theirs(case: Case, address: str) -> bool:
    digest = email_digest(address)
    on_file = Email.objects.filter(party=case.party_id, digest=digest) if case.party_id else Email.objects.none()
    return knows(case.subject, digest) or on_file.exists()


def _join(case: Case, mail: Incoming, by: Actor) -> Event:
    """The words stand in the message. Whether the case is to be reopened is for people to say."""
    hold({case.subject: case.site_id})
    at = max(mail.at, case.received_at)
    event = joined(case.subject, case.site_id, message=mail.id, answers=mail.answers, by=by, at=at)
    attach(case, mail.uploads, event=event, by=None, anything=True)
    return event


def _open(mail: Incoming, by: Actor) -> Event:
    party = correspondent(mail.site, name=mail.name, email=mail.address, by=by) if mail.address else None
    receipt = Receipt(
        kind=CaseKind.COMPLAINT,
        channel=Channel.EMAIL,
        site=mail.site,
        summary=_heading(mail),
        details=mail.text,
        party=party,
        home=_home(party) if party else None,
    )
    case, done = receive(receipt, by=by, at=mail.at)
    attach(case, mail.uploads, event=done.events[0], by=None, anything=True)
    return done.events[0]


def _heading(mail: Incoming) -> str:
    first = next((line for line in mail.text.splitlines() if line.strip()), "")
    return plain_title(mail.title) or first.strip()[:_HEADING] or _("Mail without a title")


def _home(party: Party) -> Home | None:
    """Their home, where they have only one."""
    homes = list(Home.objects.filter(occupancies__party=party, occupancies__until=None).distinct()[:2])
    return homes[0] if len(homes) == 1 else None

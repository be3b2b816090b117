"""Taking parties in, correcting what is known of them, and what they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor, NotFound
from bihuan.customers import names
from bihuan.customers.actions.holding import held
from bihuan.customers.entering import a_name, a_phone, an_identity, the_needs
from bihuan.customers.errors import require
from bihuan.customers.models import CustomerClass, Home, Occupancy, Party, PartyKind, Role
from bihuan.customers.vault import identity_digest, phone_row, vault
from bihuan.kernel.errors import Refused
from bihuan.kernel.phones import mask_identity
from bihuan.ledger.actions import Happened
from bihuan.obligations.actions import record

Rest = tuple[time, time]  # the customer's own rest hours, from and until; they may run over midnight


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParty:
    """A party as it is entered; only site and name are needed. Being linked to `home` opens no promise."""

    site: str
    name: str
    kind: str = PartyKind.RESIDENT
    customer_class: str = CustomerClass.NORMAL
    gender: str = ""
    identity: str = ""
    phones: Sequence[str] = ()  # the first is the primary one
    needs: str = ""
    rest: Rest | None = None
    home: Home | None = None
    role: str = Role.OWNER


class Changes(TypedDict, total=False):
    """What can be corrected; what is left out stays."""

    name: str
    kind: str
    customer_class: str
    gender: str
    identity: str  # "" takes it away
    needs: str
    rest: Rest | None


@transaction.atomic
def add_party(new: NewParty, *, by: Actor, at: datetime) -> Party:
    """A new customer, with numbers and home. Refused (party_exists) where the identity number is a known customer's."""
    by.must("customer.edit", new.site)
    if new.home is not None and new.home.site_id != new.site:
        raise NotFound
    phones = list(dict.fromkeys(a_phone(one) for one in new.phones))
    party = Party(site_id=new.site)
    _lay(party, _all_of(new))
    _write(party)
    for number, kept in enumerate(phones):
        phone_row(party.pk, kept, primary=number == 0).save(force_insert=True)
    if new.home is not None:
        require(new.role, known=Role.values, what="role")
        Occupancy.objects.create(home=new.home, party=party, role=new.role)
    return party


def correct(party: Party, *, by: Actor, at: datetime, **changes: Unpack[Changes]) -> Party:
    """Corrects what is known of a party. Only a change of class is told to the rules, as party.care_plan_set."""
    with held(party, act="customer.edit", by=by) as fresh:
        before = fresh.customer_class
        _lay(fresh, changes)
        _write(fresh)
        if fresh.customer_class != before:
            _tell_care(fresh, by=by, at=at)
        return fresh


def set_care(party: Party, *, needs: str, rest: Rest | None, customer_class: str, by: Actor, at: datetime) -> Party:
    """Sets the care plan: what to mind, rest hours and class. Records party.care_plan_set, from which visits follow."""
    with held(party, act="customer.edit", by=by) as fresh:
        _lay(fresh, {"needs": needs, "rest": rest, "customer_class": customer_class})
        _write(fresh)
        _tell_care(fresh, by=by, at=at)
        return fresh


def class_facts(party: Party) -> dict[str, str]:
    """What rules read of a party."""
    return {"customer_class": party.customer_class, "customer_kind": party.kind}


def name_party(party: Party, name: str) -> None:
    """Gives the party a name, and what it is sorted and found by."""
    party.name, party.sort, party.terms = name, names.sort_key(name), names.terms(name)


def identify(party: Party, number: str | None) -> None:
    """Gives the party an identity number in its kept form, or takes it away."""
    party.identity_sealed = vault().seal(number) if number else None
    party.identity_digest = identity_digest(number) if number else None
    party.identity_mask = mask_identity(number) if number else ""


def _all_of(new: NewParty) -> Changes:
    return {
        "name": new.name,
        "kind": new.kind,
        "customer_class": new.customer_class,
        "gender": new.gender,
        "identity": new.identity,
        "needs": new.needs,
        "rest": new.rest,
    }


def _lay(party: Party, changes: Changes) -> None:
    if "name" in changes:
        name_party(party, a_name(changes["name"]))
    if "kind" in changes:
        party.kind = require(changes["kind"], known=PartyKind.values, what="kind")
    if "customer_class" in changes:
        party.customer_class = require(changes["customer_class"], known=CustomerClass.values, what="customer_class")
    if "gender" in changes:
        party.gender = require(changes["gender"], known=["", "m", "f"], what="gender")
    if "identity" in changes:
        identify(party, an_identity(changes["identity"]) if changes["identity"] else None)
    if "needs" in changes:
        party.needs = the_needs(changes["needs"])
    if "rest" in changes:
        party.rest_from, party.rest_until = changes["rest"] or (None, None)


def _write(party: Party) -> None:
    try:
        with transaction.atomic():
            party.save()
    except IntegrityError:  # party_identity_once is the only rule that the checks above leave to the database
        what, remedy = _("another customer of this site has this identity number."), _("Look the customer up by name.")
        raise Refused(what, where="identity", remedy=remedy, code="party_exists") from None


def _tell_care(party: Party, *, by: Actor, at: datetime) -> None:
    record(Happened("party.care_plan_set", party.subject, party.site_id, at, by.subject, class_facts(party)))

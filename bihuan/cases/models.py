"""Cases, their numbers, the words spoken about them, and the serial numbers of sites."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import Site, Staff, Trade
from bihuan.customers.models import Home, Party
from bihuan.files.models import File
from bihuan.ledger.models import Event


class CaseKind(models.TextChoices):
    """What sort of case it is."""

    DEMAND = "demand", _("Request")
    COMPLAINT = "complaint", _("Complaint")
    ENQUIRY = "enquiry", _("Enquiry")
    SUGGESTION = "suggestion", _("Suggestion")
    PRAISE = "praise", _("Praise")
    EMERGENCY = "emergency", _("Emergency")


class Channel(models.TextChoices):
    """How it reached us."""

    PHONE = "phone", _("Telephone")
    WALK_IN = "walk_in", _("Visit to the office")
    WEBSITE = "website", _("Website")
    EMAIL = "email", _("E-mail")
    DROP_BOX = "drop_box", _("Letter box")
    FAX = "fax", _("Fax")
    LETTER = "letter", _("Letter")
    CHAT = "chat", _("Chat")
    PORTAL = "portal", _("Owners' app")
    SMS = "sms", _("Text message")
    SOCIAL = "social", _("Social media")
    PATROL = "patrol", _("Found on patrol")


class Severity(models.TextChoices):
    """How grave a complaint is (XQ-C5.2)."""

    A = "A", _("A major")
    B = "B", _("B general")
    C = "C", _("C minor")


class Ground(models.TextChoices):
    """Why a complaint is as grave as it is judged (XQ-C5.2)."""

    MAJOR_ITEM = "major_item", _("A major item of the inspection tables")
    LIFE = "life", _("It touches normal life")
    PROPERTY = "property", _("It touches property")
    SAFETY = "safety", _("It touches life and safety")
    JOINT = "joint", _("A joint complaint")
    UNSOLVED = "unsolved", _("Valid and unsolved for a month")
    GENERAL_ITEM = "general_item", _("A general item of the inspection tables")
    LARGER_LAPSE = "larger_lapse", _("A larger lapse of service")
    OBSERVATION = "observation", _("An observation item of the inspection tables")
    SLIGHT_LAPSE = "slight_lapse", _("A slight lapse of service")


GROUNDS = {
    Severity.A: (Ground.MAJOR_ITEM, Ground.LIFE, Ground.PROPERTY, Ground.SAFETY, Ground.JOINT, Ground.UNSOLVED),
    Severity.B: (Ground.GENERAL_ITEM, Ground.LARGER_LAPSE),
    Severity.C: (Ground.OBSERVATION, Ground.SLIGHT_LAPSE),
}


class Urgency(models.TextChoices):
    """Why a complaint is acted on at once (XQ-C7.3)."""

    WORSENS = "worsens", _("Waiting makes it worse")
    ASKED = "asked", _("The customer asks for it, and it can be done")
    CLEAR = "clear", _("It is slight and clear")
    WORKS = "works", _("Acting works at once")
    CRISIS = "crisis", _("It puts the company in crisis")


class Unit(models.TextChoices):
    """To whom a case is transferred that the site has no power to solve (XQ-C3a)."""

    BRANCH = "branch", _("Branch")
    DEVELOPER = "developer", _("Developer")
    OTHER = "other", _("Another unit")


class CaseState(models.TextChoices):
    """Where a case stands."""

    RECEIVED = "received", _("Received")
    IN_HAND = "in_hand", _("In hand")
    HANDLED = "handled", _("Handled")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


TRANSITIONS = [
    ("received", "in_hand"),
    ("received", "handled"),  # settled on the spot, or answered at once
    ("received", "withdrawn"),
    ("in_hand", "handled"),
    ("in_hand", "withdrawn"),
    ("handled", "in_hand"),  # reopened
    ("handled", "closed"),
    ("handled", "withdrawn"),
    ("closed", "in_hand"),  # reopened
    ("closed", "handled"),  # what the clock had closed, until a backdated event retracts that
]


class Problem(models.Model):
    """An entry of the classification table (投诉分类表)."""

    code = models.CharField(primary_key=True, max_length=4)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    trade = models.CharField(max_length=20, choices=Trade.choices, blank=True)  # whom it usually goes to

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        """The code and the name in the reader's language, as far as there is one in it."""
        english = self.name_en if get_language() == "en" else ""
        return f"{self.code} {english or self.name}"


class Case(models.Model):
    """Something a customer asked, complained of, suggested or praised, with one named person in charge."""

    id = models.UUIDField(primary_key=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=12, choices=CaseKind.choices)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.RECEIVED)
    number = models.CharField(max_length=32, null=True, unique=True)
    serial = models.IntegerField(null=True)
    severity = models.CharField(max_length=1, choices=Severity.choices, blank=True)
    problem = models.ForeignKey(Problem, models.PROTECT, null=True, related_name="cases")
    summary = models.CharField(max_length=80)
    details = models.TextField(blank=True)
    terms = ArrayField(models.CharField(max_length=40), default=list)  # bigrams of the summary
    home = models.ForeignKey(Home, models.PROTECT, null=True, related_name="cases")
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="cases")
    anonymous = models.BooleanField(default=False)
    agitated = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    urgency = models.CharField(max_length=10, choices=Urgency.choices, blank=True)
    ground = models.CharField(max_length=14, choices=Ground.choices, blank=True)  # why it is as grave as it is judged
    signers = models.SmallIntegerField(default=1)
    valid = models.BooleanField(null=True)
    understood = models.BooleanField(null=True)  # whether the customer accepts that it is not valid
    transferred_to = models.CharField(max_length=10, choices=Unit.choices, blank=True)  # who handles it now, if not we
    transferred_unit = models.CharField(max_length=80, blank=True)  # how that unit is called
    transferred_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeated_by")  # the earlier one
    settled_on_the_spot = models.BooleanField(default=False)
    agreed_at = models.DateTimeField(null=True)  # the reply or arrival time agreed with the customer
    requested_by = models.DateTimeField(null=True)  # the customer's own limit
    overrun_until = models.DateTimeField(null=True)  # asked for and not yet decided
    round = models.SmallIntegerField(default=1)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Staff, models.PROTECT, related_name="cases_received")
    in_charge = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="cases_in_charge")
    restated_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing_event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")  # what allows the closing
    closing_reason = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=CaseKind.values), name="case_kind"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="case_channel"),
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state"),
            models.CheckConstraint(condition=Q(severity__in=["", *Severity.values]), name="case_severity"),
            models.CheckConstraint(condition=Q(signers__gte=1), name="case_signers"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closing_event__isnull=False, closed_at__isnull=False),
                name="case_closed_by_an_event",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["handled", "closed"]) | Q(handled_at__isnull=False), name="case_handled_when"
            ),
            models.CheckConstraint(condition=Q(merged_into=None) | Q(state="withdrawn"), name="case_merged_is_over"),
            models.CheckConstraint(
                condition=~Q(kind="complaint", state__in=["in_hand", "handled", "closed"]) | Q(number__isnull=False),
                name="complaint_classified_before_handling",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["site", "kind", "-received_at", "-id"], name="case_recent"),
            models.Index(
                fields=["site", "kind", "-received_at", "-id"],
                name="case_open",
                condition=~Q(state__in=["closed", "withdrawn"]),
            ),
            models.Index(  # what the monthly figures count
                fields=["site", "closed_at"], name="complaint_closed", condition=Q(kind="complaint", state="closed")
            ),
            models.Index(fields=["home", "-received_at"], name="case_of_home"),
            models.Index(fields=["party", "-received_at"], name="case_of_party"),
            GinIndex(fields=["terms"], name="case_terms"),
            models.Index(fields=["-received_at", "-id"], name="case_newest"),  # for whoever looks over many sites
            models.Index(fields=["serial"], name="case_serial", condition=Q(serial__isnull=False)),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(name="case_transitions", field="state", transitions=TRANSITIONS),
            pgtrigger.Protect(name="case_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number or self.summary

    @property
    def subject(self) -> str:
        """How the ledger names this case."""
        return f"case:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether anything can still be done about it."""
        return self.state not in (CaseState.CLOSED, CaseState.WITHDRAWN)


class CaseNumber(models.Model):
    """Every number a case ever had; all of them find it."""

    number = models.CharField(primary_key=True, max_length=32)
    case = models.ForeignKey(Case, models.PROTECT, related_name="numbers")

    def __str__(self) -> str:
        return self.number


class Note(models.Model):
    """The words beside an event: what was said, found, proposed. The event holds a keyed hash of them."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    event = models.OneToOneField(Event, models.PROTECT, related_name="note")
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:40]


class Signer(models.Model):
    """One of the people who sign a joint complaint, beside the one who brought it: one case, and as many people."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="signed_by")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "party"], name="signer_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.party_id}"


class CaseFile(models.Model):
    """A file of a case, and the event with which it came: a photo, a scan of a letter, a signature."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="files")
    file = models.OneToOneField(File, models.PROTECT, related_name="case_file")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.case_id} {self.file_id}"


class AuthorityLetter(models.Model):
    """XQ-C7.5a: how far a site manager may go in promising, for a year at most. Never changed: the next replaces it."""

    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="authority_letters")
    manager = models.ForeignKey(Staff, models.PROTECT, related_name="authority_letters")
    since = models.DateField()
    until = models.DateField()  # the last day
    amount = models.PositiveIntegerField()  # whole yuan that one promise may cost
    problems = ArrayField(models.CharField(max_length=4), default=list)  # codes; none: all of them
    approved_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    file = models.OneToOneField(File, models.PROTECT, null=True, related_name="authority_letter")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since"), until__lte=F("since") + timedelta(days=366)), name="letter_of_a_year"
            ),
            models.CheckConstraint(condition=~Q(approved_by=F("manager")), name="letter_of_somebody_else"),
        ]
        indexes: ClassVar = [models.Index(fields=["site", "manager", "-id"], name="letter_of_manager")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="letter_never_changed", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.manager_id} {self.since}–{self.until}"


class Serial(models.Model):
    """The last number given of a kind at a site, for a day or for ever."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    key = models.CharField(max_length=20)
    last = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "key"], name="serial_once")]

    def __str__(self) -> str:
        return f"{self.site_id} {self.key} {self.last}"

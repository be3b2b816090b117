"""Messages out and in, what is attached to those that leave, and which mails were taken from which mailbox."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import Site, Staff
from bihuan.files.models import File
from bihuan.ledger.models import Event


class Direction(models.TextChoices):
    """To a customer or from one."""

    OUT = "out", _("sent")
    IN = "in", _("received")


class Means(models.TextChoices):
    """How somebody was told something. Messages leave by e-mail only, so far."""

    PHONE = "phone", _("By telephone")
    IN_PERSON = "in_person", _("In person")
    EMAIL = "email", _("By e-mail")
    LETTER = "letter", _("By letter")
    WEBSITE = "website", _("On the website")


class MessageState(models.TextChoices):
    """How far a message is."""

    QUEUED = "queued", _("queued")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    RECEIVED = "received", _("received")


class Message(models.Model):
    """A message about a subject of the ledger. The customer's address is sealed, and found by a keyed digest."""

    id = models.UUIDField(primary_key=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=80, db_collation="C")  # what it is about: case:…
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")  # with which it was written, or came
    direction = models.CharField(max_length=3, choices=Direction.choices)
    means = models.CharField(max_length=9, choices=Means.choices, default=Means.EMAIL)
    state = models.CharField(max_length=8, choices=MessageState.choices)
    address_sealed = models.BinaryField(null=True)  # None: erased
    address_digest = models.BinaryField(null=True)
    address_mask = models.CharField(max_length=254, blank=True)
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    message_id = models.CharField(max_length=255, blank=True)  # with its brackets
    in_reply_to = models.CharField(max_length=255, blank=True)
    at = models.DateTimeField()  # when it was queued, or arrived
    reminder = models.BooleanField(default=False)  # not sent at night
    attempts = models.SmallIntegerField(default=0)
    first_try_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=20, blank=True)  # a code: why it did not leave, or did not arrive
    more = models.IntegerField(default=0)  # mails of the same sender within the hour that were only counted
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(direction="out", state__in=["queued", "sent", "failed"])
                | Q(direction="in", state="received"),
                name="message_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="queued") | Q(next_try_at__isnull=False), name="message_queued_until"
            ),
            models.UniqueConstraint(fields=["message_id"], name="message_id_once", condition=Q(direction="out")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], name="message_queued", condition=Q(state="queued")),
            models.Index(fields=["subject"], name="message_subject"),
            models.Index(fields=["address_digest", "-at"], name="message_sender", condition=Q(direction="in")),
            models.Index(fields=["site", "at"], name="message_unread", condition=Q(direction="in", read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.state} {self.subject}"


class Attachment(models.Model):
    """A file that goes with a message to a customer. What customers attach belongs to the case."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    file = models.ForeignKey(File, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.message_id} {self.file_id}"


class Outcome(models.TextChoices):
    """What became of a mail."""

    OPENED = "opened", _("a case was opened")
    JOINED = "joined", _("it was put to a case")
    BOUNCED = "bounced", _("a message of ours did not arrive")
    AUTOMATIC = "automatic", _("an automatic answer")
    OWN = "own", _("a mail of our own")
    TOO_MANY = "too_many", _("too many from one address, only counted")
    AGAIN = "again", _("the same mail again")


class Taken(models.Model):
    """A mail that was dealt with: its place in the mailbox, so that it is taken once and only once."""

    mailbox = models.CharField(max_length=200, db_collation="C")
    validity = models.BigIntegerField()  # UIDVALIDITY
    uid = models.BigIntegerField()
    likeness = models.BinaryField()  # SHA-256 over id, sender, title and content: the same mail in another place
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["mailbox", "validity", "uid"], name="mail_taken_once")]
        indexes: ClassVar = [models.Index(fields=["mailbox", "likeness"], name="mail_likeness")]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.uid} {self.outcome}"

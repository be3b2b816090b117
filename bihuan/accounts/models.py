"""The company tree, sites, staff, posts, rosters, and the table of holidays."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class PostCode(models.TextChoices):
    """What somebody does somewhere."""

    AGENT = "agent", _("Agent")
    CS_SUPERVISOR = "cs_supervisor", _("Customer-service supervisor")
    QUALITY_SUPERVISOR = "quality_supervisor", _("Quality supervisor")
    SITE_MANAGER = "site_manager", _("Site manager")
    TRADE_SUPERVISOR = "trade_supervisor", _("Trade supervisor")
    TECHNICIAN = "technician", _("Technician")
    BRANCH_OFFICE = "branch_office", _("Branch complaint office")
    HEAD_OFFICE = "head_office", _("Head-office customer centre")
    ADMIN = "admin", _("Administrator")


class Trade(models.TextChoices):
    """What a trade supervisor or a technician knows."""

    ENGINEERING = "engineering", _("Engineering")
    ENVIRONMENT = "environment", _("Environment")
    PLUMBING = "plumbing", _("Plumbing")
    ELECTRICS = "electrics", _("Electrics")
    GENERAL = "general", _("General repairs")
    AIR_CONDITIONING = "air_conditioning", _("Air conditioning")
    LIFTS = "lifts", _("Lifts")
    LOW_VOLTAGE = "low_voltage", _("Access control and low voltage")
    FIRE = "fire", _("Fire equipment")
    CLEANING = "cleaning", _("Cleaning")
    GREENING = "greening", _("Greening")
    SECURITY = "security", _("Security")
    STEWARDS = "stewards", _("Stewards")


class Unit(models.Model):
    """The company or one of its branches."""

    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="unit_name"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="unit_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A community or park that is managed together, with its own time zone and working hours."""

    code = models.CharField(primary_key=True, max_length=12)
    name = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="sites")
    zone = models.CharField(max_length=40, default="Asia/Shanghai")
    weekly = models.JSONField(default=dict)  # {"mon": [["09:00", "12:00"], …]}; empty: the usual office hours

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z][A-Z0-9]{1,11}$"), name="site_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A day that is off work, or a weekend day that is worked (调休). Seeded from published data, then edited."""

    day = models.DateField(primary_key=True)
    worked = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.day)


class ConfirmedYear(models.Model):
    """A year whose holidays are published; past the last one, weekly hours hold and a warning shows."""

    year = models.IntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.year)


class Revision(models.Model):
    """One row: its number grows whenever calendars or rules change, so that every process reads them again."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="revision_one_row")]

    def __str__(self) -> str:
        return str(self.number)


class StaffManager(BaseUserManager["Staff"]):
    """Makes staff."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> Staff:
        """A member of staff who can sign in; without a password, not before one is set."""
        staff = self.model(username=username, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff

    def get_by_natural_key(self, username: str | None) -> Staff:
        """By the name one signs in with, whatever its case."""
        return self.get(username__iexact=username)


class Staff(AbstractBaseUser):
    """A person who works for the company."""

    username = models.CharField(_("user name"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=40)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)

    objects = StaffManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("username"), name="staff_username"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the ledger names this person, as a subject and as an actor."""
        return f"staff:{self.pk}"


class Post(models.Model):
    """What a member of staff does at a site, or for a branch and all sites beneath it, from a day until another."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="posts")
    post = models.CharField(max_length=20, choices=PostCode.choices)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="posts")
    trade = models.CharField(max_length=20, choices=Trade.choices, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(site=None, unit__isnull=False) | Q(unit=None, site__isnull=False), name="post_site_or_unit"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="post_since_until"),
            models.CheckConstraint(condition=Q(post__in=PostCode.values), name="post_known"),
            models.CheckConstraint(condition=Q(trade__in=["", *Trade.values]), name="post_trade_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["site", "post"], name="post_at_site")]

    def __str__(self) -> str:
        return f"{self.staff} {self.post}"


class Shift(models.Model):
    """A turn of duty on the roster."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="shifts")
    site = models.ForeignKey(Site, models.PROTECT, related_name="shifts")
    post = models.CharField(max_length=20, choices=PostCode.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"),
            models.UniqueConstraint(fields=["staff", "starts_at"], name="shift_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["site", "starts_at"], name="shift_at_site")]

    def __str__(self) -> str:
        return f"{self.staff} {self.starts_at}"


class ApiToken(models.Model):
    """Leave for a program to act as a member of staff until a day. Only the digest of the token is kept."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="api_tokens")
    digest = models.BinaryField(unique=True)  # SHA-256
    sites = ArrayField(models.CharField(max_length=12), null=True)  # None: wherever its member of staff works
    reads_only = models.BooleanField(default=False)
    issued_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)  # to the minute
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("issued_at")), name="token_ends_after_issue"),
            models.CheckConstraint(condition=~Q(sites=[]), name="token_for_some_site"),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.ends_at}"

"""Buildings, homes, parties, who lives or trades where, and what is known of a party and must be kept secret."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import Site


class HomeKind(models.TextChoices):
    """What a home is used as."""

    RESIDENCE = "residence", _("Residence")
    SHOP = "shop", _("Shop")
    OFFICE = "office", _("Office")
    DORMITORY = "dormitory", _("Dormitory")
    PLANT = "plant", _("Plant")
    PARKING = "parking", _("Parking space")


class HomeStatus(models.TextChoices):
    """How far a home is sold, handed over and lived in."""

    OCCUPIED = "occupied", _("Occupied")
    UNSOLD = "unsold", _("Unsold")
    HANDED_OVER = "handed_over", _("Handed over")
    NOT_MOVED_IN = "not_moved_in", _("Not moved in")
    DECORATED = "decorated", _("Decorated")
    LET = "let", _("Let")
    SOLD = "sold", _("Sold")
    VACANT = "vacant", _("Vacant")
    DECORATING = "decorating", _("Being decorated")


class PartyKind(models.TextChoices):
    """What sort of customer it is."""

    RESIDENT = "resident", _("Resident")
    MERCHANT = "merchant", _("Merchant")
    ORGANISATION = "organisation", _("Organisation")
    ENTERPRISE = "enterprise", _("Enterprise")


class CustomerClass(models.TextChoices):
    """How much attention a customer is owed."""

    NORMAL = "normal", _("Normal")
    KEY = "key", _("Key customer")


class Role(models.TextChoices):
    """What a party is to a home."""

    OWNER = "owner", _("Owner")
    TENANT = "tenant", _("Tenant")
    FAMILY = "family", _("Family")
    AGENT = "agent", pgettext_lazy("role at a home", "Agent")
    CONTACT = "contact", _("Contact")
    TEMPORARY = "temporary", _("Temporary")


class Building(models.Model):
    """A building of a site."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="buildings")
    name = models.CharField(max_length=40)
    sort = models.CharField(max_length=120, db_collation="C")  # pinyin key: no PostgreSQL that we ship has ICU
    floors = models.SmallIntegerField(null=True, blank=True)
    lift = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "name"], name="building_once")]

    def __str__(self) -> str:
        return self.name


class Home(models.Model):
    """Any owned or let space: residence, shop, office, plant, parking space."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="homes")
    building = models.ForeignKey(Building, models.PROTECT, related_name="homes")
    unit = models.CharField(max_length=10, blank=True)  # 单元; none for shops
    room = models.CharField(max_length=20)
    label = models.CharField(max_length=80)  # as people say it: 7栋2单元1101
    sort = models.CharField(max_length=120, db_collation="C")
    terms = ArrayField(models.CharField(max_length=40), default=list)  # what it is found by
    floor = models.SmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=12, choices=HomeKind.choices, default=HomeKind.RESIDENCE)
    status = models.CharField(max_length=12, choices=HomeStatus.choices, default=HomeStatus.OCCUPIED)
    area = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)  # square metres
    inner_area = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    rent = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)  # yuan a month
    layout = models.CharField(max_length=40, blank=True)  # 户型, as the company's own sheets call it
    handed_over = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["building", "unit", "room"], name="home_once"),
            models.CheckConstraint(condition=Q(kind__in=HomeKind.values), name="home_kind"),
            models.CheckConstraint(condition=Q(status__in=HomeStatus.values), name="home_status"),
            models.CheckConstraint(condition=Q(area=None) | Q(area__gte=0), name="home_area"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["site", "sort", "id"], name="home_sorted"),
            GinIndex(fields=["terms"], name="home_terms"),
        ]

    def __str__(self) -> str:
        return self.label


class Party(models.Model):
    """A person or an organisation. Its name and telephones are here and nowhere else, so that they can be erased."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="parties")
    kind = models.CharField(max_length=12, choices=PartyKind.choices, default=PartyKind.RESIDENT)
    customer_class = models.CharField(max_length=8, choices=CustomerClass.choices, default=CustomerClass.NORMAL)
    name = models.CharField(max_length=80)
    gender = models.CharField(max_length=1, blank=True, choices=[("m", _("Male")), ("f", _("Female"))])
    sort = models.CharField(max_length=160, db_collation="C")
    terms = ArrayField(models.CharField(max_length=40), default=list)  # bigrams of the name and its initials
    identity_sealed = models.BinaryField(null=True)
    identity_digest = models.BinaryField(null=True)  # keyed: who this is, without saying it
    identity_mask = models.CharField(max_length=24, blank=True)
    needs = models.CharField(max_length=200, blank=True)  # what to mind: 有婴儿，13–15 点勿扰
    rest_from = models.TimeField(null=True, blank=True)  # the customer's own rest hours
    rest_until = models.TimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=PartyKind.values), name="party_kind"),
            models.CheckConstraint(condition=Q(customer_class__in=CustomerClass.values), name="party_class"),
            models.CheckConstraint(
                condition=Q(rest_from=None, rest_until=None) | Q(rest_from__isnull=False, rest_until__isnull=False),
                name="party_rest_hours",
            ),
            models.UniqueConstraint(
                fields=["site", "identity_digest"],
                name="party_identity_once",
                condition=Q(identity_digest__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["site", "sort", "id"], name="party_sorted"),
            GinIndex(fields=["terms"], name="party_terms"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the ledger names this party."""
        return f"party:{self.pk}"


class Phone(models.Model):
    """A telephone number of a party: sealed, found by keyed digests of the whole and of its last four digits."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="phones")
    sealed = models.BinaryField()
    mask = models.CharField(max_length=24)
    digest = models.BinaryField()
    last_four = models.BinaryField()
    primary = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "digest"], name="phone_once"),
            models.UniqueConstraint(fields=["party"], name="phone_one_primary", condition=Q(primary=True)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["digest"], name="phone_digest"),
            models.Index(fields=["last_four"], name="phone_last_four"),
        ]

    def __str__(self) -> str:
        return self.mask


class Email(models.Model):
    """An e-mail address of a party: sealed, and found by a keyed digest."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="emails")
    sealed = models.BinaryField()
    mask = models.CharField(max_length=254)
    digest = models.BinaryField()
    primary = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "digest"], name="email_once"),
            models.UniqueConstraint(fields=["party"], name="email_one_primary", condition=Q(primary=True)),
        ]
        indexes: ClassVar = [models.Index(fields=["digest"], name="email_digest")]

    def __str__(self) -> str:
        return self.mask


class Occupancy(models.Model):
    """What a party is to a home, from a day until another."""

    home = models.ForeignKey(Home, models.PROTECT, related_name="occupancies")
    party = models.ForeignKey(Party, models.PROTECT, related_name="occupancies")
    role = models.CharField(max_length=10, choices=Role.choices)
    since = models.DateField(null=True, blank=True)  # unknown for many imported ones
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home", "party", "role"], name="occupancy_once", condition=Q(until=None)),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="occupancy_role"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")), name="occupancy_since_until"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.role} {self.home_id}"


class Import(models.Model):
    """A sheet that was read: its preview, how far it is, and what became of it."""

    id = models.UUIDField(primary_key=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="imports")
    digest = models.BinaryField()  # SHA-256 of the file
    file = models.CharField(max_length=120)  # its name, as it was sent
    rows = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    summary = models.JSONField(default=dict)  # counts: new, changed, the same
    problems = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="previewed")  # previewed, running, done, failed
    made_by = models.IntegerField()
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["previewed", "running", "done", "failed"]), name="import_state"
            ),
        ]

    def __str__(self) -> str:
        return self.file

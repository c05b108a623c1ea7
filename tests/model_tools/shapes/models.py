"""Small models like those of three public projects: Saleor's orders, NetBox's networks, pretix's vouchers.

They use the same kinds of fields, keys, inheritance, managers and rules, but none of the projects' code.
"""

import uuid
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone


def next_number() -> int:
    """Return the next free number. Saleor uses a sequence of PostgreSQL."""
    return 1 + (Purchase.objects.aggregate(last=models.Max("number"))["last"] or 0)


def new_code() -> str:
    return uuid.uuid4().hex[:10].upper()


class LivingQuerySet(models.QuerySet["Purchase"]):
    def paid(self) -> "LivingQuerySet":
        return self.filter(status="paid")


class WithMetadata(models.Model):
    """Metadata that other programs store with a row, as in Saleor."""

    private_metadata = models.JSONField(blank=True, null=True, default=dict)
    metadata = models.JSONField(blank=True, null=True, default=dict)

    class Meta:
        abstract = True


class Channel(models.Model):
    """A shop, as in Saleor."""

    name = models.CharField(max_length=250)
    slug = models.SlugField(max_length=255, unique=True)
    currency_code = models.CharField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$")])
    is_active = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.slug


class GiftCard(WithMetadata):
    code = models.CharField(max_length=16, unique=True, validators=[MinLengthValidator(4)], db_index=True)
    expiry_date = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.code


class Purchase(WithMetadata):
    """An order, as in Saleor: a UUID as its key, a computed number, amounts, a reference to its own model."""

    STATUSES = (("draft", "Draft"), ("paid", "Paid"), ("cancelled", "Cancelled"))

    id = models.UUIDField(primary_key=True, editable=False, unique=True, default=uuid.uuid4)
    number = models.IntegerField(unique=True, default=next_number, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False, db_index=True)
    expired_at = models.DateTimeField(blank=True, null=True)
    status = models.CharField(max_length=32, default="draft", choices=STATUSES)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, blank=True, null=True, related_name="purchases"
    )
    original = models.ForeignKey("self", models.SET_NULL, null=True, blank=True)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="purchases")
    language_code = models.CharField(max_length=35, choices=settings.LANGUAGES, default="en")
    tax_rate = models.DecimalField(max_digits=5, decimal_places=4, blank=True, null=True)
    total = models.DecimalField(max_digits=12, decimal_places=3, default=Decimal("0.0"))
    checkout_token = models.CharField(max_length=36, blank=True)
    gift_cards = models.ManyToManyField(GiftCard, blank=True, related_name="purchases")
    customer_note = models.TextField(blank=True, default="")
    redirect_url = models.URLField(blank=True, null=True)
    display_gross_prices = models.BooleanField(null=True, blank=True)

    objects = models.Manager.from_queryset(LivingQuerySet)()

    class Meta:
        ordering = ("-number",)
        indexes: ClassVar = [models.Index(fields=["created_at"], name="purchase_created")]

    def __str__(self) -> str:
        return f"#{self.number}"


class NetworkQuerySet(models.QuerySet["Vlan"]):
    def used(self) -> "NetworkQuerySet":
        return self.exclude(status="reserved")


class AddressField(models.Field):
    """A custom field, like NetBox's field for networks."""

    def get_internal_type(self) -> str:
        return "AddressField"

    def db_type(self, connection: Any) -> str:
        return "varchar(50)"


class VlanGroup(models.Model):
    """Belongs to a row of any model, and keeps a count that is not editable."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100)
    scope_type = models.ForeignKey(ContentType, models.CASCADE, blank=True, null=True)
    scope_id = models.PositiveBigIntegerField(blank=True, null=True)
    scope = GenericForeignKey("scope_type", "scope_id")
    network = AddressField(null=True, blank=True)
    _total_ids = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ("name", "pk")
        verbose_name = "VLAN group"
        verbose_name_plural = "VLAN groups"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("scope_type", "scope_id", "slug"), name="vlangroup_slug")
        ]

    def __str__(self) -> str:
        return self.name


class Vlan(models.Model):
    class Status(models.TextChoices):
        ACTIVE = "active"
        RESERVED = "reserved"

    group = models.ForeignKey(VlanGroup, models.PROTECT, related_name="vlans", blank=True, null=True)
    vid = models.PositiveSmallIntegerField(
        "VLAN ID",
        validators=[MinValueValidator(1), MaxValueValidator(4094)],
        help_text="Numeric VLAN ID (1\u20134094). It\u2019s unique in its group, and others may have the "
        "same one, which is more than fits on a line.",
    )
    name = models.CharField(max_length=64)
    status = models.CharField(max_length=50, choices=Status, default=Status.ACTIVE, help_text="<b>State</b>")
    twins = models.ManyToManyField("self", through="VlanLink", blank=True)

    objects = NetworkQuerySet.as_manager()

    class Meta:
        ordering = ("group", "vid", "pk")
        verbose_name = "VLAN"
        verbose_name_plural = "VLANs"
        constraints: ClassVar = [models.UniqueConstraint(fields=("group", "vid"), name="vlan_vid")]

    def __str__(self) -> str:
        return f"{self.name} ({self.vid})"


class VlanLink(models.Model):
    """The table of a relation, which has more fields than the two keys."""

    a = models.ForeignKey(Vlan, models.CASCADE, related_name="+")
    b = models.ForeignKey(Vlan, models.CASCADE, related_name="+")
    cost = models.FloatField(help_text="Lower is better.")
    since = models.DateField()
    window = models.DurationField(null=True, blank=True)
    opens = models.TimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.a} {self.b}"


class LivingManager(models.Manager):
    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(deleted_at=None)


class Event(models.Model):
    """The default manager hides deleted events."""

    slug = models.CharField(max_length=50, unique=True, validators=[RegexValidator(r"^[a-z0-9.-]+$")])
    name = models.CharField(max_length=200)
    date_from = models.DateTimeField(db_index=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    logo = models.FileField(blank=True)

    living = LivingManager()
    objects = models.Manager()

    def __str__(self) -> str:
        return self.slug


class Item(models.Model):
    event = models.ForeignKey(Event, models.CASCADE, related_name="items")
    name = models.CharField(max_length=255)
    kind = models.PositiveSmallIntegerField(choices=[(1, "Ticket"), (2, "Other")], default=1)
    default_price = models.DecimalField(max_digits=13, decimal_places=2)
    position = models.IntegerField(default=0)
    picture = models.BinaryField(null=True)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name


class Ticket(Item):
    """Inherits from another table, and has fields with names of Python's built-in functions."""

    type = models.CharField(max_length=20, blank=True, db_index=True)
    format = models.CharField(max_length=5, default="pdf")
    seats: models.ManyToManyField = models.ManyToManyField("Seat", related_name="tickets")


class Seat(models.Model):
    """Has a string as its primary key, which users enter."""

    guid = models.CharField(max_length=30, primary_key=True)
    row = models.CharField(max_length=10, blank=True)
    page = models.IntegerField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return self.guid


class SeatNote(models.Model):
    """Has a foreign key as its primary key."""

    seat = models.OneToOneField(Seat, models.CASCADE, primary_key=True)
    text = models.TextField()

    def __str__(self) -> str:
        return self.text


class Voucher(models.Model):
    """Its code is saved in capital letters, and is unique in an event."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="vouchers")
    item = models.ForeignKey(Item, models.CASCADE, null=True, blank=True)
    code = models.CharField(
        max_length=255, default=new_code, db_index=True, validators=[MinLengthValidator(5)]
    )
    max_usages = models.PositiveIntegerField(default=1)
    value = models.DecimalField(decimal_places=2, max_digits=10, null=True, blank=True)
    valid_until = models.DateTimeField(blank=True, null=True, db_index=True)
    tag = models.CharField(max_length=255, blank=True, db_index=True)
    half = models.GeneratedField(
        expression=models.F("max_usages") / 2, output_field=models.IntegerField(), db_persist=True
    )

    class Meta:
        unique_together = (("event", "code"),)
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code

    def save(self, **options: Any) -> None:
        self.code = self.code.upper()
        super().save(**options)


class Featured(Event):
    """A proxy model."""

    class Meta:
        proxy = True


class RegistrationQuestionnaireAnswer(models.Model):
    """Has long names, which must not make lines too long."""

    questionnaire_of_the_registration = models.CharField(max_length=100, unique=True)
    related_seat = models.ForeignKey(Seat, models.CASCADE)

    def __str__(self) -> str:
        return self.questionnaire_of_the_registration

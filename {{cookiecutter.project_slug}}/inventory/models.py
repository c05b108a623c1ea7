"""The example shop: its products, its orders, and the changes of its stock."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
# % if cookiecutter.multi_tenancy
from django.utils import timezone

from tenants.models import TenantModel


class ShopModel(TenantModel):
# % else
from django.utils import timezone


class ShopModel(models.Model):
# % endif
    """The base class of the models of the shop."""

    class Meta:
        abstract = True


class Category(ShopModel):
    """A category of products."""

    # % if cookiecutter.multi_tenancy
    name = models.CharField(max_length=100)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tenant", "name"), name="category_name_once"),)
    # % else
    name = models.CharField(max_length=100, unique=True)

    class Meta:
    # % endif
        ordering = ("name",)
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Product(ShopModel):
    """Something that the shop sells.

    `stock` cannot be negative: with PositiveIntegerField, the database itself refuses that. Lock the row to
    change it, as the tool adjust_stock does. Without a lock, a change that somebody else makes between
    reading and saving is lost.

    To keep the example small, there is one stock. With several warehouses, it would be a model with a row for
    each product and place.
    """

    # % if cookiecutter.multi_tenancy
    sku = models.CharField("SKU", max_length=32)
    # % else
    sku = models.CharField("SKU", max_length=32, unique=True)
    # % endif
    name = models.CharField(max_length=200)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    price = models.DecimalField(max_digits=10, decimal_places=2, validators=[MinValueValidator(0)])
    stock = models.PositiveIntegerField(default=0)
    description = models.TextField(max_length=2000, blank=True, db_default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="created_products",
    )
    active = models.BooleanField(default=True, help_text="Products no longer sold keep their history.")

    class Meta:
        ordering = ("sku",)
        constraints = (
            models.CheckConstraint(condition=models.Q(price__gte=0), name="product_price_not_negative"),
            # % if cookiecutter.multi_tenancy
            models.UniqueConstraint(fields=("tenant", "sku"), name="product_sku_once"),
            # % endif
        )
        indexes = (
            # Lists and counts need only this index. `stock` is in no index, so that a sale does not have to
            # update one.
            models.Index(fields=("category", "sku"), condition=models.Q(active=True), name="product_on_sale"),
        )

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class Order(ShopModel):
    """An order of a customer."""

    class Status(models.TextChoices):
        PENDING = "pending"
        PAID = "paid"
        SHIPPED = "shipped"
        DELIVERED = "delivered"
        CANCELLED = "cancelled"

    customer = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    created = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ("-created",)

    def __str__(self) -> str:
        return f"Order {self.pk} ({self.status})"


class OrderLine(ShopModel):
    """A product in an order, with its price at that time."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="order_lines")
    quantity = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("order", "product"), name="orderline_product_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="orderline_quantity_positive"),
        )

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product}"


class StockAdjustment(ShopModel):
    """A change of a product's stock: how much, why, and by whom. Rows are never changed."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="adjustments")
    change = models.IntegerField(help_text="Positive for goods in, negative for out.")
    reason = models.CharField(max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="stock_adjustments",
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created",)
        indexes = (models.Index(fields=("-created",), name="stockadjustment_newest"),)

    def __str__(self) -> str:
        return f"{self.change:+} ({self.reason})"

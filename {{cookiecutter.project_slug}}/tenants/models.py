"""Tenants, their members, and the base class of models whose rows belong to a tenant."""

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.conf import settings as django_settings  # a tenant has settings too
from django.db import connections, models, router

from operations.rates import validate_rate
from tenants import scope
from tenants.managers import TenantManager


class Tenant(models.Model):
    """A customer of this site, whose data other tenants never see."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(unique=True, help_text="In addresses: /mcp/t/SLUG/.")
    active = models.BooleanField(
        default=True, help_text="Requests for a tenant that is not active are refused; its data stays."
    )
    settings = models.JSONField(default=dict, blank=True)
    rate_limit = models.CharField(
        max_length=20,
        blank=True,
        validators=[validate_rate],
        help_text="How often all its users together may call tools, such as 600/minute. Empty: no limit.",
    )
    created = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(
        django_settings.AUTH_USER_MODEL, through="Membership", related_name="tenants"
    )

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    @property
    def mcp_url(self) -> str:
        """The address at which AI clients act for this tenant."""
        return f"{django_settings.PUBLIC_BASE_URL}/mcp/t/{self.slug}/"


class Membership(models.Model):
    """Lets a user act for a tenant. After it is deleted, the next request is refused."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(django_settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.tenant}"


class TenantModel(models.Model):
    """The base class of a model whose rows belong to a tenant. Inheriting is all it takes.

    `objects` finds only rows of the tenant in scope, and new rows belong to it. PostgreSQL enforces the same
    for any
    SQL: see `row_security.py`.
    """

    tenant = models.ForeignKey(
        Tenant, models.CASCADE, related_name="+", default=scope.current, editable=False
    )
    tenant_id: int

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"  # so relations too find only rows in scope

    def save(self, **options: Any) -> None:
        """Save. Raises TenantScopeError for a relation to a row of another tenant."""
        using = options.get("using") or router.db_for_write(type(self), instance=self)
        if connections[using].vendor != "postgresql":  # PostgreSQL's policies refuse it
            self._refuse_rows_of_others(options.get("update_fields"))
        super().save(**options)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Check constraints with the tenant in forms too, which exclude it because they do not show it."""
        super().validate_constraints(set(exclude or ()) - {"tenant"})

    def _refuse_rows_of_others(self, update_fields: Collection[str] | None) -> None:
        for field, target in tenant_relations(type(self)):
            key = getattr(self, field.attname)
            is_saved = update_fields is None or {field.name, field.attname} & set(update_fields)
            if key is None or not is_saved:
                continue
            if not target.objects.filter(pk=key, tenant=self.tenant_id).exists():
                raise scope.TenantScopeError(
                    f"{field.name} {key!r} does not belong to the tenant {self.tenant}."
                )


def tenant_models() -> list[type[TenantModel]]:
    """Return every model whose rows belong to a tenant."""
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


def tenant_relations(model: type[models.Model]) -> list[tuple[models.ForeignKey, type[TenantModel]]]:
    """Return the foreign keys of `model` to other tenant models, each with its target."""
    return [
        (field, field.related_model)
        for field in model._meta.concrete_fields  # noqa: SLF001 - public, documented API
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, TenantModel)
    ]

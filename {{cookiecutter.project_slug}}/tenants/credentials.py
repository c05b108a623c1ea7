"""The tenants that a credential is for."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _


class TenantCredential(models.Model):
    """The base of `mcp_server.models.Credential`, which is for one tenant or several."""

    tenant = models.ForeignKey(
        "tenants.Tenant",
        models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        help_text="Empty: all that its user has now, each at /mcp/t/SLUG/.",
    )
    # The tenants that "all" meant when it was chosen; None for one tenant. The user did not agree to tenants
    # that they join later.
    all_tenants = models.JSONField(null=True, editable=False)
    user: Any
    user_id: Any

    class Meta:
        abstract = True

    def save(self, **options: Any) -> None:
        """Save with a fixed list of tenants: the given one, or all that the user has now.

        So existing credentials do not change when the user joins a tenant.
        """
        if self.tenant_id is not None:
            self.all_tenants = None
        elif self.all_tenants is None:
            tenants = self.user.tenants.filter(active=True)
            self.all_tenants = [tenant.pk for tenant in tenants]
            if len(tenants) == 1:
                self.tenant, self.all_tenants = tenants[0], None
        super().save(**options)

    def clean(self) -> None:
        """Refuse a new credential for no tenant: a tenant that the user joins later would not be added."""
        super().clean()
        is_for_all = self._state.adding and self.user_id is not None and self.tenant_id is None
        if is_for_all and not self.user.tenants.filter(active=True).exists():
            text = _("%(user)s is not a member of an active tenant: add them to one.")
            raise ValidationError(text, params={"user": self.user})

    @property
    def tenant_ids(self) -> list[int]:
        """The primary keys of its tenants. Whether its user may still act for them is asked separately."""
        return [self.tenant_id] if self.tenant_id is not None else self.all_tenants or []

    @admin.display(description="tenant")
    def tenant_names(self) -> str:
        """Return the names of its tenants."""
        tenants = apps.get_model("tenants", "Tenant").objects.filter(pk__in=self.tenant_ids)
        return ", ".join(tenant.name for tenant in tenants) or _("none")

"""The forms that create tokens, with a choice of the tenant."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mcp_server.pages.forms import TokenAdminForm, TokenForm
from operations.users import User
from tenants.models import Tenant

EVERY = _("All of these, each at its own address")


def tenants_to_choose(user: User) -> QuerySet[Tenant]:
    """Return the tenants that a credential of `user` can be for."""
    tenants: QuerySet[Tenant] = user.tenants.filter(active=True)
    return tenants


class TenantTokenForm(TokenForm):
    """The form with which users create a token for one of their tenants, or for all."""

    class Meta(TokenForm.Meta):
        fields = ["name", "tenant", "lifetime", "allowed_tools"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Offer the tenants of `user`, if there is more than one."""
        super().__init__(*args, user=user, **kwargs)
        tenants = tenants_to_choose(user)
        if tenants.count() > 1:
            self.fields["tenant"] = forms.ModelChoiceField(
                tenants, required=False, empty_label=EVERY, label=_("Tenant")
            )
        else:
            self.fields.pop("tenant")


class TenantTokenAdminForm(TokenAdminForm):
    """The form with which administrators create a token for one tenant, or for all tenants of its user."""

    class Meta(TokenAdminForm.Meta):
        fields = ["user", "tenant", "name", "expires_at", "rate_limit", "allowed_tools"]

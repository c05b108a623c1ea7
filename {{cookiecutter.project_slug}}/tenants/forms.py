"""The choice of a tenant, in the forms that make credentials."""

from django import forms
from django.db.models import QuerySet

from operations.users import User
from tenants.models import Tenant

EVERY = "All of these, each at its own address"


def tenants_to_choose(user: User) -> QuerySet[Tenant]:
    """Return the tenants that a credential of `user` can be for."""
    tenants: QuerySet[Tenant] = user.tenants.filter(active=True)
    return tenants


def offer_tenants(form: forms.BaseForm, user: User) -> None:
    """Let `user` choose in the field `tenant` among their own; with just one, there is nothing to choose."""
    tenants = tenants_to_choose(user)
    if tenants.count() > 1:
        form.fields["tenant"] = forms.ModelChoiceField(
            tenants, required=False, empty_label=EVERY, label="Tenant"
        )
    else:
        form.fields.pop("tenant", None)

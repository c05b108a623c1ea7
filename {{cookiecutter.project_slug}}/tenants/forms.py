"""The choice of a tenant, in the forms that make credentials."""

from django import forms

from accounts.models import User

EVERY = "All, each at its own address"


def offer_tenants(form: forms.BaseForm, user: User) -> None:
    """Let `user` choose in the field `tenant` among their own; with just one, there is nothing to choose."""
    tenants = user.tenants.filter(active=True)
    if tenants.count() > 1:
        form.fields["tenant"] = forms.ModelChoiceField(
            tenants, required=False, empty_label=EVERY, label="For"
        )
    else:
        form.fields.pop("tenant", None)

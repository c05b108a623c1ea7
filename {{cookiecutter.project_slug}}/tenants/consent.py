"""The consent page with tenants: the user sees or chooses the tenant for which an app may act."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from oauth2_provider.exceptions import OAuthToolkitError

from oauth.consent import AuthorizeView
from oauth.forms import ConsentForm
from oauth.models import Connection
from oauth.resources import part_of
from oauth.validator import invalid_target
from operations.users import User
from tenants.forms import EVERY, tenants_to_choose

UNDECIDED = "undecided"


def is_for_member(audience: str, user: User) -> bool:
    """Whether `user` may connect an app to the address `audience`."""
    slug = _slug_in(audience)
    return slug is None or tenants_to_choose(user).filter(slug=slug).exists()


def _slug_in(audience: str) -> str | None:
    return part_of(audience).removeprefix("/t/") or None


class TenantConsentForm(ConsentForm):
    """Also limits an app to a tenant, or to all tenants that the user has now, without those they join later.

    An app without the address of a tenant cannot be for all of them, because each of its calls would be
    refused.
    """

    def __init__(
        self, *args: Any, user: User, connection: Connection | None, resource: str, **kwargs: Any
    ) -> None:
        """Offer the tenant that `resource` names, or all of `user`."""
        super().__init__(*args, user=user, connection=connection, **kwargs)
        self.all_tenants = list(tenants_to_choose(user))
        slug = _slug_in(resource)
        self.offered = [tenant for tenant in self.all_tenants if slug in {None, tenant.slug}]
        choices: list[tuple[str, Any]] = [(str(tenant.pk), tenant.name) for tenant in self.offered]
        self.may_be_all = slug is not None and len(self.all_tenants) > 1
        if self.may_be_all:
            choices.append(("", EVERY))
        if len(self.offered) > 1:
            choices.insert(0, (UNDECIDED, _("Choose…")))
        self.fields["tenant"] = forms.ChoiceField(label=_("Tenant"), choices=choices, required=False)
        if connection:
            text = _("Until now for: %(tenants)s. Your choice replaces this.")
            self.fields["tenant"].help_text = text % {"tenants": connection.tenant_names()}
        if len(self.offered) == 1:
            self.initial["tenant"] = self.offered[0].pk
        else:
            self.initial["tenant"] = (connection and connection.tenant_id) or UNDECIDED

    def clean_tenant(self) -> str:
        """Return the chosen tenant. Without an answer, that is the only one, if there is only one."""
        chosen: str = self.cleaned_data["tenant"]
        if not self.offered:
            raise ValidationError(_("You are not a member of an active tenant."))
        is_answered = "tenant" in self.data
        if len(self.offered) == 1 and not (is_answered and self.may_be_all):
            return str(self.offered[0].pk)
        if not is_answered or chosen == UNDECIDED or not (chosen or self.may_be_all):
            raise ValidationError(_("Choose the tenant for which the app may act."))
        return chosen

    def limits(self) -> dict[str, Any]:
        """Return the fields of a Connection that limit the app."""
        chosen = self.cleaned_data["tenant"]
        every = None if chosen else [tenant.pk for tenant in self.all_tenants]
        return super().limits() | {"tenant_id": int(chosen) if chosen else None, "all_tenants": every}


class TenantAuthorizeView(AuthorizeView):
    """The consent page that also asks for the tenant."""

    template_name = "tenants/authorize.html"
    form_class = TenantConsentForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Add the address for which the app asks."""
        return super().get_form_kwargs() | {"resource": self.credentials["resource"][0]}

    def read(self, request: HttpRequest) -> tuple[list[str], dict[str, Any]]:
        """Return the scopes and the other parameters of the request.

        Raises OAuthToolkitError if one is wrong.
        """
        scopes, credentials = super().read(request)
        if request.user.is_authenticated and not is_for_member(credentials["resource"][0], request.user):
            # The answer must not tell whether this tenant exists.
            error = invalid_target("There is no such address for this user.", credentials["request"])
            raise OAuthToolkitError(error)
        return scopes, credentials

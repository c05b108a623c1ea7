"""The ways to sign in, in the admin: only to end one, for example if a user lost a second factor."""

from typing import Any

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from allauth.mfa.admin import AuthenticatorAdmin as BaseAuthenticatorAdmin
from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken
from allauth.socialaccount.admin import SocialAccountAdmin as BaseSocialAccountAdmin
from django.contrib import admin
from django.http import HttpRequest

# On the pages of django-allauth, staff could give their account at the company to a superuser, and read the
# secrets of authenticator apps, and so sign in as anybody.
admin.site.unregister([Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken])


class EndsOnly(admin.ModelAdmin):
    """Lists ways to sign in. Only superusers end those of a superuser."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_above = obj is not None and obj.user.is_superuser and not request.user.is_superuser
        return not is_above and super().has_delete_permission(request, obj)


@admin.register(Authenticator)
class AuthenticatorAdmin(EndsOnly, BaseAuthenticatorAdmin):
    """Lists second factors without their secrets."""

    exclude = ["data"]


@admin.register(SocialAccount)
class SocialAccountAdmin(EndsOnly, BaseSocialAccountAdmin):
    """Lists accounts at the company, and at other sites."""

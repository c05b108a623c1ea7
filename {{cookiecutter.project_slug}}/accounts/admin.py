"""Users in the admin."""

from collections.abc import Iterable

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.invitations import invite
from accounts.models import User


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    """Django's UserAdmin, with the e-mail address in place of the user name, and with invitations."""

    ordering = ["email"]
    list_display = [
        "email",
        "is_service",
        "is_active",
        "is_staff",
        "last_login",
        "first_name",
        "last_name",
    ]
    list_filter = [*BaseUserAdmin.list_filter, "is_service"]
    search_fields = ["email", "first_name", "last_name"]
    fieldsets = [
        (None, {"fields": ["email", "password", "is_service"]}),
        ("Personal info", {"fields": ["first_name", "last_name"]}),
        ("Permissions", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "description": "To invite somebody, disable password-based authentication: you get a link "
                "with which they set a password themselves.",
                "fields": ["email", "usable_password", "password1", "password2"],
            },
        ),
    ]
    readonly_fields = ["is_service", "last_login", "date_joined"]
    actions = ["invite"]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only superusers change a superuser: others could set a password and sign in with it."""
        return not self._is_above(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only superusers delete a superuser."""
        return not self._is_above(request, obj) and super().has_delete_permission(request, obj)

    def _is_above(self, request: HttpRequest, obj: User | None) -> bool:
        return obj is not None and obj.is_superuser and not request.user.is_superuser

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Let only superusers make one: others could make themselves a superuser."""
        fields = [*super().get_readonly_fields(request, obj)]
        return fields if request.user.is_superuser else [*fields, "is_superuser"]

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - Django's name
        form_url: str = "",
    ) -> HttpResponse:
        """Refuse to give a password to a service account."""
        user = self.get_object(request, id)
        if user is not None and user.is_service:
            raise PermissionDenied("Nobody signs in as a service account: create tokens for it.")
        return super().user_change_password(request, id, form_url)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the link for a new user without a password at once."""
        if obj.has_usable_password() or not self.has_change_permission(request, obj):
            return super().response_add(request, obj, post_url_continue)
        return self._show_links(request, [obj])

    @admin.action(description="Send a link to set a password", permissions=["change"])
    def invite(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Send each user a link, and show all links on a page: a message would put them into a cookie."""
        users = [
            user
            for user in queryset.filter(is_active=True, is_service=False)
            if self.has_change_permission(request, user)
        ]
        if len(users) < queryset.count():
            text = "Left out: service accounts, inactive users, and superusers unless you are one yourself."
            messages.warning(request, text)
        return self._show_links(request, users) if users else None

    def _show_links(self, request: HttpRequest, users: Iterable[User]) -> HttpResponse:
        links = [(user, invite(user)) for user in users]
        for user, _ in links:
            self.log_change(request, user, "Created a link to set the password.")
        return render(request, "accounts/invited.html", {"links": links})

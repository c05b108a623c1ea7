"""The admin with tenants: who may see which pages.

Permissions of Django are for the whole site, but staff belong to a tenant. So permissions of staff apply only
to rows of `TenantModel`. All other rows (users, tokens, the audit, tenants themselves) concern every tenant:
their pages are only for superusers, whichever app registers them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest

from tenants import scope
from tenants.models import TenantModel


class ForSuperusers(admin.ModelAdmin):
    """Pages of rows that concern every tenant. Autocompletion uses the same permissions."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser and super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest) -> Any:
        """Look in every tenant, because rows that are deleted with a user, for example, may be in any."""
        with scope.across_tenants():
            return super().get_deleted_objects(objs, request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with scope.across_tenants():
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with scope.across_tenants():
            super().delete_queryset(request, queryset)


class ForStaff(admin.ModelAdmin):
    """Pages of rows of one tenant. They offer only users of this tenant."""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        """Offer the members, and users whom rows already name: an edit must not lose a user who has left."""
        if db_field.related_model is get_user_model() and not request.user.is_superuser:
            named = self.model._default_manager.values(db_field.name)  # noqa: SLF001 - public, documented API
            members = scope.current().members.values("pk")
            users = get_user_model().objects.filter(Q(pk__in=members) | Q(pk__in=named))
            # A list: autocompletion searches all users.
            kwargs |= {"queryset": users, "widget": forms.Select}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class TenantAdminSite(admin.AdminSite):
    """Decides who may see the pages of a model when it is registered."""

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Register models as Django does, with ForStaff or ForSuperusers as a base of their admin class."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        for model in models:
            base = admin_class or admin.ModelAdmin
            guard = ForStaff if issubclass(model, TenantModel) else ForSuperusers
            guarded = type(base.__name__, (guard, base), {"__module__": base.__module__})
            super().register(model, guarded, **options)

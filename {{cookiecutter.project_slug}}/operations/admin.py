"""What pages of the admin have in common."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class EditsOnly(admin.ModelAdmin):
    """Saves only what was edited.

    To save every field would write back those of a moment ago as well, and so undo a revocation, or what
    a tool did since.
    """

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        times = [field.name for field in obj._meta.fields if getattr(field, "auto_now", False)]  # noqa: SLF001
        obj.save(update_fields=[*form.changed_data, *times] if change else None)

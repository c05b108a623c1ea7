"""Base classes for pages of the admin."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.timezone import localtime

MAX_COUNTED: Final = 10_000
MAX_RELATED: Final = 1000


class ShortPaginator(Paginator):
    """Counts at most MAX_COUNTED rows, because counting millions takes seconds."""

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        count: int = self.object_list.order_by()[:MAX_COUNTED].count()
        return count


class LargeTable(admin.ModelAdmin):
    """Lists the first MAX_COUNTED rows of a filter or search, so that large tables stay fast.

    A filter or search without an index still reads the whole table, and so does `date_hierarchy`.
    """

    paginator = ShortPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    # Relations that a search includes, each with the lookup on the related table.
    search_related: Mapping[str, str] = {}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Look up related rows first: a database can combine indexes of one table, but not of a join."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if search_term:
            for relation, lookup in self.search_related.items():
                related: Any = self.model._meta.get_field(relation).related_model  # noqa: SLF001 - public
                rows = related._default_manager.filter(**{lookup: search_term})  # noqa: SLF001 - public
                keys = list(rows.values_list("pk", flat=True)[:MAX_RELATED])
                found |= queryset.filter(**{f"{relation}__in": keys})
        return found, may_repeat


class History(LargeTable):
    """Shows what happened: to be read, filtered and searched, and never changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Before(admin.SimpleListFilter):
    """Continues after the last row of a page, where `OFFSET` would read all rows before it.

    For a table that is listed by `time`, the newest first.
    """

    title = "page"
    parameter_name = "before"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("", "")]  # `choices` makes the real ones from the page that is shown

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Leave out that row and all newer ones. Several rows may have the same time."""
        if not self.value():
            return queryset
        time, _, key = str(self.value()).partition(" ")
        try:
            return queryset.filter(time__lte=time).exclude(time=time, pk__gte=key)
        except ValidationError as error:
            raise IncorrectLookupParameters from error

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Offer the newest rows, and the rows before the last one of this page."""
        newest = changelist.get_query_string(remove=[self.parameter_name])
        yield {"selected": not self.value(), "query_string": newest, "display": "Newest"}
        if rows := list(changelist.result_list):
            last = rows[-1]
            older = changelist.get_query_string({self.parameter_name: f"{last.time.isoformat()} {last.pk}"})
            display = f"Before {localize(localtime(last.time))}"
            yield {"selected": False, "query_string": older, "display": display}


class EditsOnly(LargeTable):
    """Saves only the fields that were edited.

    Saving all of them would write back the values from when the page was loaded, and so undo a revocation or
    the work of a tool since then.
    """

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        times = [field.name for field in obj._meta.fields if getattr(field, "auto_now", False)]  # noqa: SLF001
        obj.save(update_fields=[*form.changed_data, *times] if change else None)

"""The admin pages of documents and files. Staff with the permissions see those of all users."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from documents.forms import DocumentForm
from documents.links import make_link
from documents.models import Document, StoredFile
from documents.search import matching
from operations.admin import LargeTable


@admin.register(Document)
class DocumentAdmin(LargeTable):
    form = DocumentForm
    list_display = ("title", "owner", "version", "updated_at")
    list_select_related = ("owner",)
    search_fields = ("title", "text")
    search_help_text = "Words, or the e-mail address of an owner."
    autocomplete_fields = ("owner",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Document], search_term: str
    ) -> tuple[QuerySet[Document], bool]:
        """Search for words with an index, as the tool does, rather than for parts of words in every text."""
        if "@" in search_term:
            return queryset.filter(owner__email__iexact=search_term.strip()), False
        return matching(queryset, search_term) if search_term else queryset, False

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        """Count the change, so that an assistant that has read the old text cannot overwrite the new one."""
        if change:
            obj.version += 1
            obj.updated_at = timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(StoredFile)
class StoredFileAdmin(LargeTable):
    """Shows files, and lets staff download and delete them. Tools upload them."""

    list_display = ("name", "owner", "content_type", "size", "created_at", "stored_at")
    list_filter = ("content_type", "created_at")
    list_select_related = ("owner",)
    search_fields = ("name",)
    search_related = {"owner": "email__icontains"}
    fields = ("name", "owner", "content_type", "size", "key", "created_at", "stored_at", "download")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Allow nobody to add a row, which would have no content."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: StoredFile | None = None) -> bool:
        """Allow nobody to change an uploaded file."""
        return False

    @admin.display(description="download")
    def download(self, file: StoredFile) -> str:
        """Show a link to the file, which expires like any other."""
        return format_html('<a href="{}">{}</a>', make_link(file), file.name) if file.stored_at else "-"

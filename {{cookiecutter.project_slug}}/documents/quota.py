"""What one user may keep: FILE_QUOTA bytes, in FILE_MAX_COUNT files and documents."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Func, IntegerField, Sum
from fastmcp.exceptions import ToolError

from accounts.models import User
from documents.models import Document, StoredFile


class Bytes(Func):
    """The length of a text in bytes. PostgreSQL knows it without reading the text."""

    function = "OCTET_LENGTH"
    output_field = IntegerField()

    def as_sqlite(self, *args: object, **options: object) -> tuple[str, list[object]]:
        """Not every SQLite in use has that function."""
        return super().as_sql(*args, template="LENGTH(CAST(%(expressions)s AS BLOB))", **options)


class Kept(NamedTuple):
    """What a user keeps: files that are on their way included, documents with their titles."""

    size: int
    count: int


def kept_by(user: User) -> Kept:
    # % if cookiecutter.multi_tenancy
    """Return what `user` keeps in the tenant in scope."""
    # % else
    """Return what `user` keeps."""
    # % endif
    # Without MCP_REQUIRE_AUTH the user is anonymous and has no key.
    files = StoredFile.objects.filter(owner_id=user.pk).aggregate(size=Sum("size"), count=Count("pk"))
    documents = Document.objects.filter(owner_id=user.pk).aggregate(
        size=Sum(Bytes("title") + Bytes("text")), count=Count("pk")
    )
    return Kept((files["size"] or 0) + (documents["size"] or 0), files["count"] + documents["count"])


@contextmanager
def quota_of(user: User) -> Iterator[None]:
    """Let the block add to what `user` keeps, and undo what it did if that becomes too much.

    What the same user does at the same time waits, so that both cannot take the last bytes. Raises ToolError.
    """
    with transaction.atomic():
        list(User.objects.select_for_update(no_key=True).filter(pk=user.pk))
        before = kept_by(user)
        yield
        after = kept_by(user)
        if after.count > max(before.count, settings.FILE_MAX_COUNT):
            raise ToolError(
                f"You keep {before.count:,} files and documents, and may keep {settings.FILE_MAX_COUNT:,}: "
                "delete files that are not needed."
            )
        if after.size > max(before.size, settings.FILE_QUOTA):
            raise ToolError(
                f"These are {after.size - before.size:,} bytes more, but you keep {before.size:,} and may keep "
                f"{settings.FILE_QUOTA:,}: delete files that are not needed."
            )

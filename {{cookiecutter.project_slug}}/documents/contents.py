"""Writing and reading the contents of files, for tools: what fails there becomes a sentence."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from fastmcp.exceptions import ToolError

from documents.models import StoredFile
from documents.quota import quota_of
from operations.users import User

logger = logging.getLogger(__name__)

# Longer than any upload takes. What is still unfinished then was cut off by the end of its process.
GIVE_UP_AFTER = timedelta(hours=1)


def store(user: User, name: str, content_type: str, content: bytes) -> StoredFile:
    """Keep a new file of `user`: all of it or, when anything fails, nothing.

    Raises ToolError when the user keeps too much, or when the storage fails.
    """
    StoredFile.objects.filter(stored_at=None, created_at__lt=timezone.now() - GIVE_UP_AFTER).delete()
    with quota_of(user):
        # The key and not the user: without MCP_REQUIRE_AUTH the user is anonymous and has none.
        file = StoredFile.objects.create(
            owner_id=user.pk, name=name, content_type=content_type, size=len(content)
        )
    try:
        with _storage_errors():
            storages["files"].save(file.path, ContentFile(content))
        file.stored_at = timezone.now()
        file.save(update_fields=["stored_at"])
    except BaseException:
        file.delete()  # and what there is of its content
        raise
    return file


def read(file: StoredFile) -> bytes:
    """Return the content of `file`. Raises ToolError when the storage does not give it."""
    with _storage_errors(), storages["files"].open(file.path) as opened:
        content: bytes = opened.read()
    return content


@contextmanager
def _storage_errors() -> Iterator[None]:
    """Tell the model nothing of what the storage said: each has exceptions, and secrets, of its own."""
    try:
        yield
    except Exception as error:
        logger.exception("The file storage failed.")
        raise ToolError(
            "The file storage is unavailable, and nothing was changed. Try again later."
        ) from error

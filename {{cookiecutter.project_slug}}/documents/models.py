"""What users keep: documents, which are text to search and edit, and files of any type."""

import uuid
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
# % if cookiecutter.multi_tenancy
from django.utils import timezone

from tenants.models import TenantModel


class KeptModel(TenantModel):
# % else
from django.utils import timezone


class KeptModel(models.Model):
# % endif
    """The base of what users keep."""

    class Meta:
        abstract = True


# Characters. PostgreSQL can index not much more: a tsvector ends at 1 MB, whatever the words are.
MAX_TEXT = 100_000
MAX_NAME = 200


class Document(KeptModel):
    """A text that belongs to one user.

    `version` counts its changes. Who writes says which version was read, and is refused when that is
    not the last one: so nobody overwrites what somebody else wrote meanwhile.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="documents"
    )
    title = models.CharField(max_length=MAX_NAME)
    text = models.TextField(max_length=MAX_TEXT, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField("created", auto_now_add=True)
    updated_at = models.DateTimeField("updated", default=timezone.now, editable=False)

    class Meta:
        ordering = ["-updated_at", "-pk"]
        indexes = [
            models.Index(fields=["owner", "-updated_at"], name="document_of_owner"),
            models.Index(fields=["-updated_at", "-id"], name="document_newest"),
        ]

    def __str__(self) -> str:
        return self.title


class StoredFile(KeptModel):
    """A file that belongs to one user. Its content is in the storage "files" of the settings.

    The row is there before the content, so whatever breaks off, no content is left that nobody knows of.
    As long as `stored_at` is empty, nobody sees the file: its content is awaited while `size` is empty too,
    then on its way, or the upload broke off.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="files"
    )
    name = models.CharField(max_length=MAX_NAME)
    content_type = models.CharField("type", max_length=100)
    size = models.PositiveIntegerField("bytes", null=True)
    created_at = models.DateTimeField("created", auto_now_add=True)
    stored_at = models.DateTimeField("stored", null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["-created_at"], name="file_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Return where the storage has the content: never a name that a client chose."""
        return f"files/{self.key}"


@receiver(post_delete, sender=StoredFile)
def delete_content(instance: StoredFile, **_: Any) -> None:
    """Remove the content of a row that is gone for good, however it went.

    A storage that fails is logged and does not bring the row back.
    """
    transaction.on_commit(partial(storages["files"].delete, instance.path), robust=True)

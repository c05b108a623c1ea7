"""Documents, which are texts to search and edit, and files of any type."""

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
    """The base class of documents and files."""

    class Meta:
        abstract = True


# Characters. PostgreSQL cannot index much more, because a tsvector has at most 1 MB.
MAX_TEXT = 100_000
MAX_NAME = 200


class Document(KeptModel):
    """A text that belongs to one user.

    `version` counts its changes. An update names the version that was read, and is refused if that is not the
    latest: so nobody overwrites a change that they have not seen.
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

    The row is created before the content, so that an upload that fails leaves no content without a row. The
    file is hidden while `stored_at` is empty. Until the upload begins, `size` is empty too.
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
        """The path of the content in the storage. It is never a name that a client chose."""
        return f"files/{self.key}"


@receiver(post_delete, sender=StoredFile)
def delete_content(instance: StoredFile, **_: Any) -> None:
    """Delete the content after its row was deleted, when the transaction commits.

    An error of the storage is logged, and does not restore the row.
    """
    transaction.on_commit(partial(storages["files"].delete, instance.path), robust=True)

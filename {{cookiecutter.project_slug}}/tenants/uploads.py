"""Uploads with tenants: a file belongs to the tenant for which its address was requested."""

from typing import Any
from uuid import UUID

from django.core.files.base import File

from documents.models import StoredFile
from documents.uploads import Upload
from mcp_server.models import Credential
from tenants.policy import NoTenantError, TenantNotFoundError, choose, tenants_of
from tenants.scope import across_tenants, use


class TenantUpload(Upload):
    """Refuses the file if the user who asked for the address has left the tenant."""

    @classmethod
    def find_file(cls, key: UUID) -> StoredFile | None:
        """Return the file with this key, of any tenant: the key was signed."""
        with across_tenants():
            return StoredFile.objects.select_related("owner", "tenant").filter(pk=key).first()

    def may_upload(self, credential: Credential) -> bool:
        """Whether the user may still act for the tenant, besides the other conditions."""
        own = tenants_of([credential.user.pk])[credential.user.pk]
        try:
            choose(own, limited_to=credential.tenant_ids, slug=self.file.tenant.slug)
        except (NoTenantError, TenantNotFoundError):
            return False
        return super().may_upload(credential)

    def keep(self, content: "File[Any]", size: int) -> None:
        """Put the content into the storage, within the quota of its owner in this tenant."""
        with use(self.file.tenant):
            super().keep(content, size)

    def labels(self) -> dict[str, str]:
        """Return the columns of the audit that name the credential and the tenant."""
        return {**super().labels(), "tenant": self.file.tenant.slug}

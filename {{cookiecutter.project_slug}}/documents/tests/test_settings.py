import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.tests.test_settings import ReadSettings, manage, read_settings

__all__ = ["read_settings"]  # a fixture

SHOW = """
import json
from django.core.files.storage import storages
from documents.links import make_link
from documents.models import StoredFile
storage = storages["files"]
print(json.dumps([
    type(storage).__name__,
    getattr(storage, "file_permissions_mode", None),
    getattr(storage, "directory_permissions_mode", None),
    # % if cookiecutter.multi_tenancy
    make_link(StoredFile(tenant=None, name="Größe.html", content_type="text/html")),
    # % else
    make_link(StoredFile(name="Größe.html", content_type="text/html")),
    # % endif
]))
"""


def show(**variables: str) -> list[object]:
    result = manage("shell", "--no-imports", "--command", SHOW, **variables)
    assert result.returncode == 0, result.stderr
    shown: list[object] = json.loads(result.stdout)
    return shown


def test_on_disk_only_this_project_reads_them() -> None:
    storage, file_mode, folder_mode, link = show(AWS_STORAGE_BUCKET_NAME="", WEB_BASE_URL="http://here")
    assert (storage, file_mode, folder_mode) == ("FileSystemStorage", 0o600, 0o700)
    assert str(link).startswith("http://here/files/?link=")


def test_in_a_bucket_links_are_presigned() -> None:
    """Catches signatures that not every region or store accepts, and links that a browser shows."""
    storage, _, _, link = show(
        AWS_STORAGE_BUCKET_NAME="bucket",
        AWS_ENDPOINT_URL_S3="https://store.example.com",
        AWS_DEFAULT_REGION="eu-central-1",
        AWS_ACCESS_KEY_ID="key",
        AWS_SECRET_ACCESS_KEY="secret",
        FILE_URL_SECONDS="60",
    )
    assert storage == "S3Storage"
    address, _, query = str(link).partition("?")
    assert address.startswith("https://store.example.com/bucket/files/")
    for part in (
        "response-content-disposition=attachment",
        "response-content-type=text%2Fhtml",
        "X-Amz-Algorithm=AWS4-HMAC-SHA256",
        "X-Amz-Expires=60",
    ):
        assert part in query


@pytest.mark.parametrize("address", ["store.example.com", "s3://store.example.com", "https://a:x"])
def test_what_is_no_address_of_a_store_is_refused(read_settings: ReadSettings, address: str) -> None:
    """boto3 would say so at the first upload."""
    with pytest.raises(ImproperlyConfigured, match=r"AWS_ENDPOINT_URL_S3 must look like https://s3\."):
        read_settings(AWS_STORAGE_BUCKET_NAME="bucket", AWS_ENDPOINT_URL_S3=address)

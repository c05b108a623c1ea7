"""Files that are uploaded.

On disk, where only the processes of this project may read them, or in a bucket of S3. Neither is
ever public: documents/links.py makes links that expire.
"""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import INSTALLED_APPS, STORAGES
from config.settings.env_file import BASE_DIR
from config.settings.logging import LOGGING
from operations.environment import check_service, env, texts, whole

INSTALLED_APPS[:0] = ["documents"]
# At INFO, it reports where it found the keys.
LOGGING["loggers"]["botocore"] = {"level": "WARNING"}

FILE_MAX_SIZE = whole("FILE_MAX_SIZE", default=3_000_000, most=2**31 - 1)  # as its column
FILE_QUOTA = whole("FILE_QUOTA", default=1_000_000_000)
FILE_MAX_COUNT = whole("FILE_MAX_COUNT", default=10_000)
FILE_URL_SECONDS = whole("FILE_URL_SECONDS", default=3600)
FILE_UPLOAD_SECONDS = whole("FILE_UPLOAD_SECONDS", default=900)
# The class that checks and keeps a file that is sent to an upload address.
FILE_UPLOAD = "documents.uploads.Upload"
# The ending of a name and the type it stands for; no other file is accepted.
FILE_TYPES: dict[str, str] = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "md": "text/markdown",
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "txt": "text/plain",
    "webp": "image/webp",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "yaml": "application/yaml",
    "zip": "application/zip",
}
if _types := [text.partition("=") for text in texts("FILE_TYPES")]:
    FILE_TYPES = {ending: media_type for ending, _, media_type in _types}
    if not all(FILE_TYPES.values()):
        raise ImproperlyConfigured(
            "FILE_TYPES must be a list of extensions and their types, such as csv=text/csv,md=text/markdown."
        )
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / "media"))

if bucket := env.str("AWS_STORAGE_BUCKET_NAME", default=""):
    from botocore.config import Config  # 20 MB that disks do not need

    for _variable in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"):
        check_service(_variable, "https://s3.example.com")
    STORAGES["files"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            # boto3 reads the other AWS_... variables. By default, a bucket that does not answer would block
            # the threads of the tools for minutes.
            "client_config": Config(
                signature_version="s3v4",
                connect_timeout=5,
                read_timeout=20,
                retries={"mode": "standard", "total_max_attempts": 2},
            ),
        },
    }
else:
    STORAGES["files"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    }

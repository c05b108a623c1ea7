"""Which files are accepted: by the extensions of their names, and by their size."""

from http import HTTPStatus
from pathlib import PurePath

from django.conf import settings
from django.utils.translation import gettext as _

from documents.errors import RefusedError


def type_of(name: str) -> str:
    """Return the media type for the extension of `name`.

    Raises RefusedError if the extension is not accepted. The type that a client sends, or that the content
    looks like, would prove nothing. Nothing depends on it, because browsers save files and never show them
    (`documents/links.py`).
    """
    ending = PurePath(name).suffix.lower().removeprefix(".")
    types: dict[str, str] = settings.FILE_TYPES
    if ending not in types:
        text = _("%(name)r is not accepted: the name must end in %(endings)s.")
        values = {"name": name, "endings": ", ".join(f".{each}" for each in types)}
        raise RefusedError(text % values, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return types[ending]


def endings_of(content_type: str) -> list[str]:
    """Return the extensions for a media type, each with its dot."""
    return [f".{ending}" for ending, of in settings.FILE_TYPES.items() if of == content_type]


def check_size(size: int) -> None:
    """Raise RefusedError for a file that is too large."""
    if size > settings.FILE_MAX_SIZE:
        text = _("The file has %(size)s bytes, more than the %(most)s that are accepted.")
        values = {"size": size, "most": settings.FILE_MAX_SIZE}
        raise RefusedError(text % values, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

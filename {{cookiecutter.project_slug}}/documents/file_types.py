"""Which files are accepted, by the endings of their names."""

from http import HTTPStatus
from pathlib import PurePath

from django.conf import settings
from django.utils.translation import gettext as _

from documents.errors import RefusedError


def type_of(name: str) -> str:
    """Return the type that the ending of `name` stands for. Raises RefusedError when it is not accepted.

    What a client says of the type, or what the content looks like, would prove nothing; and nothing here
    depends on it, for files are only ever saved and never shown (`documents/links.py`).
    """
    ending = PurePath(name).suffix.lower().removeprefix(".")
    types: dict[str, str] = settings.FILE_TYPES
    if ending not in types:
        text = _("%(name)r is not accepted: the name must end in %(endings)s.")
        values = {"name": name, "endings": ", ".join(f".{each}" for each in types)}
        raise RefusedError(text % values, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return types[ending]


def endings_of(content_type: str) -> list[str]:
    """Return the endings that stand for a type, each with its dot."""
    return [f".{ending}" for ending, of in settings.FILE_TYPES.items() if of == content_type]


def check_size(size: int) -> None:
    """Raise RefusedError for a file that is too large."""
    if size > settings.FILE_MAX_SIZE:
        text = _("The file has %(size)s bytes, more than the %(most)s that are accepted.")
        values = {"size": size, "most": settings.FILE_MAX_SIZE}
        raise RefusedError(text % values, HTTPStatus.CONTENT_TOO_LARGE)

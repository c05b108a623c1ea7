"""The sources of the tools `search` and `fetch`. An app adds its own to SOURCES."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from django.urls import reverse

from operations.users import User

MAX_FOUND: Final = 10  # results of each source


@dataclass(frozen=True, slots=True)
class Found:
    """A search result. Pass its id to fetch."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """The whole text of a search result, to read and cite."""

    id: str
    title: str
    text: str
    url: str
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of things to find. Both functions must return only what the user may see.

    The id of a thing is the name of its source in SOURCES, a hyphen and its key.

    Attributes:
        find: takes the words of a query, and returns the things that have all of them.
        read: takes a key, and returns the thing, or None if there is none.
    """

    find: Callable[[str, User], list[Found]]
    read: Callable[[int, User], Page | None]


SOURCES: Final[dict[str, Source]] = {}


def admin_page(model: str, key: int) -> str:
    """Return the address of a row in the admin. If your site has pages for people, cite those instead."""
    return settings.WEB_BASE_URL + reverse(f"admin:{model}_change", args=[key])

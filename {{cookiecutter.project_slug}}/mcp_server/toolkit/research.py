"""What the tools `search` and `fetch` find. An app adds what it has to SOURCES."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from django.urls import reverse

from operations.users import User

MAX_FOUND: Final = 10  # of each source


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found; fetch takes its id."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that is known of something, as text to read and cite."""

    id: str
    title: str
    text: str
    url: str
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing. `find` takes words, `read` a key; both show what this user may see.

    The id of a thing is the name of its source, a hyphen and its key.
    """

    find: Callable[[str, User], list[Found]]
    read: Callable[[int, User], Page | None]


SOURCES: Final[dict[str, Source]] = {}


def admin_page(model: str, key: int) -> str:
    """Return the address at which staff see the row. Where people have pages of their own, cite those."""
    return settings.WEB_BASE_URL + reverse(f"admin:{model}_change", args=[key])

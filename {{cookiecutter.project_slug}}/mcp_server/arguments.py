"""What arguments may be, and what is wrong with those of a call, so that the model can do better.

The text that FastMCP would send is pydantic's: several lines, what was sent, links to its own pages.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pydantic
from fastmcp.exceptions import ValidationError


def in_one_sentence(error: ValidationError) -> ValidationError:
    """Return `error` in words for the caller, to be raised from the same cause."""
    cause = error.__cause__
    if not isinstance(cause, pydantic.ValidationError):
        return error
    wrong = (
        f"{'.'.join(map(str, each['loc'])) or 'all'}: {each['msg']}"
        for each in cause.errors(include_url=False, include_context=False, include_input=False)
    )
    return _sentence(wrong)


def check_names(
    given: Mapping[str, Any], required: Iterable[str], known: Collection[str] | None = None
) -> None:
    """Raise ValidationError when an argument is missing or, of those `known`, unknown."""
    missing = (f"{name}: Missing required argument" for name in required if name not in given)
    unknown = (f"{name}: Unexpected keyword argument" for name in given if known and name not in known)
    if wrong := [*missing, *unknown]:
        raise _sentence(wrong)


def _sentence(wrong: Iterable[str]) -> ValidationError:
    return ValidationError(f"Wrong arguments. {'; '.join(wrong)}.")


def without_nul(text: str) -> str:
    """Return `text`, for `AfterValidator`. Raises ValueError for a NUL, which PostgreSQL cannot store."""
    if "\x00" in text:
        raise ValueError("a NUL character is not allowed")
    return text

"""Validators for the types of arguments, of use to every tool module."""


def without_nul(text: str) -> str:
    """Return `text`, for `AfterValidator`. Raises ValueError for a NUL, which PostgreSQL cannot store."""
    if "\x00" in text:
        raise ValueError("a NUL character is not allowed")
    return text

"""Cleans text from clients for the audit: printable, short, and without secrets."""

import json
import math
import re
from typing import Any

from django.views.debug import SafeExceptionReporterFilter

from mcp_server.models import TOKEN_PREFIX

MAX_VALUE = 200
MAX_NUMBER = 2**63  # the limit of databases; a larger number is kept as text
MASK = SafeExceptionReporterFilter.cleansed_substitute
TOKEN = re.compile(rf"{TOKEN_PREFIX}[\w-]+")


class _Secrets(SafeExceptionReporterFilter):
    """Django's filter for error reports, with names that are usual for arguments of tools."""

    hidden_settings = re.compile(
        r"pass(word|wd|phrase|code)|secret|token|credential|authorization|cookie|api_?key|private_?key|^pin$",
        re.IGNORECASE,
    )


_secrets = _Secrets()


def printable(text: str, length: int) -> str:
    """Return `text` without tokens and control characters, cut to `length`."""
    if TOKEN_PREFIX in text:
        text = TOKEN.sub(MASK, text)
    text = text[:length]
    return text if text.isprintable() else "".join(filter(str.isprintable, text))


def masked(name: str, value: Any) -> Any:
    """Return the argument `name` for the audit: a number or None as it is, anything else as a short text."""
    try:
        value = _secrets.cleanse_setting(name, value)
        is_number = (isinstance(value, int) and abs(value) < MAX_NUMBER) or (
            isinstance(value, float) and math.isfinite(value)
        )
        if value is None or is_number:
            return value
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    except RecursionError:  # JSON of a thousand levels
        text = "(too deep)"
    return printable(text, MAX_VALUE)

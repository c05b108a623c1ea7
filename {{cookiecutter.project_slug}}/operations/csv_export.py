"""Writes tables as CSV in which a spreadsheet runs no formula.

Write every CSV with this module: Ruff refuses the csv module's writers elsewhere (`banned-api` in
pyproject.toml).
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from django.http import StreamingHttpResponse

# Spreadsheets take a cell for a formula if it begins with one of these after blanks (OWASP, CSV injection).
# The last four are the full-width forms of East Asian keyboards.
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
CONTROLS = ("\t", "\r", "\n")


class _Line:
    """Takes what the csv module writes, and gives it back."""

    def write(self, line: str) -> str:
        return line


def csv_response(
    filename: str, header: Sequence[str], rows: Iterable[Iterable[Any]]
) -> StreamingHttpResponse:
    """Return a download that is sent while `rows` are read, in which no cell is a formula."""
    writer = csv.writer(_Line())
    lines = (writer.writerow(map(_cell, row)) for row in chain([header], rows))
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def csv_text(header: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """Return the table as CSV text, in which no cell is a formula."""
    file = io.StringIO()
    csv.writer(file).writerows(map(_cell, row) for row in chain([header], rows))
    return file.getvalue()


def as_it_was(cell: str) -> str:
    """Return the text of a cell as it was before `csv_text` escaped it, for a model that copied the cell."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell[1:]) else cell


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, int | float | Decimal):
        return value  # -1.50 is a number
    if isinstance(value, datetime):
        return value.isoformat()
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    return text.startswith(CONTROLS) or text.lstrip().startswith(FORMULA)

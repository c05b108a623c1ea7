"""A spreadsheet runs no cell of a CSV file of this project as a formula."""

import csv
import io
from decimal import Decimal

import pytest

from operations.csv_export import as_it_was, csv_text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1"])
def test_text_is_no_formula(text: str) -> None:
    written = csv_text(["name"], [[text]])
    header, row = csv.reader(io.StringIO(written, newline=""))
    assert (header, row) == (["name"], [f"'{text}"])
    assert as_it_was(row[0]) == text


def test_numbers_stay_numbers() -> None:
    assert csv_text(["a"], [[Decimal("-1.50"), -2, -0.5, None, True]]) == "a\r\n-1.50,-2,-0.5,,True\r\n"


@pytest.mark.parametrize("text", ["plain", "'quoted", "a=b", ""])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert as_it_was(csv_text([], [[text, "x"]]).splitlines()[1].partition(",")[0]) == text

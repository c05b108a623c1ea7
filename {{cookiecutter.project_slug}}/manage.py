#!/usr/bin/env python
"""Django's command-line utility."""

import io
import os
import sys

try:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError
except ImportError as error:
    sys.exit(f"{sys.executable}: {error}. Run `make setup`, then `.venv/bin/python manage.py`.")

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # A console whose encoding has no "…" shows \u2026, as Python does for errors, instead of failing.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError, ProgrammingError) as error:
        # A wrong variable, an unavailable database or a missing migration needs a sentence, not a traceback.
        if "--traceback" in sys.argv:
            raise
        # A table is missing: SQLite raises an OperationalError, other databases a ProgrammingError.
        is_behind = isinstance(error, ProgrammingError) or "no such table" in str(error)
        hint = "\nThe database is not up to date: run manage.py migrate." if is_behind else ""
        sys.exit(f"{type(error).__name__}: {str(error).rstrip()}{hint}")

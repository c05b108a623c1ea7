"""The settings of the project, with the database of the test that started this process."""

import os
from importlib import import_module

globals().update(vars(import_module(os.environ["PROJECT_SETTINGS"])))
DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]  # type: ignore[name-defined] # noqa: F821 - as above

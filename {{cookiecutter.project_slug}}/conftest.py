"""Loads the fixtures of every app, from `fixtures.py` in the folder of its tests."""

from pathlib import Path

pytest_plugins = [
    f"{path.parts[-3]}.tests.fixtures" for path in sorted(Path(__file__).parent.glob("*/tests/fixtures.py"))
]

"""The folder of the project, and its `.env`. It is read first, because every other file reads variables."""

from pathlib import Path

from operations.environment import read_file

BASE_DIR = Path(__file__).resolve().parents[2]

read_file(BASE_DIR / ".env")

"""The folder of the project, and its `.env`. It is read first, because every other file reads variables."""

from pathlib import Path

from operations.environment import env

BASE_DIR = Path(__file__).resolve().parents[2]

env.read_env(BASE_DIR / ".env")

"""The SDKs and frameworks that are quick to install do what docs/clients-matrix.md says about them.

`make test-clients` drives these too, and all other clients.
"""

from collections.abc import Callable, Iterator

import pytest

from clients import matrix, python_sdks, typescript_sdks  # noqa: F401 - they fill CLIENTS
from clients.drive import CLIENTS, Drive, ready
from clients.place import CACHE
from testing.harness import BakedProject

SDKS = ["anthropic", "openai-agents", "pydantic-ai", "langchain", "ai-sdk"]


@pytest.fixture(scope="module")
def prepare(everything: BakedProject) -> Iterator[Callable[[str], Drive]]:
    with ready(everything.path / ".venv/bin/python") as prepare:
        yield prepare


@pytest.mark.parametrize("name", SDKS)
def test_sdk(prepare: Callable[[str], Drive], name: str) -> None:
    client, drive = CLIENTS[name], prepare(name)
    client.run(drive)
    log = CACHE / "homes" / f"{name}.log"
    assert list(drive.cells.values()) == matrix.cells(client), f"{drive.notes}; see its output in {log}"

"""SDKs and frameworks that cost little to install do what docs/clients-matrix.md says of them.

`make test-clients` drives these as well, and all the others.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from clients import matrix, python_sdks, typescript_sdks  # noqa: F401 - they fill CLIENTS
from clients.drive import CLIENTS, Drive
from clients.model import running_model
from clients.packages import install
from clients.person import person
from clients.place import CACHE, running_place
from testing.harness import BakedProject

SDKS = ["anthropic", "openai-agents", "pydantic-ai", "langchain", "ai-sdk"]


@pytest.fixture(scope="module")
def drive(everything: BakedProject) -> Iterator[Callable[[str], Drive]]:
    with ExitStack() as stack:
        place = stack.enter_context(running_place(everything.path / ".venv/bin/python"))
        listed = place.tools()
        model, user = stack.enter_context(running_model(place.restart)), stack.enter_context(person())

        def drive(name: str) -> Drive:
            client = CLIENTS[name]
            drive = Drive(name, CACHE / client.folder, place, model, user, listed)
            install(client.folder, client.npm, client.pypi)
            client.drive(drive)
            return drive

        yield drive


@pytest.mark.parametrize("name", SDKS)
def test_sdk(drive: Callable[[str], Drive], name: str) -> None:
    client, driven = CLIENTS[name], drive(name)
    log = CACHE / "homes" / f"{name}.log"
    assert list(driven.cells.values()) == matrix.cells(client), f"{driven.notes}; {log} has what it printed"

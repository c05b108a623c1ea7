"""The quota of a user, for files and documents together."""

import asyncio

import pytest
from pytest_django import Settings

from accounts.models import User
from documents.models import Document, StoredFile
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import answer, permit, refusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def little(settings: Settings) -> None:
    """A quota that is small enough for tests."""
    settings.FILE_QUOTA = 100
    settings.FILE_MAX_COUNT = 3


@pytest.fixture
def keeper(user: User) -> User:
    """A user who may upload files and write documents."""
    for permission in ("add_storedfile", "delete_storedfile", "add_document", "change_document"):
        permit(user, f"documents.{permission}")
    return user


async def test_bytes_of_files_and_documents_together(mcp_client: ConnectMCP, keeper: User) -> None:
    async with mcp_client(keeper) as client:
        file = await answer(client, "upload_file", name="a.txt", content="x" * 50)
        await answer(client, "create_document", title="ü", text="ü" * 20)  # 42 bytes
        sentence = (
            "These are 9 bytes more, but you have 92 and may have 100: delete files that you do not need."
        )
        assert await refusal(client, "upload_file", name="b.txt", content="x" * 9) == sentence
        assert await refusal(client, "create_document", title="b", text="x" * 8) == sentence
        await client.call_tool("delete_file", {"key": file["key"]})
        await answer(client, "upload_file", name="b.txt", content="x" * 58)
    assert await StoredFile.objects.acount() == 1


async def test_document_that_grows(mcp_client: ConnectMCP, keeper: User, settings: Settings) -> None:
    async with mcp_client(keeper) as client:
        row = await answer(client, "create_document", title="a", text="x" * 90)
        change = {"id": row["id"], "version": 1}
        assert "10 bytes more" in await refusal(client, "update_document", **change, text="x" * 100)
        assert (await Document.objects.aget()).text == "x" * 90
        settings.FILE_QUOTA = 10
        assert (await answer(client, "update_document", **change, text="x" * 80))["version"] == 2


async def test_number_of_files_and_documents(mcp_client: ConnectMCP, keeper: User, admin: User) -> None:
    async with mcp_client(keeper) as client, mcp_client(admin) as other:
        for name in ("a.txt", "b.txt"):
            await answer(client, "upload_file", name=name, content="")
        await answer(client, "create_document", title="a", text="")
        sentence = "You have 3 files and documents, and may have 3: delete files that you do not need."
        assert await refusal(client, "upload_file", name="c.txt", content="") == sentence
        assert await refusal(client, "create_document", title="b", text="") == sentence
        await answer(other, "create_document", title="b", text="")


async def test_nobody_takes_the_last_bytes_twice(mcp_client: ConnectMCP, keeper: User) -> None:
    async with mcp_client(keeper) as client:
        upload = {"name": "a.txt", "content": "x" * 60}
        calls = [client.call_tool("upload_file", upload, raise_on_error=False) for _ in range(4)]
        results = await asyncio.gather(*calls)
        assert sorted([result.is_error for result in results]) == [False, True, True, True]
    assert await StoredFile.objects.acount() == 1

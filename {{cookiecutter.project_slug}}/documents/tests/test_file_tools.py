import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.utils import timezone
from fastmcp import Client
from mcp import MCPError
from mcp_types import INVALID_PARAMS
from pytest_django import Settings

from accounts.models import User
from documents.models import StoredFile
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import answer, permit, refusal

pytestmark = pytest.mark.django_db(transaction=True)

BROKEN = "The file storage is unavailable, and nothing was changed. Try again later."


@pytest.fixture
def keeper(user: User) -> User:
    """A user who may upload and delete files and has no other permission."""
    permit(user, "documents.add_storedfile")
    permit(user, "documents.delete_storedfile")
    return user


@pytest.fixture
def storage() -> Storage:
    """The storage of the contents."""
    return storages["files"]


async def upload(client: Client[Any], name: str = "notes.txt", content: str = "Hello") -> dict[str, Any]:
    return await answer(client, "upload_file", name=name, content=content)


async def names(client: Client[Any], **arguments: object) -> list[str]:
    return [row["name"] for row in (await answer(client, "list_files", **arguments))["files"]]


def remember_paths(monkeypatch: pytest.MonkeyPatch, storage: Storage) -> list[str]:
    """Return a list to which the path of each stored content is added."""
    paths = []
    save = storage.save

    def remember(name: str, content: ContentFile) -> str:
        paths.append(name)
        return save(name, content)

    monkeypatch.setattr(storage, "save", remember)
    return paths


async def test_text_comes_back_as_text(mcp_client: ConnectMCP, keeper: User) -> None:
    async with mcp_client(keeper) as client:
        for name, content, content_type in (
            ("notes.txt", "Zoë 🎉\r\n", "text/plain"),
            ("EMPTY.TXT", "", "text/plain"),
            ("a.tar.JSON", '{"a": 1}', "application/json"),
            ("Größe 100%.csv", "a,b\n", "text/csv"),
        ):
            row = await upload(client, name, content)
            assert (row["name"], row["content_type"], row["size"]) == (
                name,
                content_type,
                len(content.encode()),
            )
            (read,) = await client.read_resource(f"files://{row['key']}")
            assert (read.text, read.mime_type) == (content, content_type)


async def test_other_content_comes_back_as_it_was(mcp_client: ConnectMCP, keeper: User) -> None:
    async with mcp_client(keeper) as client:
        for name, content in (
            ("logo.png", b"\x89PNG\r\n\x1a\n\x00\xff" * 20),
            ("logo.png", b"GIF"),  # of any content: the server does not check it
            ("latin.csv", "Größe".encode("latin-1")),
            ("empty.pdf", b""),
        ):
            lines = base64.encodebytes(content).decode()  # broken after 76 characters, as MIME has it
            row = await answer(client, "upload_file", name=name, content=lines, encoding="base64")
            (read,) = await client.read_resource(f"files://{row['key']}")
            assert (base64.b64decode(read.blob), read.mime_type) == (content, row["content_type"])
            assert row["size"] == len(content)


async def test_base64_of_text_comes_back_as_text(mcp_client: ConnectMCP, keeper: User) -> None:
    async with mcp_client(keeper) as client:
        content = base64.b64encode(b"# Hi").decode()
        row = await answer(client, "upload_file", name="a.md", content=content, encoding="base64")
        (read,) = await client.read_resource(f"files://{row['key']}")
    assert read.text == "# Hi"


class TestRefusals:
    """Each refusal leaves neither a row nor a content."""

    @pytest.fixture(autouse=True)
    def nothing_is_kept(self, monkeypatch: pytest.MonkeyPatch, keeper: User, storage: Storage) -> Any:
        paths = remember_paths(monkeypatch, storage)
        yield
        assert not StoredFile.objects.exists()
        assert paths == []

    async def test_names_that_are_no_names(self, mcp_client: ConnectMCP, keeper: User) -> None:
        async with mcp_client(keeper) as client:
            for name in (
                *("../../etc/passwd.txt", "/etc/cron.txt", "..\\boot.txt", "a/b.txt", "", " "),
                *("a\x00.txt", "a\n.txt", "fdp.\u202etxt", "x" * 197 + ".txt", 5),
            ):
                assert "name" in await refusal(client, "upload_file", name=name, content="x")

    async def test_types_that_are_not_accepted(self, mcp_client: ConnectMCP, keeper: User) -> None:
        async with mcp_client(keeper) as client:
            for name in ("virus.exe", "page.html", "README", ".txt", "..", "txt", "a.txt."):
                said = await refusal(client, "upload_file", name=name, content="x")
                assert said.startswith(f"{name!r} is not accepted: the name must end in .csv, .docx,")

    async def test_what_is_not_base64(self, mcp_client: ConnectMCP, keeper: User) -> None:
        data_url = "data:text/plain;base64,YQ=="
        async with mcp_client(keeper) as client:
            for content in ("YQ", "YQ==YQ==", "YQ=", "Y Q*=", data_url, "Größe", "_-8=", "===="):
                said = await refusal(client, "upload_file", name="a.png", content=content, encoding="base64")
                assert said.startswith("The content is not base64 (RFC 4648, section 4):")

    async def test_files_that_are_too_large(
        self, mcp_client: ConnectMCP, keeper: User, settings: Settings
    ) -> None:
        settings.FILE_MAX_SIZE = 6
        contents = {"text": "Größe", "base64": base64.b64encode("Größe".encode()).decode()}
        async with mcp_client(keeper) as client:
            for encoding, content in contents.items():
                said = await refusal(client, "upload_file", name="a.txt", content=content, encoding=encoding)
                assert said == "The file has 7 bytes, more than the 6 that are accepted."

    async def test_without_the_permission(self, mcp_client: ConnectMCP, admin: User, keeper: User) -> None:
        await keeper.user_permissions.aclear()
        async with mcp_client(keeper) as client:
            listed = {tool.name for tool in await client.list_tools()}
            assert "Unknown tool" in await refusal(client, "upload_file", name="a.txt", content="x")
            assert "Unknown tool" in await refusal(client, "delete_file", key="0" * 32)
        tools = {"upload_file", "delete_file", "list_files", "get_file_url"}
        assert listed & tools == {"list_files", "get_file_url"}


async def test_largest_file(mcp_client: ConnectMCP, keeper: User, settings: Settings) -> None:
    settings.FILE_MAX_SIZE = 7
    async with mcp_client(keeper) as client:
        assert (await upload(client, "a.txt", "Größe"))["size"] == 7


async def test_the_storage_knows_keys_and_no_names(
    mcp_client: ConnectMCP, keeper: User, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = remember_paths(monkeypatch, storage)
    async with mcp_client(keeper) as client:
        row = await upload(client, "secret plan.txt")
    assert paths == [f"files/{row['key']}"]


class TestBrokenUploads:
    async def test_nothing_is_left(
        self, mcp_client: ConnectMCP, keeper: User, storage: Storage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written = []
        save = storage.save

        def break_off(name: str, content: ContentFile) -> str:
            written.append(save(name, ContentFile(b"half of it")))
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(storage, "save", break_off)
        async with mcp_client(keeper) as client:
            said = await refusal(client, "upload_file", name="a.txt", content="x")
        assert said == BROKEN
        assert not await StoredFile.objects.aexists()
        assert [storage.exists(path) for path in written] == [False]

    async def test_a_database_that_fails_at_the_end(
        self, mcp_client: ConnectMCP, keeper: User, storage: Storage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        paths = remember_paths(monkeypatch, storage)
        monkeypatch.setattr(StoredFile, "save", fail_when_updating(StoredFile.save))
        async with mcp_client(keeper) as client:
            await refusal(client, "upload_file", name="a.txt", content="x")
        assert not await StoredFile.objects.aexists()
        assert [storage.exists(path) for path in paths] == [False]

    async def test_what_a_killed_process_left_is_hidden_and_goes_later(
        self, mcp_client: ConnectMCP, keeper: User, storage: Storage
    ) -> None:
        """Catches content without a row, after a process was killed: the row must be written first."""
        rows = [
            StoredFile(owner=keeper, name=name, content_type="text/plain", size=4) for name in ("old", "new")
        ]
        for row in rows:
            storage.save(row.path, ContentFile(b"half"))
        old, new = await StoredFile.objects.abulk_create(rows)
        await StoredFile.objects.filter(pk=old.pk).aupdate(created_at=timezone.now() - timedelta(hours=2))
        async with mcp_client(keeper) as client:
            assert await names(client) == []
            assert "There is no file" in await refusal(client, "get_file_url", key=str(new.key))
            await upload(client)
            assert await names(client) == ["notes.txt"]
        assert not await StoredFile.objects.filter(pk=old.pk).aexists()
        assert not storage.exists(old.path)
        assert storage.exists(new.path)  # its upload may be in progress


def fail_when_updating(save: Callable[..., None]) -> Callable[..., None]:
    def fail(file: StoredFile, *, update_fields: list[str] | None = None, **options: Any) -> None:
        if update_fields:
            raise RuntimeError
        save(file, **options)

    return fail


class TestDeleting:
    async def test_removes_row_and_content(
        self, mcp_client: ConnectMCP, keeper: User, storage: Storage
    ) -> None:
        async with mcp_client(keeper) as client:
            key = (await upload(client))["key"]
            assert storage.exists(f"files/{key}")
            result = await client.call_tool("delete_file", {"key": key})
            assert result.data == "notes.txt was deleted."
            assert await names(client) == []
            said = await refusal(client, "delete_file", key=key)
        assert said == f"There is no file '{key}': list_files shows the ones that exist."
        assert not storage.exists(f"files/{key}")

    async def test_a_storage_that_fails_is_only_logged(
        self,
        mcp_client: ConnectMCP,
        keeper: User,
        storage: Storage,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def fail(path: str) -> None:
            raise ConnectionError(path)

        async with mcp_client(keeper) as client:
            key = (await upload(client))["key"]
            monkeypatch.setattr(storage, "delete", fail)
            await client.call_tool("delete_file", {"key": key})
            assert await names(client) == []
        assert f"files/{key}" in caplog.text

    async def test_goes_with_its_owner(self, mcp_client: ConnectMCP, keeper: User, storage: Storage) -> None:
        async with mcp_client(keeper) as client:
            key = (await upload(client))["key"]
        await keeper.adelete()
        assert not storage.exists(f"files/{key}")


async def test_a_content_that_is_gone(
    mcp_client: ConnectMCP, keeper: User, storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    async with mcp_client(keeper) as client:
        key = (await upload(client))["key"]
        storage.delete(f"files/{key}")
        with pytest.raises(MCPError, match="The file storage is unavailable"):
            await client.read_resource(f"files://{key}")
    assert key in caplog.text


async def test_nobody_meets_the_files_of_others(mcp_client: ConnectMCP, keeper: User) -> None:
    """Catches a superuser who reads files of others by a tool: an assistant acts for one person."""
    async with mcp_client(keeper) as client:
        key = (await upload(client))["key"]
    async with mcp_client() as client:
        assert await names(client) == []
        for tool in ("get_file_url", "delete_file"):
            said = await refusal(client, tool, key=key)
            assert said == f"There is no file '{key}': list_files shows the ones that exist."
        with pytest.raises(MCPError, match="There is no file"):
            await client.read_resource(f"files://{key}")
    assert await StoredFile.objects.acount() == 1


async def test_list_is_cut_into_pages(mcp_client: ConnectMCP, keeper: User) -> None:
    async with mcp_client(keeper) as client:
        for number in range(5):
            await upload(client, f"{number}.txt")
        await upload(client, "100%.csv")
        page = await answer(client, "list_files", page=2, page_size=4)
        assert [row["name"] for row in page["files"]] == ["1.txt", "0.txt"]
        assert (page["page"], page["pages"], page["total"]) == (2, 2, 6)
        assert await names(client, name="%.CSV") == ["100%.csv"]
        assert await names(client, page=3) == []
        for wrong in ({"page": 0}, {"page_size": 101}, {"page": "x"}, {"name": "x\x00"}):
            assert next(iter(wrong)) in await refusal(client, "list_files", **wrong)


async def test_keys_that_are_no_keys(mcp_client: ConnectMCP, keeper: User) -> None:
    async with mcp_client(keeper) as client:
        for key in ("..", "../../manage.py", "%2e%2e%2fmanage.py", "0", "x" * 5000, "%00"):
            assert "key" in await refusal(client, "get_file_url", key=key)
            with pytest.raises(MCPError, match=r"There is no file|Resource not found") as refused:
                await client.read_resource(f"files://{key}")
            assert refused.value.error.code == INVALID_PARAMS

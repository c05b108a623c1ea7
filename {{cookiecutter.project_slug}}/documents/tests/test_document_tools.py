import json
from datetime import UTC, datetime
from typing import Any

import anyio
import pytest
from django.db import connection, transaction
from fastmcp import Client
from mcp import MCPError
from mcp_types import INVALID_PARAMS

from accounts.models import User
from documents.models import MAX_TEXT, Document
from documents.search import search
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import answer, permit, refusal

pytestmark = pytest.mark.django_db(transaction=True)

FULL_TEXT = connection.vendor == "postgresql"


@pytest.fixture
def writer(user: User) -> User:
    """A user who may write documents and has no other permission."""
    permit(user, "documents.add_document")
    permit(user, "documents.change_document")
    return user


@pytest.fixture
def document(writer: User) -> Document:
    return Document.objects.create(owner=writer, title="Minutes", text="We met.")


async def read(client: Client[Any], id: object) -> dict[str, Any]:  # noqa: A002
    (content,) = await client.read_resource(f"documents://{id}")
    assert content.mime_type == "application/json"
    read: dict[str, Any] = json.loads(content.text)
    return read


async def titles(client: Client[Any], query: str = "") -> list[str]:
    return [row["title"] for row in (await answer(client, "search_documents", query=query))["result"]]


async def test_what_is_written_can_be_read(mcp_client: ConnectMCP, writer: User) -> None:
    text = "# Zoë 🎉\r\n\ttab, \u202eright to left, and \ufeff\x01"
    async with mcp_client(writer) as client:
        row = await answer(client, "create_document", title=" Zoë ", text=text)
        whole = await read(client, row["id"])
        assert await answer(client, "get_document", id=row["id"]) == whole
    assert whole == row | {"text": text}
    assert (row["title"], row["version"]) == ("Zoë", 1)
    assert (await Document.objects.aget()).owner_id == writer.pk


@pytest.mark.parametrize(
    "change", [{"title": "Notes"}, {"text": ""}, {"title": "Notes", "text": "It rained."}]
)
async def test_update_leaves_the_rest(
    mcp_client: ConnectMCP, document: Document, writer: User, change: dict[str, str]
) -> None:
    async with mcp_client(writer) as client:
        before = await read(client, document.pk)
        await client.call_tool("update_document", {"id": document.pk, "version": 1} | change)
        after = await read(client, document.pk)
    assert after == before | change | {"version": 2, "updated_at": after["updated_at"]}
    assert after["updated_at"] > before["updated_at"]


async def test_of_many_who_read_the_same_version_one_can_write(
    mcp_client: ConnectMCP, document: Document, writer: User
) -> None:
    refused: dict[str, str] = {}

    async def write(text: str) -> None:
        change = {"id": document.pk, "version": 1, "text": text}
        result = await client.call_tool("update_document", change, raise_on_error=False)
        if result.is_error:
            refused[text] = result.content[0].text

    async with mcp_client(writer) as client, anyio.create_task_group() as tasks:
        for number in range(10):
            tasks.start_soon(write, str(number))
    await document.arefresh_from_db()
    assert document.version == 2
    assert refused.keys() == set("0123456789") - {document.text}
    (sentence,) = set(refused.values())
    assert sentence.startswith(f"Document {document.pk} is at version 2, not 1, so nothing was changed:")


async def test_update_of_nothing(mcp_client: ConnectMCP, document: Document, writer: User) -> None:
    async with mcp_client(writer) as client:
        said = await refusal(client, "update_document", id=document.pk, version=1)
    assert said == "There is nothing to change: give a title, a text or both."


async def test_nobody_meets_the_documents_of_others(mcp_client: ConnectMCP, document: Document) -> None:
    """Catches a superuser who reads documents of others by a tool: an assistant acts for one person."""
    async with mcp_client() as client:
        assert await titles(client) == await titles(client, "met") == []
        said = await refusal(client, "update_document", id=document.pk, version=1, text="mine")
        assert said == f"There is no document {document.pk}: search_documents finds those that exist."
        assert await refusal(client, "get_document", id=document.pk) == said
        with pytest.raises(MCPError, match="There is no document") as missing:
            await read(client, document.pk)
        # Clients recognise the error by these (MCP 2026-07-28, resources, error handling).
        assert missing.value.error.code == INVALID_PARAMS
        assert missing.value.error.data == {"uri": f"documents://{document.pk}"}
    await document.arefresh_from_db()
    assert document.text == "We met."


async def test_writing_needs_permissions(mcp_client: ConnectMCP, user: User) -> None:
    async with mcp_client(user) as client:
        listed = {tool.name for tool in await client.list_tools()}
        assert "Unknown tool" in await refusal(client, "create_document", title="x", text="x")
        assert "Unknown tool" in await refusal(client, "update_document", id=1, version=1, text="x")
    assert listed & {"create_document", "update_document", "search_documents"} == {"search_documents"}


async def test_unknown_documents(mcp_client: ConnectMCP, document: Document, writer: User) -> None:
    async with mcp_client(writer) as client:
        for unknown in ("0", "-1", "one", "1.5", "9" * 18, "9" * 40, "%00", "1%2F..", "\u0661"):
            with pytest.raises(MCPError, match=r"There is no document|Resource not found"):
                await read(client, unknown)
        for number in (document.pk + 1, 2**31, 2**63, 10**30):
            said = await refusal(client, "update_document", id=number, version=1, text="x")
            assert said == f"There is no document {number}: search_documents finds those that exist."
        for version in (2, 2**31 - 1, 2**63 - 1, 2**63, 10**30):
            said = await refusal(client, "update_document", id=document.pk, version=version, text="x")
            assert said.startswith(f"Document {document.pk} is at version 1, not {version}")


async def test_names_the_argument_it_refuses(
    mcp_client: ConnectMCP, document: Document, writer: User
) -> None:
    async with mcp_client(writer) as client:
        for argument, value in (
            ("id", 0),
            ("id", "1; DROP"),
            ("version", 0),
            ("title", " "),
            ("title", "x" * 201),
            ("title", "x\x00"),
            ("text", "x" * (MAX_TEXT + 1)),
            ("text", "x\x00"),
            ("text", 5),
            ("user", 1),
        ):
            arguments = {"id": document.pk, "version": 1, "title": "x"} | {argument: value}
            assert argument in await refusal(client, "update_document", **arguments)
    await document.arefresh_from_db()
    assert document.version == 1


class TestSearch:
    @pytest.fixture(autouse=True)
    def documents(self, writer: User) -> None:
        for title, text in (
            ("Bicycles", "A red bicycle stands in the hall. " * 50 + "The runner won. " + "Hall. " * 50),
            ("Runners", "Who runs far needs shoes."),
            ("Größe", "100% wool; O'Neil's \\ <b>hat</b>_"),
        ):
            Document.objects.create(owner=writer, title=title, text=text)

    async def test_finds(self, mcp_client: ConnectMCP, writer: User) -> None:
        titles_by_query: dict[str, tuple[list[str], list[str]]] = {
            # full text, plain
            "shoes": (["Runners"], ["Runners"]),
            "SHOES runs": (["Runners"], ["Runners"]),
            "runner": (["Runners", "Bicycles"], ["Runners", "Bicycles"]),
            "running": (["Runners"], []),  # its stem
            "bicy": ([], ["Bicycles"]),  # a part
            '"red bicycle"': (["Bicycles"], ["Bicycles"]),
            '"bicycle red"': ([], []),
            "hat or shoes": (["Größe", "Runners"], ["Größe", "Runners"]),
            "or hat or": (["Größe"], ["Größe"]),
            "hall -red": ([], []),
            'hall or wool -"red bicycle"': (["Bicycles", "Größe"], ["Größe", "Bicycles"]),
            "won -wool": (["Bicycles"], ["Bicycles"]),
            "größe": (["Größe"], ["Größe"]),
            "100%": (["Größe"], ["Größe"]),
            "O'Neil's": (["Größe"], ["Größe"]),
            "nowhere": ([], []),
            "%": ([], ["Größe"]),
            "_": ([], ["Größe"]),
            "\\": ([], ["Größe"]),
            ")&|!:*(": ([], []),
            "": (
                ["Größe", "Runners", "Bicycles"],
                ["Größe", "Runners", "Bicycles"],
            ),  # the last changed first
            " ": (["Größe", "Runners", "Bicycles"], ["Größe", "Runners", "Bicycles"]),
        }
        expected = {query: found[not FULL_TEXT] for query, found in titles_by_query.items()}
        async with mcp_client(writer) as client:
            assert {query: await titles(client, query) for query in expected} == expected

    async def test_the_excerpt_shows_what_was_found(self, mcp_client: ConnectMCP, writer: User) -> None:
        async with mcp_client(writer) as client:
            (row,) = (await answer(client, "search_documents", query="won", limit=1))["result"]
        assert "The runner won." in row["excerpt"]
        assert len(row["excerpt"]) < 300

    async def test_limit(self, mcp_client: ConnectMCP, writer: User) -> None:
        async with mcp_client(writer) as client:
            assert len((await answer(client, "search_documents", limit=2))["result"]) == 2
            for limit in (0, 51, "many"):
                assert "limit" in await refusal(client, "search_documents", limit=limit)

    async def test_of_many_the_last_changed_are_found(
        self, mcp_client: ConnectMCP, writer: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("documents.search.MAX_FOUND", 2)
        for day in (1, 3, 2):
            await Document.objects.acreate(
                owner=writer, title=f"Zeppelin {day}", updated_at=datetime(2026, 1, day, tzinfo=UTC)
            )
        async with mcp_client(writer) as client:
            assert set(await titles(client, "zeppelin")) == {"Zeppelin 2", "Zeppelin 3"}

    def test_uses_the_index(self) -> None:
        """Catches a search whose expression differs from the one in the migration."""
        with transaction.atomic(), connection.cursor() as cursor:
            if FULL_TEXT:
                cursor.execute("SET LOCAL enable_seqscan = off")  # which PostgreSQL prefers for three rows
            plan = search(Document.objects.all(), "shoes").explain()
        # % if cookiecutter.multi_tenancy
        # Row-level security is checked first, because an index of words could reveal rows of other tenants.
        assert "document_words" not in plan


# % else
        assert ("document_words" in plan) == FULL_TEXT


# % endif
async def test_longest_texts_can_be_kept_and_found(mcp_client: ConnectMCP, writer: User) -> None:
    """Catches a text of only different words, which makes the index of PostgreSQL too large."""
    letters = [chr(0x20000 + number) for number in range(40_000)]  # each takes four bytes
    async with mcp_client(writer) as client:
        for number, word in enumerate(("{}", "{0}-{0}x{0}", "www.{0}.org/{0}")):
            text = " ".join(word.format(letter) for letter in letters)[: MAX_TEXT - 8] + f" needle{number}"
            await client.call_tool("create_document", {"title": word, "text": text})
            assert await titles(client, f"needle{number}") == [word]

"""The OpenAPI document, and the page that shows it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client

from mcp_server.http_api.tests.conftest import ConnectHTTP
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ServeMCP

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Branch:
    """A type that contains itself, so that its schema keeps references."""

    name: str
    branches: list["Branch"]


@pytest.fixture
def grow() -> Iterator[None]:
    @mcp.tool
    def grow(tree: Branch) -> Branch:
        return tree

    yield
    mcp.local_provider.remove_tool("grow")


async def test_a_tool_is_described_by_its_own_schemas(program: ConnectHTTP) -> None:
    async with program() as http:
        document = (await http.get("/api/mcp/openapi.json")).json()
        tools = {tool["name"]: tool for tool in (await http.get("/api/mcp/tools")).json()["tools"]}
    operation = document["paths"]["/api/mcp/tools/add_numbers"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert body == tools["add_numbers"]["inputSchema"]
    assert answer == tools["add_numbers"]["outputSchema"]
    assert operation["description"] == tools["add_numbers"]["description"]


@pytest.mark.usefixtures("grow")
async def test_every_reference_leads_somewhere(program: ConnectHTTP) -> None:
    async with program() as http:
        document = (await http.get("/api/mcp/openapi.json")).json()
    schemas = document["components"]["schemas"]
    assert "#/components/schemas/grow.Branch" in references(document)
    for reference in references(document):
        kind, name = reference.removeprefix("#/components/").split("/")
        assert document["components"][kind][name], reference
    assert schemas["grow.Branch"]["properties"]["branches"]["items"] == {
        "$ref": "#/components/schemas/grow.Branch"
    }


def references(document: object) -> set[str]:
    if isinstance(document, dict):
        found = {document["$ref"]} if isinstance(document.get("$ref"), str) else set()
        return found.union(*map(references, document.values()))
    return set().union(*map(references, document)) if isinstance(document, list) else set()


FILES = ("swagger-ui-bundle.js", "page.js", "site.css")


async def test_the_page_and_its_files_come_from_here(serve_mcp: ServeMCP) -> None:
    async with serve_mcp() as server, server.http_client() as http:
        page = await http.get("/api/mcp/docs")
        files = [await http.get(f"/api/mcp/docs/{name}") for name in FILES]
        outside = await http.get("/api/mcp/docs/../problems.py")
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "//" not in page.text.replace(f'"{settings.WEB_BASE_URL}/', "")  # no address of another host
    assert [file.status_code for file in files] == [HTTPStatus.OK] * len(FILES)
    assert outside.status_code != HTTPStatus.OK


def test_the_home_page_leads_to_the_page(client: Client) -> None:
    assert f'<a href="{settings.PUBLIC_BASE_URL}/api/mcp/docs">' in client.get("/").content.decode()


async def test_the_document_names_only_what_json_can_hold(program: ConnectHTTP) -> None:
    async with program() as http:
        text = (await http.get("/api/mcp/openapi.json")).text
    assert json.loads(text, parse_constant=pytest.fail)["openapi"] == "3.1.1"

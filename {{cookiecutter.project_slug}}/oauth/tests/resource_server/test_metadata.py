"""The metadata documents that clients read first."""

import pytest
from django.conf import settings
from django.test import Client

from mcp_server.tests.fixtures import ServeMCP
from oauth.scopes import READ, WRITE
from oauth.tests.on_server import post

AUTHORIZATION_SERVER = ["", "/mcp", "/mcp/"]
RESOURCE = [
    "/mcp",
    "/mcp/",
    "/mcp/sse",
    "/mcp/sse/",
    # % if cookiecutter.multi_tenancy
    "/mcp/t/demo",
    "/mcp/t/demo/",
    # % endif
]


@pytest.mark.parametrize("suffix", AUTHORIZATION_SERVER)
def test_the_authorization_server_says_what_it_can(client: Client, suffix: str) -> None:
    metadata = client.get("/.well-known/oauth-authorization-server" + suffix).json()
    assert metadata["issuer"] == settings.WEB_BASE_URL
    assert metadata["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert metadata["response_types_supported"] == ["code"]
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["scopes_supported"] == [READ, WRITE]
    assert metadata["client_id_metadata_document_supported"] is True
    assert metadata["authorization_response_iss_parameter_supported"] is True


def test_none_is_advertised_as_an_auth_method(client: Client) -> None:
    metadata = client.get("/.well-known/oauth-authorization-server").json()
    assert "none" in metadata["token_endpoint_auth_methods_supported"]


@pytest.mark.parametrize("host", ["testserver", "evil.example"])
def test_the_metadata_of_the_server_have_the_public_address_whatever_host_is_asked(
    client: Client, host: str
) -> None:
    answer = client.get("/.well-known/oauth-authorization-server", headers={"Host": host})
    if host == "evil.example":
        assert answer.status_code == 400
        return
    urls = [value for key, value in answer.json().items() if key.endswith("_endpoint") or key == "issuer"]
    assert len(urls) == 5
    assert all(url.startswith(settings.WEB_BASE_URL) for url in urls)


@pytest.mark.parametrize("path", RESOURCE)
async def test_the_metadata_of_the_resource_have_the_public_address_as_the_client_spells_it(
    serve_mcp: ServeMCP, path: str
) -> None:
    async with serve_mcp() as server, server.http_client() as http:
        challenge = (await http.request("GET" if "sse" in path else "POST", path)).headers["WWW-Authenticate"]
        url = f"{settings.PUBLIC_BASE_URL}/.well-known/oauth-protected-resource{path}"
        assert f'resource_metadata="{url}"' in challenge
        assert f'scope="{READ} {WRITE}"' in challenge
        answer = await http.get(
            "/.well-known/oauth-protected-resource" + path, headers={"Host": "evil.example"}
        )
    assert answer.json()["resource"] == settings.PUBLIC_BASE_URL + path
    assert answer.json()["authorization_servers"] == [settings.WEB_BASE_URL]
    assert answer.json()["scopes_supported"] == [READ, WRITE]


async def test_the_metadata_of_the_resource_come_from_one_place(client: Client, serve_mcp: ServeMCP) -> None:
    assert client.get("/.well-known/oauth-protected-resource/mcp").status_code == 404
    async with serve_mcp() as server, server.http_client() as http:
        root = await http.get("/.well-known/oauth-protected-resource")
        assert root.json()["resource"] == settings.MCP_URL
        for path in ("/other", "/mcp/x", "/mcp/../admin", "//evil.example", "/mcp//"):
            answer = await http.get("/.well-known/oauth-protected-resource" + path)
            assert (answer.status_code, answer.json()) == (404, {"error": "not_found"})


async def test_a_bad_token_is_told_where_to_sign_in(serve_mcp: ServeMCP, db: None) -> None:
    async with serve_mcp() as server:
        answer = await post(server, "unknown")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert "/.well-known/oauth-protected-resource/mcp/" in answer.headers["WWW-Authenticate"]

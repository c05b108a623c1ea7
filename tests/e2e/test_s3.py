"""Files in a bucket: a generated project with file_tools, and a real store with the S3 protocol."""

import asyncio
import base64
import os
import signal
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from http import HTTPStatus
from typing import Any

import pytest
from fastmcp import Client

from e2e.seaweedfs import Store
from sites import MakeSite
from testing.processes import Server, Site

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4000
SECONDS_TO_SEE = 30


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("store"))


@pytest.fixture
def store_server(store: Store) -> Iterator[Server]:
    with store.running() as server:
        yield server


@pytest.fixture(scope="module")
def site(make_site: MakeSite, store: Store) -> Site:
    return make_site(answers={"file_tools": True}, **store.environment)


@pytest.fixture(scope="module")
def token(site: Site) -> str:
    return site.token()


async def call(client: Client[Any], tool: str, **arguments: object) -> Any:
    """Call a tool. Return its structured content, or the message of its refusal."""
    result = await client.call_tool(tool, arguments, raise_on_error=False)
    return result.content[0].text if result.is_error else result.structured_content  # type: ignore[union-attr]


def shell(site: Site, code: str) -> str:
    """Run code in the project, and return what it prints."""
    return site.manage("shell", "--no-imports", "--command", code)


def contents(site: Site) -> set[str]:
    """Return the keys of the objects in the bucket."""
    code = "from django.core.files.storage import storages; print(*storages['files'].listdir('files')[1])"
    return set(shell(site, code).split())


def rows(site: Site) -> dict[str, bool]:
    """Return the files in the database, and whether each of them is complete."""
    with closing(sqlite3.connect(site.project.path / "db.sqlite3")) as database:
        return {
            name: bool(stored_at)
            for name, stored_at in database.execute("SELECT name, stored_at FROM documents_storedfile")
        }


def fetch(url: str) -> tuple[int, Message, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310 - of our own store
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


async def test_all_of_it_happens_in_the_bucket(site: Site, token: str, store_server: Server) -> None:
    with site.serve_mcp() as server:
        async with Client(server.mcp_url, auth=token) as client:
            text = await call(client, "upload_file", name="Größe.txt", content="Zoë")
            encoded = base64.b64encode(PNG).decode()
            image = await call(client, "upload_file", name="a.png", content=encoded, encoding="base64")
            assert contents(site) == {text["key"], image["key"]}
            assert not (site.project.path / "media").exists()

            (read,) = await client.read_resource(f"files://{text['key']}")
            assert read.text == "Zoë"

            url = (await call(client, "get_file_url", key=image["key"]))["url"]
            status, headers, content = fetch(url)
            assert (status, content) == (HTTPStatus.OK, PNG)
            assert headers["Content-Disposition"] == 'attachment; filename="a.png"'
            assert headers["Content-Type"] == "image/png"
            url_of_text = (await call(client, "get_file_url", key=text["key"]))["url"]
            assert fetch(url_of_text)[1]["Content-Disposition"].endswith("Gr%C3%B6%C3%9Fe.txt")

            for changed in (url.partition("?")[0], url.replace("Expires=3600", "Expires=9999")):
                assert fetch(changed)[0] == HTTPStatus.FORBIDDEN
            for key in (text["key"], image["key"]):
                await call(client, "delete_file", key=key)
            assert fetch(url)[0] == HTTPStatus.NOT_FOUND
    assert contents(site) == set()
    assert rows(site) == {}


async def test_an_upload_past_the_model_streams_into_the_bucket(
    site: Site, token: str, store_server: Server
) -> None:
    """The body of such an upload can be read only once, unlike other content that is passed to storages."""
    with site.serve_web() as web, site.serve_mcp(WEB_BASE_URL=web.url) as server:
        async with Client(server.mcp_url, auth=token) as client:
            asked = await call(client, "request_upload", name="a.png")
            request = urllib.request.Request(asked["url"], PNG, {"Content-Type": "image/png"}, method="PUT")  # noqa: S310
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - of our own site
                assert response.status == HTTPStatus.CREATED
            assert contents(site) == {asked["key"]}
            assert fetch((await call(client, "get_file_url", key=asked["key"]))["url"])[2] == PNG
            await call(client, "delete_file", key=asked["key"])


async def test_links_expire(site: Site, token: str, store_server: Server) -> None:
    with site.serve_mcp(FILE_URL_SECONDS="1") as server:
        async with Client(server.mcp_url, auth=token) as client:
            row = await call(client, "upload_file", name="a.txt", content="x")
            url = (await call(client, "get_file_url", key=row["key"]))["url"]
            await call_until_refused(url)
            await call(client, "delete_file", key=row["key"])


async def call_until_refused(url: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_SEE
    while fetch(url)[0] != HTTPStatus.FORBIDDEN:
        assert time.monotonic() < deadline, "The link did not expire."
        await asyncio.sleep(0.2)


async def test_a_store_that_is_away(site: Site, token: str, store: Store) -> None:
    sentence = "The file storage is unavailable, and nothing was changed. Try again later."
    with site.serve_mcp() as server:
        async with Client(server.mcp_url, auth=token) as client:
            with store.running():
                kept = await call(client, "upload_file", name="kept.txt", content="x")
                gone = await call(client, "upload_file", name="gone.txt", content="x")
            assert await call(client, "upload_file", name="b.txt", content="x") == sentence
            assert rows(site) == {"kept.txt": True, "gone.txt": True}
            with pytest.raises(Exception, match="The file storage is unavailable"):
                await client.read_resource(f"files://{kept['key']}")
            # The file is deleted for its owner. The log names the content that remains in the bucket.
            await call(client, "delete_file", key=gone["key"])
            assert rows(site) == {"kept.txt": True}
            with store.running():
                (read,) = await client.read_resource(f"files://{kept['key']}")
                assert read.text == "x"
                await call(client, "delete_file", key=kept["key"])
        assert f"files/{gone['key']}" in server.log.read_text()


async def test_an_upload_whose_process_is_killed(
    site: Site, token: str, store: Store, store_server: Server
) -> None:
    """The row of such an upload is hidden. It refers to any partial content, and both are deleted later."""
    with site.serve_mcp() as server:

        async def upload() -> None:
            async with Client(server.mcp_url, auth=token) as client:
                await call(client, "upload_file", name="half.txt", content="x")

        os.killpg(store_server.process.pid, signal.SIGSTOP)
        try:
            uploading = asyncio.create_task(upload())
            deadline = time.monotonic() + SECONDS_TO_SEE
            while rows(site) != {"half.txt": False}:
                assert time.monotonic() < deadline, "The upload did not begin."
                await asyncio.sleep(0.1)
            server.stop(signal.SIGKILL)
        finally:
            os.killpg(store_server.process.pid, signal.SIGCONT)
        (outcome,) = await asyncio.gather(uploading, return_exceptions=True)
        assert isinstance(outcome, Exception)

    with site.serve_mcp() as server:
        async with Client(server.mcp_url, auth=token) as client:
            assert (await call(client, "list_files"))["total"] == 0
            shell(
                site,
                "from datetime import timedelta; from django.utils import timezone; "
                "from documents.models import StoredFile; "
                "StoredFile.objects.update(created_at=timezone.now() - timedelta(hours=2))",
            )
            row = await call(client, "upload_file", name="next.txt", content="x")
    assert rows(site) == {"next.txt": True}
    assert contents(site) >= {row["key"]}

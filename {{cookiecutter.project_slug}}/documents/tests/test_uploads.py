"""Uploads past the model: by pages and programs, and attacks on their addresses."""

import io
import re
import shlex
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core import signing
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from config.wsgi import application
from documents.contents import reserve
from documents.links import UPLOAD_SALT, make_upload_link
from documents.models import StoredFile
from mcp_server.models import MCPToken, ToolCall
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import answer, permit, refusal

pytestmark = pytest.mark.django_db(transaction=True)

SITE = "https://site.example.com"
USED = "This file was already uploaded: ask for a new address for another one."


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    settings.WEB_BASE_URL = SITE


@pytest.fixture
def keeper(user: User) -> User:
    """A user who may upload files and has no other permission."""
    permit(user, "documents.add_storedfile")
    return user


@pytest.fixture
def token(keeper: User) -> MCPToken:
    return MCPToken.objects.create(user=keeper, name="laptop")


@pytest.fixture
def storage() -> Storage:
    return storages["files"]


@pytest.fixture
def address(token: MCPToken) -> str:
    """The path to which report.pdf of the keeper is uploaded."""
    file = reserve(token.user, "report.pdf", "application/pdf")
    return make_upload_link(file, token, f"token-{token.pk}").removeprefix(SITE)


def content_of(file: StoredFile) -> bytes:
    with storages["files"].open(file.path) as opened:
        content: bytes = opened.read()
    return content


def put(path: str, content: bytes = b"%PDF", **options: Any) -> tuple[int, str]:
    """Send a file like a program that knows only the address."""
    response = Client().put(path, content, **{"content_type": "application/octet-stream", **options})
    return response.status_code, response.text


def send(path: str, name: str = "Scan 1.PDF", content: bytes = b"%PDF") -> Any:
    """Send a file like a browser without JavaScript, and follow the redirect."""
    return Client().post(path, {"file": SimpleUploadedFile(name, content)}, follow=True)


def raw(path: str, body: Any, length: str | None) -> tuple[int, str]:
    """Send a body with a wrong length, or without one."""
    environ: dict[str, Any] = {
        **Client().get("/").wsgi_request.environ,
        "REQUEST_METHOD": "PUT", "PATH_INFO": "/files/upload", "QUERY_STRING": path.partition("?")[2],
        "wsgi.input": body, "CONTENT_TYPE": "",
    }  # fmt: skip
    environ.pop("CONTENT_LENGTH", None)
    if length is not None:
        environ["CONTENT_LENGTH"] = length
    statuses: list[int] = []

    def start(status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
        statuses.append(int(status[:3]))
        return len

    response = application(environ, start)
    text = b"".join(response).decode()
    response.close()
    return statuses[0], text


async def test_a_program(mcp_client: ConnectMCP, token: MCPToken, storage: Storage) -> None:
    async with mcp_client(token) as client:
        asked = await answer(client, "request_upload", name="Größe 'A'.txt", type="text/plain")
        assert (await answer(client, "list_files"))["total"] == 0
        curl, flag, name, url = shlex.split(asked["curl"])
        assert (curl, flag, name, url) == ("curl", "--upload-file", "Größe 'A'.txt", asked["url"])
        assert not url.partition("?")[0].endswith("/")  # after which curl writes the name
        status, text = await sync_to_async(put)(url.removeprefix(SITE), b"Zo\xc3\xab")
        assert status == HTTPStatus.CREATED
        assert asked["key"] in text
        (file,) = (await answer(client, "list_files"))["files"]
        assert (file["key"], file["name"], file["content_type"], file["size"]) == (
            asked["key"], "Größe 'A'.txt", "text/plain", 4,
        )  # fmt: skip
        (read,) = await client.read_resource(f"files://{file['key']}")
        assert read.text == "Zoë"
    assert storage.exists(f"files/{asked['key']}")
    question = await ToolCall.objects.aget(tool="request_upload")
    assert question.arguments == {"name": "Größe 'A'.txt", "type": "text/plain"}


def test_the_page_and_its_form(address: str, keeper: User) -> None:
    page = Client(enforce_csrf_checks=True).get(address)
    assert page.status_code == HTTPStatus.OK
    for part in (">report.pdf<", f"<strong>{keeper.email}<", 'accept=".pdf"', 'enctype="multipart/'):
        assert part in page.text
    assert "no-store" in page["Cache-Control"]
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    assert not re.search(r"<script>|<style|style=|onclick", page.text)
    after = send(address)
    assert after.redirect_chain == [(address, HTTPStatus.FOUND)]
    assert "has arrived (4\xa0bytes)" in after.text
    assert "<form class" not in after.text
    file = StoredFile.objects.get()
    assert (file.name, file.owner, file.size) == ("report.pdf", keeper, 4)


def test_the_audit_has_what_the_tool_leaves_there(
    address: str, token: MCPToken, keeper: User, settings: Settings
) -> None:
    settings.FILE_MAX_SIZE = 6
    put(address, b"too long")
    forwarded = {"x-request-id": "abc", "x-forwarded-for": "1.2.3.4, 5.6.7.8"}
    put(address, headers={"user-agent": "curl/8.0", **forwarded})
    second, first = ToolCall.objects.filter(tool="upload_file").order_by("-time")
    assert first.status == "error"
    assert (second.user, second.email) == (keeper, keeper.email)
    assert (second.credential, second.credential_name) == (f"token-{token.pk}", "laptop")
    assert (second.status, second.arguments) == ("ok", {"name": "report.pdf"})
    assert (second.client_name, second.address, second.request_id) == ("curl/8.0", "5.6.7.8", "abc")


def test_an_address_that_is_used_up_costs_no_rows_and_no_parsing(address: str) -> None:
    put(address)
    broken = "multipart/form-data"  # for which a parser would report a missing boundary
    assert Client().post(address, b"x" * 1000, content_type=broken).status_code == HTTPStatus.GONE
    put(address)
    assert ToolCall.objects.filter(tool="upload_file").count() == 1


class TestOnce:
    def test_again(self, address: str) -> None:
        assert put(address, b"first")[0] == HTTPStatus.CREATED
        for again in (put(address, b"second"), (send(address).status_code, USED)):
            assert again == (HTTPStatus.GONE, USED)
        assert content_of(StoredFile.objects.get()) == b"first"

    def test_at_the_same_time(self, address: str) -> None:
        def in_thread(number: int) -> int:
            try:
                return put(address, b"%d" % number * 1000)[0]
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as threads:
            statuses = sorted(threads.map(in_thread, range(4)))
        assert statuses == [HTTPStatus.CREATED, *[HTTPStatus.GONE] * 3]
        assert content_of(StoredFile.objects.get()) in {b"%d" % number * 1000 for number in range(4)}

    def test_after_the_file_was_deleted(self, address: str) -> None:
        put(address)
        StoredFile.objects.get().delete()
        assert put(address) == (HTTPStatus.GONE, "The file of this address was deleted: ask for a new one.")
        assert not StoredFile.objects.exists()

    def test_once_more_after_a_failure(
        self, address: str, storage: Storage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(name: str, _content: object) -> None:
            raise ConnectionError(name)

        with monkeypatch.context() as broken:
            broken.setattr(storage, "save", fail)
            assert put(address)[0] == HTTPStatus.SERVICE_UNAVAILABLE
        assert put(address)[0] == HTTPStatus.CREATED


class TestAddress:
    def test_made_up(self, address: str, settings: Settings) -> None:
        head, _, link = address.partition("=")
        key = str(StoredFile.objects.get().pk)
        of_another_key = signing.dumps([key, None], key="x", salt=UPLOAD_SALT)
        foreign = [signing.dumps([key, None], salt="documents.links"), of_another_key]
        refused = HTTPStatus.FORBIDDEN, "This address is incomplete or was changed."
        for wrong in ("", "x", link[:-1], f"{link}x", link.replace("%3A", ":a:", 1), *foreign):
            assert put(f"{head}={wrong}") == refused
            assert Client().get(f"{head}={wrong}").status_code == HTTPStatus.FORBIDDEN

    def test_without_a_token_is_for_servers_that_ask_for_none(self, address: str) -> None:
        """Catches an address from the time of MCP_REQUIRE_AUTH=False that still works with authentication."""
        link = signing.dumps([str(StoredFile.objects.get().pk), None], salt=UPLOAD_SALT)
        assert put(f"/files/upload?link={link}")[0] == HTTPStatus.FORBIDDEN

    def test_expired(self, address: str, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
        settings.FILE_UPLOAD_SECONDS = 0
        monkeypatch.setattr("django.core.signing.time.time", lambda: timezone.now().timestamp() + 5)
        assert put(address) == (HTTPStatus.GONE, "This address has expired: ask for a new one.")

    def test_of_other_methods(self, address: str) -> None:
        for method in ("patch", "delete"):
            assert getattr(Client(), method)(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED

    def test_who_is_signed_in_is_not_asked(self, address: str, admin: User, keeper: User) -> None:
        """Catches a file that belongs to the user of the session, not to the one of the address."""
        client = Client(enforce_csrf_checks=True)
        client.force_login(admin)
        form = {"file": SimpleUploadedFile("a.pdf", b"x")}
        response = client.post(address, form, headers={"origin": "https://evil"})
        assert response.status_code == HTTPStatus.FOUND
        assert StoredFile.objects.get().owner == keeper


class TestWhoAsked:
    """The user is checked when the file arrives, not when the address is made."""

    GONE = "The token or app that asked for this address has no access any more."
    NOT_PERMITTED = "The user of this address may not upload files any more."

    @pytest.fixture(autouse=True)
    def nothing_came(self, storage: Storage) -> Any:
        yield
        assert not StoredFile.objects.exclude(size=None).exists()

    def test_whose_token_was_revoked(self, address: str, token: MCPToken) -> None:
        token.revoke()
        assert put(address) == (HTTPStatus.FORBIDDEN, self.GONE)
        assert self.GONE in Client().get(address).text

    def test_whose_token_was_deleted(self, address: str, token: MCPToken) -> None:
        token.delete()
        assert put(address) == (HTTPStatus.FORBIDDEN, self.GONE)

    def test_who_was_disabled(self, address: str, keeper: User) -> None:
        User.objects.filter(pk=keeper.pk).update(is_active=False)
        assert put(address) == (HTTPStatus.FORBIDDEN, self.GONE)
        assert send(address).status_code == HTTPStatus.FORBIDDEN

    def test_who_lost_the_permission(self, address: str, keeper: User) -> None:
        keeper.user_permissions.clear()
        assert put(address) == (HTTPStatus.FORBIDDEN, self.NOT_PERMITTED)

    def test_whose_token_is_limited_now(self, address: str, token: MCPToken) -> None:
        MCPToken.objects.filter(pk=token.pk).update(allowed_tools=["whoami"])
        assert put(address) == (HTTPStatus.FORBIDDEN, self.NOT_PERMITTED)

    def test_who_keeps_too_much(self, address: str, settings: Settings) -> None:
        settings.FILE_QUOTA = 3
        status, text = put(address)
        assert status == HTTPStatus.CONFLICT
        assert text.startswith("These are 4 bytes more, but you have 0 and may have 3")
        assert "4 bytes more" in send(address).text


class TestContent:
    def test_of_another_type(self, address: str) -> None:
        assert put(address, content_type="text/html") == (
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "report.pdf is application/pdf, not text/html.",
        )  # fmt: skip
        page = send(address, "report.txt")
        assert page.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        assert "Choose a file whose name ends in .pdf." in page.text
        assert "page.html&#x27; is not accepted" in send(address, "page.html").text
        assert put(address, content_type="application/pdf")[0] == HTTPStatus.CREATED

    @pytest.mark.parametrize("header", [{"Content-Range": "bytes 0-3/10"}, {"Content-Encoding": "gzip"}])
    def test_that_is_a_part_or_packed(self, address: str, header: dict[str, str]) -> None:
        """Catches a part or a compressed body that is stored as if it were the file."""
        status, said = put(address, headers=header)
        assert (status, said[:19]) == (HTTPStatus.BAD_REQUEST, "Send the whole file")

    def test_of_no_type_under_runserver(self, address: str) -> None:
        """Catches a refusal of the tool's curl line: wsgiref turns a missing type into text/plain."""
        assert put(address, content_type="text/plain")[0] == HTTPStatus.CREATED

    def test_that_is_too_large(self, address: str, settings: Settings) -> None:
        settings.FILE_MAX_SIZE = 6
        sentence = "The file has 7 bytes, more than the 6 that are accepted."
        assert put(address, b"x" * 7) == (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
        assert sentence in send(address, content=b"x" * 7).text
        assert put(address, b"x" * 6)[0] == HTTPStatus.CREATED

    def test_that_is_too_large_is_not_read(self, address: str, settings: Settings) -> None:
        class Unread(io.BytesIO):
            def read(self, *_: object) -> bytes:
                raise AssertionError

        status, _ = raw(address, Unread(), str(settings.FILE_MAX_SIZE + 1))
        assert status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    @pytest.mark.parametrize("length", [None, "", "x", "-1"])
    def test_of_unknown_length(self, address: str, length: str | None) -> None:
        assert raw(address, io.BytesIO(b"x"), length) == (
            HTTPStatus.LENGTH_REQUIRED, "The request needs a Content-Length.",
        )  # fmt: skip

    def test_that_breaks_off(self, address: str, storage: Storage) -> None:
        sentence = "The file is not complete: send it again."
        assert raw(address, io.BytesIO(b"x" * 70_000), "70001") == (HTTPStatus.BAD_REQUEST, sentence)
        file = StoredFile.objects.get()
        assert (file.size, file.stored_at, storage.exists(file.path)) == (None, None, False)
        assert put(address)[0] == HTTPStatus.CREATED

    def test_that_is_empty(self, address: str) -> None:
        assert raw(address, io.BytesIO(), "0")[0] == HTTPStatus.CREATED
        assert StoredFile.objects.get().size == 0

    def test_is_never_in_the_memory_as_a_whole(self, address: str, settings: Settings) -> None:
        """Catches reading a body at once: this one fails if more than 100 KB are read."""
        settings.FILE_MAX_SIZE = settings.FILE_QUOTA = 10_000_000
        left = 10_000_000

        class Endless(io.RawIOBase):
            def read(self, size: int | None = -1) -> bytes:
                nonlocal left
                assert size in range(100_001)
                left -= size or 0
                return bytes(size or 0)

        assert raw(address, Endless(), "10000000")[0] == HTTPStatus.CREATED
        assert left == 0


async def test_names_and_types_that_are_refused(mcp_client: ConnectMCP, token: MCPToken) -> None:
    async with mcp_client(token) as client:
        for name in ("../../etc/passwd.txt", "a\\b.txt", "a\x00.txt", "fdp.\u202etxt", ""):
            assert "name" in await refusal(client, "request_upload", name=name)
        assert "must end in" in await refusal(client, "request_upload", name="page.html")
        said = await refusal(client, "request_upload", name="a.pdf", type="text/html")
        assert said == "'a.pdf' is application/pdf, not 'text/html': omit the type."
    assert not await StoredFile.objects.aexists()


async def test_addresses_count_as_files(mcp_client: ConnectMCP, token: MCPToken, settings: Settings) -> None:
    """Catches a model that asks for any number of addresses."""
    settings.FILE_MAX_COUNT = 2
    async with mcp_client(token) as client:
        for _ in range(2):
            await answer(client, "request_upload", name="a.pdf")
        assert "may have 2" in await refusal(client, "request_upload", name="a.pdf")
        await StoredFile.objects.aupdate(created_at=timezone.now() - timedelta(hours=2))
        await answer(client, "request_upload", name="a.pdf")
    assert await StoredFile.objects.acount() == 1


async def test_only_for_those_who_may_upload(mcp_client: ConnectMCP, user: User) -> None:
    async with mcp_client(user) as client:
        assert "Unknown tool" in await refusal(client, "request_upload", name="a.pdf")

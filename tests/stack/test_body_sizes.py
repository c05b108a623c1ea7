"""The largest body that nginx accepts, by location: small for strangers, larger for uploads and callers."""

from collections.abc import Iterator

import pytest

from conftest import Bake
from stack.test_nginx import Echo, echoing_front
from testing.http_server import serving
from testing.processes import Process
from testing.stack import status

LARGE = b"x" * 65_537


@pytest.fixture(scope="module", params=[False, True], ids=["one", "tenants"])
def front(
    request: pytest.FixtureRequest, bake: Bake, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("sizes")
    project = bake(multi_tenancy=request.param, file_tools=True)
    with serving(Echo) as port:
        echo = f"127.0.0.1:{port}"
        front = echoing_front(project, folder, WEB_UPSTREAM=echo, MCP_UPSTREAM=echo)
        front.start()
        front.wait()
        yield front
        front.kill()


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/plain"), ("/accounts/login/", "text/plain"), ("/admin/login/", "text/plain"),
        ("/accounts/password_reset/", "text/plain"), ("/tokens/", "text/plain"),
        ("//admin/login/", "text/plain"),
        ("/oauth/register", "application/json"), ("/oauth/token", "application/json"),
        ("/oauth/authorize", "application/json"), ("/register", "text/plain"),
    ],
)  # fmt: skip
def test_strangers(front: Process, path: str, media_type: str) -> None:
    url = f"http://127.0.0.1:{front.port}{path}"
    code, text = status(url, "POST", LARGE)
    assert code == 413
    assert "65536 bytes at most" in text
    assert text.startswith("{") is (media_type == "application/json")
    assert status(url, "POST", LARGE[:-1])[0] == 200


@pytest.mark.parametrize("path", ["/admin/documents/storedfile/add/", "/files/upload", "/mcp/"])
def test_people_with_uploads_and_callers(front: Process, path: str) -> None:
    assert status(f"http://127.0.0.1:{front.port}{path}", "POST", LARGE)[0] == 200

"""Files in a real browser: the upload page, and the link of an uploaded HTML page with a script."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from browser.conftest import PHONE
from conftest import Bake
from testing.harness import BakedProject
from testing.processes import Site

SCRIPT = "<title>quiet</title><script>document.title = 'it runs'</script>"
ASK = """
from accounts.models import User
from documents.contents import reserve
from documents.links import make_upload_link
from mcp_server.models import MCPToken
user, _ = User.objects.get_or_create(email="zoe@example.com", is_superuser=True)
token = MCPToken.objects.create(user=user, name="laptop")
for _ in range(5):
    print(make_upload_link(reserve(user, "notes.txt", "text/plain"), token, "token-1"))
"""
UPLOAD = f"""
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from documents.links import make_link
from documents.models import StoredFile
file = StoredFile(name="page.html", content_type="text/html")
storages["files"].save(file.path, ContentFile({SCRIPT!r}))
print(make_link(file))
"""


@pytest.fixture(scope="module")
def site(
    everything: BakedProject, bake_into: Bake, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    """Return a function that runs code on a site and returns what it prints."""
    project = bake_into(tmp_path_factory.mktemp("files"), file_tools=True)
    site = Site(project, everything.path / ".venv/bin/python", {"DEBUG": "False"})
    site.manage("migrate", "--verbosity=0")
    with site.serve_web("--threads=4") as server:
        yield lambda code: site.manage(
            "shell", "--no-imports", "--command", code, WEB_BASE_URL=server.url
        ).strip()


@pytest.fixture(scope="module")
def link(site: Callable[[str], str]) -> str:
    return site(UPLOAD)


@pytest.fixture(scope="module")
def addresses(site: Callable[[str], str]) -> list[str]:
    """Upload addresses for notes.txt, each of which can be used once."""
    return site(ASK).split()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context() as context:
        yield context.new_page()


def test_it_is_saved_and_not_shown(page: Page, link: str) -> None:
    page.set_content(f"<a href='{link}'>page.html</a>")
    with page.expect_download() as download:
        page.get_by_text("page.html").click()
    assert download.value.suggested_filename == "page.html"
    assert Path(download.value.path()).read_text() == SCRIPT


def test_no_script_of_it_runs_even_if_it_were_shown(page: Page, link: str) -> None:
    """Plays a browser that ignores Content-Disposition."""

    def show(route: Route) -> None:
        answer = route.fetch()
        headers = {name: value for name, value in answer.headers.items() if name != "content-disposition"}
        route.fulfill(response=answer, headers=headers)

    page.route("**/files/*", show)
    page.goto(link)
    assert page.title() == "quiet"


NOTES: Any = {"name": "My notes.TXT", "mimeType": "", "buffer": b"x" * 300_000}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_file_is_chosen_on_a_phone(chromium: Browser, addresses: list[str], scheme: Any) -> None:
    """The site's own policy allows the upload, and nothing is wider than the screen."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "410" not in message.text:
            complaints.append(message.text)

    with chromium.new_context(viewport=PHONE, color_scheme=scheme) as context:
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address := addresses.pop())
        expect(page.get_by_text("It will be added to the files of zoe@example.com")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        page.get_by_label("File").set_input_files([NOTES | {"name": "notes.exe"}])
        page.get_by_role("button", name="Upload").click()
        expect(page.get_by_role("alert")).to_have_text("Choose a file whose name ends in .txt.")

        page.get_by_label("File").set_input_files([NOTES])
        with page.expect_request(lambda request: request.method == "PUT"):
            page.get_by_role("button", name="Upload").click()
        expect(page.get_by_role("status")).to_contain_text("notes.txt has arrived (293.0\xa0KB)")
        page.goto(address)
        expect(page.get_by_role("status")).to_contain_text("has arrived")
    assert complaints == []


def test_a_file_is_dropped(page: Page, addresses: list[str]) -> None:
    page.goto(addresses.pop())
    dropped = page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['dropped'], 'a.txt'));"
        " return data; }"
    )
    page.dispatch_event("form#upload", "dragover", {"dataTransfer": dropped})
    assert page.locator("form.dropping").count() == 1
    page.dispatch_event("form#upload", "drop", {"dataTransfer": dropped})
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("status")).to_contain_text("has arrived (7\xa0bytes)")


def test_a_file_is_sent_without_javascript(chromium: Browser, addresses: list[str]) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(addresses.pop())
        page.get_by_label("File").set_input_files([NOTES | {"name": "notes.exe"}])
        page.get_by_role("button", name="Upload").click()
        expect(page.get_by_role("alert")).to_contain_text("'notes.exe' is not accepted")
        page.get_by_label("File").set_input_files([NOTES])
        page.get_by_role("button", name="Upload").click()
        expect(page.get_by_role("status")).to_contain_text("notes.txt has arrived")


def test_a_refusal_is_a_sentence_on_the_page(
    page: Page, addresses: list[str], site: Callable[[str], str]
) -> None:
    page.goto(addresses.pop())
    page.get_by_label("File").set_input_files([NOTES])
    site("from mcp_server.models import MCPToken; MCPToken.objects.get().revoke()")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_contain_text("has no access any more")
    expect(page.get_by_role("button", name="Upload")).to_be_enabled()

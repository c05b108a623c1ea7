"""An uploaded page with a script in it, opened in a real browser by its link."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from conftest import Bake
from testing.harness import BakedProject
from testing.processes import Site

SCRIPT = "<title>quiet</title><script>document.title = 'it runs'</script>"
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
def link(
    everything: BakedProject, bake_into: Bake, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    project = bake_into(tmp_path_factory.mktemp("files"), file_tools=True)
    site = Site(project, everything.path / ".venv/bin/python", {"DEBUG": "False"})
    site.manage("migrate", "--verbosity=0")
    with site.serve_web("--threads=4") as server:
        yield site.manage("shell", "--no-imports", "--command", UPLOAD, WEB_BASE_URL=server.url).strip()


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
    """By a browser that knows nothing of Content-Disposition."""

    def show(route: Route) -> None:
        answer = route.fetch()
        headers = {name: value for name, value in answer.headers.items() if name != "content-disposition"}
        route.fulfill(response=answer, headers=headers)

    page.route("**/files/*", show)
    page.goto(link)
    assert page.title() == "quiet"

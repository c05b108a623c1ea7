"""The page of the HTTP API in a real browser, with the site's own Content-Security-Policy."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from testing.harness import BakedProject
from testing.processes import Site

from .conftest import Visitor


@pytest.fixture(scope="module")
def site_and_token(
    everything: BakedProject, bake_into: Callable[..., BakedProject], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    project = bake_into(tmp_path_factory.mktemp("api-page"), http_api=True)
    site = Site(project, everything.path / ".venv/bin/python").prepare()
    with site.serve_mcp() as server:
        yield server.url, site.token()


def test_a_tool_is_tried(chromium: Browser, site_and_token: tuple[str, str]) -> None:
    site, token = site_and_token
    page = chromium.new_page()
    visitor = Visitor(page, site)
    visitor.open("/api/mcp/docs")
    page.get_by_label("Your token").fill("mcp_wrong")
    page.get_by_role("button", name="Show the tools").click()
    expect(page.get_by_role("alert")).to_have_text("This token is not valid.")
    refused = [complaint for complaint in visitor.complaints if "401" in complaint]
    assert visitor.complaints == refused
    visitor.complaints.clear()

    page.get_by_label("Your token").fill(token)
    page.get_by_role("button", name="Show the tools").click()
    operation = page.locator("#operations-default-add_numbers")
    operation.get_by_role("button").first.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.locator("textarea").fill('{"a": 2, "b": 3}')
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table tbody .response-col_description")
    expect(answer).to_contain_text('"result": 5')
    assert visitor.complaints == []
    assert token not in page.url
    page.close()

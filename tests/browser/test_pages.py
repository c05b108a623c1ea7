"""The pages of a generated project in a real browser."""

import re

from playwright.sync_api import Page, expect

from .conftest import Visitor

PAGES = [
    "/",
    "/tokens/",
    "/accounts/",
    "/accounts/email/",
    "/accounts/password_change/",
    "/accounts/password_change/done/",
]
ADMIN_PAGES = [
    "/admin/",
    "/admin/accounts/user/",
    "/admin/accounts/user/add/",
    "/admin/accounts/user/1/change/",
    "/admin/mcp_server/mcptoken/",
    "/admin/mcp_server/mcptoken/add/",
    "/admin/inventory/order/add/",
]


def assert_fits(page: Page) -> None:
    """Check that the page is no wider than the screen."""
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{page.url} is {too_wide} pixels wider than the screen"


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_strangers(visitor: Visitor) -> None:
    for path in ("/", "/accounts/login/", "/accounts/password_reset/", "/accounts/password_reset/done/"):
        visitor.open(path)
        assert_fits(visitor.page)
    visitor.open("/tokens/")
    expect(visitor.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_life_of_a_token(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in()
    expect(page.get_by_role("heading", name="Your tokens")).to_be_visible()

    page.get_by_label("Name").fill("Laptop")
    page.locator(".tool-choice summary").click()
    page.get_by_label("Add numbers").check()
    page.get_by_role("button", name="Create token").click()

    value = page.locator("#token").inner_text()
    assert re.fullmatch(r"mcp_[\w-]{60}", value)
    assert value not in page.url
    assert_fits(page)
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(page) == value
    page.get_by_text("Claude Code", exact=True).click()
    assert_fits(page)
    page.locator("details[open]").get_by_role("button", name="Copy").click()
    assert clipboard(page).startswith("claude mcp add ")
    assert value in clipboard(page)

    page.reload()
    expect(page.get_by_text("A token named “Laptop” is in use")).to_be_in_viewport()
    expect(page.get_by_label("Revoke Laptop")).to_have_count(1)
    assert value not in page.content()
    # With these characters, users find the token in a configuration.
    expect(page.get_by_text(f"{value[:8]}…")).to_be_visible()

    page.get_by_label("Revoke Laptop").click()
    expect(page.get_by_text("This cannot be undone.")).to_be_visible()
    page.get_by_role("button", name="Yes, revoke Laptop").click()
    expect(page.get_by_role("status")).to_have_text("The token “Laptop” no longer works.")
    page.get_by_text(re.compile("Revoked, expired or refused")).click()
    assert_fits(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def test_every_page_fits_and_is_free_of_errors(visitor: Visitor) -> None:
    visitor.sign_in()
    for path in PAGES:
        visitor.open(path)
        for summary in visitor.page.locator("summary").all():
            summary.click()
            assert_fits(visitor.page)
        assert_fits(visitor.page)
    for path in ADMIN_PAGES:
        visitor.open(path)  # Django's own pages must work with our policy


def test_what_is_not_there_looks_like_the_site(visitor: Visitor) -> None:
    visitor.open("/nowhere")
    expect(visitor.page.get_by_role("heading", name="Not found")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="My MCP Site")).to_be_visible()
    assert_fits(visitor.page)
    assert {complaint.rpartition(" ")[2] for complaint in visitor.complaints} <= {"404", "Found)"}
    visitor.complaints.clear()


def test_admin_makes_a_token(visitor: Visitor) -> None:
    """Django's widgets for the user and the calendar, and our own widget for the tools, need scripts."""
    page = visitor.page
    visitor.sign_in()
    visitor.open("/admin/mcp_server/mcptoken/add/")

    page.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("ADMIN")
    page.get_by_role("option", name="admin@example.com").click()
    name = f"Robot {page.viewport_size}"  # one for each visitor
    page.get_by_label("Name:").fill(name)
    page.get_by_role("button", name="Today").click()
    page.get_by_role("button", name="Now", exact=True).click()
    page.locator("#id_expires_at_0").fill("2099-01-01")
    page.locator(".tool-choice summary").click()
    page.get_by_label("Add numbers").check()
    page.get_by_role("button", name="Save", exact=True).click()

    value = page.locator("#token").inner_text()
    assert re.fullmatch(r"mcp_[\w-]{60}", value)
    page.reload()
    assert value not in page.content()
    expect(page.get_by_text(f"A token named “{name}” is in use")).to_be_visible()


def test_breaches_of_the_content_security_policy_are_noticed(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.evaluate("document.body.setAttribute('style', 'color: red')")

    assert "Content Security Policy" in visitor.complaints.pop()

"""The example's views, drawn by a client that uses the official library for such clients."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, ViewportSize, expect

from sites import MakeSite
from testing.http_server import Handler, serving
from testing.node import node_with

from .conftest import DESKTOP, PHONE, Visitor

PAGES = Path(__file__).parent / "host"
# The policy that the specification requires from a client for a view that needs no other address.
CSP = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
    " connect-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self' data:;"
    " frame-src 'none'; object-src 'none'; base-uri 'self'"
)
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(27, 32, 29)"
NO_ADDRESS: dict[str, list[str]] = {
    "connectDomains": [],
    "resourceDomains": [],
    "frameDomains": [],
    "baseUriDomains": [],
}


@dataclass(frozen=True)
class Pages:
    """The addresses of the client's page and of its sandbox, which have different origins."""

    port: int

    @property
    def client(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.port}/sandbox.html"


# With a real server, because Chromium does not let a page from `Page.route` connect to this machine.
@contextmanager
def served(files: dict[str, str]) -> Iterator[Pages]:
    class File(Handler):
        def do_GET(self) -> None:
            body = files.get(self.path, "").encode()
            headers = {"Content-Type": "text/javascript" if self.path.endswith(".js") else "text/html"}
            if self.path == "/sandbox.html":
                headers["Content-Security-Policy"] = CSP
            self.answer(body, headers=headers)

    with serving(File) as port:
        yield Pages(port)


@dataclass(frozen=True)
class Shop:
    """The MCP process of the example, a token for it, and the pages of a client."""

    url: str
    token: str
    pages: Pages


@pytest.fixture(scope="module")
def shop(make_site: MakeSite) -> Iterator[Shop]:
    bundle = node_with(PAGES, "host").run(
        "node_modules/esbuild/bin/esbuild", "host.mjs", "--bundle", "--format=iife", "--log-level=error"
    )
    files = {f"/{name}.html": (PAGES / f"{name}.html").read_text() for name in ("host", "sandbox")}
    with served({**files, "/host.js": bundle}) as pages:
        site = make_site(demo_data=True, MCP_BROWSER_ORIGINS=pages.client)
        with site.serve_mcp() as server:
            yield Shop(server.mcp_url, site.token(), pages)


@dataclass
class Client:
    """A client in a browser, and the view that it draws."""

    page: Page
    shop: Shop

    def draw(self, name: str, args: dict[str, Any], **context: Any) -> FrameLocator:
        connection = {"url": self.shop.url, "token": self.shop.token, "sandbox": self.shop.pages.sandbox}
        self.page.goto(f"{self.shop.pages.client}/host.html")
        self.page.evaluate("draw", connection | {"name": name, "args": args, "context": context})
        return self.page.frame_locator("iframe").frame_locator("iframe")

    def told(self, path: str) -> Any:
        return self.page.evaluate(f"host.{path}")


type Open = Callable[..., Client]
type Scheme = Literal["light", "dark"]


@pytest.fixture
def open_client(chromium: Browser, shop: Shop) -> Iterator[Open]:
    """Open a client. Its browser must have no complaints at the end of the test."""
    contexts, visitors = [], []

    def open_client(size: ViewportSize = DESKTOP, scheme: Scheme = "light") -> Client:
        context = chromium.new_context(viewport=size, color_scheme=scheme)
        contexts.append(context)
        visitors.append(Visitor(context.new_page(), shop.pages.client))
        return Client(visitors[-1].page, shop)

    yield open_client
    for context in contexts:
        context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


def background(view: FrameLocator) -> str:
    colour: str = view.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    return colour


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_figures(open_client: Open, size: ViewportSize) -> None:
    client = open_client(size)
    view = client.draw("product_stats", {"best": 3}, theme="light", locale="de-DE", timeZone="UTC")

    expect(view.get_by_role("img", name="Value of the stock by category")).to_be_visible()
    stock = view.get_by_role("table", name="Stock")
    rows = stock.get_by_role("row").all()
    assert len(rows) > 2
    assert view.locator(".bar").count() == len(rows) - 1
    assert view.locator(".bar[width='100%']").count() == 1
    value = stock.get_by_role("row").nth(1).get_by_role("cell").last.inner_text()
    assert value in (view.locator("svg").text_content() or "")  # the chart and the table agree
    assert "," in value  # numbers are in the user's locale
    expect(view.get_by_role("table", name="Best sellers").get_by_role("rowheader")).to_have_count(3)
    expect(view.get_by_role("status")).to_be_empty()

    too_wide = "table => table.parentElement.scrollWidth - table.parentElement.clientWidth"
    assert stock.evaluate(too_wide) == 0
    html = view.locator("html")
    assert html.evaluate("html => html.scrollWidth - html.clientWidth") == 0
    frame = client.page.locator("iframe").bounding_box()
    assert frame
    assert frame["height"] == pytest.approx(html.evaluate("html => html.scrollHeight"), abs=1)
    assert client.told("csp") == NO_ADDRESS
    assert client.told("view") == {"availableDisplayModes": ["inline", "fullscreen"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours(open_client: Open, scheme: str) -> None:
    """The view uses the colours of the client, or those of the system if the client names none."""
    client = open_client(scheme=scheme)
    view = client.draw("product_stats", {})
    assert background(view) == {"light": LIGHT, "dark": DARK}[scheme]
    for theme, colour in (("dark", DARK), ("light", LIGHT)):
        client.page.evaluate("theme => host.bridge.setHostContext({ theme })", theme)
        expect(view.locator("body")).to_have_css("background-color", colour)
    view = client.draw("product_stats", {}, theme="dark", styles={"variables": {"--font-sans": "Georgia"}})
    assert background(view) == DARK
    assert view.locator("html").evaluate("html => html.style.getPropertyValue('--font-sans')") == "Georgia"


def test_a_card_with_the_keyboard_alone(open_client: Open) -> None:
    client = open_client(PHONE, "dark")
    keys = client.page.keyboard
    view = client.draw("get_product", {"product_id": 1}, theme="dark")
    card = view.get_by_role("article")
    name = card.get_by_role("heading", level=1).inner_text()
    expect(view.get_by_role("article", name=name)).to_be_visible()
    stock = view.locator("#stock")
    before = int(stock.inner_text())

    view.get_by_role("form", name="Adjust stock").get_by_label("Pieces to add").focus()
    keys.type("5")
    keys.press("Tab")
    expect(view.get_by_label("Reason")).to_be_focused()
    keys.type("found in the cellar")
    keys.press("Tab")
    button = view.get_by_role("button", name="Adjust stock")
    expect(button).to_be_focused()
    keys.press("Space")
    news = f"The stock of {name} changed by 5 and is now {before + 5}."
    expect(view.get_by_role("status")).to_have_text(news)
    expect(stock).to_have_text(str(before + 5))
    expect(button).to_be_focused()
    assert client.told("told") == [news]  # the model is told
    expect(view.get_by_label("Reason")).to_be_empty()

    keys.press("Enter")  # the form is empty
    expect(view.get_by_label("Pieces to add")).to_be_focused()
    keys.type("-99999")
    keys.press("Tab")
    keys.type("too many")
    keys.press("Enter")
    expect(view.get_by_role("status")).to_contain_text("cannot be removed")
    expect(stock).to_have_text(str(before + 5))


def test_a_client_goes_on_and_ends(open_client: Open) -> None:
    """The view shows a refusal, answers the end of the session, and refuses an unknown request."""
    client = open_client()
    view = client.draw("get_product", {"product_id": 10**9})
    expect(view.get_by_role("status")).to_have_text("No product on sale has the id 1000000000.")
    expect(view.get_by_role("article")).to_be_hidden()
    assert client.page.evaluate("host.bridge.teardownResource({})") == {}
    unknown = "host.bridge.callTool({ name: 'x', arguments: {} }).catch(error => error.message)"
    assert "Method not found" in client.page.evaluate(unknown)

"""Attacks on the users of the pages."""

import re
import secrets
import ssl
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from attacks.credentials import app_named, personal_token
from oauth.client import LIST_TOOLS, Client
from oauth.people import Person, press, sign_in
from stacks import PASSWORD
from testing.stack import Stack

PAGES = ["/", "/accounts/login/", "/tokens/", "/accounts/password_change/", "/admin/login/"]
SCRIPTS = [
    "<script>document.title = 'owned'</script>",
    '"><img src=x onerror="document.title = \'owned\'">',
    "'><svg/onload=document.title='owned'>",
    "</title></pre><script>document.title='owned'</script>",
    "{{ request.user.password }}{% debug %}",
    "javascript:document.title='owned'",
]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(ignore_https_errors=True, base_url="https://localhost")
    yield context.new_page()
    context.close()


# Forging requests (CSRF)


def test_a_form_of_another_site(alice: Person, site: Stack) -> None:
    """Catches a form of another site, which the user's browser sends with the cookie."""
    token = alice.make_token("Forged")
    number = re.findall(r"/tokens/(\d+)/revoke/", alice.http.get("/tokens/").text)[0]
    forms = {
        "/tokens/": {"name": "Not of alice", "lifetime": "90"},
        f"/tokens/{number}/revoke/": {},
        "/accounts/logout/": {},
        "/accounts/password_change/": {"old_password": PASSWORD, "new_password1": "x", "new_password2": "x"},
        "/accounts/login/": {"username": "mallory@example.com", "password": PASSWORD},
    }
    secret = alice.http.cookies["csrftoken"]
    for path, form in forms.items():
        for extra, headers in (
            ({}, {}),
            ({"csrfmiddlewaretoken": "x" * 64}, {"Referer": site.url + path}),
            ({"csrfmiddlewaretoken": secret}, {"Referer": "https://evil.example/"}),
            ({"csrfmiddlewaretoken": secret}, {"Referer": site.url, "Origin": "https://evil.example"}),
            ({"csrfmiddlewaretoken": secret}, {"Origin": "null"}),
        ):
            assert alice.http.post(path, data=form | extra, headers=headers).status_code == 403, (
                path,
                headers,
            )
    assert alice.http.get(f"/tokens/{number}/revoke/").status_code == 405
    assert alice.http.get("/accounts/logout/").status_code == 405
    assert "Not of alice" not in alice.http.get("/tokens/").text
    headers = {"Authorization": f"Bearer {token}"}
    assert alice.http.post("/mcp/", json={}, headers=headers).status_code != 401


def test_the_cookies(alice: Person, site: Stack, trust: ssl.SSLContext) -> None:
    """Catches a session cookie that scripts can read, other sites can use, or plain HTTP can carry."""
    with httpx2.Client(base_url=site.url, verify=trust) as http:
        person = Person(site.url, http)
        answer = person.fill_in("/accounts/login/", username="alice@example.com", password=PASSWORD)
    cookies = {line.partition("=")[0]: line for line in answer.headers.get_list("set-cookie")}
    assert cookies.keys() == {"csrftoken", "sessionid"}
    for line in cookies.values():
        assert "Secure" in line
        assert "SameSite=Lax" in line
    assert "HttpOnly" in cookies["sessionid"]


# Frames (clickjacking)


def test_no_page_is_shown_in_a_frame(alice: Person, site: Stack, page: Page) -> None:
    for path in PAGES:
        headers = alice.http.get(path).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.set_content(f'<iframe src="{site.url}/accounts/login/"></iframe>')
    assert page.frames[1].get_by_label("Password").count() == 0


# Scripts (XSS)


def test_scripts_in_names(site: Stack, page: Page) -> None:
    """Catches a name that becomes HTML, on the user's pages and in the admin."""
    page.goto(site.url + "/tokens/")
    sign_in(page, "alice@example.com", PASSWORD)
    for script in SCRIPTS:
        page.get_by_label("Name").fill(script)
        page.get_by_role("button", name="Create token").click()
        expect(page.get_by_role("heading", name=f"Token “{script}”")).to_be_visible()
        assert page.title().startswith("Token created")
        page.goto(site.url + "/tokens/")
        expect(page.get_by_role("heading", name=script, exact=True)).to_be_visible()
        page.get_by_label(f"Revoke {script}", exact=True).click()
        page.get_by_role("button", name=f"Yes, revoke {script}", exact=True).click()
        expect(page.get_by_role("status")).to_have_text(f"The token “{script}” no longer works.")
        assert page.title().startswith("Your tokens")
    page.context.clear_cookies()
    page.goto(site.url + "/tokens/")
    sign_in(page, "admin@example.com", PASSWORD)
    page.wait_for_url("**/tokens/")
    page.goto(site.url + "/admin/mcp_server/mcptoken/?q=alice")
    for script in SCRIPTS:
        expect(page.get_by_role("link", name=script, exact=True)).to_be_visible()
    page.get_by_role("link", name=SCRIPTS[0], exact=True).click()
    page.wait_for_url("**/change/**")
    assert "owned" not in re.sub(r"\W", " ", page.title()).split()[:1]


def test_scripts_in_what_an_app_says(site: Stack, http: httpx2.Client, alice: Person, page: Page) -> None:
    """Catches HTML in the name of an app, on the consent page and in the audit."""
    page.goto(site.url + "/tokens/")
    sign_in(page, "admin@example.com", PASSWORD)
    page.wait_for_url("**/tokens/")
    token = personal_token(alice, "alice@example.com", site, http)
    for script in SCRIPTS:
        app = Client(app_named(script), site.url, http)
        app.discover()
        app.identify()
        consent = page.context.new_page()  # it is later redirected to a site that does not exist
        consent.goto(app.authorization_url())
        expect(consent.get_by_role("heading", level=1)).to_contain_text(script)
        assert consent.title() != "owned"
        press(consent, "Connect", app.profile.redirect_uri)
        consent.close()
        calls = LIST_TOOLS | {
            "method": "tools/call",
            "params": {"name": script, "arguments": {script: script}},
        }
        http.post(site.url + "/mcp/", json=calls, headers=token.headers | {"User-Agent": script})
    page.goto(site.url + "/admin/oauth2_provider/application/")
    assert page.title() != "owned"
    page.goto(site.url + "/tokens/")
    assert page.title() != "owned"
    for script in SCRIPTS:
        expect(page.get_by_label(f"Disconnect {script}", exact=True)).to_be_visible()
    for _ in range(100):  # calls are recorded with a short delay
        page.goto(site.url + "/admin/mcp_server/toolcall/")
        if page.get_by_text(SCRIPTS[-1]).count():
            break
    expect(page.get_by_text(SCRIPTS[-1]).first).to_be_visible()
    assert page.title() != "owned"


def test_a_script_that_got_in_would_not_run(site: Stack, page: Page) -> None:
    """Catches a page without a content security policy, the second line of defence."""
    page.goto(site.url + "/accounts/login/")
    for script in (
        """let script = document.createElement("script");
        script.textContent = "document.title = 'owned'";
        document.body.append(script);""",
        """document.body.innerHTML = "<img src=x onerror=\\"document.title = 'owned'\\">";""",
    ):
        with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
            page.evaluate(script)
        assert page.title() != "owned"


def test_scripts_in_addresses(site: Stack, http: httpx2.Client) -> None:
    """Catches a part of the address that becomes a script in the answer."""
    script = "<script>alert(1)</script>"
    for path in (
        f"/{script}",
        f"/tokens/?next={script}",
        f"/accounts/login/?next={script}",
        f"/mcp/{script}",
    ):
        response = http.get(site.url + path, follow_redirects=True)
        assert script not in response.text
        assert (
            response.headers.get("X-Content-Type-Options") == "nosniff"
            or "html" not in response.headers["Content-Type"]
        )


# Sessions


def test_a_session_that_somebody_else_has_chosen(site: Stack, trust: ssl.SSLContext) -> None:
    """Catches session fixation: the session key must change with the log-in."""
    with httpx2.Client(base_url=site.url, verify=trust) as http:
        person = Person(site.url, http)
        chosen = secrets.token_hex(16)
        http.cookies.set("sessionid", chosen, domain="localhost.local")
        http.get("/accounts/login/")
        before = http.cookies["csrftoken"]
        person.fill_in("/accounts/login/", username="alice@example.com", password=PASSWORD)
        session = http.cookies.get("sessionid", domain="localhost.local")
        assert session
        assert session != chosen
        assert http.cookies["csrftoken"] != before
    with httpx2.Client(base_url=site.url, verify=trust) as http:
        assert http.get("/tokens/", headers={"Cookie": f"sessionid={chosen}"}).status_code == 302
        assert http.get("/tokens/", headers={"Cookie": f"sessionid={session}"}).status_code == 200


def test_signing_out_ends_the_session(site: Stack, http: httpx2.Client, trust: ssl.SSLContext) -> None:
    """Catches a session that ends only in the browser, not on the server."""
    with Person.signed_in(site.url, "bob@example.com", PASSWORD, trust) as bob:
        stolen = {"Cookie": f"sessionid={bob.http.cookies['sessionid']}"}
        assert http.get(site.url + "/tokens/", headers=stolen).status_code == 200
        bob.fill_in("/tokens/", to="/accounts/logout/")
    assert http.get(site.url + "/tokens/", headers=stolen).status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
    ],
)
def test_signing_in_leads_to_no_other_site(site: Stack, trust: ssl.SSLContext, target: str) -> None:
    """Catches an open redirect after the log-in."""
    with httpx2.Client(base_url=site.url, verify=trust) as http:
        person = Person(site.url, http)
        answer = person.fill_in(
            f"/accounts/login/?next={target}", username="alice@example.com", password=PASSWORD, next=target
        )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/tokens/")

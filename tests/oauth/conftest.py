"""A generated project in production with TLS, a played internet, and people with browsers."""

import ssl
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext

from oauth.internet import Internet
from oauth.people import PatientClient, Person, sign_in
from stacks import PASSWORD
from testing.stack import Stack


@pytest.fixture(scope="session")
def site(tls_stack: Stack) -> Stack:
    """All processes of the default project, with accounts for alice, bob and mallory."""
    return tls_stack


@pytest.fixture(scope="session")
def trust(played_internet: Internet) -> Iterator[ssl.SSLContext]:
    """The certificates that a client trusts. MCP clients read them from the environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(played_internet.certificate))
        yield ssl.create_default_context()


@pytest.fixture(scope="session")
def http(trust: ssl.SSLContext) -> Iterator[httpx2.Client]:
    """An HTTP client that keeps no cookies and does not follow redirects."""
    with PatientClient(verify=trust, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def alice(site: Stack, trust: ssl.SSLContext) -> Iterator[Person]:
    with Person.signed_in(site.url, "alice@example.com", PASSWORD, trust) as person:
        yield person


@pytest.fixture(scope="module")
def mallory(site: Stack, trust: ssl.SSLContext) -> Iterator[Person]:
    with Person.signed_in(site.url, "mallory@example.com", PASSWORD, trust) as person:
        yield person


@pytest.fixture(scope="module")
def browser_of_alice(chromium: Browser, site: Stack) -> Iterator[BrowserContext]:
    """A browser in which alice is signed in."""
    context = chromium.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.goto(site.url + "/tokens/")
    sign_in(page, "alice@example.com", PASSWORD)
    page.wait_for_url("**/tokens/")
    page.close()
    yield context
    context.close()

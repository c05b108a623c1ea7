"""The users of a site, who fill in its forms with or without a browser."""

import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from http import HTTPStatus
from typing import Any

import httpx2
from playwright.sync_api import Page

TAG = re.compile(r"<(input|button)\b([^>]*)>", re.IGNORECASE)
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


class PatientClient(httpx2.Client):
    """Retries after a 429 of nginx, because tests sign in and ask for tokens more often than people do."""

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        while (response := super().send(request, **options)).status_code == HTTPStatus.TOO_MANY_REQUESTS:
            response.close()
            time.sleep(1)
        return response


@dataclass
class Person:
    """A user with cookies but without JavaScript, who is as fast as a program."""

    site: str
    http: httpx2.Client

    @classmethod
    @contextmanager
    def signed_in(cls, site: str, email: str, password: str, trust: ssl.SSLContext) -> Iterator["Person"]:
        with PatientClient(base_url=site, verify=trust, timeout=30) as http:
            person = cls(site, http)
            response = person.fill_in("/accounts/login/", username=email, password=password)
            assert response.status_code == 302, response.text
            yield person

    def fill_in(self, path: str, /, to: str = "", **answers: Any) -> httpx2.Response:
        """Open a page and send its form as a browser does, to the page itself unless `to` is given."""
        page = self.http.get(path)
        assert page.status_code == 200, page.text
        fields = form_fields(page.text) | answers
        return self.http.post(to or path, data=fields, headers={"Referer": str(page.url)})

    def allow(self, url: str, **answers: Any) -> str:
        """Allow an app on the consent page at `url`. Return the address of the redirect."""
        response = self.fill_in(url, **({"allow": "1", "limit": "all"} | answers))
        assert response.status_code == 302, response.text
        return response.headers["Location"]

    def make_token(self, name: str, **limits: Any) -> str:
        """Create a personal token, and return its plain text."""
        page = self.fill_in("/tokens/", name=name, lifetime="90", **limits)
        found = re.search(r"mcp_[\w-]{60}", page.text)
        assert found, page.text
        return found[0]


def sign_in(page: Page, email: str, password: str) -> None:
    """Fill in the log-in page, to which the browser was redirected."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def press(page: Page, button: str, redirect_uri: str) -> str:
    """Press a button of the consent page. Return the address to which the browser was redirected.

    If a policy (form-action) forbids the redirect, the browser sends no request and this function fails. No
    server needs to listen at the address.
    """
    with page.expect_request(lambda request: request.url.startswith(redirect_uri)) as called_back:
        page.get_by_role("button", name=button).click()
    return called_back.value.url


def form_fields(html: str) -> dict[str, Any]:
    """Return the hidden fields of a page, as a browser would send them."""
    fields: dict[str, Any] = {}
    for _, text in TAG.findall(html):
        attributes = dict(ATTRIBUTE.findall(text))
        if attributes.get("type") == "hidden":
            fields[attributes["name"]] = unescape(attributes.get("value", ""))
    return fields

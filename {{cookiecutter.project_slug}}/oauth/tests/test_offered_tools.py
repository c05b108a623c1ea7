"""The consent page offers no tool that a call would refuse."""

import pytest
from django.test import Client

from mcp_server.tests.pages import test_offered_tools as pages
from oauth.tests import flow

pytestmark = pytest.mark.django_db

tools = pages.tools  # a fixture


def offers_on_the_consent_page(client: Client) -> set[str]:
    page = client.get(flow.authorize_url(flow.register(client)["client_id"]))
    return {tool.name for tool in page.context["form"].tools}


@pytest.mark.parametrize(("email", "permissions", "expected"), pages.CASES)
def test_the_consent_asks_what_a_call_asks(
    client: Client, email: str, permissions: list[str], expected: set[str]
) -> None:
    pages.test_pages_ask_what_a_call_asks(client, offers_on_the_consent_page, email, permissions, expected)

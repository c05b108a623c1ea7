"""The form field for the choice of tools, which is the same for every kind of credential."""

import re

import pytest
from django.core.exceptions import ValidationError

from mcp_server.models import MCPToken
from mcp_server.pages.forms import TokenAdminForm, TokenForm
from mcp_server.tests.helpers import tool_info
from operations.users import User

pytestmark = pytest.mark.django_db

TOOLS = [
    tool_info("look", "Look around", "See `all`. Use few words.\n\nMore.", read_only=True),
    tool_info("wipe", "Wipe it", "Delete it", read_only=False),
]


@pytest.fixture(autouse=True)
def two_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcp_server.pages.forms.registered_tools", lambda: TOOLS)


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_tools_are_grouped_by_what_they_do_and_called_by_their_title(user: User) -> None:
    text = text_of(str(TokenForm(user=user)["allowed_tools"]))

    assert text == "1 read, 1 change data Read Look around look See all. Change data Wipe it wipe Delete it."


def test_the_admin_shows_the_same_and_keeps_a_name_that_is_gone(user: User) -> None:
    token = MCPToken.objects.create(user=user, name="Robot", allowed_tools=["gone"])
    form = TokenAdminForm(instance=token)

    assert "1 read, 1 change data, 1 unknown" in text_of(str(form["allowed_tools"]))
    assert re.search(r'value="gone"[^>]*checked', str(form["allowed_tools"]))
    assert form.fields["allowed_tools"].clean(["gone", "look"]) == ["gone", "look"]
    with pytest.raises(ValidationError):
        form.fields["allowed_tools"].clean(["other"])

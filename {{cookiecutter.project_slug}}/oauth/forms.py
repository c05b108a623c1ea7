"""The form of the consent page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mcp_server.pages.forms import tools_of
from mcp_server.pages.tool_choice import ToolChoiceField
from oauth.models import Connection
from operations.users import User

ALL, SOME = "all", "some"


class ConsentForm(forms.Form):
    """Lets the user limit the tools that an app may use."""

    limit = forms.ChoiceField(
        label=_("Tools"),
        choices=[(ALL, _("All of these, and future ones")), (SOME, _("Only those I tick"))],
        widget=forms.RadioSelect,
    )
    allowed_tools = ToolChoiceField(label="", required=False)

    def __init__(
        self, *args: Any, user: User, may_write: bool, connection: Connection | None, **kwargs: Any
    ) -> None:
        """Offer the tools of `user`, with the limits of an earlier consent as the initial values.

        Args:
            *args: those of forms.Form.
            user: the user who consents.
            may_write: whether to offer tools that change data.
            connection: the earlier consent, or None.
            **kwargs: those of forms.Form.
        """
        super().__init__(*args, **kwargs)
        self.tools = [tool for tool in tools_of(user) if may_write or tool.read_only]
        names = [tool.name for tool in self.tools]
        self.fields["allowed_tools"].offer(self.tools)  # type: ignore[attr-defined]
        limited_to = connection.allowed_tools if connection else []
        self.initial = {"limit": SOME if limited_to else ALL, "allowed_tools": limited_to or names}

    def clean(self) -> dict[str, Any]:
        """Turn the choice into the list of a credential, in which no tools means no limit."""
        if self.cleaned_data.get("limit") == ALL:
            self.cleaned_data["allowed_tools"] = []
        elif not self.cleaned_data.get("allowed_tools"):
            raise ValidationError(_("Tick at least one tool, or cancel."))
        return self.cleaned_data

    def limits(self) -> dict[str, Any]:
        """Return the fields of a Connection that limit the app."""
        return {"allowed_tools": self.cleaned_data["allowed_tools"]}

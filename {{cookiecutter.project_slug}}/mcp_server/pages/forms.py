"""Making a token: on the user's own page, and in the admin."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mcp_server.models import MCPToken
from mcp_server.pages.tool_catalog import ToolInfo, permitted, registered_tools
from mcp_server.pages.tool_choice import ToolChoiceField
from operations.users import User


def tools_of(user: User) -> list[ToolInfo]:
    """Return the registered tools that `user` may call."""
    return permitted(registered_tools(), user)


def refuse_name_in_use(user: User, name: str) -> None:
    """Raise ValidationError if a token of `user` that is in use has this name.

    Two tokens of one name could not be told apart when one of them is to be revoked. It also makes a
    form safe to send twice: see `views.tokens`.
    """
    if any(token.is_valid for token in user.mcp_tokens.filter(name=name)):
        text = _("A token named “%(name)s” is in use: choose another name or revoke it.")
        raise ValidationError(text, params={"name": name})


class TokenForm(forms.ModelForm):
    """A user makes a token for themselves."""

    # Lives in memory only: the token itself knows a date.
    lifetime = forms.TypedChoiceField(
        label=_("Valid for"),
        choices=[("30", _("30 days")), ("90", _("90 days")), ("365", _("1 year")), ("", _("Never expires"))],
        initial="90",
        coerce=int,
        empty_value=None,
        required=False,
    )
    allowed_tools = ToolChoiceField(
        label=_("Tools"),
        required=False,
        help_text=_("None ticked: every tool you may use, also those that come later."),
    )

    class Meta:
        model = MCPToken
        fields = ["name", "lifetime", "allowed_tools"]
        labels = {"name": _("Name")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.user = user
        self.fields["allowed_tools"].offer(tools_of(user))  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Refuse the name of a token in use."""
        name: str = self.cleaned_data["name"]
        refuse_name_in_use(self.instance.user, name)
        return name

    def clean_lifetime(self) -> int | None:
        """Give the token its end, before it is checked as a whole."""
        days: int | None = self.cleaned_data["lifetime"]
        self.instance.expires_at = timezone.now() + timedelta(days=days) if days else None
        return days


class TokenAdminForm(forms.ModelForm):
    """An administrator makes a token for anyone, or changes what one is limited to."""

    allowed_tools = ToolChoiceField(
        label=_("Tools"),
        required=False,
        help_text=_("None ticked: every tool its user may use, also those that come later."),
    )

    class Meta:
        model = MCPToken
        fields = ["user", "name", "expires_at", "rate_limit", "allowed_tools"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A name that is no tool (any more) stays a choice. Dropping it would silently widen a token
        # that was limited to that name alone to every tool.
        names = {tool.name for tool in registered_tools()}
        missing = [name for name in self.instance.allowed_tools if name not in names]
        self.fields["allowed_tools"].offer(registered_tools(), missing)  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Refuse for a new token the name of one in use. The user comes before, as in `fields`."""
        name: str = self.cleaned_data["name"]
        if self.instance.pk is None and "user" in self.cleaned_data:
            refuse_name_in_use(self.cleaned_data["user"], name)
        return name

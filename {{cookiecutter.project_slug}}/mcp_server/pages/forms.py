"""The forms that create a token: on the user's own page, and in the admin."""

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
    """Raise ValidationError if a valid token of `user` has this name.

    With two tokens of the same name, a user would not know which one to revoke. The rule also makes the form
    safe to submit twice: see `views.tokens`.
    """
    if any(token.is_valid for token in user.mcp_tokens.filter(name=name)):
        text = _("A token named “%(name)s” is in use: choose another name or revoke it.")
        raise ValidationError(text, params={"name": name})


class TokenForm(forms.ModelForm):
    """The form with which users create their own tokens."""

    # Not a field of the model, which has `expires_at`.
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
        help_text=_("If none is ticked: every tool that you may use, including future ones."),
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
        """Refuse the name of another valid token."""
        name: str = self.cleaned_data["name"]
        refuse_name_in_use(self.instance.user, name)
        return name

    def clean_lifetime(self) -> int | None:
        """Set `expires_at`, which the validation of the whole token needs."""
        days: int | None = self.cleaned_data["lifetime"]
        self.instance.expires_at = timezone.now() + timedelta(days=days) if days else None
        return days


class TokenAdminForm(forms.ModelForm):
    """The form with which administrators create a token for any user, or change the limits of one."""

    allowed_tools = ToolChoiceField(
        label=_("Tools"),
        required=False,
        help_text=_("If none is ticked: every tool that its user may use, including future ones."),
    )

    class Meta:
        model = MCPToken
        fields = ["user", "name", "expires_at", "rate_limit", "allowed_tools"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A name that is no tool any more remains a choice. Dropping the only name of a token would silently
        # allow it every tool.
        names = {tool.name for tool in registered_tools()}
        missing = [name for name in self.instance.allowed_tools if name not in names]
        self.fields["allowed_tools"].offer(registered_tools(), missing)  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Refuse the name of another valid token, for a new one. `user` is cleaned first, as in `fields`."""
        name: str = self.cleaned_data["name"]
        if self.instance.pk is None and "user" in self.cleaned_data:
            refuse_name_in_use(self.cleaned_data["user"], name)
        return name

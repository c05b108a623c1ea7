"""The form field for the tools of a credential: on the consent page, the token page and in the admin."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_noop, ngettext_lazy

from mcp_server.pages.tool_catalog import ToolInfo

READ, CHANGE, UNKNOWN = gettext_noop("Read"), gettext_noop("Change data"), gettext_noop("Unknown")
# The number of tools in each group, for the line that opens the list.
NUMBERS = {
    READ: ngettext_lazy("%d read", "%d read"),
    CHANGE: ngettext_lazy("%d change data", "%d change data"),
    UNKNOWN: ngettext_lazy("%d unknown", "%d unknown"),
}


class ToolChoice(forms.CheckboxSelectMultiple):
    """Shows checkboxes of tools, in groups by what they do to data."""

    template_name = "mcp_server/tool_choice.html"

    class Media:
        css = {"all": ["mcp_server/tool_choice.css"]}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Collapse the list to one line if all tools or none are ticked, as most people want."""
        context = super().get_context(name, value, attrs)
        groups = context["widget"]["optgroups"]
        context["widget"]["numbers"] = [NUMBERS[name] % len(group) for name, group, _index in groups]
        options = [option for _name, group, _index in groups for option in group]
        ticked = [option for option in options if option["selected"]]
        context["widget"]["is_open"] = 0 < len(ticked) < len(options)
        return context


class ToolChoiceField(forms.MultipleChoiceField):
    """Names of tools. Call `offer` to set the choices."""

    widget = ToolChoice

    def offer(self, tools: Iterable[ToolInfo], missing: Iterable[str] = ()) -> None:
        """Set the choices: `tools`, and the `missing` names of a credential, which are not registered."""
        text = gettext("Not registered.")
        gone = [ToolInfo(name, name, text, read_only=False) for name in missing]
        tools = list(tools)
        groups = {
            READ: [tool for tool in tools if tool.read_only],
            CHANGE: [tool for tool in tools if not tool.read_only],
            UNKNOWN: gone,
        }
        self.choices = [
            (group, [(tool.name, tool) for tool in members]) for group, members in groups.items() if members
        ]

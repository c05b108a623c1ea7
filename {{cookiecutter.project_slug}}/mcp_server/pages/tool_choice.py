"""The choice of tools, wherever a credential is limited: the consent, the form of a token, the admin."""

from collections.abc import Iterable
from typing import Any

from django import forms

from mcp_server.pages.tool_catalog import ToolInfo


class ToolChoice(forms.CheckboxSelectMultiple):
    """Shows what tools do to data, then each by its title."""

    template_name = "mcp_server/tool_choice.html"

    class Media:
        css = {"all": ["mcp_server/tool_choice.css"]}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Open the list where some are ticked: all or none is what most people want, in a line."""
        context = super().get_context(name, value, attrs)
        options = [option for _, group, _ in context["widget"]["optgroups"] for option in group]
        ticked = [option for option in options if option["selected"]]
        context["widget"]["is_open"] = 0 < len(ticked) < len(options)
        return context


class ToolChoiceField(forms.MultipleChoiceField):
    """Names of tools. `offer` says of which."""

    widget = ToolChoice

    def offer(self, tools: Iterable[ToolInfo], missing: Iterable[str] = ()) -> None:
        """Offer `tools`, and those that are `missing`: names that are no tool, or none any more."""
        gone = [ToolInfo(name, name, "Not registered.", permission=None, read_only=False) for name in missing]
        tools = list(tools)
        groups = {
            "Read": [tool for tool in tools if tool.read_only],
            "Change data": [tool for tool in tools if not tool.read_only],
            "Unknown": gone,
        }
        self.choices = [
            (group, [(tool.name, tool) for tool in members]) for group, members in groups.items() if members
        ]

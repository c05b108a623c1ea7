"""`manage.py add_mcp_tools DOMAIN --model app.Model`, on models that every project has."""

import ast
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import models
from django.test.utils import isolate_apps

from mcp_server.management.commands.add_mcp_tools import Command
from mcp_server.management.model_tools.choose import refuse_taken_names
from mcp_server.management.model_tools.left_out import is_secret
from mcp_server.management.model_tools.plan import Plan, plan_for
from mcp_server.management.model_tools.rows import refusal_of_made_up_row
from mcp_server.management.model_tools.rules import Rules
from mcp_server.management.model_tools.write import write_module
from operations.users import User


def plan(model: type[models.Model], *, delete: bool = False) -> Plan:
    return plan_for(model, Rules(), delete=delete)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--model", "auth.Grp"],
            "There is no model auth.Grp. Did you mean auth.Group? The app has Permission",
        ),
        (["--model", "aut.Group"], "There is no app aut with models in INSTALLED_APPS. Did you mean auth?"),
        (["--app", "operations"], "There is no app operations with models in INSTALLED_APPS."),
        (
            ["--model", "auth"],
            "'auth' names no model: write app.Model, such as auth.Group, or use --app auth.",
        ),
        (["--model", "auth.AbstractUser"], "auth.AbstractUser is abstract and has no rows: name one that"),
        (
            ["--model", "auth.Group_permissions"],
            "auth.Group_permissions is the table of a many-to-many field",
        ),
        (
            ["--model", "sessions.Session"],
            "sessions.Session has a key that is a secret (session_key): tools would show it in every row.",
        ),
        (
            ["--app", "sessions"],
            "The app sessions has no model that tools can be written for. sessions.Session has",
        ),
        (["--delete"], "--delete needs models: name them with --model or --app."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=re.escape(sentence)):
        call_command("add_mcp_tools", "things", *arguments)


def test_a_tool_that_is_there_is_not_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = plan(Group)
    refuse_taken_names([groups])
    with pytest.raises(CommandError, match=r"auth.Group and auth.Group would both have a tool list_groups"):
        refuse_taken_names([groups, groups])
    monkeypatch.setitem(groups.tools, "get", "whoami")
    with pytest.raises(
        CommandError, match=r"a tool whoami already, in mcp_server/tools/diagnostics.py: rename"
    ):
        refuse_taken_names([groups])


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Nothing was written"):
        Command().write({tmp_path / "first.py": "new", tmp_path / "missing" / "last.py": "new"})
    assert list(tmp_path.iterdir()) == []


def test_secrets_and_rights_are_left_out_and_named() -> None:
    people = plan(User)
    written = {column.name for column in people.columns.written}
    assert not written & {"password", "email", "is_active", "is_staff", "is_superuser", "groups"}
    assert "password" not in {column.name for column in people.columns.shown}
    assert "create" not in people.tools
    text = write_module("people", [people])
    assert "Not shown: `password` (a secret)." in text
    assert "There is no create_user: a new row needs `password`, which tools do not write." in text
    assert not {"password", "PASSWORD"} & {
        node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)
    }


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("api_key", models.CharField, True),
        ("key_hash", models.CharField, True),
        ("access_tokens", models.JSONField, True),
        ("privateKey", models.TextField, True),
        ("password_changed_at", models.DateTimeField, False),
        ("has_token", models.BooleanField, False),
        ("monkey", models.CharField, False),
        ("author", models.CharField, False),
        ("key", models.CharField, False),
    ],
)
def test_a_secret_is_known_by_its_name(name: str, kind: type[models.Field], expected: bool) -> None:
    field = kind()
    field.name = name
    assert is_secret(field) is expected


def test_delete_is_written_when_asked_for_and_confirmed() -> None:
    assert "delete" not in plan(Group).tools
    text = write_module("groups", [plan(Group, delete=True)])
    assert 'meta={"confirm": True, "audit": ["group_id"]}' in text
    assert 'auth=permission_required("auth.delete_group")' in text


def test_no_default_is_asked_for_that_may_need_the_database() -> None:
    def next_number() -> int:
        raise AssertionError

    with isolate_apps("mcp_server"):

        class Ticket(models.Model):
            number = models.IntegerField(unique=True, default=next_number)

            class Meta:
                app_label = "mcp_server"

            def __str__(self) -> str:
                return "Ticket"

        assert [column.name for column in plan(Ticket).for_new] == ["number"]


def test_a_rule_that_rows_of_tests_break_is_told() -> None:
    with isolate_apps("mcp_server"):

        class Voucher(models.Model):
            amount = models.IntegerField()
            made_by = models.IntegerField(default=lambda: 1 / 0)

            class Meta:
                app_label = "mcp_server"

            def __str__(self) -> str:
                return "Voucher"

            def clean(self) -> None:
                raise ValidationError("Name an item or a quota.")

        assert refusal_of_made_up_row(Voucher, ()) == "Name an item or a quota."
    assert refusal_of_made_up_row(Group, ()) == ""


def test_a_relation_to_rights_is_shown_and_not_written() -> None:
    groups = plan(Group)
    assert [column.name for column in groups.columns.shown] == ["name", "permissions"]
    assert [column.name for column in groups.columns.written] == ["name"]
    assert plan(Permission).orders[0] == "id"  # its order uses other tables, by which pages cannot continue

"""What tools for models share, on tables that every project has."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from fastmcp.exceptions import ToolError

from mcp_server.toolkit.rows import find, locked, page_of, save, with_words
from operations.users import User

pytestmark = pytest.mark.django_db


def every() -> tuple[QuerySet[Permission], str]:
    return Permission.objects.all(), "pk"


@pytest.mark.parametrize("order_by", ["content_type_id", "-content_type_id", "id", "-id"])
def test_pages_show_each_row_once_where_many_have_one_value(order_by: str) -> None:
    expected = list(Permission.objects.order_by(order_by, "-pk" if order_by[0] == "-" else "pk"))
    found: list[Permission] = []
    after = None
    for _ in range(len(expected)):
        page, after = page_of(Permission.objects.all(), order_by, after, 7)
        found += page
        if after is None:
            break
    assert found == expected


def test_a_page_after_a_row_that_left_the_list_is_refused() -> None:
    with pytest.raises(ToolError, match=r"Row 987654321 is no longer in this list: begin again"):
        page_of(Permission.objects.all(), "id", 987654321, 7)


def test_each_word_may_be_in_another_field() -> None:
    both = Permission.objects.get(codename="add_group")
    found = with_words(Permission.objects.all(), "ADD_GROUP can", "name", "codename")
    assert list(found) == [both]
    assert not with_words(Permission.objects.all(), "add_group 100%", "name", "codename").exists()


def test_a_row_is_locked_without_the_tables_that_it_is_ordered_by() -> None:
    """Catches a lock on the nullable side of an outer join, which PostgreSQL refuses."""
    assert "JOIN" in str(Permission.objects.all().query)
    assert "JOIN" not in str(locked(Permission.objects.all()).query)


@pytest.mark.parametrize("key", [987654321, 2**63, 10**30])
def test_what_is_not_there(key: int) -> None:
    with pytest.raises(ToolError, match=f"There is no group with the id '{key}'."):
        find(locked(Group.objects.all()), "pk", key)


def test_a_wrong_value_is_named_and_nothing_is_saved(user: User) -> None:
    Group.objects.create(name="Editors")
    with pytest.raises(ToolError, match=r"^Nothing was saved. name: Group with this Name already exists.$"):
        save(Group(), {"name": "Editors"})
    with pytest.raises(ToolError, match=r"^Nothing was saved. first_name: Ensure this value has at most 150"):
        save(user, {"first_name": "x" * 151})
    assert Group.objects.count() == 1


def test_a_list_of_rows_is_replaced_or_nothing_is() -> None:
    add, change = Permission.objects.filter(content_type__app_label="auth")[:2]
    editors = save(Group(), {"name": "Editors", "permissions": [add.pk]}, permissions=every())
    assert list(editors.permissions.all()) == [add]
    with pytest.raises(ToolError, match=r"There is no permission with the id '987654321'."):
        save(editors, {"permissions": [change.pk, 987654321]}, permissions=every())
    assert list(editors.permissions.all()) == [add]
    save(editors, {"permissions": []}, permissions=every())
    assert not editors.permissions.exists()

"""Invitations by command and in the admin, with and without mail. Each one works once."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from accounts.tests.conftest import Sent, link_in

pytestmark = pytest.mark.django_db

USERS = reverse("admin:accounts_user_changelist")
NEW = {"new_password1": "another long password", "new_password2": "another long password"}


def test_an_invitation_works_once(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    Group.objects.create(name="sales")
    call_command("invite_user", "Ada@example.com", group=["sales"])
    link = capsys.readouterr().out.strip()

    client.post(client.get(link).headers["Location"], NEW)

    user = User.objects.get(email="ada@example.com")
    assert user.check_password(NEW["new_password1"])
    assert [group.name for group in user.groups.all()] == ["sales"]
    assert not user.is_staff
    assertContains(Client().get(link, follow=True), "This link no longer works")


def test_inviting_again_makes_no_second_user(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        call_command("invite_user", "ada@example.com", staff=True)

    assert User.objects.get(email="ada@example.com").is_staff


@pytest.mark.parametrize(
    ("email", "options", "words"),
    [
        ("ada", {}, "valid email address"),
        ("ada@example.com", {"group": ["nobody"]}, "There is no group 'nobody'"),
        ("robot@service.invalid", {}, "cannot sign in"),
    ],
)
def test_what_cannot_be_invited(email: str, options: dict[str, list[str]], words: str) -> None:
    User.objects.create_user(email="robot@service.invalid", is_service=True)

    with pytest.raises(CommandError, match=words):
        call_command("invite_user", email, **options)

    assert User.objects.count() == 1


def test_the_admin_shows_the_link_and_sends_it(client: Client, admin: User, user: User, sent: Sent) -> None:
    client.force_login(admin)

    answer = client.post(USERS, {"action": "invite", "_selected_action": [user.pk]})

    (message,) = sent()
    assert message.to == [user.email]
    assertContains(answer, link_in(message))
    assert link_in(message) not in str(client.cookies)


def test_who_is_added_without_a_password_is_invited(client: Client, admin: User) -> None:
    client.force_login(admin)

    answer = client.post(
        reverse("admin:accounts_user_add"), {"email": "ada@example.com", "usable_password": "false"}
    )

    assertContains(answer, "/accounts/reset/")
    assert not User.objects.get(email="ada@example.com").has_usable_password()


def test_staff_cannot_become_a_superuser_by_a_link(client: Client, admin: User, user: User) -> None:
    staff = User.objects.create_user(email="staff@example.com", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    # % if cookiecutter.multi_tenancy
    staff.is_superuser = True  # pages of users are for superusers
    staff.save()
    admin.is_active = False
    admin.save()
    # % endif
    client.force_login(staff)

    answer = client.post(USERS, {"action": "invite", "_selected_action": [admin.pk, user.pk]})

    assertContains(answer, user.email)
    assertNotContains(answer, admin.email)

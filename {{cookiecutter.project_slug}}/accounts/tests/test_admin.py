"""The admin pages of users."""

from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import User

CHANGELIST = reverse("admin:accounts_user_changelist")
ADD = reverse("admin:accounts_user_add")


def fill_in(email: str) -> dict[str, str]:
    password = "a long password"
    return {"email": email, "usable_password": "true", "password1": password, "password2": password}


def test_list_and_search(client: Client, admin: User, user: User) -> None:
    client.force_login(admin)

    assertContains(client.get(CHANGELIST, {"q": "USER@"}), user.email)


def test_add(client: Client, admin: User) -> None:
    client.force_login(admin)
    assertContains(client.get(ADD), "E-mail address")

    client.post(ADD, fill_in("Ada@example.com"))

    assert User.objects.get(email="ada@example.com").check_password("a long password")


def test_add_refuses_an_address_that_differs_only_by_case(client: Client, admin: User, user: User) -> None:
    client.force_login(admin)

    response = client.post(ADD, fill_in("USER@example.com"))

    assertContains(response, "A user with this e-mail address already exists.")


def test_change(client: Client, admin: User, user: User) -> None:
    client.force_login(admin)
    page = reverse("admin:accounts_user_change", args=[user.pk])
    assertContains(client.get(page), user.email)

    response = client.post(page, {"email": "New@example.com", "is_active": "on"})

    assertRedirects(response, CHANGELIST)
    user.refresh_from_db()
    assert user.email == "new@example.com"


def test_who_may_change_users_becomes_no_superuser(client: Client, admin: User, user: User) -> None:
    """Nor takes the account of one, by its password, its address or its end."""
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    client.force_login(user)

    own = reverse("admin:accounts_user_change", args=[user.pk])
    client.post(own, {"email": user.email, "is_active": "on", "is_staff": "on", "is_superuser": "on"})
    user.refresh_from_db()
    assert not user.is_superuser

    for page in ("change", "delete"):
        theirs = reverse(f"admin:accounts_user_{page}", args=[admin.pk])
        assert client.post(theirs, {"post": "yes", "email": "taken@example.com"}).status_code == 403
    assert User.objects.filter(email=admin.email, is_superuser=True).exists()

"""The e-mail address identifies a user, in upper or lower case."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_create_user() -> None:
    user = User.objects.create_user(email=" Ada@Example.com ", password="a long password")

    assert user.email == "ada@example.com"
    assert user.check_password("a long password")
    assert not user.is_staff
    assert str(user) == "ada@example.com"


def test_create_user_without_a_password_cannot_sign_in() -> None:
    assert not User.objects.create_user(email="robot@example.com").has_usable_password()


def test_create_user_asks_for_an_address() -> None:
    with pytest.raises(ValueError, match=r"^A user needs an e-mail address\.$"):
        User.objects.create_user(email="")


def test_createsuperuser_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long password")

    call_command("createsuperuser", "--no-input", email="Root@example.com", verbosity=0)

    user = User.objects.get(email="root@example.com")
    assert user.is_superuser
    assert user.is_staff


def test_look_up_ignores_case(user: User) -> None:
    assert User.objects.get(email="USER@example.com") == user
    assert User.objects.get_by_natural_key("USER@example.com") == user


def test_addresses_that_differ_only_by_case_are_one(user: User) -> None:
    with pytest.raises(ValidationError, match=r"A user with this e-mail address already exists\."):
        User(email="User@Example.com", password="x").full_clean()
    with pytest.raises(IntegrityError):
        User.objects.create(email="USER@EXAMPLE.COM")

"""The ways to sign in, in the admin."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from sign_in.tests.conftest import Issuer

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXP"
AUTHENTICATORS = "/admin/mfa/authenticator/"
ACCOUNTS = "/admin/socialaccount/socialaccount/"


@pytest.fixture
def staff(user: User) -> User:
    """Give the user every permission, as somebody with the permission to change users can."""
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.all())
    return user


def test_staff_sign_in_as_nobody_else(client: Client, issuer: Issuer, staff: User, admin: User) -> None:
    """Catches a page that gives somebody's account at the company to a superuser."""
    issuer.sign_in(client)
    account = SocialAccount.objects.get(user=staff)
    form = {"user": admin.pk, "provider": account.provider, "uid": account.uid, "extra_data": '{"a": 1}'}

    client.post(f"{ACCOUNTS}{account.pk}/change/", form)
    client.post(f"{ACCOUNTS}add/", form | {"uid": "2"})

    issuer.sign_in(other := Client())
    assert get_user(other) == staff
    assert not SocialAccount.objects.filter(user=admin).exists()


def test_staff_learn_and_end_no_second_factor_of_a_superuser(
    client: Client, staff: User, admin: User
) -> None:
    factor = TOTP.activate(admin, SECRET).instance
    client.force_login(staff)

    assert SECRET not in client.get(f"{AUTHENTICATORS}{factor.pk}/change/").content.decode()
    client.post(f"{AUTHENTICATORS}{factor.pk}/delete/", {"post": "yes"})
    form = {"action": "delete_selected", "post": "yes", "_selected_action": factor.pk}
    client.post(AUTHENTICATORS, form)

    assert Authenticator.objects.filter(user=admin).exists()


def test_a_superuser_ends_what_somebody_lost(client: Client, issuer: Issuer, user: User, admin: User) -> None:
    issuer.sign_in(Client())
    factor = TOTP.activate(user, SECRET).instance
    client.force_login(admin)

    for pages in (AUTHENTICATORS, ACCOUNTS):
        assertContains(client.get(pages), user.email)
        assert client.get(f"{pages}add/").status_code == 403
    assertNotContains(client.get(f"{AUTHENTICATORS}{factor.pk}/change/"), SECRET)

    client.post(f"{AUTHENTICATORS}{factor.pk}/delete/", {"post": "yes"})
    client.post(f"{ACCOUNTS}{SocialAccount.objects.get().pk}/delete/", {"post": "yes"})
    assert not Authenticator.objects.exists()
    assert not SocialAccount.objects.exists()

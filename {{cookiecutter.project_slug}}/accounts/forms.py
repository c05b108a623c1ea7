"""Forms for a forgotten password and a new address. Their answers do not tell whether an account exists."""

from typing import Any

from django import forms
from django.contrib.auth import forms as auth_forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import mail
from accounts.links import password_link
from accounts.models import User


class PasswordResetForm(auth_forms.PasswordResetForm):
    """Django's form, which sends in the background here, with WEB_BASE_URL instead of the Host header."""

    def save(self, *_: Any, **_options: Any) -> None:
        """Send the link, if there is a user with this address."""
        for user in self.get_users(self.cleaned_data["email"]):
            mail.send("password_reset", user, link=password_link(user))


class ChangeEmailForm(forms.Form):
    """Asks for the password, so that an open session is not enough to take over an account."""

    email = forms.EmailField(label=_("New e-mail address"), max_length=254)
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        """Return the address as it is stored."""
        return str(self.cleaned_data["email"]).lower()

    def clean_password(self) -> str:
        """Check the password."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("This is not your password."))
        return password

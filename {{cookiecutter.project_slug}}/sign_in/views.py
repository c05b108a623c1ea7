"""Log-in with a password, log-in at the company, and sign-up.

The other views are django-allauth's, in `urls.py`.
"""

from urllib.parse import urlencode

import requests
from allauth.account.utils import perform_login
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from sign_in.company import COMPANY
from sign_in.forms import SignUpForm
from sign_in.sign_up import sign_up as send_link

IS_OPEN = settings.SIGN_UP != ["closed"] and settings.SENDS_MAIL


class LoginView(auth.LoginView):
    """Django's log-in, with django-allauth's second factor."""

    redirect_authenticated_user = True
    extra_context = {"sign_up_is_open": IS_OPEN}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Continue with the second factor, if the user has one."""
        response: HttpResponse = perform_login(
            self.request, form.get_user(), redirect_url=self.get_success_url()
        )
        return response


@login_not_required
def sign_up(request: HttpRequest) -> HttpResponse:
    """Mail a link that sets the password of a new account."""
    if not IS_OPEN:
        raise Http404
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        send_link(form.cleaned_data["email"])
        return render(request, "sign_in/sign_up_done.html", {"domains": settings.SIGN_UP})
    return render(request, "sign_in/sign_up.html", {"form": form})


@login_not_required
def company_login(request: HttpRequest) -> HttpResponse:
    """Redirect to the issuer, or say that it does not answer."""
    if request.user.is_authenticated:
        # This is a reauthentication: without these parameters, an issuer with a session in this browser would
        # ask nothing (OpenID Connect Core, section 3.1.2.1).
        anew = urlencode({"auth_params": "prompt=login&max_age=0"})
        request.GET = QueryDict(f"{request.GET.urlencode()}&{anew}")
    try:
        response: HttpResponse = openid_connect.login(request, COMPANY)
    except requests.RequestException as error:
        provider = get_adapter().get_provider(request, COMPANY)
        response = render_authentication_error(request, provider, exception=error)
    return response

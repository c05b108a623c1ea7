"""Addresses of log-ins, before those of `accounts`. django-allauth looks them up under these names."""

from allauth.account import views as allauth_views
from allauth.socialaccount import views as socialaccount_views
from allauth.urls import build_provider_urlpatterns
from django.conf import settings
from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csp import csp_override
from django.views.generic import RedirectView

from sign_in import views

# Chromium applies `form-action` to every redirect after a form, and these redirect to another site, which may
# redirect to further ones. So no list of addresses would be complete.
LEAVING_CSP = {name: sources for name, sources in settings.SECURE_CSP.items() if name != "form-action"}
leaving = csp_override(LEAVING_CSP)

login, logout = leaving(views.LoginView.as_view()), auth.LogoutView.as_view()

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", login, name="login"),
    path("login/", login, name="account_login"),
    path("logout/", logout, name="logout"),
    path("logout/", logout, name="account_logout"),
    path("signup/", views.sign_up, name="account_signup"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("2fa/", include("allauth.mfa.urls")),
    path("connections/", leaving(socialaccount_views.connections), name="socialaccount_connections"),
    path("connections/cancelled/", socialaccount_views.login_cancelled, name="socialaccount_login_cancelled"),
    # People cannot choose an address other than the one that the issuer verified.
    path("connections/signup/", RedirectView.as_view(pattern_name="login"), name="socialaccount_signup"),
    path("oidc/company/login/", leaving(views.company_login), name="openid_connect_login"),
    *build_provider_urlpatterns(),
]

"""Log-in, log-out and change of password, by Django's own views.

Resetting a forgotten password needs e-mail, which this project does not send: an administrator sets
a new one in the admin, or `manage.py changepassword`.
"""

from django.contrib.auth import views
from django.urls import path

urlpatterns = [
    path("login/", views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("password_change/", views.PasswordChangeView.as_view(), name="password_change"),
    path("password_change/done/", views.PasswordChangeDoneView.as_view(), name="password_change_done"),
]

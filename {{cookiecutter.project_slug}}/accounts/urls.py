"""Django's views for log-in and passwords, and the account page."""

from django.conf import settings
from django.contrib.auth import views as auth
from django.urls import path

from accounts import development_mail, views
from accounts.forms import PasswordResetForm

# If no mail is sent, the page says whom to ask.
reset = auth.PasswordResetView.as_view(
    form_class=PasswordResetForm, extra_context={"sends_mail": settings.SENDS_MAIL}
)

urlpatterns = [
    path("", views.account, name="account"),
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password_change/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("password_change/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("password_reset/", reset, name="password_reset"),
    path("password_reset/done/", auth.PasswordResetDoneView.as_view(), name="password_reset_done"),
    # The secrets below reset/ and email/ are not logged: see logged_links.py and nginx's log.conf.template.
    path("reset/<uidb64>/<token>/", auth.PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
    path("reset/done/", auth.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    path("email/", views.change_email, name="change_email"),
    path("email/<token>/", views.confirm_email, name="confirm_email"),
    path("sessions/end/", views.end_other_sessions, name="end_other_sessions"),
    path("sessions/<public_id>/end/", views.end_session, name="end_session"),
]
if settings.DEBUG:
    urlpatterns += [path("mail/", development_mail.messages, name="development_mail")]

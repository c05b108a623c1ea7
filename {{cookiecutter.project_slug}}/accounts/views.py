"""The account page of a user: their sessions and their address.

Log-in and passwords are Django's, in `urls.py`.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import mail
from accounts.browsers import browser_name
from accounts.forms import ChangeEmailForm
from accounts.links import address_link, proven_address
from accounts.models import User
from operations.users import UserRequest


@require_safe
@never_cache
@login_required
def account(request: UserRequest) -> HttpResponse:
    """Show the user's account and sessions."""
    sessions = [
        {
            "id": session.public_id,
            "browser": browser_name(session.browser),
            "address": session.address,
            "started_at": session.started_at,
            "is_this": session.session_key == request.session.session_key,
        }
        for session in request.user.live_sessions()
    ]
    return render(request, "accounts/account.html", {"sessions": sessions})


@require_POST
@login_required
def end_session(request: UserRequest, public_id: str) -> HttpResponse:
    """Sign the user out in another browser. Return 404 for another user's session."""
    for session in request.user.live_sessions():
        if session.public_id == public_id:
            session.delete()
            text = _("You are signed out of %(browser)s.")
            messages.success(request, text % {"browser": browser_name(session.browser)})
            return redirect("account")
    raise Http404


@require_POST
@login_required
def end_other_sessions(request: UserRequest) -> HttpResponse:
    """Sign the user out in all other browsers."""
    request.user.sessions.exclude(session_key=request.session.session_key).delete()
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("account")


@sensitive_post_parameters("password")
@never_cache
@login_required
def change_email(request: UserRequest) -> HttpResponse:
    """Send a link to the new address. The address changes only when the user confirms it there."""
    form = ChangeEmailForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["email"]
        if not User.objects.filter(email=new).exists():
            mail.send("confirm_email", request.user, to=new, link=address_link(request.user, new))
        text = _(
            "If nobody has an account with %(email)s, a message is on its way there: open the link in it."
        )
        messages.success(request, text % {"email": new})
        return redirect("account")
    return render(request, "accounts/change_email.html", {"form": form})


@never_cache
@login_required
def confirm_email(request: UserRequest, token: str) -> HttpResponse:
    """Change to the address in the link, after a click on the page: mail scanners open links too."""
    new = proven_address(request.user, token)
    if request.method == "POST" and new:
        old, request.user.email = request.user.email, new
        try:
            request.user.validate_unique()
        except ValidationError:  # somebody took it meanwhile
            request.user.email, new = old, None
        else:
            request.user.save(update_fields=["email"])
            mail.send("email_changed", request.user, to=old, old=old)
            text = _("Your address is %(email)s now: sign in with it from now on.")
            messages.success(request, text % {"email": new})
            return redirect("account")
    return render(request, "accounts/confirm_email.html", {"new": new})

"""Limits how often people may guess passwords and request mails. This is policy: change `LIMITS`.

Attempts are counted in the database, and so for all processes and machines together, with any proxy or none.
The answer is the same whether an account exists or not.
"""

import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Attempt
from operations.client_address import client_address

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Limit(NamedTuple):
    """A number of attempts in a period, counted for each value of `of`: an account, an address, or a pair."""

    of: tuple[str, ...]
    attempts: int
    period: timedelta


def _signed_in(request: HttpRequest) -> object:
    return request.user.pk


class Rule(NamedTuple):
    """The limits of a form, and whose attempts they count.

    Attributes:
        limits: all of them apply.
        account: the form field that names an account. Without it, `user` finds the account.
        user: returns the primary key of the user of a request.
        only_failures: do not count accepted forms, as a log-in with the right password is not a guess. A mail
            counts whatever the answer.
    """

    limits: tuple[Limit, ...]
    account: str = ""
    user: Callable[[HttpRequest], object] = _signed_in
    only_failures: bool = True


# The second limit is for guesses from many addresses. One address alone cannot reach it, so nobody can lock
# out another user from a single computer.
GUESSES = (
    Limit(("account", "address"), 10, 15 * MINUTE),
    Limit(("account",), 100, HOUR),
    Limit(("address",), 100, HOUR),
)
MAILS = (Limit(("account",), 5, HOUR), Limit(("address",), 20, HOUR))

# By the name of the URL pattern.
LIMITS = {
    "login": Rule(GUESSES, account="username"),
    "admin:login": Rule(GUESSES, account="username"),
    "password_change": Rule(GUESSES),
    "password_reset": Rule(MAILS, account="email", only_failures=False),
    "change_email": Rule(MAILS, only_failures=False),
}
LONGEST = max(limit.period for rule in LIMITS.values() for limit in rule.limits)

SKEW = timedelta(minutes=1)  # between the clocks of two machines


class ThrottleMiddleware:
    """Answers 429 to a form that was sent too often. It comes after CSRF checks and authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        guesses = getattr(request, "guesses", None)
        if guesses and response.status_code == HTTPStatus.FOUND:  # the form was accepted
            Attempt.objects.filter(pk__in=guesses).delete()
        return response

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponse], *_: Any
    ) -> HttpResponse | None:
        """Count the attempt before the view runs, so that simultaneous attempts all count."""
        match = request.resolver_match
        rule = LIMITS.get(match.view_name) if match else None
        if rule is None or request.method != "POST":
            return None
        now = timezone.now()
        counted = dict(_keys(request, rule))
        with transaction.atomic():
            # Besides old attempts, those of a clock that was ahead, which would count for too long.
            Attempt.objects.exclude(time__range=(now - LONGEST, now + SKEW)).delete()
            rows = Attempt.objects.bulk_create(Attempt(key=key, time=now) for key in counted)
        for key, limit in counted.items():
            if Attempt.objects.filter(key=key, time__gt=now - limit.period).count() > limit.attempts:
                # A refused attempt does not count: otherwise a user who keeps trying would stay locked out.
                Attempt.objects.filter(pk__in=[row.pk for row in rows]).delete()
                return _refuse(request, limit)
        if rule.only_failures:
            request.guesses = [row.pk for row in rows]  # type: ignore[attr-defined]
        return None


def _keys(request: HttpRequest, rule: Rule) -> Iterator[tuple[str, Limit]]:
    account = request.POST.get(rule.account, "") if rule.account else str(rule.user(request))
    of = {"account": f"{bool(rule.account)} {_same(account)}", "address": _network(client_address(request))}
    what = "guess" if rule.limits is GUESSES else "mail"
    for limit in rule.limits:
        text = " ".join([what, *(f"{name}={of[name]}" for name in limit.of)])
        yield salted_hmac("accounts.throttle", text, algorithm="sha256").hexdigest(), limit


def _same(account: str) -> str:
    """Return one spelling for all texts that the forms take for the same account."""
    return unicodedata.normalize("NFKC", account).strip().casefold()


def _network(address: str) -> str:
    """Return what one subscriber has: an IPv4 address, or an IPv6 network of 2**64 addresses."""
    if address and ip_address(address).version == 6:  # noqa: PLR2004 - IPv6
        return str(ip_network(f"{address}/64", strict=False))
    return address


def _refuse(request: HttpRequest, limit: Limit) -> HttpResponse:
    seconds = int(limit.period.total_seconds())
    response = render(request, "429.html", {"minutes": seconds // 60}, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    return response

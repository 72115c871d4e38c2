"""Following a deposit link: its secret is recognised once, then kept by the browser alone."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from beffroi.accounts.limits import client_address, count, is_over
from beffroi.returns.links import link_behind
from beffroi.returns.pages.desk import COOKIE, closed_door, discreet
from beffroi.ui.errors import error_page

#: How many secrets that open nothing one address may try in a window of time, in seconds.
WRONG, WINDOW = 20, 600


@login_not_required
@require_safe
def follow(request: HttpRequest, secret: str) -> HttpResponse:
    """Put the secret in a cookie of the link's own pages, and go to the first of them."""
    address = client_address(request)
    if is_over("link", address, limit=WRONG, seconds=WINDOW):
        return discreet(error_page(request, 429))
    link = link_behind(secret)
    if link is None:
        count("link", address, seconds=WINDOW)
        return closed_door(request)
    home = reverse("deposit:home", kwargs={"link": link.pk})
    response = HttpResponseRedirect(home)
    response.set_cookie(
        COOKIE, secret, path=home, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return discreet(response)

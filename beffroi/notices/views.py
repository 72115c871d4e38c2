"""One's notices, and for who administers the site, those that did not leave."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from beffroi.accounts.models import User
from beffroi.notices import actions, queries
from beffroi.notices.enclosures import withheld
from beffroi.notices.models import Notice
from beffroi.ui.components import Link

A_PAGE = 30


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What was told to whoever is signed in, latest first."""
    page = Paginator(queries.told_to(_reader(request)), A_PAGE).get_page(request.GET.get("page"))
    for notice in page:
        notice.body = withheld(notice.body, notice.enclosed, _("(lien envoyé par courriel)"))
    context = {
        "page": page,
        "trail": [Link(_("Avis"))],
        "in_trouble": queries.in_trouble().count() if _reader(request).is_staff else 0,
    }
    return render(request, "notices/mine.html", context)


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """All is seen."""
    actions.see_all(_reader(request))
    return redirect("notices:mine")


@require_safe
def in_trouble(request: HttpRequest) -> HttpResponse:
    """The mails that did not leave, with the reason, for who administers the site."""
    _administrator(request)
    page = Paginator(queries.in_trouble(), A_PAGE).get_page(request.GET.get("page"))
    trail = [Link(_("Avis"), "/espace/avis"), Link(_("Courriels non partis"))]
    context = {"page": page, "trail": trail, "mails_leave": queries.mails_leave()}
    return render(request, "notices/in_trouble.html", context)


@require_POST
def try_again(request: HttpRequest, number: int) -> HttpResponse:
    """One of them is to leave at once."""
    _administrator(request)
    notice = get_object_or_404(Notice, pk=number, sent_at__isnull=True)
    actions.try_again(notice)
    messages.success(request, _("Le courriel à %(address)s repart.") % {"address": notice.address})
    return redirect("notices:in-trouble")


def _reader(request: HttpRequest) -> User:
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def _administrator(request: HttpRequest) -> None:
    if not _reader(request).is_staff:
        raise PermissionDenied

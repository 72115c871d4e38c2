"""The first page behind a deposit link: for whom, what, by when, and what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from beffroi.returns.campaigns.progress import standing_of
from beffroi.returns.pages.desk import Desk, desk_page


@desk_page
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Where the return stands, and the next step."""
    link = desk.actor.link
    assert link is not None
    asked = link.request
    standing = standing_of(asked)
    context = desk.context() | {
        "asked": asked,
        "campaign": asked.campaign,
        "standing": standing,
        "late": standing.late(timezone.localdate()),
        "link": link,
    }
    return render(request, "returns/link_home.html", context)

"""Every request acts in a journal context of its own."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from beffroi.journal.context import acting


class JournalMiddleware:
    """Name the signed-in person and the page for whatever the request writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return self.get_response(request)  # reads write nothing
        with acting(user_id=request.user.pk, page=f"{request.method} {request.path}"):
            return self.get_response(request)

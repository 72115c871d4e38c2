"""What every answer goes through."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from beffroi.ui.errors import error_page


class MethodNotAllowedPage:
    """A wrong method gets a page like any other error, and keeps its ``Allow`` header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = error_page(request, 405)
        page["Allow"] = response["Allow"]
        return page


class NoNulCharacter:
    """An address that holds a NUL means nothing, to the database least of all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = [request.path_info, *(text for pair in request.GET.items() for text in pair)]
        if any("\0" in text for text in asked):
            return error_page(request, 400)
        return self.get_response(request)


class PrivatePages:
    """What somebody who signed in reads is kept by no cache: « back » shows it to nobody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response

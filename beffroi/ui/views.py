"""The interface's own page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beffroi.ui import showcase


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component in its states."""
    return render(request, "ui/showcase.html", showcase.context(request.GET.dict()))

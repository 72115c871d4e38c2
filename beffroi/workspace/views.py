"""Pages of the workspace."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """Every contract one may see."""
    return render(request, "workspace/portfolio.html")

"""What every page shows of somebody's notices."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest

from beffroi.notices.queries import unseen_by


def notices(request: HttpRequest) -> dict[str, Any]:
    """``unseen_notices``: counted only where a template asks, once a page."""
    return {"unseen_notices": cache(lambda: _unseen(request))}


def _unseen(request: HttpRequest) -> int:
    return unseen_by(request.user) if request.user.is_authenticated else 0

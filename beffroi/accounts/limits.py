"""How often something may be tried, by whom: counted in this process's memory."""

from __future__ import annotations

import contextlib
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Where a request comes from; behind our own proxies (``BEFFROI_PROXIES``), as they say it."""
    return str(get_adapter().get_client_ip(request))


def is_over(what: str, who: str, *, limit: int, seconds: int) -> bool:
    """Whether ``who`` already did ``what`` that many times in this window of time."""
    return int(cache.get(_key(what, who, seconds), 0)) >= limit


def count(what: str, who: str, *, seconds: int) -> None:
    """Once more."""
    key = _key(what, who, seconds)
    if not cache.add(key, 1, seconds):
        with contextlib.suppress(ValueError):  # its window has just ended
            cache.incr(key)


def _key(what: str, who: str, seconds: int) -> str:
    return f"limit:{what}:{who}:{int(time.time()) // seconds}"

"""Every address of the site, read from the URL resolver: none is listed by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Example:
    """What one address of a route is made with."""

    arguments: Mapping[str, Any]
    query: str = ""


#: For each route with arguments, by its name: how to find examples in the furnished site. Each
#: room adds its own to ``tests/browser/examples.py``.
Examples = dict[str, Callable[[], list[Example]]]


@dataclass(frozen=True)
class Route:
    """One pattern of the resolver."""

    name: str
    pattern: str
    parameters: tuple[str, ...]

    def addresses(self, examples: Examples) -> list[str]:
        """Where to look at it: at each example where it takes arguments."""
        if self.name not in examples:
            return [reverse(self.name)]
        return [
            reverse(self.name, kwargs=dict(example.arguments)) + example.query
            for example in examples[self.name]()
        ]


def routes() -> list[Route]:
    """All of them, in order."""
    return list(_walk(get_resolver(), "", "", ()))


def _walk(
    resolver: URLResolver, prefix: str, namespace: str, inherited: tuple[str, ...]
) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        own = (*inherited, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            yield Route(f"{namespace}{pattern.name or ''}", path, own)
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, path, inner, own)

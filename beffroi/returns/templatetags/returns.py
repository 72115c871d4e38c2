"""``{% load returns %}``: findings in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _

from beffroi.returns.reading import Finding
from beffroi.returns.reading.kinds import KINDS

register = template.Library()


@register.simple_tag
def finding_label(kind: str) -> str:
    """How several findings of a kind are called together."""
    return _(KINDS[kind].label) if kind in KINDS else kind


@register.simple_tag
def finding_message(found: Finding) -> str:
    """What a finding says; the sentence it was kept with where its kind is no longer known."""
    about = KINDS.get(found.kind)
    return _(about.message).format(shown=found.shown) if about else found.message


@register.filter
def by_message(findings: Iterable[Finding]) -> list[tuple[str, list[str]]]:
    """What findings say, each message once, with the places it is said of."""
    places: dict[str, list[str]] = {}
    for found in findings:
        places.setdefault(finding_message(found), []).append(found.where)
    return list(places.items())

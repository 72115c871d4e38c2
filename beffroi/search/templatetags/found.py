"""``{% load found %}``: texts with marks."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from beffroi.search.marking import Piece

register = template.Library()


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """A text whose words looked for are marked."""
    drawn = (
        format_html("<mark>{}</mark>", piece.text) if piece.marked else piece.text
        for piece in pieces
    )
    return format_html_join("", "{}", ((piece,) for piece in drawn))

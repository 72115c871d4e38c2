"""Writing a letter: a template of text, in the language of who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from beffroi.notices.actions import Person


def absolute(path: str) -> str:
    """The address of a page, as a mail gives it."""
    return f"{settings.PUBLIC_URL}{path}"


def letter(template: str, person: Person, context: Mapping[str, Any]) -> str:
    """The text of a letter to ``person``: its template extends ``notices/letter.txt``."""
    with override(person.language):
        text = render_to_string(
            template, {**context, "person": person, "site": settings.PUBLIC_URL}
        )
    return text.strip() + "\n"

"""Attributes and texts of an XLSX's XML, read without building a tree."""

from __future__ import annotations

import re
from html import unescape

_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def attributes_of(raw: bytes) -> dict[str, str]:
    """The attributes written in an opening tag."""
    return {
        key.decode(): text_of(double or single) for key, double, single in _ATTRIBUTE.findall(raw)
    }


def text_of(raw: bytes) -> str:
    """A text, its entities resolved."""
    return unescape(raw.decode(errors="replace"))

"""Small layouts, for tests."""

from __future__ import annotations

from typing import Any


def content(source: str = "etat", **changes: Any) -> dict[str, Any]:
    """A layout without a fault, of a workbook nobody else describes."""
    return {
        "title": "Suivi des aides",
        "source": source,
        "unit": "€",
        "columns": {"code": ["Dossier"], "title": ["Projet aidé"]},
        "required": ["code", "title"],
        "amounts": [{"header": ["Aide accordée"], "stage": "programmed", "funder": source}],
        **changes,
    }

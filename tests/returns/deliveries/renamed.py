"""A workbook whose headers nobody knows yet, and the layout that reads it."""

from __future__ import annotations

from typing import Any

from tests.returns.deliveries.desk import HEADER, Row, workbook

NAMES = {
    "Dossier": "Réf. interne",
    "Libellé opération": "Quoi",
    "Bénéficiaire": "Qui",
    "INSEE": "Où",
    "Axe": "Grand axe",
    "Objectif": "Petit objectif",
    "Montant programmé": "Voté",
    "Montant engagé": "Promis",
    "Montant mandaté": "Versé",
}


def renamed_workbook(*rows: Row) -> bytes:
    """The workbook of these lines under other headers."""
    header = ";".join(NAMES[name] for name in HEADER.split(";"))
    return workbook(*rows).replace(HEADER.encode(), header.encode())


def renamed_layout() -> dict[str, Any]:
    """The content of the layout that reads it."""
    stages = {"Voté": "programmed", "Promis": "committed", "Versé": "paid"}
    return {
        "title": "Suivi renommé",
        "source": "cd62",
        "unit": "€",
        "columns": {
            "code": ["Réf. interne"],
            "title": ["Quoi"],
            "owner": ["Qui"],
            "commune": ["Où"],
            "axis": ["Grand axe"],
            "objective": ["Petit objectif"],
        },
        "required": ["code", "title"],
        "amounts": [
            {"header": [header], "stage": stage, "funder": "cd62"}
            for header, stage in stages.items()
        ],
    }

"""What tests of search ask, and how they read what they are answered."""

from __future__ import annotations

import datetime
from typing import Any

from django.test import Client

from beffroi.contracts.models import Contract
from beffroi.journal.actions import posting
from beffroi.operations.actions import make_operations
from beffroi.operations.proposals import NewOperation

PAGE = "/espace/recherche"
DAY = datetime.date(2023, 12, 31)
TITLES = [
    "Médiathèque de l'Étoile",
    "Rénovation thermique du lycée Faidherbe, opérations groupées",
    "Voie verte Saint-Omer – Arques",
]


def operations(contract: Contract | None, *wanted: NewOperation) -> list[int]:
    """Operations of a contract, or of ordinary credit."""
    with posting("contract", "opérations d'essai") as opened:
        return make_operations(
            list(wanted),
            contract_id=contract.pk if contract else None,
            fictitious=bool(contract and contract.fictitious),
            posting_id=opened.id,
        )


def answer(client: Client, text: str, **rest: Any) -> dict[str, Any]:
    """What the palette is answered."""
    got = client.get(PAGE, {"q": text, "format": "json", **rest})
    assert got.status_code == 200
    return got.json()


def hits(client: Client, text: str, **rest: Any) -> dict[str, list[dict[str, Any]]]:
    """Hits by kind."""
    return {each["key"]: each["hits"] for each in answer(client, text, **rest)["groups"]}


def read(pieces: list[list[Any]]) -> str:
    return "".join(text for text, _marked in pieces)


def marked(pieces: list[list[Any]]) -> list[str]:
    return [text for text, is_marked in pieces if is_marked]


def titles(client: Client, text: str, kind: str = "operations", **rest: Any) -> list[str]:
    return [read(hit["title"]) for hit in hits(client, text, **rest).get(kind, [])]

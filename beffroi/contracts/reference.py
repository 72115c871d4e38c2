"""The reference carried by the project: territories, organisations, sources, real contracts."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.db import connection, transaction

from beffroi.contracts.models import Contradiction, Source
from beffroi.contracts.vocabulary import LOADING_LOCK
from beffroi.journal.actions import posting
from beffroi.journal.models import PostingKind
from beffroi.partners.actions import ensure_organisations
from beffroi.partners.models import Organisation, Succession
from beffroi.territories.actions import PerimeterList, load_communes, load_perimeters

FOLDER = Path(__file__).resolve().parent.parent / "reference"


def load_foundations() -> dict[str, int]:
    """Load what contracts rest on; how many of each there are now. Again changes nothing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOADING_LOCK])
        communes = load_communes(FOLDER / "communes.csv")
        organisations = _yaml("organisations.yaml")
        ensure_organisations(organisations["organisations"])
        _load_successions(organisations["successions"])
        _load_sources(_yaml("sources.yaml"))
        changed = load_perimeters(_perimeter_lists(), posting_id=None)
        if changed:
            with posting(PostingKind.REFERENCE, "Périmètres du référentiel") as opened:
                load_perimeters(_perimeter_lists(), posting_id=opened.id)
    return {
        "communes": communes,
        "organisations": Organisation.objects.count(),
        "sources": Source.objects.count(),
        "perimeters": len(_yaml("perimeters.yaml")),
    }


def contract_files() -> list[Path]:
    """The files of the real contracts, each after those it is linked to."""
    order: list[str] = _yaml("contracts/order.yaml")
    return [FOLDER / "contracts" / f"{slug}.yaml" for slug in order]


def _yaml(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def _load_sources(data: dict[str, Any]) -> None:
    Source.objects.bulk_create(
        [Source(code=code, **values) for code, values in data["sources"].items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["publisher", "url", "date", "quality", "truncated"],
    )
    Contradiction.objects.bulk_create(
        [Contradiction(code=code, **values) for code, values in data["contradictions"].items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["subject", "values", "reading", "sources"],
    )


def _load_successions(described: list[dict[str, Any]]) -> None:
    known = dict(Organisation.objects.values_list("slug", "pk"))
    for succession in described:
        Succession.objects.get_or_create(
            predecessor_id=known[succession["predecessor"]],
            successor_id=known[succession["successor"]],
            defaults={"on": succession["on"], "note": succession.get("note", "")},
        )


def _perimeter_lists() -> Iterator[PerimeterList]:
    members: dict[str, list[str]] = {}
    with (FOLDER / "perimeters.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            members.setdefault(row["perimetre"], []).append(row["insee"])
    for slug, said in _yaml("perimeters.yaml").items():
        yield PerimeterList(
            slug=slug,
            name=said["name"],
            effective_on=datetime.date.fromisoformat(str(said["effective_on"])),
            source=said["source"],
            note=said.get("note", ""),
            published_count=said.get("published_count"),
            derived=said.get("derived", False),
            communes=tuple(members[slug]),
        )

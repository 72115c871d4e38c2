"""Loading communes and perimeters."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from beffroi.territories.models import (
    Commune,
    Department,
    Epci,
    FormerCommune,
    Perimeter,
    PerimeterVersion,
)
from beffroi.territories.sorting import sort_key

REGION = "32"
VINTAGE = 2026
DEPARTMENTS = {
    "02": "Aisne",
    "59": "Nord",
    "60": "Oise",
    "62": "Pas-de-Calais",
    "80": "Somme",
}


@dataclass(frozen=True, slots=True)
class PerimeterList:
    """A list of communes to load: those of a perimeter from a date on, with its source."""

    slug: str
    name: str
    effective_on: datetime.date
    source: str
    note: str
    published_count: int | None
    derived: bool
    communes: tuple[str, ...]


def load_communes(path: Path) -> int:
    """Load the communes of the reference file (COG), with their EPCI and former codes.

    Returns how many communes are known afterwards. Loading again changes nothing.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    Department.objects.bulk_create(
        [Department(code=code, name=name, region=REGION) for code, name in DEPARTMENTS.items()],
        ignore_conflicts=True,
    )
    epci = {row["epci_siren"]: row["epci_nom"] for row in rows if row["epci_siren"]}
    Epci.objects.bulk_create(
        [Epci(siren=siren, name=name, sort_key=sort_key(name)) for siren, name in epci.items()],
        update_conflicts=True,
        unique_fields=["siren"],
        update_fields=["name", "sort_key"],
    )
    epci_ids = dict(Epci.objects.values_list("siren", "pk"))
    Commune.objects.bulk_create(
        [
            Commune(
                code=row["insee"],
                name=row["nom"],
                sort_key=sort_key(row["nom"]),
                siren=row["siren"],
                department_id=row["departement"],
                arrondissement=row["arrondissement"],
                epci_id=epci_ids.get(row["epci_siren"]),
                population=int(row["population_municipale"] or 0) or None,
                postal_codes=row["codes_postaux"],
                vintage=VINTAGE,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "sort_key", "siren", "epci", "population", "postal_codes"],
    )
    commune_ids = dict(Commune.objects.values_list("code", "pk"))
    FormerCommune.objects.bulk_create(
        [
            FormerCommune(code=former, commune_id=commune_ids[row["insee"]])
            for row in rows
            for former in row["anciens_codes"].split("|")
            if former
        ],
        ignore_conflicts=True,
    )
    return len(commune_ids)


def load_perimeters(lists: Iterable[PerimeterList], *, posting_id: int | None) -> int:
    """Post the lists that differ from what is known; how many. Without posting, only count."""
    commune_ids = dict(Commune.objects.values_list("code", "pk"))
    changed = 0
    for wanted in lists:
        version = (
            PerimeterVersion.objects.filter(
                perimeter__slug=wanted.slug, effective_on=wanted.effective_on
            )
            .order_by("-posting__number")
            .first()
        )
        if version and set(version.communes.values_list("code", flat=True)) == {*wanted.communes}:
            continue
        changed += 1
        if posting_id is None:
            continue
        perimeter, _ = Perimeter.objects.get_or_create(
            slug=wanted.slug, defaults={"name": wanted.name}
        )
        version = PerimeterVersion.objects.create(
            perimeter=perimeter,
            effective_on=wanted.effective_on,
            posting_id=posting_id,
            source=wanted.source,
            note=wanted.note,
            published_count=wanted.published_count,
            derived=wanted.derived,
        )
        version.communes.set([commune_ids[code] for code in wanted.communes])
    return changed

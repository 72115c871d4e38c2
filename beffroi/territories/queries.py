"""Reading territories; perimeters as of any date and knowledge."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import connection

from beffroi.territories.models import Commune, FormerCommune


@dataclass(frozen=True, slots=True)
class PerimeterShown:
    """A perimeter's list as known at a moment, with what must be said of it."""

    slug: str
    name: str
    communes: frozenset[str]
    effective_on: datetime.date
    source: str
    note: str
    published_count: int | None
    derived: bool


def commune(code: str) -> Commune | None:
    """The commune of a code, even a former one."""
    found = Commune.objects.select_related("department", "epci").filter(code=code).first()
    if found is None:
        within = ("commune__department", "commune__epci")
        former = FormerCommune.objects.select_related(*within).filter(code=code).first()
        found = former.commune if former else None
    return found


def perimeters(au: datetime.date, connu: int) -> list[PerimeterShown]:
    """Every perimeter with its list in force at ``au`` as known at posting ``connu``.

    A list loaded after the fact with a later date stands for earlier days too, where no other
    list is known: territories hardly move, and silence would leave money unlocated.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT q.slug, q.name,
                   (SELECT array_agg(c.code) FROM territories_perimeterversion_communes m
                    JOIN territories_commune c ON c.id = m.commune_id
                    WHERE m.perimeterversion_id = v.id),
                   v.effective_on, v.source, v.note, v.published_count, v.derived
            FROM territories_perimeter q
            JOIN LATERAL (
                SELECT v.* FROM territories_perimeterversion v
                JOIN journal_posting p ON p.id = v.posting_id
                WHERE v.perimeter_id = q.id AND p.number <= %(connu)s
                ORDER BY v.effective_on > %(au)s,
                         CASE WHEN v.effective_on > %(au)s THEN v.effective_on END,
                         v.effective_on DESC, p.number DESC LIMIT 1
            ) v ON true
            ORDER BY q.slug
            """,
            {"au": au, "connu": connu},
        )
        return [
            PerimeterShown(slug, name, frozenset(codes or ()), *rest)
            for slug, name, codes, *rest in cursor.fetchall()
        ]


def epci_by_commune() -> dict[str, str]:
    """The SIREN of each commune's EPCI, by commune code."""
    return dict(
        Commune.objects.filter(epci__isnull=False).values_list("code", "epci__siren").order_by()
    )

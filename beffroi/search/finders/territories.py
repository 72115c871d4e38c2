"""Territories: communes, EPCI, departments, and the perimeters known then."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from beffroi.search.asking import Asked
from beffroi.search.documents import NAME, PLACE, close_to, has_parts, rows
from beffroi.search.kinds import NOTHING, Found, Hit

GENUS = {
    "commune": _("Commune"),
    "epci": _("EPCI"),
    "department": _("Département"),
    "perimeter": _("Périmètre"),
}
_COMMUNE, _EPCI = PLACE.format("c"), PLACE.format("e")
_DEPARTMENT, _PERIMETER = NAME.format("d.name"), NAME.format("q.name")


def find(asked: Asked, first: int, most: int) -> Found:
    """Those of that code (a former commune's too), of that postal code, of that name, and those
    whose name begins so, holds the words, or resembles them; the largest communes first."""
    found = rows(
        _sql(asked),
        {
            "key": asked.key,
            "code": asked.compact,
            "connu": asked.situation.connu,
            "first": first,
            "most": most,
        },
    )
    if not found:
        return NOTHING
    hits = [
        Hit(
            title=name,
            code=code,
            address=reverse("workspace:territory", args=[code]) + asked.situation.link(),
            where=[str(GENUS[genus]), *([within] if within else [])],
            close=rank == _CLOSE,
        )
        for _count, genus, code, name, within, rank in found
    ]
    return Found(hits, found[0][0])


_CLOSE = 4


def _rank(plain: str, code: str) -> str:
    """Its code, its name, how it begins, what it holds; nothing of these: it is only close."""
    return f"""
        CASE WHEN {code} THEN 0 WHEN {plain} = %(key)s THEN 1
             WHEN {plain} LIKE %(key)s || '%%' THEN 2
             WHEN {plain} LIKE '%%' || %(key)s || '%%' THEN 3 ELSE {_CLOSE} END"""


def _sql(asked: Asked) -> str:
    def named(plain: str) -> str:
        return f"({plain} LIKE %(key)s || '%%' OR {has_parts(plain, asked.parts)})"

    code = "lower(c.code) = %(code)s"
    former = """c.id IN (SELECT f.commune_id FROM territories_formercommune f
                 WHERE lower(f.code) = %(code)s)"""
    postal = "FALSE"
    if asked.compact.isdecimal() and len(asked.compact) == 5:
        postal = "c.postal_codes LIKE '%%' || %(code)s || '%%'"
    close = f"{_COMMUNE} %%> %(key)s" if asked.parts else "FALSE"
    return f"""
        WITH held AS (
            SELECT c.* FROM territories_commune c WHERE {code} OR {former} OR {postal}
            UNION
            SELECT c.* FROM territories_commune c WHERE {named(_COMMUNE)}
        ), found AS (
            SELECT 'commune' AS genus, c.code, c.name, c.population, c.department_id, c.epci_id,
                   {_rank(_COMMUNE, f"({code} OR {former} OR {postal})")} AS rank
            FROM (
                SELECT * FROM held UNION ALL
                SELECT c.* FROM territories_commune c
                WHERE {close} AND NOT EXISTS (SELECT FROM held)
            ) c
            UNION ALL
            SELECT 'epci', e.siren, e.name, NULL, NULL, NULL,
                   {_rank(_EPCI, "e.siren = %(code)s")}
            FROM territories_epci e
            WHERE e.siren = %(code)s OR {named(_EPCI)} OR {close_to(_EPCI, asked)}
            UNION ALL
            SELECT 'department', d.code, d.name, NULL, NULL, NULL,
                   {_rank(_DEPARTMENT, "lower(d.code) = %(code)s")}
            FROM territories_department d
            WHERE (lower(d.code) = %(code)s OR {named(_DEPARTMENT)}
                   OR {close_to(_DEPARTMENT, asked)})
              AND EXISTS (SELECT FROM territories_commune c WHERE c.department_id = d.code)
            UNION ALL
            SELECT 'perimeter', q.slug, q.name, NULL, NULL, NULL,
                   {_rank(_PERIMETER, "lower(q.slug) = %(code)s")}
            FROM territories_perimeter q
            WHERE (lower(q.slug) = %(code)s OR {named(_PERIMETER)}
                   OR {close_to(_PERIMETER, asked)})
              AND EXISTS (SELECT FROM territories_perimeterversion v
                          JOIN journal_posting p ON p.id = v.posting_id
                          WHERE v.perimeter_id = q.id AND p.number <= %(connu)s)
        ), page AS (
            SELECT *, count(*) OVER () AS count
            FROM (SELECT *, min(rank) OVER () AS best FROM found) ranked
            WHERE rank < {_CLOSE} OR best = {_CLOSE}
            ORDER BY rank, population DESC NULLS FIRST, name, code
            LIMIT %(most)s OFFSET %(first)s
        )
        SELECT page.count, page.genus, page.code, page.name,
               concat_ws(', ', e.name, d.name), page.rank
        FROM page
        LEFT JOIN territories_department d ON d.code = page.department_id
        LEFT JOIN territories_epci e ON e.id = page.epci_id
        ORDER BY page.rank, page.population DESC NULLS FIRST, page.name, page.code
        """

"""Returns of the contracts that the person sees, by the file that came and who sent it."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.search.asking import Asked
from beffroi.search.documents import FILE, LAST_BEGUN, NAME, has_parts, rows
from beffroi.search.kinds import NOTHING, Found, Hit
from beffroi.ui.figures import day

FINGERPRINT = 8
"""Characters of a file's fingerprint (sha256) from which it is looked for."""


def find(asked: Asked, first: int, most: int) -> Found:
    """Those known then, the latest situation first."""
    partner = NAME.format("o.name || ' ' || o.short_name")
    found = rows(
        f"""
        WITH file AS (
            SELECT f.sha256 FROM files_storedfile f WHERE {FILE.format("f")} @@ {LAST_BEGUN}
            UNION
            SELECT f.sha256 FROM files_storedfile f
            WHERE length(%(code)s) >= {FINGERPRINT} AND f.sha256 LIKE %(code)s || '%%'
        )
        SELECT count(*) OVER (), r.id, r.contract_id, f.name,
               coalesce(nullif(o.short_name, ''), o.name), r.effective_on
        FROM returns_return r
        JOIN journal_posting p ON p.id = r.posting_id AND p.number <= %(connu)s
        JOIN files_storedfile f ON f.sha256 = r.file_id
        JOIN partners_organisation o ON o.id = r.partner_id
        WHERE r.contract_id = ANY(%(seen)s)
          AND (r.file_id IN (SELECT sha256 FROM file) OR {has_parts(partner, asked.words)})
        ORDER BY r.effective_on DESC, p.number DESC LIMIT %(most)s OFFSET %(first)s
        """,
        {
            "seen": list(asked.seen),
            "connu": asked.situation.connu,
            "begun": asked.begun,
            "code": asked.compact,
            "first": first,
            "most": most,
        },
    )
    if not found:
        return NOTHING
    return Found([_hit(asked, *row[1:]) for row in found], found[0][0])


def _hit(
    asked: Asked, number: int, contract_id: int, name: str, partner: str, on: datetime.date
) -> Hit:
    contract = asked.seen[contract_id]
    address = reverse("returns:return", args=[contract.slug, number]) + asked.situation.link()
    return Hit(
        title=name,
        address=address,
        where=[contract.name, _("%(partner)s, au %(day)s") % {"partner": partner, "day": day(on)}],
        fictitious=contract.fictitious,
    )

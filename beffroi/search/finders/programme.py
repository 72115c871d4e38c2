"""What contracts are made of: levels of their tree as known then, and facts with their sources."""

from __future__ import annotations

from django.urls import reverse

from beffroi.search.asking import Asked
from beffroi.search.documents import (
    AMOUNT,
    BODY,
    FACT,
    LAST_BEGUN,
    MILESTONE,
    NODE,
    OPERATION_CODE,
    rows,
)
from beffroi.search.kinds import NOTHING, Found, Hit

#: Where each stands on the page of its contract.
_SECTIONS = ("arbre", "faits", "jalons", "instances", "montants")


def find(asked: Asked, first: int, most: int) -> Found:
    """Those that bear every word, the levels of the tree first."""
    found = rows(
        _FOUND,
        {
            "seen": list(asked.seen),
            "au": asked.situation.au,
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


def _hit(asked: Asked, section: int, contract_id: int, code: str, title: str, said: str) -> Hit:
    contract = asked.seen[contract_id]
    page = reverse("workspace:sheet", args=[contract.slug])
    return Hit(
        title=title,
        code=code,
        address=f"{page}{asked.situation.link()}#{_SECTIONS[section]}",
        matched=said,
        where=[contract.name],
        fictitious=contract.fictitious,
    )


def _stated(section: int, table: str, document: str, title: str, said: str) -> str:
    return f"""
        SELECT {section}, s.contract_id, '', s.{title}, s.{said}
        FROM contracts_{table} s
        WHERE s.contract_id = ANY(%(seen)s) AND {document.format("s")} @@ {LAST_BEGUN}"""


_FOUND = f"""
WITH candidate AS (
    SELECT v.id, v.node_id FROM contracts_nodeversion v
    WHERE {NODE.format("v")} @@ {LAST_BEGUN}
    UNION
    SELECT v.id, v.node_id FROM contracts_nodeversion v
    WHERE v.code <> '' AND {OPERATION_CODE.format("v")} = %(code)s
), found (section, contract_id, code, title, said) AS (
    SELECT 0, n.contract_id, v.code, v.title, ''
    FROM candidate c
    JOIN contracts_node n ON n.id = c.node_id AND n.contract_id = ANY(%(seen)s)
    JOIN LATERAL (
        SELECT v.* FROM contracts_nodeversion v
        JOIN journal_posting p ON p.id = v.posting_id
        WHERE v.node_id = n.id AND p.number <= %(connu)s
        ORDER BY v.effective_on > %(au)s,
                 CASE WHEN v.effective_on > %(au)s THEN v.effective_on END,
                 v.effective_on DESC, p.number DESC LIMIT 1
    ) v ON v.id = c.id AND NOT v.withdrawn
    UNION ALL {_stated(1, "fact", FACT, "label", "value")}
    UNION ALL {_stated(2, "milestone", MILESTONE, "event", "date")}
    UNION ALL {_stated(3, "body", BODY, "name", "role")}
    UNION ALL {_stated(4, "publishedamount", AMOUNT, "label", "text")}
)
SELECT count(*) OVER (), section, contract_id, code, title, said
FROM found ORDER BY section, length(title), title, contract_id
LIMIT %(most)s OFFSET %(first)s
"""

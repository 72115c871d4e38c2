"""Holding the ledger to its own definition: sums of entries against a replay of statements."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

# At every date where a key has a statement or an entry: what stands against what adds up.
ENTRIES_AGAINST_STATEMENTS = """
WITH dates AS (
    SELECT key_id, effective_on FROM ledger_statement
    UNION SELECT key_id, effective_on FROM ledger_entry
), standing AS (
    SELECT DISTINCT ON (s.key_id, s.effective_on) s.key_id, s.effective_on, s.cents, s.unread,
           (s.kind <> 'retired')::int AS said
    FROM ledger_statement s JOIN journal_posting p ON p.id = s.posting_id
    ORDER BY s.key_id, s.effective_on, p.number DESC
), added AS (
    SELECT d.key_id, d.effective_on, coalesce(sum(e.cents), 0) AS cents,
           coalesce(sum(e.unread), 0) AS unread, coalesce(sum(e.said), 0) AS said
    FROM dates d
    LEFT JOIN ledger_entry e ON e.key_id = d.key_id AND e.effective_on <= d.effective_on
    GROUP BY d.key_id, d.effective_on
)
SELECT a.key_id, a.effective_on, a.cents, s.cents
FROM added a
LEFT JOIN LATERAL (
    SELECT * FROM standing s
    WHERE s.key_id = a.key_id AND s.effective_on <= a.effective_on
    ORDER BY s.effective_on DESC LIMIT 1
) s ON true
WHERE (a.cents, a.unread, a.said)
      <> (coalesce(s.cents, 0), coalesce(s.unread, 0), coalesce(s.said, 0))
ORDER BY a.key_id, a.effective_on LIMIT %(most)s
"""

# Every balance ever kept, against the raw sum of entries over both times.
BALANCES_AGAINST_ENTRIES = """
SELECT b.heading_id, b.effective_on, b.number, b.cents, coalesce(sum(e.cents), 0)
FROM ledger_balance b
LEFT JOIN (
    SELECT e.heading_id, e.effective_on, p.number, sum(e.cents) AS cents,
           sum(e.unread) AS unread, sum(e.said) AS said
    FROM ledger_entry e JOIN journal_posting p ON p.id = e.posting_id
    GROUP BY e.heading_id, e.effective_on, p.number
) e ON e.heading_id = b.heading_id AND e.effective_on <= b.effective_on AND e.number <= b.number
GROUP BY b.heading_id, b.effective_on, b.number, b.cents, b.unread, b.said
HAVING (b.cents, b.unread, b.said)
       <> (coalesce(sum(e.cents), 0), coalesce(sum(e.unread), 0), coalesce(sum(e.said), 0))
ORDER BY 1, 2, 3 LIMIT %(most)s
"""

# A heading whose entries no balance shows would answer nothing at all.
ENTRIES_WITHOUT_BALANCE = """
SELECT DISTINCT e.heading_id, e.effective_on, p.number
FROM ledger_entry e JOIN journal_posting p ON p.id = e.posting_id
WHERE NOT EXISTS (
    SELECT 1 FROM ledger_balance b
    WHERE b.heading_id = e.heading_id AND b.effective_on = e.effective_on AND b.number = p.number)
UNION
-- A posting that changes a date changes all the later ones that were already kept.
SELECT t.heading_id, b.effective_on, t.number
FROM (
    SELECT e.heading_id, p.number, min(e.effective_on) AS first_on
    FROM ledger_entry e JOIN journal_posting p ON p.id = e.posting_id
    GROUP BY e.heading_id, p.number
) t
JOIN ledger_balance b
  ON b.heading_id = t.heading_id AND b.effective_on > t.first_on AND b.number < t.number
WHERE NOT EXISTS (
    SELECT 1 FROM ledger_balance k
    WHERE k.heading_id = t.heading_id AND k.effective_on = b.effective_on AND k.number = t.number)
ORDER BY 1, 2, 3 LIMIT %(most)s
"""

# The cells of a statement add up to it; a lump sum of a contract has its line of the file.
STATEMENTS_AGAINST_CELLS = """
SELECT s.id, s.cents, coalesce(sum(e.cents), 0)
FROM ledger_statement s LEFT JOIN ledger_evidence e ON e.statement_id = s.id
WHERE s.kind = 'said'
GROUP BY s.id
HAVING s.cents <> coalesce(sum(e.cents), 0)
    OR s.unread <> count(e.id) FILTER (WHERE e.cents IS NULL)
ORDER BY s.id LIMIT %(most)s
"""


def ledger_faults(most: int = 20) -> Iterator[str]:
    """One sentence for each place where the ledger does not hold (``most`` of each kind)."""
    for key, on, added, stated in _rows(ENTRIES_AGAINST_STATEMENTS, most):
        yield (
            f"Clé {key} au {on:%d/%m/%Y} : les écritures donnent {added} centimes, "
            f"la déclaration {stated or 0}."
        )
    for heading, on, number, kept, added in _rows(BALANCES_AGAINST_ENTRIES, most):
        yield (
            f"Rubrique {heading} au {on:%d/%m/%Y}, écriture {number} : le cumul tenu est "
            f"{kept} centimes, les écritures donnent {added}."
        )
    for heading, on, number in _rows(ENTRIES_WITHOUT_BALANCE, most):
        yield f"Rubrique {heading} au {on:%d/%m/%Y}, écriture {number} : le cumul manque."
    for statement, stated, read in _rows(STATEMENTS_AGAINST_CELLS, most):
        yield (
            f"Déclaration {statement} : elle porte {stated} centimes, ses cellules en donnent "
            f"{read}, ou leurs cellules non lues diffèrent."
        )


def _rows(question: str, most: int) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(question, {"most": most})
        return cursor.fetchall()

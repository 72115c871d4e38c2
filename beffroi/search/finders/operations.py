"""Operations: by their title, their owner, their codes, and all that partners call them.

What is known is that known at ``connu``; an operation that another absorbed leads to the other.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.operations.identity import plain
from beffroi.operations.queries import ASSIGNED, JUDGED_ANYWHERE
from beffroi.search.asking import SIREN, Asked
from beffroi.search.documents import (
    ALL_WORDS,
    OPERATION,
    OPERATION_CODE,
    REFERENCE,
    REFERENCE_CODE,
    has_parts,
    rows,
)
from beffroi.search.kinds import NOTHING, Found, Hit

ENOUGH = 5
"""Where fewer operations bear the words, those that bear words close to them are found too."""
MOST_CLOSE = 20
"""How many of these."""
MOST_FOUND = 2000
"""How many are read in each way of finding them: a word may be in the title of every operation."""
OWN_CODE, OWN_TITLE, PARTNERS_CODE, OWNERS_NUMBER, PARTNERS_TITLE, CLOSE = range(6)
"""How an operation was found, the surest first."""


def find(asked: Asked, first: int, most: int) -> Found:
    """The operations of contracts that the person sees, and of ordinary credit."""
    found = rows(
        _sql(asked),
        {
            "seen": list(asked.seen),
            "connu": asked.situation.connu,
            "lexemes": asked.lexemes,
            "key": asked.key,
            "code": asked.code,
            "siret": asked.siret,
            "most_found": MOST_FOUND,
            "first": first,
            "most": most,
        },
    )
    if not found:
        return NOTHING
    count, is_cut = found[0][:2]
    return Found([_hit(asked, *row[2:]) for row in found], count, is_cut)


def _hit(
    asked: Asked,
    how: int,
    code: str,
    title: str,
    owner: str,
    fictitious: bool,
    shown_in: int | None,
    absorbed: str | None,
    partner: str | None,
    partners_code: str | None,
    partners_title: str | None,
    places: list[str] | None,
) -> Hit:
    contract = asked.seen[shown_in] if shown_in is not None else None
    matched = ""
    if how == PARTNERS_CODE:
        matched = _("code chez %(partner)s : %(code)s") % {
            "partner": partner,
            "code": partners_code,
        }
    elif how == PARTNERS_TITLE and partners_title:
        matched = _("chez %(partner)s : %(title)s") % {"partner": partner, "title": partners_title}
    elif absorbed:
        matched = _("réunie à elle : %(operation)s") % {"operation": absorbed}
    return Hit(
        title=title,
        code=code,
        address=_address(asked, code, shown_in),
        matched=matched,
        where=[contract.name if contract else _("Droit commun"), *_once(places or [], owner)],
        fictitious=fictitious or bool(contract and contract.fictitious),
        close=how == CLOSE,
    )


def _once(places: list[str], owner: str) -> list[str]:
    """Where it lies, then its owner, where that is not the same name."""
    names = [", ".join(places)] if places else []
    return names if not owner or plain(owner) in map(plain, places) else [*names, owner]


def _address(asked: Asked, code: str, shown_in: int | None) -> str:
    """Its page in the contract where it is shown; its grants, for ordinary credit."""
    link = asked.situation.link
    if shown_in is None:
        return reverse("workspace:ordinary-figure") + link(stage="programmed", operation=code)
    return reverse("workspace:operation", args=[asked.seen[shown_in].slug, code]) + link()


def _sql(asked: Asked) -> str:
    parts = has_parts("o.sort_key", asked.parts if asked.parts == asked.words else [])
    ways = [
        _own(OWN_TITLE, "o.sort_key LIKE %(key)s || '%%'"),
        _own(OWN_TITLE, f"({OPERATION.format('o')} @@ {ALL_WORDS} OR ({parts}))"),
        _partners(PARTNERS_TITLE, f"{REFERENCE.format('r')} @@ {ALL_WORDS}"),
    ]
    if asked.code:
        code = OPERATION_CODE.format("o")
        ways.append(_own(OWN_CODE, f"{code} LIKE %(code)s || '%%'"))
        code = REFERENCE_CODE.format("r")
        held = f"r.code <> '' AND {code} LIKE '%%' || %(code)s || '%%'"
        ways.append(_partners(PARTNERS_CODE, held))
    if asked.siret:
        begun = "LIKE %(siret)s || '%%'"
        ways.append(_own(OWNERS_NUMBER, f"o.owner_siret <> '' AND o.owner_siret {begun}"))
        ways.append(_partners(OWNERS_NUMBER, f"r.siret <> '' AND r.siret {begun}"))
    if len(asked.siret) == SIREN:
        owners = "SELECT id FROM partners_organisation WHERE siren = %(siret)s"
        ways.append(_own(OWNERS_NUMBER, f"o.owner_id IN ({owners})"))
    close = f"o.sort_key %%> %(key)s AND NOT ({parts})" if asked.parts else "FALSE"
    numbered = [way.format(rank=rank) for rank, way in enumerate(ways)]
    return _FOUND.format(ways=" UNION ALL ".join(numbered), close=close)


def _own(how: int, condition: str) -> str:
    """Operations that bear it themselves."""
    return f"""(
    SELECT o.id, {how}, NULL::bigint, {{rank}}
    FROM operations_operation o
    JOIN journal_posting p ON p.id = o.posting_id AND p.number <= %(connu)s {_SEEN}
      AND {condition} LIMIT %(most_found)s)"""


def _partners(how: int, condition: str) -> str:
    """Operations that a partner's reference gives it, as known then."""
    return f"""(
    SELECT o.id, {how}, r.id, {{rank}}
    FROM operations_reference r
    JOIN journal_posting p ON p.id = r.posting_id AND p.number <= %(connu)s
    LEFT JOIN assigned a ON a.reference_id = r.id
    JOIN operations_operation o ON o.id = coalesce(a.operation_id, r.operation_id) {_SEEN}
      AND {condition} LIMIT %(most_found)s)"""


#: The contract it is shown in (none: ordinary credit; -1: not to this person): its own, else one
#: where it counts too, else one whose money is said of it.
_SHOWN_IN = """
SELECT CASE WHEN o.contract_id = ANY(%(seen)s) THEN o.contract_id
       WHEN o.contract_id IS NULL THEN NULL
       ELSE coalesce(
           (SELECT min(m.contract_id) FROM operations_membership m
            JOIN journal_posting q ON q.id = m.posting_id AND q.number <= %(connu)s
            WHERE m.operation_id = o.id AND m.contract_id = ANY(%(seen)s)),
           (SELECT min(h.contract_id) FROM ledger_key k
            JOIN ledger_heading h ON h.id = k.heading_id AND h.contract_id = ANY(%(seen)s)
            JOIN ledger_entry e ON e.key_id = k.id
            JOIN journal_posting q ON q.id = e.posting_id AND q.number <= %(connu)s
            WHERE k.operation_id = o.id),
           -1)
       END AS shown_in
"""
_SEEN = f"CROSS JOIN LATERAL ({_SHOWN_IN}) s WHERE s.shown_in IS DISTINCT FROM -1"
_FOUND_OPERATIONS = """
SELECT o.id, h.how, h.reference_id, h.absorbed_id, o.sort_key, s.shown_in
FROM ({hits}) h
JOIN operations_operation o ON o.id = h.id
JOIN journal_posting p ON p.id = o.posting_id AND p.number <= %(connu)s
{seen}
"""
_HITS = """
SELECT DISTINCT ON (coalesce(l.into_id, c.id)) coalesce(l.into_id, c.id) AS id, c.how,
       c.reference_id, CASE WHEN l.into_id IS NOT NULL THEN c.id END AS absorbed_id
FROM {candidate} c LEFT JOIN last l ON l.operation_id = c.id
ORDER BY coalesce(l.into_id, c.id), c.how, l.into_id IS NOT NULL, c.reference_id
"""
_FOUND = f"""
WITH RECURSIVE judged AS ({JUDGED_ANYWHERE}), assigned AS ({ASSIGNED}), lead AS (
    SELECT operation_id, other_id AS into_id, 1 AS steps FROM judged WHERE verdict = 'same'
    UNION ALL
    SELECT l.operation_id, j.other_id, l.steps + 1
    FROM lead l JOIN judged j ON j.verdict = 'same' AND j.operation_id = l.into_id
    WHERE l.steps < 30 AND j.other_id <> l.operation_id
), last AS (
    SELECT DISTINCT ON (operation_id) operation_id, into_id
    FROM lead ORDER BY operation_id, steps DESC
), candidate (id, how, reference_id, way) AS MATERIALIZED ({{ways}}), exact AS MATERIALIZED (
    {_FOUND_OPERATIONS.format(hits=_HITS.format(candidate="candidate"), seen=_SEEN)}
), near (id, how, reference_id) AS (
    SELECT o.id, {CLOSE}, NULL::bigint FROM operations_operation o
    WHERE {{close}} AND (SELECT count(*) FROM (SELECT FROM exact LIMIT {ENOUGH}) few) < {ENOUGH}
), close AS (
    SELECT * FROM (
        {_FOUND_OPERATIONS.format(hits=_HITS.format(candidate="near"), seen=_SEEN)}
    ) every
    WHERE id NOT IN (SELECT id FROM exact)
    ORDER BY word_similarity(%(key)s, sort_key) DESC, sort_key, id LIMIT {MOST_CLOSE}
), page AS (
    SELECT *, count(*) OVER () AS count, row_number() OVER (
        ORDER BY how, sort_key LIKE %(key)s || '%%' DESC,
                 sort_key LIKE '%%' || %(key)s || '%%' DESC,
                 CASE WHEN how = {CLOSE} THEN word_similarity(%(key)s, sort_key) END DESC,
                 length(sort_key), sort_key, id) AS rank
    FROM (SELECT * FROM exact UNION ALL SELECT * FROM close) every
    ORDER BY rank LIMIT %(most)s OFFSET %(first)s
)
SELECT page.count,
       EXISTS (SELECT FROM candidate GROUP BY way HAVING count(*) >= %(most_found)s),
       page.how, o.code, o.title, o.owner_name, o.fictitious,
       page.shown_in, absorbed.code || ' ' || absorbed.title,
       coalesce(nullif(partner.short_name, ''), partner.name), r.code,
       coalesce(nullif(r.written, ''), r.title),
       (SELECT array_agg(DISTINCT name ORDER BY name) FROM (
            SELECT coalesce(c.name, e.name) AS name, rank() OVER (ORDER BY q.number DESC) AS age
            FROM operations_location m
            JOIN journal_posting q ON q.id = m.posting_id AND q.number <= %(connu)s
            LEFT JOIN territories_commune c ON c.id = m.commune_id
            LEFT JOIN territories_epci e ON e.id = m.epci_id
            WHERE m.operation_id = o.id
        ) known WHERE age = 1 AND name IS NOT NULL)
FROM page
JOIN operations_operation o ON o.id = page.id
LEFT JOIN operations_operation absorbed ON absorbed.id = page.absorbed_id
LEFT JOIN operations_reference r ON r.id = page.reference_id
LEFT JOIN partners_organisation partner ON partner.id = r.partner_id
ORDER BY page.rank
"""

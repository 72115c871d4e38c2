"""The SQL of a posting, set by set. ``positions`` says in Python what it must come to."""

WORKING_TABLES = """
CREATE TEMP TABLE incoming (
    line int, heading_id bigint, operation_id bigint, cents bigint, unread int
) ON COMMIT DROP;
CREATE TEMP TABLE incoming_cell (
    line int, file_id text, sheet text, cell text, cents bigint, shown text, reference_id bigint
) ON COMMIT DROP;
CREATE TEMP TABLE stated (
    statement_id bigint, key_id bigint, line int, effective_on date,
    kind text, cents bigint, unread int, said smallint, proof text
) ON COMMIT DROP;
CREATE TEMP TABLE silenced (
    key_id bigint, effective_on date, kind text, proof text
) ON COMMIT DROP;
CREATE TEMP TABLE known_heading (
    heading_id bigint, money int, node_id bigint, funder_id bigint, scheme text, nature text,
    year smallint, stage text, tax_basis text
) ON COMMIT DROP;
CREATE TEMP TABLE reopened (
    heading_id bigint, operation_id bigint, generation smallint
) ON COMMIT DROP;
"""

DROP_WORKING_TABLES = (
    "DROP TABLE incoming, incoming_cell, stated, silenced, known_heading, reopened"
)

# Of a heading and an operation, the last generation is the key: those before it are closed.
NEW_KEYS = """
INSERT INTO ledger_key (heading_id, operation_id, generation)
SELECT i.heading_id, i.operation_id, coalesce(r.generation, 0)
FROM incoming i LEFT JOIN reopened r USING (heading_id, operation_id)
ORDER BY i.line
ON CONFLICT DO NOTHING
"""

# Two joins rather than IS NOT DISTINCT FROM, which no index serves.
STATED = """
INSERT INTO stated
SELECT nextval('ledger_statement_id_seq'), k.id, i.line, %(effective_on)s,
       'said', i.cents, i.unread, 1, NULL
FROM incoming i
LEFT JOIN reopened r USING (heading_id, operation_id)
JOIN ledger_key k ON k.heading_id = i.heading_id AND k.operation_id = i.operation_id
                 AND k.generation = coalesce(r.generation, 0)
UNION ALL
SELECT nextval('ledger_statement_id_seq'), k.id, i.line, %(effective_on)s,
       'said', i.cents, i.unread, 1, NULL
FROM incoming i
JOIN ledger_key k ON k.heading_id = i.heading_id AND k.operation_id IS NULL
WHERE i.operation_id IS NULL;
ANALYZE stated
"""

# All headings of this source and contract. Those that share ``money`` (one funder, stage and
# nature) speak, for one operation, of the same money. Kept and analysed apart: the planner cannot
# guess how many they are, and would compare every key with every other.
KNOWN_HEADINGS = """
INSERT INTO known_heading
SELECT id, dense_rank() OVER (ORDER BY funder_id, stage, nature), node_id, funder_id, scheme,
       nature, year, stage, tax_basis
FROM ledger_heading
WHERE contract_id IS NOT DISTINCT FROM %(contract)s AND source_id = %(source)s AND NOT agreed;
ANALYZE known_heading;
INSERT INTO reopened
SELECT k.heading_id, k.operation_id, max(k.generation)
FROM ledger_key k JOIN known_heading USING (heading_id)
WHERE k.generation > 0
GROUP BY k.heading_id, k.operation_id
"""

# Everything ever said of the same money by this source, where a key that is not stated now was
# stated before, or where later dates may already tell otherwise.
# Only operations: a lump sum of another measure is other money.
RIVAL_HISTORY = """
WITH stated_money AS (
    SELECT DISTINCT i.operation_id, h.money
    FROM incoming i JOIN known_heading h USING (heading_id)
    WHERE i.operation_id IS NOT NULL
), known AS (
    SELECT m.operation_id, m.money, k.id AS key_id, h.node_id, h.scheme, h.year, h.tax_basis,
           n.key_id IS NOT NULL AS is_stated,
           EXISTS (SELECT 1 FROM ledger_statement s WHERE s.key_id = k.id
                   AND s.effective_on > %(effective_on)s) AS is_stated_later
    FROM stated_money m
    JOIN ledger_key k ON k.operation_id = m.operation_id
    JOIN known_heading h ON h.heading_id = k.heading_id AND h.money = m.money
    LEFT JOIN reopened r ON r.heading_id = k.heading_id AND r.operation_id = k.operation_id
    LEFT JOIN stated n ON n.key_id = k.id
    WHERE k.generation = coalesce(r.generation, 0)
), contested AS (
    SELECT operation_id, money FROM known
    GROUP BY operation_id, money
    HAVING bool_or(NOT is_stated) OR count(*) > 1 AND bool_or(is_stated_later)
)
SELECT n.operation_id, n.money, n.key_id, n.node_id, n.scheme, n.year, n.tax_basis,
       n.is_stated, s.effective_on, p.number, s.kind
FROM contested c
JOIN known n USING (operation_id, money)
LEFT JOIN ledger_statement s ON s.key_id = n.key_id
LEFT JOIN journal_posting p ON p.id = s.posting_id
ORDER BY n.operation_id, n.key_id, p.number
"""

# Only keys that this source's own returns set, and that still say something at the date.
REMOVED = """
INSERT INTO silenced
SELECT k.id, %(effective_on)s, 'removed', %(file)s
FROM known_heading h
JOIN ledger_key k ON k.heading_id = h.heading_id
JOIN LATERAL (
    SELECT s.kind
    FROM ledger_statement s JOIN journal_posting p ON p.id = s.posting_id
    WHERE s.key_id = k.id AND s.effective_on <= %(effective_on)s
    ORDER BY s.effective_on DESC, p.number DESC LIMIT 1
) last ON last.kind = 'said'
WHERE (h.funder_id, h.stage) IN (SELECT * FROM unnest(%(funders)s::bigint[], %(stages)s::text[]))
  AND NOT EXISTS (SELECT 1 FROM stated s WHERE s.key_id = k.id)
  AND NOT EXISTS (SELECT 1 FROM silenced s
                  WHERE s.key_id = k.id AND s.effective_on = %(effective_on)s)
  AND EXISTS (SELECT 1 FROM ledger_statement s JOIN journal_posting p ON p.id = s.posting_id
              WHERE s.key_id = k.id AND p.kind IN ('return', 'ordinary', 'recognition'))
"""

# What was agreed of the money that a funder speaks of falls silent from the date it speaks of; and
# later, where nothing else that it said stands between that date and the agreement's.
REOPENED = """
WITH spoken AS (
    SELECT DISTINCT k.operation_id, h.stage, h.nature
    FROM (SELECT key_id FROM stated
          UNION SELECT key_id FROM silenced WHERE effective_on = %(effective_on)s) touched
    JOIN ledger_key k ON k.id = touched.key_id
    JOIN ledger_heading h ON h.id = k.heading_id AND h.funder_id = h.source_id
), agreed AS (
    SELECT DISTINCT ON (k.id, s.effective_on)
           k.id AS key_id, operation_id, stage, nature, s.effective_on, s.kind
    FROM ledger_heading h
    JOIN ledger_key k ON k.heading_id = h.id
    JOIN spoken USING (operation_id, stage, nature)
    JOIN ledger_statement s ON s.key_id = k.id
    JOIN journal_posting p ON p.id = s.posting_id
    WHERE h.contract_id IS NOT DISTINCT FROM %(contract)s AND h.source_id = %(source)s AND h.agreed
    ORDER BY k.id, s.effective_on, p.number DESC
), reopened AS (
    SELECT key_id, %(effective_on)s::date AS effective_on
    FROM (SELECT DISTINCT ON (key_id) key_id, kind FROM agreed
          WHERE effective_on <= %(effective_on)s
          ORDER BY key_id, effective_on DESC) last
    WHERE kind = 'agreed'
    UNION
    SELECT a.key_id, a.effective_on
    FROM agreed a
    WHERE a.kind = 'agreed' AND a.effective_on > %(effective_on)s
      AND NOT EXISTS (
        SELECT 1 FROM ledger_key k
        JOIN known_heading h ON h.heading_id = k.heading_id AND h.funder_id = %(source)s
        JOIN ledger_statement s ON s.key_id = k.id
        WHERE k.operation_id = a.operation_id AND h.stage = a.stage AND h.nature = a.nature
          AND s.effective_on > %(effective_on)s AND s.effective_on <= a.effective_on)
)
INSERT INTO silenced SELECT key_id, effective_on, 'retired', NULL FROM reopened
"""

COVERAGE = """
INSERT INTO ledger_coverage
    (contract_id, source_id, funder_id, stage, effective_on, file_id, posting_id)
SELECT %(contract)s, %(source)s, funder, stage, %(effective_on)s, %(file)s, %(posting)s
FROM unnest(%(funders)s::bigint[], %(stages)s::text[]) AS covered (funder, stage)
"""

STATEMENTS = """
INSERT INTO stated
SELECT nextval('ledger_statement_id_seq'), key_id, NULL, effective_on, kind, 0, 0,
       (kind = 'removed')::int, proof
FROM silenced;
INSERT INTO ledger_statement (id, key_id, effective_on, posting_id, kind, cents, unread)
SELECT statement_id, key_id, effective_on, %(posting)s, kind, cents, unread
FROM stated
"""

EVIDENCE = """
INSERT INTO ledger_evidence (statement_id, file_id, sheet, cell, cents, shown, reference_id)
SELECT s.statement_id, c.file_id, c.sheet, c.cell, c.cents, c.shown, c.reference_id
FROM incoming_cell c JOIN stated s ON s.line = c.line
UNION ALL
SELECT statement_id, proof, '', 'absente', NULL, '', NULL
FROM stated WHERE proof IS NOT NULL
"""

# At each date of a key, old and new positions; an entry is what their difference gains there.
# What stood before the first date stated now cannot change: of the past, only its last date counts.
ENTRIES = """
WITH touched AS (
    SELECT key_id, min(effective_on) AS first_on FROM stated GROUP BY key_id
), standing AS (
    SELECT DISTINCT ON (s.key_id, s.effective_on)
           s.key_id, s.effective_on, s.cents, s.unread, (s.kind <> 'retired')::int AS said
    FROM touched t
    LEFT JOIN LATERAL (
        SELECT b.effective_on FROM ledger_statement b
        WHERE b.key_id = t.key_id AND b.effective_on <= t.first_on
          AND b.posting_id <> %(posting)s
        ORDER BY b.effective_on DESC LIMIT 1
    ) base ON true
    JOIN ledger_statement s ON s.key_id = t.key_id
                           AND s.effective_on >= coalesce(base.effective_on, t.first_on)
    JOIN journal_posting p ON p.id = s.posting_id  -- not yet there: this very posting
    ORDER BY s.key_id, s.effective_on, p.number DESC
), dated AS (
    SELECT key_id, coalesce(o.effective_on, n.effective_on) AS effective_on,
           o.cents AS old_cents, o.unread AS old_unread, o.said AS old_said,
           coalesce(n.cents, o.cents) AS cents,
           coalesce(n.unread, o.unread) AS unread,
           coalesce(n.said, o.said) AS said,
           count(o.cents) OVER (PARTITION BY key_id
               ORDER BY coalesce(o.effective_on, n.effective_on)) AS era
    FROM standing o FULL JOIN stated n USING (key_id, effective_on)
), compared AS (
    SELECT key_id, effective_on,
           cents - coalesce(first_value(old_cents) OVER era_of_key, 0) AS cents,
           unread - coalesce(first_value(old_unread) OVER era_of_key, 0) AS unread,
           said - coalesce(first_value(old_said) OVER era_of_key, 0) AS said
    FROM dated
    WINDOW era_of_key AS (PARTITION BY key_id, era ORDER BY effective_on)
), gained AS (
    SELECT key_id, effective_on,
           cents - lag(cents, 1, 0::bigint) OVER by_date AS cents,
           unread - lag(unread, 1, 0) OVER by_date AS unread,
           said - lag(said, 1, 0) OVER by_date AS said
    FROM compared
    WINDOW by_date AS (PARTITION BY key_id ORDER BY effective_on)
)
INSERT INTO ledger_entry (key_id, heading_id, effective_on, posting_id, cents, unread, said)
SELECT g.key_id, k.heading_id, g.effective_on, %(posting)s, g.cents, g.unread, g.said
FROM gained g JOIN ledger_key k ON k.id = g.key_id
WHERE (g.cents, g.unread, g.said) <> (0, 0, 0)
"""

# The foreign keys of the ledger, but for those to the posting, which has no row before its number.
FOREIGN_KEYS = """
SELECT string_agg(quote_ident(conname), ', ') FROM pg_constraint
WHERE contype = 'f' AND condeferrable AND confrelid <> 'journal_posting'::regclass
  AND conrelid IN ('ledger_key'::regclass, 'ledger_statement'::regclass,
                   'ledger_evidence'::regclass, 'ledger_entry'::regclass)
"""

# For each heading touched: every date from the first it changes, as now known.
BALANCES = """
WITH gained AS (
    SELECT heading_id, effective_on,
           sum(cents) AS cents, sum(unread) AS unread, sum(said) AS said
    FROM ledger_entry WHERE posting_id = %(posting)s
    GROUP BY heading_id, effective_on
), first AS (
    SELECT heading_id, min(effective_on) AS effective_on FROM gained GROUP BY heading_id
), dated AS (
    SELECT heading_id, effective_on FROM gained
    UNION
    SELECT b.heading_id, b.effective_on
    FROM ledger_balance b JOIN first f ON f.heading_id = b.heading_id
    WHERE b.effective_on > f.effective_on
)
INSERT INTO ledger_balance (heading_id, effective_on, number, cents, unread, said)
SELECT d.heading_id, d.effective_on, %(number)s,
       coalesce(old.cents, 0) + sum(coalesce(g.cents, 0)) OVER so_far,
       coalesce(old.unread, 0) + sum(coalesce(g.unread, 0)) OVER so_far,
       coalesce(old.said, 0) + sum(coalesce(g.said, 0)) OVER so_far
FROM dated d
LEFT JOIN gained g USING (heading_id, effective_on)
LEFT JOIN LATERAL (
    SELECT b.cents, b.unread, b.said FROM ledger_balance b
    WHERE b.heading_id = d.heading_id AND b.effective_on <= d.effective_on
    ORDER BY b.effective_on DESC, b.number DESC LIMIT 1
) old ON true
WINDOW so_far AS (PARTITION BY d.heading_id ORDER BY d.effective_on)
"""

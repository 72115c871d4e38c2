"""French full text that ignores accents, and the indexes by which the rooms below are searched.

unaccent and pg_trgm are trusted extensions: the role that owns the base may create them.
The expressions indexed are those of beffroi/search/documents.py, word for word.
"""

from django.db import migrations

CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION public.beffroi_french (COPY = pg_catalog.french);
ALTER TEXT SEARCH CONFIGURATION public.beffroi_french
    ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.french_stem;
"""
INDEXES = {
    "search_operation_text": """operations_operation USING gin (to_tsvector(
        'public.beffroi_french'::regconfig,
        sort_key || ' ' || translate(owner_name, '-/.@_', '     ')))""",
    "search_operation_part": "operations_operation USING gin (sort_key public.gin_trgm_ops)",
    "search_operation_code": """operations_operation
        (regexp_replace(lower(code), '[^a-z0-9]', '', 'g') text_pattern_ops)""",
    "search_operation_siret": """operations_operation (owner_siret text_pattern_ops)
        WHERE owner_siret <> ''""",
    "search_reference_text": """operations_reference USING gin (to_tsvector(
        'public.beffroi_french'::regconfig, title || ' ' || owner))""",
    "search_reference_code": """operations_reference USING gin
        (replace(code, ' ', '') public.gin_trgm_ops) WHERE code <> ''""",
    "search_reference_siret": """operations_reference (siret text_pattern_ops)
        WHERE siret <> ''""",
    "search_commune_part": """territories_commune USING gin
        (translate(sort_key, '-''', '  ') public.gin_trgm_ops)""",
    "search_commune_name": """territories_commune
        (translate(sort_key, '-''', '  ') text_pattern_ops)""",
    "search_node_text": """contracts_nodeversion USING gin (to_tsvector(
        'public.beffroi_french'::regconfig, translate(title, '-/.@_', '     ')))""",
    "search_fact_text": """contracts_fact USING gin (to_tsvector(
        'public.beffroi_french'::regconfig,
        translate(label || ' ' || value, '-/.@_', '     ')))""",
    "search_milestone_text": """contracts_milestone USING gin (to_tsvector(
        'public.beffroi_french'::regconfig,
        translate(event || ' ' || date, '-/.@_', '     ')))""",
    "search_body_text": """contracts_body USING gin (to_tsvector(
        'public.beffroi_french'::regconfig,
        translate(name || ' ' || role, '-/.@_', '     ')))""",
    "search_amount_text": """contracts_publishedamount USING gin (to_tsvector(
        'public.beffroi_french'::regconfig,
        translate(label || ' ' || text, '-/.@_', '     ')))""",
    "search_file_text": """files_storedfile USING gin (to_tsvector(
        'public.beffroi_french'::regconfig, translate(name, '-/.@_', '     ')))""",
}


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0004_history_append_only"),
        ("files", "0002_append_only"),
        ("operations", "0007_membership_append_only"),
        ("returns", "0011_review_threads"),
        ("territories", "0002_append_only"),
    ]

    operations = [
        *(
            migrations.RunSQL(
                f"CREATE EXTENSION IF NOT EXISTS {name} SCHEMA public", migrations.RunSQL.noop
            )
            for name in ("unaccent", "pg_trgm")
        ),
        migrations.RunSQL(
            CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION public.beffroi_french"
        ),
        *(
            migrations.RunSQL(f"CREATE INDEX {name} ON {where}", f"DROP INDEX {name}")
            for name, where in INDEXES.items()
        ),
    ]

"""The news that the reference data carries."""

from __future__ import annotations

from pathlib import Path

import yaml

from beffroi.contracts.models import Contract, Source
from beffroi.library.models import Article

FILE = Path(__file__).resolve().parent.parent / "reference" / "articles.yaml"


def load_articles() -> int:
    """Write the news of the reference that is not there yet, as its file tells it; how many were.

    One that is there stays as people left it.
    """
    with FILE.open(encoding="utf-8") as content:
        told = yaml.safe_load(content)["articles"]
    contracts = {each.slug: each for each in Contract.objects.all()}
    sources = Source.objects.in_bulk([each["source"] for each in told])
    known = set(Article.objects.exclude(key=None).values_list("key", flat=True))
    made = [
        Article(
            key=each["key"],
            contract=contracts[each["contract"]],
            title=each["title"],
            summary=each["summary"],
            body=each["body"],
            source=sources[each["source"]].publisher,
            source_url=sources[each["source"]].url,
            is_public=True,
        )
        for each in told
        if each["key"] not in known
    ]
    Article.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)

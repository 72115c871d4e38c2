"""Budget « pages »: pages of the workspace and of the portal, with many operations loaded.

Each is held against a page of the same layout whose table, of the same size, is made of constants.
"""

from __future__ import annotations

import datetime
import re
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client
from django.test.utils import override_settings
from django.urls import include, path

from beffroi.accounts.models import User
from beffroi.bench.run import Result
from beffroi.bench.worlds import BenchWorld, make_world
from beffroi.contracts.models import Access, Contract
from beffroi.contracts.pages.frame import Page, contract_page
from beffroi.contracts.reference import load_foundations
from beffroi.journal.actions import posting
from beffroi.ledger.actions import post
from beffroi.operations.models import Operation
from beffroi.portal.actions import publish_reference
from beffroi.ui.columns import Column, Row, Table

LIMIT = 4.0
REPEATS = 15
STAGES = ("programmed", "committed", "paid")
DATES = (datetime.date(2023, 12, 31), datetime.date(2024, 12, 31))
SLUG = "pages"
HERE = f"/espace/contrats/{SLUG}"
AT = "au=2024-12-31"
_CONTENT = (
    "{% load ui %}{% block title %}Constantes{% endblock %}"
    "{% block content %}<h1>Constantes</h1>{% table table %}{% endblock %}"
)


def pages(operations: int) -> list[Result]:
    """Every page measured with ``operations`` of them in one contract, two returns of each."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    world = _filled(operations)
    client = Client()
    client.force_login(User.objects.get(email="mesure@exemple.fr"))
    with override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"]):
        return [_measured(client, name, address, operations) for name, address in _addresses(world)]


def _measured(client: Client, name: str, address: str, operations: int) -> Result:
    """A page in turn with the constants that stand for it: the median of both, the 95th of a
    hundred and the SQL queries of the page."""
    queries, html = _asked(client, address)
    rows, columns = _size(html)
    where = f"{HERE}/constantes" if address.startswith(HERE) else "/constantes"
    constants = f"{where}/{rows}/{columns}?{AT}"
    _asked(client, constants)
    ours, reference = [], []
    for _ in range(REPEATS):
        ours.append(_once(client, address))
        reference.append(_once(client, constants))
    return Result(
        budget=f"page {name}",
        ours_ms=statistics.median(ours),
        reference_ms=statistics.median(reference),
        limit=LIMIT,
        detail=(
            f"{operations} opérations, tableaux de {rows} lignes × {columns}, "
            f"p95 {statistics.quantiles(ours, n=20)[-1]:.0f} ms, {queries} requêtes SQL"
        ),
    )


def _addresses(world: BenchWorld) -> Iterator[tuple[str, str]]:
    code = Operation.objects.get(pk=world.operation_ids[len(world.operation_ids) // 2]).code
    yield "contrats", "/espace/"
    yield "vue d'ensemble", f"{HERE}?{AT}"
    yield "fiche", f"{HERE}/fiche?{AT}"
    yield "maquette", f"{HERE}/maquette?{AT}"
    yield "opérations", f"{HERE}/operations?{AT}"
    yield "opérations triées, page 100", f"{HERE}/operations?{AT}&tri=-paid&page=100"
    yield "opérations filtrées", f"{HERE}/operations?{AT}&q=gymnase&axe=2"
    yield "opération", f"{HERE}/operations/{code}?{AT}"
    yield "chiffre d'une opération", f"{HERE}/chiffre?{AT}&stage=paid&operation={code}"
    yield "carte", f"{HERE}/carte?{AT}"
    yield "rapprochement", f"{HERE}/rapprochement?{AT}"
    yield "plans", f"{HERE}/plans?{AT}"
    yield "remontées", f"{HERE}/remontees"
    yield "documents", f"{HERE}/documents"
    yield "territoire", f"/espace/territoires/59350?{AT}"
    yield "recherche", "/espace/recherche?q=gymnase"
    yield "portail", "/contrats/"
    yield "portail, contrat", f"/contrats/{SLUG}"


def _asked(client: Client, address: str) -> tuple[int, str]:
    """How many queries a page asks, and what it shows, once what it keeps is warm."""
    client.get(address)
    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")
    return len(asked), answer.content.decode()


def _once(client: Client, address: str) -> float:
    start = time.perf_counter()
    client.get(address)
    return (time.perf_counter() - start) * 1000


def _size(html: str) -> tuple[int, int]:
    """How many lines its tables have, and how many cells a line."""
    rows = max(len(re.findall(r"<tr\b", html)), 1)
    cells = len(re.findall(r"<t[dh]\b", html))
    return rows, max(-(-cells // rows), 1)


@contract_page
def _in_contract(request: HttpRequest, page: Page, rows: int, columns: int) -> HttpResponse:
    """A page of a contract whose table is made of constants."""
    context = page.context("contract") | {"table": _constants(rows, columns)}
    return HttpResponse(_shell("contracts/contract_base.html").render(context, request))


def _alone(request: HttpRequest, rows: int, columns: int) -> HttpResponse:
    """A page of the site whose table is made of constants."""
    context = {"table": _constants(rows, columns)}
    return HttpResponse(_shell("ui/base.html").render(context, request))


def _shell(base: str) -> Any:
    return engines["django"].from_string(f"{{% extends '{base}' %}}{_CONTENT}")


def _constants(rows: int, columns: int) -> Table:
    declared = [Column(f"c{rank}", f"Colonne {rank}", "amount") for rank in range(1, columns)]
    line = {each.key: 123_456_789 for each in declared}
    return Table(
        "Constantes",
        [Column("name", "Ligne"), *declared],
        [Row({"name": f"Ligne {rank}", **line}) for rank in range(rows)],
    )


urlpatterns = [
    path("constantes/<int:rows>/<int:columns>", _alone),
    path("espace/contrats/<slug:slug>/constantes/<int:rows>/<int:columns>", _in_contract),
    path("", include("beffroi.urls")),
]


def _filled(operations: int) -> BenchWorld:
    """A contract whose operations lie in communes, are named by a partner, and have two returns."""
    load_foundations()
    world = make_world(SLUG, operations=operations)
    contract = Contract.objects.get(pk=world.contract_id)
    Contract.objects.filter(pk=contract.pk).update(
        start=datetime.date(2021, 1, 1), end=datetime.date(2027, 12, 31)
    )
    with posting("return", "noms et lieux") as opened:
        _name_and_place(world, opened.id)
    for rank, on in enumerate(DATES):
        with posting("return", f"{SLUG} {rank}") as opened:
            post(
                opened,
                world.statements(STAGES, seed=rank),
                contract_id=world.contract_id,
                source_id=world.source_id,
                effective_on=on,
            )
    user = User.objects.create_user("mesure@exemple.fr", "mesure-mesure", full_name="Mesure")
    Access.objects.create(contract=contract, user=user, level="manager")
    publish_reference(contract)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return world


def _name_and_place(world: BenchWorld, posting_id: int) -> None:
    """Titles that words may look for, references of one partner, one commune an operation."""
    given = {"contract": world.contract_id, "source": world.source_id, "posting": posting_id}
    with connection.cursor() as cursor:
        for statement in _NAMES:
            cursor.execute(statement, given)


_NAMES: Sequence[str] = (
    """
    UPDATE operations_operation SET
        title = (ARRAY['Construction', 'Rénovation', 'Extension'])[id %% 3 + 1] || ' '
             || (ARRAY['du gymnase', 'de l''école', 'de la mairie', 'des berges'])[id %% 4 + 1]
             || ' n° ' || id,
        sort_key = (ARRAY['construction', 'renovation', 'extension'])[id %% 3 + 1] || ' '
             || (ARRAY['du gymnase', 'de l ecole', 'de la mairie', 'des berges'])[id %% 4 + 1]
             || ' n ' || id
    WHERE contract_id = %(contract)s
    """,
    """
    INSERT INTO operations_reference
        (operation_id, partner_id, code, title, owner, siret, place, objective, written, posting_id)
    SELECT id, %(source)s, 'EJ' || id, sort_key, '', '', '', '', title, %(posting)s
    FROM operations_operation WHERE contract_id = %(contract)s
    """,
    """
    INSERT INTO operations_location (operation_id, commune_id, partner_id, posting_id)
    SELECT o.id, c.id, %(source)s, %(posting)s
    FROM operations_operation o
    JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS rank, count(*) OVER () AS many
          FROM territories_commune) c ON c.rank = o.id %% c.many
    WHERE o.contract_id = %(contract)s
    """,
)

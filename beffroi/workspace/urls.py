"""Addresses of the workspace."""

from __future__ import annotations

from django.urls import path

from beffroi.workspace import (
    contract_completed,
    contract_new,
    directory,
    duplicates,
    map_page,
    operation_belongings,
    operation_list,
    operation_new,
    operation_sheet,
    ordinary,
    overlap,
    overview,
    shared_lines,
    territories,
    tracing,
    views,
)

app_name = "workspace"
urlpatterns = [
    path("", views.portfolio, name="portfolio"),
    path("comptes-croises", overlap.overlap, name="overlap"),
    path("droit-commun", ordinary.ordinary, name="ordinary"),
    path("droit-commun/chiffre", tracing.ordinary_figure, name="ordinary-figure"),
    path("territoires", territories.territories, name="territories"),
    path("territoires/<slug:code>", territories.territory_page, name="territory"),
    path("contrats/nouveau", contract_new.contract_new, name="contract-new"),
    path("contrats/<slug:slug>", overview.overview, name="contract"),
    path("contrats/<slug:slug>/fiche", views.sheet, name="sheet"),
    path("contrats/<slug:slug>/annuaire", directory.directory, name="directory"),
    path("contrats/<slug:slug>/programme", contract_completed.programme, name="programme"),
    path("contrats/<slug:slug>/signataires", contract_completed.signatories, name="signatories"),
    path("contrats/<slug:slug>/maquette", views.maquette, name="maquette"),
    path("contrats/<slug:slug>/operations", operation_list.operations, name="operations"),
    path(
        "contrats/<slug:slug>/operations/nouvelle",
        operation_new.operation_new,
        name="operation-new",
    ),
    path("contrats/<slug:slug>/operations/<str:code>", operation_sheet.operation, name="operation"),
    path(
        "contrats/<slug:slug>/operations/<str:code>/contrats",
        operation_belongings.operation_contracts,
        name="operation-contracts",
    ),
    path("contrats/<slug:slug>/carte", map_page.contract_map, name="map"),
    path("contrats/<slug:slug>/chiffre", tracing.figure, name="figure"),
    path("contrats/<slug:slug>/comptes-croises", shared_lines.shared_lines, name="shared-lines"),
    path(
        "contrats/<slug:slug>/comptes-croises/<int:operation>/<slug:funder>",
        shared_lines.line,
        name="shared-line",
    ),
    path("contrats/<slug:slug>/doublons", duplicates.duplicates, name="duplicates"),
    path("contrats/<slug:slug>/doublons/<int:one>/<int:other>", duplicates.pair, name="duplicate"),
    path("declarations/<int:number>", tracing.statement, name="statement"),
    path("declarations/<int:number>/fichier", tracing.statement_file, name="statement-file"),
]

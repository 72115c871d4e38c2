"""Addresses of returns: under a contract in the workspace, and behind a deposit link."""

from __future__ import annotations

from django.urls import URLPattern, include, path

from beffroi.returns.pages import (
    delivery,
    deposit,
    layouts,
    preview,
    questions,
    returns_list,
    rules,
)

#: What both doors open: each view takes a ``Desk``, and names other pages by ``desk.address``.
both_doors: list[URLPattern] = [
    path("remontees/deposer", deposit.deposit, name="deposit"),
    path("depots/<int:number>", delivery.delivery, name="delivery"),
    path("depots/<int:number>/avancement", delivery.progress, name="delivery-progress"),
    path("depots/<int:number>/fichier", delivery.file, name="delivery-file"),
    path("depots/<int:number>/action", delivery.act, name="delivery-act"),
    path("depots/<int:number>/operations", questions.operations, name="delivery-operations"),
    path("depots/<int:number>/operations/nouvelles", questions.all_new, name="delivery-all-new"),
    path(
        "depots/<int:number>/operations/<int:match>",
        questions.question,
        name="delivery-operation",
    ),
    path(
        "depots/<int:number>/operations/<int:after>/suivante",
        questions.following,
        name="delivery-next",
    ),
    path("depots/<int:number>/apercu", preview.preview, name="delivery-preview"),
]

in_workspace: list[URLPattern] = [
    *both_doors,
    path("remontees", returns_list.returns, name="list"),
    path("regles", rules.rules, name="rules"),
    path("regles/derogations/<int:number>/lever", rules.revoke, name="revoke-waiver"),
    path("mises-en-page", layouts.layouts, name="layouts"),
    path("mises-en-page/<slug:partner>/<slug:layout>", layouts.one_layout, name="layout"),
    path(
        "mises-en-page/<slug:partner>/<slug:layout>/<int:version>",
        layouts.layout_version,
        name="layout-version",
    ),
]

behind_link: list[URLPattern] = [*both_doors]

urlpatterns = [
    path("espace/contrats/<slug:slug>/", include((in_workspace, "returns"))),
    path("depot/<int:link>/", include((behind_link, "deposit"))),
]

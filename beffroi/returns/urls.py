"""Addresses of returns: under a contract in the workspace, and behind a deposit link."""

from __future__ import annotations

from django.urls import URLPattern, include, path

from beffroi.returns.pages import (
    campaigns,
    delivery,
    delivery_layout,
    deposit,
    layouts,
    link_door,
    link_home,
    prefilled,
    preview,
    questions,
    requests,
    return_sheet,
    returned,
    returns_list,
    rules,
)

#: What both doors open: each view takes a ``Desk``, and names other pages by ``desk.address``.
both_doors: list[URLPattern] = [
    path("remontees/deposer", deposit.deposit, name="deposit"),
    path("demandes/<int:number>/modele/<str:kind>", prefilled.download, name="prefilled"),
    path("depots/<int:number>", delivery.delivery, name="delivery"),
    path("depots/<int:number>/avancement", delivery.progress, name="delivery-progress"),
    path("depots/<int:number>/fichier", delivery.file, name="delivery-file"),
    path("depots/<int:number>/action", delivery.act, name="delivery-act"),
    path(
        "depots/<int:number>/mise-en-page", delivery_layout.delivery_layout, name="delivery-layout"
    ),
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
    path("remontees/<int:number>", returned.returned, name="return"),
    path("remontees/<int:number>/fichier", returned.return_file, name="return-file"),
    path("remontees/<int:number>/annotee", returned.return_annotated, name="return-annotated"),
    path("remontees/<int:number>/feuille", return_sheet.return_sheet, name="return-sheet"),
    path("remontees/<int:number>/questions/<int:query>", return_sheet.query, name="query"),
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
    path("campagnes", campaigns.campaigns, name="campaigns"),
    path("campagnes/nouvelle", campaigns.prepare, name="campaign-new"),
    path("campagnes/<int:number>", campaigns.board, name="campaign"),
    path("campagnes/<int:number>/modifier", campaigns.change, name="campaign-change"),
    path("campagnes/<int:number>/action", campaigns.act, name="campaign-act"),
    path("campagnes/<int:number>/demandes", campaigns.ask, name="request-new"),
    path("demandes/<int:number>", requests.request_page, name="request"),
    path("demandes/<int:number>/action", requests.act, name="request-act"),
]

behind_link: list[URLPattern] = [*both_doors, path("", link_home.home, name="home")]

urlpatterns = [
    path("espace/contrats/<slug:slug>/", include((in_workspace, "returns"))),
    path("depot/ouvrir/<str:secret>", link_door.follow, name="deposit-link"),
    path("depot/<int:link>/", include((behind_link, "deposit"))),
]

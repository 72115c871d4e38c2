"""Addresses of returns: under a contract in the workspace, and behind a deposit link."""

from __future__ import annotations

from django.urls import URLPattern, include, path

from beffroi.returns.pages import layouts, rules

#: What both doors open: each view takes a ``Desk``, and names other pages by ``desk.address``.
both_doors: list[URLPattern] = []

in_workspace: list[URLPattern] = [
    *both_doors,
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

"""Addresses of reconciliation, under a contract."""

from __future__ import annotations

from django.urls import path

from beffroi.reconciliation.pages import agreements, gap, gaps, signing, tolerance

app_name = "reconciliation"
urlpatterns = [
    path("contrats/<slug:slug>/rapprochement", gaps.reconciliation, name="gaps"),
    path("contrats/<slug:slug>/rapprochement/tolerance", tolerance.tolerance, name="tolerance"),
    path(
        "contrats/<slug:slug>/rapprochement/<int:operation>/<slug:source>/<slug:funder>"
        "/<slug:stage>/<slug:nature>",
        gap.gap,
        name="gap",
    ),
    path("contrats/<slug:slug>/accords", agreements.agreements, name="agreements"),
    path("contrats/<slug:slug>/accords/pieces/<int:number>", gap.document, name="document"),
    path("contrats/<slug:slug>/instantanes", signing.signoffs, name="signoffs"),
    path("contrats/<slug:slug>/instantanes/comparer", signing.compare, name="compare"),
    path("contrats/<slug:slug>/instantanes/<int:number>", signing.signoff, name="signoff"),
]

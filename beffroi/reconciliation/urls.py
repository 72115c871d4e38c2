"""Addresses of reconciliation, under a contract."""

from __future__ import annotations

from django.urls import path

from beffroi.reconciliation.pages import gaps, signing

app_name = "reconciliation"
urlpatterns = [
    path("contrats/<slug:slug>/rapprochement", gaps.reconciliation, name="gaps"),
    path("contrats/<slug:slug>/instantanes", signing.signoffs, name="signoffs"),
    path("contrats/<slug:slug>/instantanes/comparer", signing.compare, name="compare"),
    path("contrats/<slug:slug>/instantanes/<int:number>", signing.signoff, name="signoff"),
]

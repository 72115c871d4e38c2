"""Addresses of reconciliation, under a contract."""

from __future__ import annotations

from django.urls import path

from beffroi.reconciliation import signing, views

app_name = "reconciliation"
urlpatterns = [
    path("contrats/<slug:slug>/rapprochement", views.reconciliation, name="gaps"),
    path("contrats/<slug:slug>/instantanes", signing.signoffs, name="signoffs"),
    path("contrats/<slug:slug>/instantanes/comparer", signing.compare, name="compare"),
    path("contrats/<slug:slug>/instantanes/<int:number>", signing.signoff, name="signoff"),
]

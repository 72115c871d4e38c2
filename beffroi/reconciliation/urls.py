"""Addresses of reconciliation, under a contract."""

from __future__ import annotations

from django.urls import path

from beffroi.reconciliation import views

app_name = "reconciliation"
urlpatterns = [
    path("contrats/<slug:slug>/rapprochement", views.reconciliation, name="gaps"),
]

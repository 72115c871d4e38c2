"""Addresses of financing plans, under a contract."""

from __future__ import annotations

from django.urls import path

from beffroi.financing.pages import plans

app_name = "financing"
urlpatterns = [
    path("contrats/<slug:slug>/plans", plans.plans, name="plans"),
    path("contrats/<slug:slug>/plans/<slug:code>", plans.plan, name="plan"),
    path("contrats/<slug:slug>/plans/<slug:code>/modifier", plans.write, name="write"),
]

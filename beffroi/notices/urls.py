"""Addresses of notices."""

from __future__ import annotations

from django.urls import path

from beffroi.notices import views

app_name = "notices"
urlpatterns = [
    path("avis", views.mine, name="mine"),
    path("avis/vus", views.seen, name="seen"),
    path("avis/non-partis", views.in_trouble, name="in-trouble"),
    path("avis/non-partis/<int:number>/reessayer", views.try_again, name="try-again"),
]

"""Addresses of the workspace."""

from __future__ import annotations

from django.urls import path

from beffroi.workspace import views

app_name = "workspace"
urlpatterns = [
    path("", views.portfolio, name="portfolio"),
    path("droit-commun", views.ordinary, name="ordinary"),
    path("contrats/<slug:slug>", views.contract, name="contract"),
    path("contrats/<slug:slug>/maquette", views.maquette, name="maquette"),
    path("contrats/<slug:slug>/chiffre", views.figure, name="figure"),
    path("declarations/<int:number>", views.statement, name="statement"),
    path("declarations/<int:number>/fichier", views.statement_file, name="statement-file"),
]

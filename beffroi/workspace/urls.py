"""Addresses of the workspace, under ``/espace/``."""

from django.urls import path

from beffroi.workspace import views

app_name = "workspace"
urlpatterns = [path("", views.portfolio, name="portfolio")]

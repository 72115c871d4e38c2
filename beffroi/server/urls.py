"""Addresses for those who watch the site."""

from __future__ import annotations

from django.urls import path

from beffroi.server import views

app_name = "server"
urlpatterns = [path("sante", views.health, name="health")]

"""The address of what is found."""

from __future__ import annotations

from django.urls import path

from beffroi.search import views

app_name = "search"
urlpatterns = [path("recherche", views.search, name="search")]

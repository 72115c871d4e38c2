"""Addresses of the interface itself."""

from django.urls import path

from beffroi.ui import views

app_name = "ui"
urlpatterns = [path("composants", views.components, name="components")]

"""Addresses of remarks in the workspace."""

from __future__ import annotations

from django.urls import path

from beffroi.remarks.pages import remarks

app_name = "remarks"
urlpatterns = [
    path("contrats/<slug:slug>/remarques", remarks.remarks, name="remarks"),
    path("contrats/<slug:slug>/remarques/ecrire", remarks.write, name="write"),
    path("contrats/<slug:slug>/remarques/<int:number>", remarks.remark, name="remark"),
    path("contrats/<slug:slug>/remarques/<int:number>/suite", remarks.act, name="act"),
]

"""Addresses that anybody may read, and the publication of a contract in its workspace."""

from __future__ import annotations

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from beffroi.portal.pages import library, public, publishing
from beffroi.portal.pages.machines import SITEMAPS, robots

app_name = "portal"
urlpatterns = [
    path("contrats/", public.home, name="home"),
    path("contrats/<slug:slug>", public.contract, name="contract"),
    path("documents/", library.documents, name="documents"),
    path("documents/<int:number>/<slug:name>", library.document, name="document"),
    path("actualites/", library.articles, name="articles"),
    path("actualites/flux.atom", library.feed, name="feed"),
    path("actualites/<int:number>/image", library.picture, name="article-picture"),
    path("actualites/<int:number>/<slug:name>", library.article, name="article"),
    path("accessibilite", public.accessibility, name="accessibility"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", public.open_to_all(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
    path("espace/contrats/<slug:slug>/publication", publishing.publication, name="publication"),
]

"""Addresses of documents and news in the workspace; those of the public are the portal's."""

from __future__ import annotations

from django.urls import path

from beffroi.library.pages import articles, documents

app_name = "library"
urlpatterns = [
    path("contrats/<slug:slug>/documents", documents.documents, name="documents"),
    path("contrats/<slug:slug>/documents/ajouter", documents.document_new, name="document-new"),
    path("contrats/<slug:slug>/documents/<int:number>", documents.document, name="document"),
    path(
        "contrats/<slug:slug>/documents/<int:number>/fichier",
        documents.document_file,
        name="document-file",
    ),
    path("contrats/<slug:slug>/actualites", articles.articles, name="articles"),
    path("contrats/<slug:slug>/actualites/ecrire", articles.article_new, name="article-new"),
    path("contrats/<slug:slug>/actualites/<int:number>", articles.article, name="article"),
]

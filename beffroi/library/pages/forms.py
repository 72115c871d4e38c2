"""What people fill in of documents and news."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from beffroi.library.models import Article, Document, DocumentKind, Language

_DATE = {"type": "date"}


class DocumentForm(forms.Form):
    """What is said of a document; its file is asked for once."""

    title = forms.CharField(label=_("Intitulé"), max_length=300)
    kind = forms.ChoiceField(label=_("Genre"), choices=DocumentKind.choices)
    dated = forms.DateField(
        label=_("Date du document"),
        required=False,
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
    )
    parties = forms.CharField(label=_("Parties ou auteurs"), max_length=500, required=False)
    edition = forms.CharField(label=_("Version"), max_length=60, required=False)
    language = forms.ChoiceField(label=_("Langue"), choices=Language.choices)
    description = forms.CharField(
        label=_("Description"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_public = forms.BooleanField(
        label=_("Public : lisible par tous, sans compte, quand le contrat l'est"), required=False
    )

    @classmethod
    def of(cls, document: Document) -> dict[str, Any]:
        """What the form starts from."""
        return {name: getattr(document, name) for name in cls.base_fields}


class NewDocumentForm(DocumentForm):
    """The same, with the file."""

    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, PNG ou JPEG, de 50 Mo au plus."),
    )
    field_order = ("file",)


class ArticleForm(forms.Form):
    """A piece of news."""

    title = forms.CharField(label=_("Titre"), max_length=200)
    dated = forms.DateField(
        label=_("Date"),
        required=False,
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
        help_text=_("Datée de plus tard, elle paraît ce jour-là."),
    )
    summary = forms.CharField(
        label=_("Chapeau"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Une phrase ou deux : ce que montre la liste, avant « lire la suite »."),
    )
    body = forms.CharField(
        label=_("Texte"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Une ligne vide sépare deux paragraphes."),
    )
    picture = forms.FileField(label=_("Image (PNG ou JPEG)"), required=False)
    picture_alt = forms.CharField(
        label=_("Ce que montre l'image"),
        max_length=300,
        required=False,
        help_text=_("Pour qui ne la voit pas ; demandé dès qu'il y a une image."),
    )
    source = forms.CharField(label=_("Source"), max_length=300, required=False)
    source_url = forms.URLField(
        label=_("Adresse de la source"), max_length=600, required=False, assume_scheme="https"
    )
    is_public = forms.BooleanField(
        label=_("Publier : sans cela, c'est un brouillon"), required=False
    )

    @classmethod
    def of(cls, article: Article) -> dict[str, Any]:
        """What the form starts from."""
        names = [name for name in cls.base_fields if name != "picture"]
        return {name: getattr(article, name) for name in names}

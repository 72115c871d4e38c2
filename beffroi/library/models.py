"""What a contract's team publishes or keeps at hand: documents and news."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    CONTRACT = "contract", _("contrat")
    AMENDMENT = "amendment", _("avenant")
    ANNEX = "annex", _("annexe")
    DELIBERATION = "deliberation", _("délibération")
    MINUTES = "minutes", _("compte rendu")
    REPORT = "report", _("rapport")
    EVALUATION = "evaluation", _("évaluation")
    PRESENTATION = "presentation", _("présentation")
    OTHER = "other", _("autre")


class Language(models.TextChoices):
    FRENCH = "fr", _("français")
    ENGLISH = "en", _("anglais")
    DUTCH = "nl", _("néerlandais")


@pghistory.track()
class Document(models.Model):
    """A file of a contract, with what is said of it. ``media_type`` is what its content shows it to
    be, whatever its name says; ``revision`` counts the changes. One taken away stays here."""

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, related_name="documents"
    )
    title = models.CharField("intitulé", max_length=300)
    kind = models.CharField(
        "genre", max_length=16, choices=DocumentKind.choices, default=DocumentKind.OTHER
    )
    dated = models.DateField("date du document", null=True, blank=True)
    parties = models.CharField("parties ou auteurs", max_length=500, blank=True)
    edition = models.CharField("version", max_length=60, blank=True)
    language = models.CharField(
        "langue", max_length=2, choices=Language.choices, default=Language.FRENCH
    )
    description = models.TextField("description", blank=True)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField("nom du fichier", max_length=255)
    media_type = models.CharField("type", max_length=100)
    is_public = models.BooleanField("public", default=False)
    is_removed = models.BooleanField("retiré", default=False)
    revision = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField("ajouté le", db_default=Now())

    class Meta:
        ordering = ["-dated", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="library_document_titled",
                violation_error_message="Un document a un intitulé.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values),
                name="library_document_kind_known",
                violation_error_message="Ce genre de document est inconnu.",
            ),
            models.UniqueConstraint(
                fields=["contract", "file"],
                condition=Q(is_removed=False),
                name="library_document_once_in_a_contract",
                violation_error_message="Ce fichier est déjà parmi les documents du contrat.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Article(models.Model):
    """A piece of news of a contract. Public from the day it bears on, once it is no draft.

    ``key`` names one that came with the reference data, so that it is loaded once.
    """

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, related_name="articles"
    )
    key = models.SlugField(max_length=60, null=True, blank=True, unique=True)
    title = models.CharField("titre", max_length=200)
    dated = models.DateField("date", null=True, blank=True)
    summary = models.CharField("chapeau", max_length=400, blank=True)
    body = models.TextField("texte", blank=True)
    picture = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    picture_type = models.CharField(max_length=100, blank=True)
    picture_alt = models.CharField("ce que montre l'image", max_length=300, blank=True)
    source = models.CharField("source", max_length=300, blank=True)
    source_url = models.URLField("adresse de la source", max_length=600, blank=True)
    is_public = models.BooleanField("publié", default=False)
    revision = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    written_at = models.DateTimeField("écrit le", db_default=Now())

    class Meta:
        ordering = [models.F("dated").desc(nulls_last=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="library_article_titled",
                violation_error_message="Une actualité a un titre.",
            ),
            models.CheckConstraint(
                condition=Q(picture__isnull=True) | ~Q(picture_alt=""),
                name="library_article_picture_described",
                violation_error_message="Dites ce que montre l'image, pour qui ne la voit pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

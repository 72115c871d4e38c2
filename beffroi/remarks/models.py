"""What people write to one another beside an operation or a figure. All tables are append-only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 4000
LONGEST_KEY = 500
LONGEST_LABEL = 600


class Remark(models.Model):
    """A remark of somebody who contributes to a contract, on one thing that a page shows.

    The thing is kept as evidence: its ``kind``, its ``key`` (the code of an operation, the labels
    of a figure as an address writes them) and its ``label`` in words. ``au`` and ``connu`` are the
    situation that its author had under the eyes.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("objet", max_length=16)
    key = models.CharField("clé", max_length=LONGEST_KEY)
    label = models.CharField("libellé", max_length=LONGEST_LABEL)
    au = models.DateField("situation au")
    connu = models.PositiveBigIntegerField("connue à l'écriture n°")
    text = models.CharField("texte", max_length=LONGEST_TEXT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("écrite le", db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="remarks_remark_says_something",
                violation_error_message="Une remarque dit quelque chose.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="") & ~Q(key="") & ~Q(label=""),
                name="remarks_remark_on_something",
                violation_error_message="Une remarque porte sur une opération ou sur un chiffre.",
            ),
        ]
        indexes = [models.Index(fields=["contract", "kind", "key"], name="remarks_on_subject")]

    def __str__(self) -> str:
        return self.label


class Mention(models.Model):
    """Somebody whom a remark asks to read it."""

    remark = models.ForeignKey(Remark, on_delete=models.PROTECT, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["remark_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["remark", "person"],
                name="remarks_mention_once",
                violation_error_message="Cette personne est déjà prévenue.",
            ),
        ]


class Ending(models.TextChoices):
    RESOLVED = "resolved", _("résolue")
    WITHDRAWN = "withdrawn", _("retirée")


class Outcome(models.Model):
    """That a remark is resolved, or taken back by its author: at most once each, for good."""

    remark = models.ForeignKey(Remark, on_delete=models.PROTECT, related_name="outcomes")
    ending = models.CharField("issue", max_length=10, choices=Ending.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("le", db_default=Now())

    class Meta:
        ordering = ["remark_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["remark", "ending"],
                name="remarks_outcome_once",
                violation_error_message="C'est déjà fait : quelqu'un vient de passer avant vous.",
            ),
            models.CheckConstraint(
                condition=Q(ending__in=Ending.values),
                name="remarks_outcome_known",
                violation_error_message="Une remarque se résout ou se retire, rien d'autre.",
            ),
        ]

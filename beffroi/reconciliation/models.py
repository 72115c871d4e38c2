"""Figures that both sides sign: one by one on a gap, or all together, frozen."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from beffroi.contracts.vocabulary import Nature, Stage


class SignOff(models.Model):
    """The figures of a contract at a date, as known at a posting, proposed to be signed.

    ``digest`` is the sha256 of these figures (:mod:`beffroi.reconciliation.frozen`): asked again
    they give the same. ``summary`` is what was open that day: gaps, unread cells, silent partners.
    Append-only.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("nom", max_length=200)
    effective_on = models.DateField("situation au")
    known = models.BigIntegerField("connue à l'écriture n°")
    perimeter = models.CharField("périmètre", max_length=60, blank=True)
    digest = models.CharField("empreinte", max_length=64)
    summary = models.JSONField("état à la proposition")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("proposé le", db_default=Now())

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "name"],
                name="reconciliation_signoff_named_once",
                violation_error_message="Des chiffres portent déjà ce nom dans ce contrat.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="reconciliation_signoff_named",
                violation_error_message="Donnez un nom : celui du comité, par exemple.",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="reconciliation_signoff_digest_is_hex",
                violation_error_message="Une empreinte a 64 chiffres hexadécimaux.",
            ),
            models.CheckConstraint(
                condition=Q(known__gte=1),
                name="reconciliation_signoff_known_posting",
                violation_error_message="Rien n'est encore connu de ce contrat.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Validation(models.Model):
    """One co-leading partner validates a sign-off, or declines it with a reason. Append-only."""

    signoff = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="validations")
    organisation = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField("valide")
    reason = models.TextField("raison", blank=True)
    at = models.DateTimeField("le", db_default=Now())

    class Meta:
        ordering = ["signoff_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["signoff", "organisation"],
                name="reconciliation_validation_once",
                violation_error_message="Ce partenaire s'est déjà prononcé sur ces chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(reason=""),
                name="reconciliation_validation_declined_with_reason",
                violation_error_message="Dites pourquoi vous ne validez pas.",
            ),
        ]


class Snapshot(models.Model):
    """A sign-off that every co-leading partner validated: frozen. Append-only.

    ``identifier`` is what pages and exports carry.
    """

    signoff = models.OneToOneField(SignOff, on_delete=models.PROTECT, related_name="snapshot")
    identifier = models.CharField("identifiant", max_length=40, unique=True)
    frozen_at = models.DateTimeField("figé le", db_default=Now())

    class Meta:
        ordering = ["-frozen_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(identifier__regex=r"^[a-z0-9-]+$"),
                name="reconciliation_snapshot_identifier_shape",
                violation_error_message="Un identifiant s'écrit en minuscules et chiffres.",
            ),
        ]

    def __str__(self) -> str:
        return self.identifier


class Tolerance(models.Model):
    """What a contract takes for mere rounding, in cents, from then on. Append-only: the last one
    holds."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="+")
    cents = models.BigIntegerField("tolérance (centimes)")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("le", db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cents__range=(0, 10_000_000)),
                name="reconciliation_tolerance_plausible",
                violation_error_message="La tolérance va de 0 à 100 000 euros.",
            ),
        ]


class Agreement(models.Model):
    """One gap on which both sides are to agree: the very statements that make it.

    ``source`` speaks of ``funder``'s money. ``on`` is the date of the funder's word, or of the
    claim where it is silent; ``seen_on`` the first at which both stand. Cents. Append-only; its
    turns tell where it stands.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="+")
    operation = models.ForeignKey(
        "operations.Operation", on_delete=models.PROTECT, related_name="+"
    )
    source = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    funder = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField("stade", max_length=16, choices=Stage.choices)
    nature = models.CharField("nature", max_length=16, choices=Nature.choices)
    on = models.DateField("situation au")
    seen_on = models.DateField("comparée au")
    claim_cents = models.BigIntegerField("annoncé (centimes)")
    own_cents = models.BigIntegerField("le financeur dit (centimes)", null=True)
    cause = models.CharField("cause probable", max_length=16, blank=True)
    statements = ArrayField(models.BigIntegerField(), verbose_name="déclarations")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "source", "funder", "statements"],
                name="reconciliation_agreement_once",
                violation_error_message="Cet écart a déjà son accord en cours.",
            ),
            models.CheckConstraint(
                condition=~Q(source=F("funder")),
                name="reconciliation_agreement_of_two",
                violation_error_message="On s'accorde à deux : chacun est seul à parler de soi.",
            ),
            models.CheckConstraint(
                condition=Q(statements__len__gte=1),
                name="reconciliation_agreement_on_statements",
                violation_error_message="Un accord porte sur des déclarations.",
            ),
        ]


class TurnKind(models.TextChoices):
    PROPOSES = "proposes", "propose"
    ACCEPTS = "accepts", "accepte"
    LEAVES_OPEN = "leaves_open", "laisse ouvert"


class Turn(models.Model):
    """What one side does about a gap: propose a figure (or another one), accept the other's, leave
    it open. Append-only; ``rank`` counts from 1, so that of two at once one comes first.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="turns")
    rank = models.PositiveSmallIntegerField("rang")
    side = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=TurnKind.choices)
    cents = models.BigIntegerField("montant proposé (centimes)", null=True)
    reason = models.TextField("raison", blank=True)
    document = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    document_name = models.CharField("nom du document", max_length=200, blank=True)
    posting = models.ForeignKey(
        "journal.Posting", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField("le", db_default=Now())

    class Meta:
        ordering = ["agreement_id", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "rank"],
                name="reconciliation_turn_one_at_a_time",
                violation_error_message="Quelqu'un a répondu entre-temps : relisez, puis décidez.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=TurnKind.values) & Q(rank__gte=1),
                name="reconciliation_turn_kind_known",
                violation_error_message="On propose, on accepte, ou on laisse ouvert.",
            ),
            models.CheckConstraint(
                condition=Q(kind="proposes", cents__isnull=False)
                | (~Q(kind="proposes") & Q(cents__isnull=True)),
                name="reconciliation_turn_proposes_a_figure",
                violation_error_message="Une proposition porte un montant, et elle seule.",
            ),
            models.CheckConstraint(
                condition=Q(kind="accepts") | ~Q(reason=""),
                name="reconciliation_turn_has_a_reason",
                violation_error_message="Dites pourquoi : la raison reste avec le chiffre.",
            ),
            models.CheckConstraint(
                condition=Q(kind="accepts", posting__isnull=False)
                | (~Q(kind="accepts") & Q(posting__isnull=True)),
                name="reconciliation_turn_accepted_is_posted",
                violation_error_message="Un accord s'écrit au grand livre, et lui seul.",
            ),
        ]

"""Contracts as data: parties, milestones, a tree with versions, facts with their sources."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from beffroi.contracts.vocabulary import AccessLevel, Role, Stage, Status


class Source(models.Model):
    """Where a fact was read."""

    code = models.CharField("code", max_length=40, primary_key=True)
    publisher = models.CharField("éditeur", max_length=300)
    url = models.URLField("adresse", max_length=600, blank=True)
    date = models.CharField("date", max_length=20, blank=True)
    quality = models.CharField("nature", max_length=20)
    truncated = models.BooleanField("lue en partie", default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.publisher

    @property
    def to_confirm(self) -> bool:
        """A copy or a blog: what it says is to be confirmed before being relied on."""
        return self.quality in {"blog", "mirror"}


class Contradiction(models.Model):
    """A subject on which sources disagree, with what each says."""

    code = models.CharField("code", max_length=8, primary_key=True)
    subject = models.CharField("sujet", max_length=300)
    values = ArrayField(models.CharField(max_length=300), verbose_name="valeurs")
    reading = models.TextField("lecture", blank=True)
    sources = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.subject


@pghistory.track()
class Contract(models.Model):
    """A contract between partners. What its file does not say stays unknown (empty)."""

    slug = models.CharField("identifiant", max_length=60, unique=True)
    name = models.CharField("nom", max_length=250)
    kind = models.CharField("genre", max_length=40)
    fictitious = models.BooleanField("fictif", default=False)
    start = models.DateField("début", null=True, blank=True)
    end = models.DateField("fin", null=True, blank=True)
    period_text = models.CharField("période, telle que publiée", max_length=300, blank=True)
    status_text = models.TextField("état", blank=True)
    levels = ArrayField(models.CharField(max_length=80), default=list, verbose_name="niveaux")
    perimeters = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    contradictions = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    file_sha256 = models.CharField("empreinte du fichier", max_length=64, blank=True)

    class Meta:
        ordering = ["fictitious", "-start", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9][a-z0-9-]*$"),
                name="contracts_contract_slug_shape",
                violation_error_message="Un identifiant s'écrit en minuscules, chiffres et tirets.",
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(end__gte=F("start")),
                name="contracts_contract_period_ordered",
                violation_error_message="La fin du contrat vient après son début.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stated(models.Model):
    """What every fact of a contract carries: how it is known, and from where."""

    status = models.CharField(
        "statut", max_length=12, choices=Status.choices, default=Status.PUBLISHED
    )
    sources = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    contradiction = models.CharField("contradiction", max_length=8, blank=True)
    note = models.TextField("précision", blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="%(app_label)s_%(class)s_status_known",
                violation_error_message="Le statut du fait est inconnu.",
            ),
            models.CheckConstraint(
                condition=Q(contradiction="") | Q(status="contradicted"),
                name="%(app_label)s_%(class)s_contradicted_says_so",
                violation_error_message="Un fait contredit porte ce statut.",
            ),
        ]


class Participation(Stated):
    """What an organisation is to a contract."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="participations")
    organisation = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, related_name="participations"
    )
    role = models.CharField("qualité", max_length=12, choices=Role.choices)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta(Stated.Meta):
        ordering = ["contract_id", "role", "rank"]
        constraints = [
            *Stated.Meta.constraints,
            models.UniqueConstraint(
                fields=["contract", "organisation", "role"],
                name="contracts_participation_once",
                violation_error_message="Cette organisation tient déjà ce rôle.",
            ),
        ]


class Milestone(Stated):
    """A dated event of a contract's life; ``date`` keeps the precision it was published with."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="milestones")
    date = models.CharField("date", max_length=10, blank=True)
    date_end = models.CharField("jusqu'au", max_length=10, blank=True)
    event = models.CharField("événement", max_length=300)
    planned = models.BooleanField("prévu", default=False)

    class Meta(Stated.Meta):
        ordering = ["contract_id", F("date").asc(), "id"]
        constraints = [
            *Stated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(date="") | Q(date__regex=r"^\d{4}(-\d{2}(-\d{2})?)?$"),
                name="contracts_milestone_date_shape",
                violation_error_message="Une date s'écrit 2023, 2023-01 ou 2023-01-09.",
            ),
        ]


class Node(models.Model):
    """A place in a contract's tree that keeps its identity when its code or title changes."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="nodes")

    class Meta:
        ordering = ["id"]


class NodeVersion(models.Model):
    """What a node is from a date on, as known from a posting on. Append-only."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="versions")
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")
    effective_on = models.DateField("en vigueur le")
    code = models.CharField("code", max_length=40, blank=True)
    title = models.CharField("intitulé", max_length=500)
    parent = models.ForeignKey(
        Node, on_delete=models.PROTECT, null=True, blank=True, related_name="children_versions"
    )
    position = models.PositiveIntegerField("rang")
    withdrawn = models.BooleanField("retiré", default=False)
    status = models.CharField(
        "statut", max_length=12, choices=Status.choices, default=Status.PUBLISHED
    )
    sources = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    note = models.TextField("précision", blank=True)

    class Meta:
        ordering = ["node_id", "effective_on", "posting_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "effective_on", "posting"],
                name="contracts_node_version_once",
                violation_error_message="Ce niveau a déjà une version à cette date.",
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="contracts_node_version_titled",
                violation_error_message="Un niveau de l'arbre a un intitulé.",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("node")),
                name="contracts_node_version_not_its_parent",
                violation_error_message="Un niveau n'est pas son propre parent.",
            ),
        ]


class PublishedAmount(Stated):
    """An amount that was published about a contract: a sourced fact, never an entry.

    ``cents`` is null where the amount is unknown.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="amounts")
    group = models.CharField("rubrique", max_length=120)
    label = models.CharField("objet", max_length=300)
    organisation = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cents = models.BigIntegerField("montant (centimes)", null=True, blank=True)
    text = models.CharField("tel que publié", max_length=300, blank=True)
    precision = models.CharField("précision du montant", max_length=12, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta(Stated.Meta):
        ordering = ["contract_id", "position"]
        constraints = [
            *Stated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(cents__isnull=True) | Q(cents__gte=0),
                name="contracts_amount_not_negative",
                violation_error_message="Un montant publié est positif ou nul.",
            ),
            models.CheckConstraint(
                condition=Q(cents__isnull=False) | ~Q(text="") | Q(status="unknown"),
                name="contracts_amount_absent_is_unknown",
                violation_error_message="Un montant absent est dit inconnu.",
            ),
        ]


class Fact(Stated):
    """Anything else that is known of a contract, in a section of its page."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="facts")
    group = models.CharField("rubrique", max_length=120)
    label = models.CharField("libellé", max_length=300)
    value = models.TextField("valeur", blank=True)
    date = models.CharField("date", max_length=20, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta(Stated.Meta):
        ordering = ["contract_id", "position"]
        constraints = [
            *Stated.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(value="") | Q(status="unknown"),
                name="contracts_fact_absent_is_unknown",
                violation_error_message="Un fait sans valeur est dit inconnu.",
            ),
        ]


class Body(Stated):
    """A body known to govern a contract."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="bodies")
    name = models.CharField("nom", max_length=200)
    chair = models.CharField("présidence", max_length=300, blank=True)
    members = models.CharField("membres", max_length=300, blank=True)
    role = models.TextField("rôle", blank=True)
    frequency = models.CharField("fréquence", max_length=200, blank=True)
    period = models.CharField("période", max_length=60, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta(Stated.Meta):
        ordering = ["contract_id", "position"]


class Link(models.Model):
    """How a contract relates to another one, or to a strategy or scheme known by its name."""

    class Kind(models.TextChoices):
        PREDECESSOR = "predecessor", _("prend la suite de")
        FRAMES = "frames", _("est cadré par")
        NEIGHBOUR = "neighbour", _("voisine avec")
        SHARES = "shares", _("partage un instrument avec")
        STRATEGY = "strategy", _("s'articule avec")

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField("lien", max_length=12, choices=Kind.choices)
    other = models.ForeignKey(
        Contract, on_delete=models.CASCADE, null=True, blank=True, related_name="links_to"
    )
    strategy = models.CharField("stratégie ou dispositif", max_length=120, blank=True)
    note = models.CharField("précision", max_length=300, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PUBLISHED)
    sources = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        ordering = ["contract_id", "kind", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="strategy", other__isnull=True) & ~Q(strategy="")
                | ~Q(kind="strategy") & Q(other__isnull=False, strategy=""),
                name="contracts_link_to_one_thing",
                violation_error_message="Un lien désigne un contrat, ou bien une stratégie.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["predecessor", "frames", "neighbour", "shares", "strategy"]),
                name="contracts_link_kind_known",
                violation_error_message="Ce genre de lien est inconnu.",
            ),
        ]


class StageWord(models.Model):
    """A partner's own word for a stage, in one contract."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="stage_words")
    organisation = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    stage = models.CharField("stade", max_length=16, choices=Stage.choices)
    word = models.CharField("mot du partenaire", max_length=100)

    class Meta:
        ordering = ["contract_id", "organisation_id", "stage"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "organisation", "stage"],
                name="contracts_stage_word_once",
                violation_error_message="Ce partenaire a déjà un mot pour ce stade.",
            ),
        ]


@pghistory.track()
class Access(models.Model):
    """What somebody may do in a contract; a contributor speaks for one organisation."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="accesses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="accesses"
    )
    level = models.CharField("droit", max_length=12, choices=AccessLevel.choices)
    organisation = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["contract_id", "user_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "user", "organisation"],
                nulls_distinct=False,
                name="contracts_access_once",
                violation_error_message="Cette personne a déjà un droit sur ce contrat.",
            ),
            models.CheckConstraint(
                condition=Q(level__in=AccessLevel.values),
                name="contracts_access_level_known",
                violation_error_message="Ce droit est inconnu.",
            ),
            models.CheckConstraint(
                condition=~Q(level="contributor") | Q(organisation__isnull=False),
                name="contracts_access_contributor_speaks_for_one",
                violation_error_message="Un contributeur parle pour une organisation.",
            ),
        ]
